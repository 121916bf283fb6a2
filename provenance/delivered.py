"""A day of delivered scores, and what stands behind it: the commit, what was signed, the model and the lineage of the features.

Everything is read when it is asked for, and refused where it is not there. Whether the rows are what was signed is said in
`signed_scores.py`, what of the rest holds in `trace.py`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.compute as pc

from adapters.lake import DayCommit, OpenTable, commits_by_day
from adapters.tables import CUSTOMER_KEY, FEATURES_TABLE, FEATURES_VERSION, SCORES, stage_table
from governance.records.delivery import SignedDay
from governance.records.erasure import Erasures, erasures
from governance.records.ledger import Ledger
from governance.records.log import Record
from governance.records.retention import Retentions, retentions
from governance.records.serving import Promotion, promotions
from governance.rules.delivered import signed_day
from governance.stores.package_reading import evidence_of
from home.workplace import Workplace
from provenance.consent_at_scoring import Consented, asked, consented_then, with_consent_told
from provenance.erased_since import erased_in_words
from provenance.leaves import Tree, emptied_tree, tree_of
from provenance.lineage import Lineage, Made, noted
from provenance.retention_seen import ended_in_words
from tenure.canonical import SKEW, moment
from tenure.errors import TenureError, TraceError
from tenure.evidence import Evidence
from tenure.package import Package
from tenure.scoring import ScoringFacts, read_facts
from tenure.specs import Model

# A run that lasts longer is ended (`pipelines/instance.py`).
LONGEST_RUN = timedelta(hours=2)


@dataclass(frozen=True)
class Shelf:
    """The scores of one model, and the log that they are held against; what is read for one day serves the others."""

    workplace: Workplace
    spec: Model

    @cached_property
    def table(self) -> OpenTable:
        """The scores, opened once."""
        return self.workplace.lake.open(stage_table(self.spec, SCORES))

    @cached_property
    def commits(self) -> Mapping[date, DayCommit]:
        """For each day the commit that wrote it."""
        return commits_by_day(self.table)

    @cached_property
    def ledger(self) -> Ledger:
        """The log, verified once."""
        return self.workplace.promotions.ledger()

    @cached_property
    def erasures(self) -> Erasures:
        """What the log says was taken out of the project."""
        return erasures(self.ledger, self.workplace.project.name)

    @cached_property
    def retentions(self) -> Retentions:
        """What the log says is no longer kept of the project."""
        if not self.workplace.promotions.has_trust_root:
            return Retentions({}, {})
        return retentions(self.ledger, self.workplace.project.name)

    @cached_property
    def lineage(self) -> Lineage:
        """The lineage of the lake's tables, computed from their records."""
        return Lineage(self.workplace.lake, is_checked=True)


