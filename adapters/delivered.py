"""A day of delivered scores, and what stands behind it: the commit, the model and the versions of all that it was made from.

Everything is read when it is asked for, and refused where it is not there. What of it holds is said in `trace.py`.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.compute as pc

from adapters.lake import DayCommit, OpenTable, commits_by_day, read_rows
from adapters.package_reading import evidence_of
from adapters.tables import ACTIVITY_TABLE, FEATURES_TABLE, FEATURES_VERSION, MADE_FROM, SCORES, stage_table
from adapters.workplace import Workplace
from tenure.contracts import Source
from tenure.errors import TraceError
from tenure.evidence import Evidence
from tenure.promotion.canonical import SKEW
from tenure.promotion.ledger import Ledger
from tenure.promotion.log import Record
from tenure.promotion.package import Package
from tenure.promotion.serving import Promotion, promotions
from tenure.scoring import ScoringFacts, read_facts
from tenure.specs import ModelSpec

SCORE_KEY = ("customer_id",)
# A run that lasts longer is ended (`pipelines/instance.py`).
LONGEST_RUN = timedelta(hours=2)


@dataclass(frozen=True)
class Delivered:
    """The scores of one model and day as they stand, and where they came from."""

    workplace: Workplace
    spec: ModelSpec
    day: date

    @cached_property
    def table(self) -> OpenTable:
        """The scores, opened once."""
        return self.workplace.lake.open(stage_table(self.spec, SCORES))

    @cached_property
    def rows(self) -> pa.Table:
        """Every score of the day, by customer."""
        try:
            rows = read_rows(self.table, days=[self.day])
        except (duckdb.Error, OSError) as error:
            raise TraceError(
                f"The scores of {self.spec.name} for {self.day} cannot be read ({type(error).__name__}): their file is damaged "
                "or gone. Restore the lake from a backup, or score the day again."
            ) from None
        if rows is None:
            raise TraceError(
                f"There are no scores of {self.spec.name} for {self.day}. `tenure status` names the last scored day; "
                f"`tenure score --day {self.day}` makes them."
            )
        return rows.sort_by("customer_id").combine_chunks()

    def row(self, customer: str) -> Mapping[str, Any]:
        """The one score of a customer; an error never repeats who was asked for."""
        found = self.rows.filter(pc.equal(self.rows["customer_id"], customer)).to_pylist()
        if len(found) != 1:
            raise TraceError(
                f"Expected one score of {self.spec.name} for that customer on {self.day}, found {len(found)}. "
                "Customers outside the model's population have none; write the id as `customer_id` in the exported scores."
            )
        return dict(found[0])

    @cached_property
    def commit(self) -> DayCommit:
        """The commit that delivered the day."""
        return written_by(self.table, self.day)

    @cached_property
    def model_digest(self) -> str:
        """The one model that scored the day."""
        return self._one("model_digest")

    @cached_property
    def features_digest(self) -> str:
        """The content of the inputs that were scored, as the rows name it."""
        return self._one("features_digest")

    @cached_property
    def ledger(self) -> Ledger:
        """The promotion log, verified once."""
        return self.workplace.promotions.ledger()

    @cached_property
    def promoted(self) -> tuple[Record, Promotion]:
        """The promotion by which the model served when the day was delivered, and its place in the log."""
        project, model, ledger = self.workplace.project.name, self.spec.name, self.ledger
        own = list(promotions(ledger, project, model, before=ledger.size))
        # A run takes the champion when it begins, so until it ends another may have come.
        began, at = self.commit.at - LONGEST_RUN, self.commit.at + SKEW
        until = [*(promotion.decided_at for _, promotion in own[1:]), None]
        serving = [one for one, end in zip(own, until, strict=False) if one[1].decided_at <= at and (end is None or end >= began)]
        of_model = [one for one in serving if one[1].subject.model_digest == self.model_digest]
        if not of_model:
            served = ", ".join(f"version {p.version} ({p.subject.model_digest[:12]})" for _, p in serving) or "nothing"
            raise TraceError(
                f"The scores name model {self.model_digest[:12]}, but when they were delivered ({self.commit.at:%Y-%m-%d %H:%M} "
                f"UTC), {served} served as {project}.{model}. Nobody let that model score then: find out who did."
            )
        return of_model[-1]

    @cached_property
    def package(self) -> Package:
        """The promoted package, every byte compared with its manifest."""
        package = self.workplace.packages.load(self.promoted[1].subject.package_digest)
        if package.model_digest != self.model_digest:
            raise TraceError(
                f"The scores name model {self.model_digest[:12]}, but package {package.digest[:12]} holds "
                f"{package.model_digest[:12]}. Restore the promotion log or the package from a backup."
            )
        return package

    @cached_property
    def evidence(self) -> Evidence:
        """What is known of the model: read from the verified package."""
        return evidence_of(self.package)

    @cached_property
    def facts(self) -> ScoringFacts:
        """What scoring knew beside the model."""
        return read_facts(self.package.files)

    @cached_property
    def features(self) -> OpenTable:
        """The features in the version that was scored."""
        return self.workplace.lake.open(FEATURES_TABLE, version=int(noted(self.commit, FEATURES_VERSION, self.table.name)))

    @cached_property
    def made_from(self) -> Mapping[str, Any]:
        """The definition and the versions of the inputs by which the day's features were made."""
        return dict(json.loads(noted(written_by(self.features, self.day), MADE_FROM, FEATURES_TABLE)))

    @cached_property
    def inputs(self) -> Mapping[str, OpenTable]:
        """The tables that the features were made from, by name, in those versions."""
        lake = self.workplace.lake
        return {name: lake.open(name, version=version) for name, version in self.made_from["versions"].items()}

    @cached_property
    def validated(self) -> Mapping[str, OpenTable]:
        """The validated tables behind the inputs, those behind activity included, in the versions that were read."""
        activity = self.inputs[ACTIVITY_TABLE]
        commits = [commit for day, commit in commits_by_day(activity).items() if day <= self.day]
        if not commits:
            raise TraceError(f"Activity holds no day up to {self.day}. Restore the lake from a backup.")
        newest = max(commits, key=lambda commit: commit.version)
        behind = json.loads(noted(newest, MADE_FROM, ACTIVITY_TABLE))["versions"]
        lake = self.workplace.lake
        direct = {name: table for name, table in self.inputs.items() if name != ACTIVITY_TABLE}
        return {**{name: lake.open(name, version=version) for name, version in behind.items()}, **direct}

    def source_of(self, table: str) -> Source:
        """The source of a validated table."""
        return self.workplace.project.source(table.split("/", 1)[1])

    def _one(self, column: str) -> str:
        values = set(self.rows[column].to_pylist())
        if len(values) != 1:
            raise TraceError(
                f"Expected one {column} in all {self.rows.num_rows} scores of {self.day}, found {len(values)}. "
                "Somebody changed rows of the lake: restore it from a backup, or score the day again."
            )
        return str(values.pop())


def written_by(table: OpenTable, day: date) -> DayCommit:
    """The commit that last changed a day of an opened table."""
    commit = commits_by_day(table).get(day)
    if commit is None:
        raise TraceError(f"No commit of table {table.name!r} up to version {table.version} wrote {day}. Restore the lake.")
    return commit


def noted(commit: DayCommit, name: str, table: str) -> str:
    """What a commit noted under a name."""
    if name not in commit.note:
        raise TraceError(
            f"Version {commit.version} of table {table!r} does not note {name!r}: an earlier version of Tenure wrote it. "
            "Days that are made again from now on can be traced."
        )
    return str(commit.note[name])
