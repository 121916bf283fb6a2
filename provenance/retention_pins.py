"""What holds a version of the lake: signed deliveries whose scores are kept, and signed trainings of models that are.

A delivery names the features that it scored, whose notes name what they were made from; a training's evidence names its tables.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from adapters.tables import FEATURES_TABLE
from governance.records.delivery import Delivery, peek_delivery
from governance.records.log import Kind, Record
from governance.records.serving import revocation_of
from governance.stores.package_reading import evidence_of
from home.workplace import Workplace
from provenance.lineage import VALIDATED, Lineage
from tenure.errors import RetentionError, TenureError
from tenure.evidence import Evidence
from tenure.promotions import current
from tenure.purposes.kept import Kept


@dataclass(frozen=True, kw_only=True)
class Pin:
    """A version of a table that stays readable, for what signed; `only` these days of it, `scored` of a delivery its day."""

    table: str
    version: int
    by: str
    only: frozenset[date] | None = None
    scored: date | None = None


@dataclass(frozen=True, kw_only=True)
class Learnt:
    """A package of a model with what it learnt from; kept while it serves, while its last day is, and while its scores are."""

    package: str
    evidence: Evidence
    kept: Kept | None
    known_until: date
    is_kept: bool

    @property
    def test_rows(self) -> str | None:
        """The root of what it was measured on."""
        return self.evidence.data.test_rows_digest


def pins_of_deliveries(workplace: Workplace, lineage: Lineage, times: Mapping[str, Kept | None], today: date) -> Iterator[Pin]:
    """The versions behind every delivered day whose scores are kept, those of deliveries that were replaced among them.

    Raises
    ------
    RetentionError: for a day of which nobody can tell what is behind it.
    """
    known: dict[tuple[int, date], dict[str, int]] = {}
    for delivery, day in _delivered(workplace, times, today):
        by, version = f"deliveries of {delivery.model}", delivery.features_version
        yield Pin(table=FEATURES_TABLE, version=version, by=by, only=frozenset([day]), scored=day)
        if (version, day) not in known:
            known[version, day] = _behind(lineage, delivery, day)
        yield from (Pin(table=name, version=at, by=by, scored=day) for name, at in known[version, day].items())


def pins_of_training(one: Learnt) -> Iterator[Pin]:
    """The versions that a training read."""
    data, by = one.evidence.data, f"the training of {one.evidence.model.name} {one.package[:12]}"
    read = {FEATURES_TABLE: data.features_version, **dict(data.roll_ups)}
    read |= {f"{VALIDATED}{source.name}": source.lake_version for source in data.sources}
    yield from (Pin(table=name, version=version, by=by) for name, version in read.items())


def trainings(workplace: Workplace, times: Mapping[str, Kept | None], today: date) -> Iterator[Learnt]:
    """Every package of a company, promoted or candidate, and whether it is still kept.

    Raises
    ------
    RetentionError: for a promoted one that cannot be read.
    """
    project, packages, records = workplace.project, workplace.packages, workplace.promotions.records()
    ledger = workplace.promotions.ledger()
    promoted = {r.package_digest for r in records if r.project == project.name}
    serving = {r.package_digest for m in times if (r := current(records, project.name, m)) is not None}
    serving = {digest for digest in serving if revocation_of(ledger, digest, before=ledger.size) is None}
    scored = {delivery.model_digest for delivery, _ in _delivered(workplace, times, today)}
    for digest in sorted(promoted | {one.digest for one in packages.candidates(project.name)}):
        try:
            package = packages.load(digest) if digest in promoted else packages.candidate(digest)
            evidence = evidence_of(package)
        except TenureError as error:
            if digest in promoted:
                raise RetentionError(
                    f"Package {digest[:12]} was promoted and cannot be read, so nobody can tell which days it holds, and nothing "
                    f"ends before it is restored: {error}"
                ) from None
            continue  # a candidate that cannot be read is never promoted, and holds nothing
        kept, known_until = times.get(evidence.model.name), evidence.data.known_until
        is_young = kept is None or known_until >= kept.ended_before(today)
        yield Learnt(
            package=digest,
            evidence=evidence,
            kept=kept,
            known_until=known_until,
            is_kept=is_young or digest in serving or package.model_digest in scored,
        )


def _delivered(workplace: Workplace, times: Mapping[str, Kept | None], today: date) -> Iterator[tuple[Delivery, date]]:
    """Each delivered day that is kept, of every delivery of it."""
    ledger = workplace.promotions.ledger()
    for record in ledger.of_kind(Kind.DELIVERED, before=ledger.size):
        delivery = _read(record)
        if delivery.project == workplace.project.name:
            kept = times.get(delivery.model)
            first = date.min if kept is None else kept.ended_before(today)
            yield from ((delivery, one.day) for one in delivery.days if one.day >= first)


def _read(record: Record) -> Delivery:
    """A signed delivery."""
    try:
        return peek_delivery(record.signed)
    except TenureError as error:
        raise RetentionError(
            f"Record {record.sequence} of the log is a delivery that cannot be read, so nobody can tell which days it holds, and "
            f"nothing ends before the log is restored: {error}"
        ) from None


def _behind(lineage: Lineage, delivery: Delivery, day: date) -> dict[str, int]:
    """The tables behind a delivered day's features, by name, each in the version that was read.

    Raises
    ------
    RetentionError: where that cannot be read: what the delivery holds is not known then.
    """
    version = delivery.features_version
    commit = lineage.book(FEATURES_TABLE).day(day, version)
    if commit is not None and commit.lineage is None:
        return {}  # an earlier version of Tenure noted nothing of what is behind it, so nobody makes it again
    try:
        read = dict(lineage.made(FEATURES_TABLE, version, day).versions)
        return read | {name: table.version for name, table in lineage.validated(version, day).items()}
    except (TenureError, ValueError, KeyError) as error:
        raise RetentionError(
            f"What is behind the delivery of {delivery.model} of {day} cannot be read, so nobody can tell which days it "
            f"holds, and nothing ends before the lake is restored from a backup: {error}"
        ) from None
