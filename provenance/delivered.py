"""A day of delivered scores, and what stands behind it: the commit, the model and the versions of all that it was made from.

Everything is read when it is asked for, and refused where it is not there. What of it holds is said in `trace.py`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.compute as pc

from adapters.lake import DayCommit, OpenTable, commits_by_day, read_rows
from adapters.tables import FEATURES_TABLE, FEATURES_VERSION, SCORES, stage_table
from governance.records.delivery import SignedDelivery, check_delivery_of, read_delivery
from governance.records.ledger import Ledger
from governance.records.log import Record
from governance.records.serving import Promotion, promotions
from governance.stores.package_reading import evidence_of
from home.workplace import Workplace
from provenance.received import Versions, noted, source_name, written
from tenure.canonical import SKEW, moment
from tenure.contracts import Source
from tenure.errors import TenureError, TraceError
from tenure.evidence import Evidence
from tenure.package import Package
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
        return written(commits_by_day(self.table).get(self.day), self.table, self.day)

    @cached_property
    def delivery(self) -> SignedDelivery | None:
        """What the scoring service signed of this model and day, its signature verified; None if nobody signed.

        Raises
        ------
        RefusedError: when the signature is not the scoring service's, or over another model or day.
        """
        if self.commit.signed is None:
            return None
        signed = read_delivery(self.commit.signed.encode(errors="replace"), self.ledger, now=moment(self.workplace.clock()))
        check_delivery_of(signed, project=self.workplace.project.name, model=self.spec.name, day=self.day)
        return signed

    def check_signed(self, signed: SignedDelivery) -> None:
        """Refuse what the lake holds where it is not what was signed: the content that its commit notes, model and inputs."""
        check_delivery_of(
            signed,
            content=self.commit.content,
            model_digest=self.model_digest,
            features_digest=self.features_digest,
            features_version=self.features_version,
        )

    @cached_property
    def signed_by(self) -> str | None:
        """The service that signed the delivery; None where nobody did, or the signature does not hold."""
        return self._signed.signed_by if self._signed else None

    @cached_property
    def at(self) -> datetime:
        """When the day was delivered: as it was signed or, where nobody signed or that does not hold, as the commit says."""
        return self._signed.delivery.delivered_at if self._signed else self.commit.at

    @cached_property
    def _signed(self) -> SignedDelivery | None:
        """The delivery, if it holds. Who asks for `delivery` is told why it does not."""
        try:
            return self.delivery
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

    @cached_property
    def features_version(self) -> int:
        """The version of the features that were scored, as the commit notes it."""
        return int(noted(self.commit, FEATURES_VERSION, self.table.name))

    @cached_property
    def features(self) -> OpenTable:
        """The features in the version that was scored."""
        return self.workplace.lake.open(FEATURES_TABLE, version=self.features_version)

    @cached_property
    def versions(self) -> Versions:
        """The lake in the versions that were read."""
        return Versions(self.workplace.lake)

    @property
    def made_from(self) -> Mapping[str, Any]:
        """The definition and the versions of the inputs by which the day's features were made."""
        return self.versions.made_from(self.features, self.day)

    @property
    def inputs(self) -> Mapping[str, OpenTable]:
        """The tables that the features were made from, by name, in those versions."""
        return self.versions.inputs(self.features, self.day)

    @cached_property
    def validated(self) -> Mapping[str, OpenTable]:
        """The validated tables behind the inputs, those behind activity included, in the versions that were read."""
        return self.versions.validated(self.features, self.day)

    def source_of(self, table: str) -> Source:
        """The source of a validated table."""
        return self.workplace.project.source(source_name(table))

    def _one(self, column: str) -> str:
        values = set(self.rows[column].to_pylist())
        if len(values) != 1:
            raise TraceError(
                f"Expected one {column} in all {self.rows.num_rows} scores of {self.day}, found {len(values)}. "
                "Somebody changed rows of the lake: restore it from a backup, or score the day again."
            )
        return str(values.pop())