@dataclass(frozen=True)
class Delivered:
    """The scores of one model and day as they stand, and where they came from."""

    shelf: Shelf
    day: date

    @property
    def workplace(self) -> Workplace:
        """Where everything is."""
        return self.shelf.workplace

    @property
    def spec(self) -> Model:
        """The model."""
        return self.shelf.spec

    @property
    def table(self) -> OpenTable:
        """The scores."""
        return self.shelf.table

    @cached_property
    def tree(self) -> Tree:
        """Every score of the day, by customer, with the salts."""
        try:
            found = tree_of(self.table, self.day, CUSTOMER_KEY)
        except (duckdb.Error, OSError) as error:
            raise TraceError(
                f"The scores of {self.spec.name} for {self.day} cannot be read ({type(error).__name__}): their file is damaged "
                "or gone. Restore the lake from a backup, or score the day again."
            ) from None
        if found is None and self.erased_in_words:
            return emptied_tree(self.table)
        if found is None and (ended := ended_in_words(self.shelf.retentions, self.table.name, [self.day])):
            raise TraceError(f"The scores of {self.spec.name} for {self.day} are no longer kept: {ended}.")
        if found is None:
            raise TraceError(
                f"There are no scores of {self.spec.name} for {self.day}. `tenure status` names the last scored day; "
                f"`tenure score --day {self.day}` makes them."
            )
        return found

    @property
    def rows(self) -> pa.Table:
        """Every score of the day, by customer; a column of consent only where the day was scored under one."""
        return with_consent_told(self.tree.rows)

    @cached_property
    def consented(self) -> Consented | None:
        """What was heard of consent when the day was scored; None where none was declared."""
        return consented_then(self.workplace.project, self.spec, self.shelf.lineage, self.table, self.day)

    def scored_features(self, features: pa.Table) -> pa.Table:
        """Those of the day's features that were scored, with the words of consent under which they were."""
        with asked(self.consented) as those_of:
            return those_of(features, self.day, self.facts)

    def row(self, customer: str) -> Mapping[str, Any]:
        """The one score of a customer; an error never repeats who was asked for."""
        found = self.rows.filter(pc.equal(self.rows["customer_id"], customer)).to_pylist()
        if len(found) != 1:
            gone = f" {self.erased_in_words}; if this customer's was among them, it is gone." if self.erased_in_words else ""
            raise TraceError(
                f"Expected one score of {self.spec.name} for that customer on {self.day}, found {len(found)}. "
                f"Customers outside the model's population have none, nor has whom consent left out; write the id as "
                f"`customer_id` in the exported scores.{gone}"
            )
        return dict(found[0])

    @cached_property
    def erased_in_words(self) -> str:
        """How many scores of the day were erased since, as the log says; empty where none were."""
        commit = self.shelf.commits.get(self.day)
        return erased_in_words(self.day, commit, self.shelf.erasures) if commit and commit.emptied else ""

    def stands(self, day: date, digest: str | None) -> str | None:
        """The digest that stands, as the log says, in the place of one that a commit of scores noted of a day."""
        return self.shelf.erasures.now(self.table.name, day, digest)

    @cached_property
    def commit(self) -> DayCommit:
        """The commit that wrote the day."""
        found = self.shelf.commits.get(self.day)
        if found is None:
            raise TraceError(f"No commit of table {self.table.name!r} wrote {self.day}. Restore the lake from a backup.")
        return found

    @cached_property
    def signed(self) -> SignedDay | None:
        """What the scoring service signed of the day, its signature verified; None if nobody signed.

        Raises
        ------
        RefusedError: when the signature is not the scoring service's, or over another model or day.
        """
        return signed_day(
            self.ledger,
            self.workplace.project.name,
            self.spec.name,
            self.day,
            noted=self.commit.signed,
            now=moment(self.workplace.clock()),
        )

    @cached_property
    def signed_by(self) -> str | None:
        """The service that signed the delivery; None where nobody did, or the signature does not hold."""
        return self.standing.signed_by if self.standing else None

    @cached_property
    def at(self) -> datetime:
        """When the day was delivered: as the log has it or, where nobody signed or that does not hold, as the commit says."""
        return self.standing.at if self.standing else self.commit.at

    @cached_property
    def standing(self) -> SignedDay | None:
        """What was signed, if it holds. Who asks for `signed` is told why it does not."""
        try:
            return self.signed
        except TenureError:
            return None

    @cached_property
    def model_digest(self) -> str:
        """The one model that scored the day."""
        return self._one("model_digest")

    @cached_property
    def features_digest(self) -> str:
        """The content of the inputs that were scored, as the rows name it."""
        return self._one("features_digest")

    @property
    def ledger(self) -> Ledger:
        """The promotion log, verified once."""
        return self.shelf.ledger

    @cached_property
    def promoted(self) -> tuple[Record, Promotion]:
        """The promotion by which the model served when the day was delivered, and its place in the log."""
        project, model, ledger = self.workplace.project.name, self.spec.name, self.ledger
        own = list(promotions(ledger, project, model, before=ledger.size))
        # A run takes the champion when it begins, so until it ends another may have come.
        began, at = self.at - LONGEST_RUN, self.at + SKEW
        until = [*(promotion.decided_at for _, promotion in own[1:]), None]
        serving = [one for one, end in zip(own, until, strict=False) if one[1].decided_at <= at and (end is None or end >= began)]
        of_model = [one for one in serving if one[1].subject.model_digest == self.model_digest]
        if not of_model:
            served = ", ".join(f"version {p.version} ({p.subject.model_digest[:12]})" for _, p in serving) or "nothing"
            raise TraceError(
                f"The scores name model {self.model_digest[:12]}, but when they were delivered ({self.at:%Y-%m-%d %H:%M} "
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

    @property
    def rebuild_command(self) -> str:
        """The command that trains the model again."""
        return f"tenure rebuild --model {self.spec.name} --candidate {self.package.digest[:12]}"

    @property
    def noted_features_version(self) -> int:
        """The version of the features that were scored, as the commit notes it."""
        return int(noted(self.commit, FEATURES_VERSION, self.table.name))

    @cached_property
    def features_version(self) -> int:
        """The version of the features that were scored, as it was signed or else noted."""
        return self.standing.features_version if self.standing else self.noted_features_version

    @cached_property
    def features(self) -> OpenTable:
        """The features in the version that was scored; rows that were erased since are gone from it."""
        return self.shelf.lineage.table(FEATURES_TABLE, self.features_version)

    @property
    def made(self) -> Made:
        """By which definition the day's features were made, from which versions."""
        return self.shelf.lineage.made(FEATURES_TABLE, self.features_version, self.day)

    @property
    def inputs(self) -> Mapping[str, OpenTable]:
        """The tables that the features were made from, by name, in those versions."""
        return {name: self.shelf.lineage.table(name, version) for name, version in self.made.versions.items()}

    @cached_property
    def validated(self) -> Mapping[str, OpenTable]:
        """The validated tables behind the inputs, those behind activity included, in the versions that were read."""
        return self.shelf.lineage.validated(self.features_version, self.day)

    def _one(self, column: str) -> str:
        values = set(self.rows[column].to_pylist())
        if not self.rows.num_rows and self.standing:
            return str(getattr(self.standing, column))
        if len(values) != 1:
            raise TraceError(
                f"Expected one {column} in all {self.rows.num_rows} scores of {self.day}, found {len(values)}. "
                "Somebody changed rows of the lake: restore it from a backup, or score the day again."
            )
        return str(values.pop())


def open_day(workplace: Workplace, spec: Model, day: date) -> Delivered:
    """A day that is looked at by itself."""
    return Delivered(Shelf(workplace, spec), day)
