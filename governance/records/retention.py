"""Retention: what was deleted because its time had ended, as the scoring service signs it into the log.

Nobody is asked: reviewers signed for how long it is kept, with the declaration of the source or the purpose. The service may
delete no day earlier than that; what it is held against is `governance/rules/retention.py`. A record names no customer.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from governance.records.ledger import Ledger
from governance.records.log import Kind, Record
from governance.records.signing import read_envelope, sign
from governance.records.trust_root import Role
from tenure.canonical import SKEW, check_moment, check_text, decode, encode
from tenure.purposes.declaration import DataKind
from tenure.refusals import Refusal, refused

RETENTION_TYPE = "application/vnd.tenure.retention+json"


@dataclass(frozen=True, kw_only=True)
class TimeOf:
    """By which declaration days have ended: for how long it keeps, and the first day that it still does."""

    kind: DataKind
    name: str
    kept_days: int
    kept_from: date


@dataclass(frozen=True, kw_only=True)
class HeldDays:
    """Days that are past their time and still in versions that something signed names: how many, from which to which, by what."""

    n_days: int
    first: date
    last: date
    by: tuple[str, ...]

    def __post_init__(self) -> None:
        """Refuse none, and nothing that holds them."""
        if self.n_days < 1 or self.first > self.last or not self.by:
            raise ValueError("expected days, and what holds them")


@dataclass(frozen=True, kw_only=True)
class EndedDays:
    """Days of a table of the lake, of a source's batches (`raw/<source>`) or of test rows (`test_rows/<root>`).

    `of` is the place of its time among those of the record. `left` are no longer in what is read from now on, `gone` are in no
    version any more; `held` had to stay.
    """

    table: str
    of: int
    left: tuple[date, ...]
    gone: tuple[date, ...]
    held: HeldDays | None

    def __post_init__(self) -> None:
        """Refuse what could be spelled twice."""
        check_text("a table", self.table)
        if any(list(days) != sorted(set(days)) for days in (self.left, self.gone)):
            raise ValueError("expected days in order, each once")

    @property
    def last(self) -> date:
        """The last of all these days."""
        return max((*self.left, *self.gone, *([self.held.last] if self.held else [])), default=date.min)


@dataclass(frozen=True, kw_only=True)
class Retention:
    """What one act deleted of a project of an installation, and what it had to leave."""

    installation: str
    project: str
    times: tuple[TimeOf, ...]
    ended: tuple[EndedDays, ...]
    identity: str
    issued: datetime

    def __post_init__(self) -> None:
        """Refuse what could be spelled twice, and what ends before its time says so."""
        for name, text in (("an installation", self.installation), ("a project", self.project), ("an identity", self.identity)):
            check_text(name, text)
        check_moment("issued", self.issued)
        for one in self.ended:
            if not 0 <= one.of < len(self.times):
                raise ValueError("expected the place of a time that the record holds")
            if one.last >= self.times[one.of].kept_from:
                raise ValueError("expected days before the first that is kept")


@dataclass(frozen=True)
class Retentions:
    """What the log says was deleted of a project because its time had ended: by table and day, the first record that says so."""

    _left: Mapping[str, Mapping[date, int]]
    _gone: Mapping[str, Mapping[date, int]]
    acts: tuple[tuple[Record, Retention], ...] = ()

    def left(self, table: str) -> Mapping[date, int]:
        """Days that are read no more."""
        return self._left.get(table, {})

    def gone(self, table: str) -> Mapping[date, int]:
        """Days of which no version holds a row."""
        return self._gone.get(table, {})

    def gone_until(self, until: date) -> Mapping[str, int]:
        """How many days up to one are in no version any more, of each table of which some are."""
        counted = {table: sum(day <= until for day in days) for table, days in self._gone.items()}
        return {table: n_days for table, n_days in counted.items() if n_days}


def sign_retention(retention: Retention, key: Ed25519PrivateKey) -> bytes:
    """Sign what was deleted with the scoring service's key; returns the envelope."""
    return sign(encode(retention), RETENTION_TYPE, [key])


def read_retention(data: bytes, ledger: Ledger, *, at: datetime, place: int) -> Retention:
    """Read and verify a record that reached the log at a time and place; whether it might delete so is a rule of its own.

    Raises
    ------
    RefusedError: for another signer than the scoring service, another installation, and a date that is not the log's.
    """
    envelope, retention = read_envelope(data, what="the retention"), peek_retention(data)
    signer = ledger.root_before(place).signer(envelope, RETENTION_TYPE, [Role.SCORER], at=at, what="the retention")
    ledger.check_here(retention.installation)
    if signer.staff_id != retention.identity:
        raise refused(
            Refusal.OTHER_PERSON,
            f"The retention names {retention.identity}, but {signer.staff_id} signed it. Each service signs for itself.",
        )
    if abs(retention.issued - at) > SKEW:
        raise refused(
            Refusal.TIME_RUNS_BACK,
            f"The retention is dated {retention.issued:%Y-%m-%d %H:%M} UTC, but reached the log at {at:%Y-%m-%d %H:%M}. "
            "Set the clocks right, then run it again.",
        )
    return retention


@lru_cache(maxsize=1024)
def peek_retention(data: bytes) -> Retention:
    """Read a record whose signature is checked elsewhere."""
    return decode(Retention, read_envelope(data, what="the retention").payload, what="a retention")


def retentions(ledger: Ledger, project: str, *, counts: Callable[[int, TimeOf], bool] = lambda _, __: True) -> Retentions:
    """What the log says was deleted of a project, each record verified as of its place.

    Parameters
    ----------
    counts: given the place of a record and one of its times, whether what ended by it is told.
    """
    left: dict[str, dict[date, int]] = {}
    gone: dict[str, dict[date, int]] = {}
    acts = list(_acts(ledger, project))
    for record, retention in acts:
        for one in (each for each in retention.ended if counts(record.sequence, retention.times[each.of])):
            for known, days in ((left, one.left), (gone, one.gone)):
                own = known.setdefault(one.table, {})
                own |= {day: record.sequence for day in days if day not in own}
    return Retentions(left, gone, tuple(acts))


def _acts(ledger: Ledger, project: str) -> Iterator[tuple[Record, Retention]]:
    for record in ledger.of_kind(Kind.RETENTION, before=ledger.size):
        if peek_retention(record.signed).project == project:
            yield record, read_retention(record.signed, ledger, at=record.at, place=record.sequence)
