"""Months of the access audit: what was signed of each, what is due, and what is otherwise than it was signed.

    <home>/access_audits/<project>/<digest>.json    the content that an auditor signed, as it was read

The log holds the digest, for it names no accounts; a month is held by its newest signature.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from adapters.whole_files import write_whole
from governance.records.access_audited import AUDITORS, AccessAudited, after, first_day
from governance.records.log import Record
from home.access_audit import AccessAudit, RoomAccount, Roots, audit_access, difference
from home.looked_up import looks
from home.workplace import Workplace
from tenure.canonical import decode, encode, sha256
from tenure.errors import RefusedError

FOLDER = "access_audits"
# How long auditors have for a month that is over.
TIME_TO_SIGN = timedelta(days=14)


@dataclass(frozen=True, kw_only=True)
class Month:
    """A month: who signed it, oldest first with their records, whether it is over, and since when it is overdue."""

    month: str
    signed: tuple[tuple[Record, AccessAudited], ...]
    is_over: bool
    overdue_since: datetime | None

    @property
    def late_in_words(self) -> str:
        """That nobody signed it in time, and what to do; empty where that is not so."""
        if self.overdue_since is None:
            return ""
        return (
            f"the access audit of {self.month} is overdue since {self.overdue_since:%Y-%m-%d}: an auditor signs it in the room "
            f"(Access), or by tenure access --month {self.month} --sign"
        )

    @property
    def is_due(self) -> bool:
        """Whether it is over, and nobody signed it."""
        return self.is_over and not self.signed


@dataclass(frozen=True, kw_only=True)
class Shown:
    """What is shown of a month, and the next signature covers; what was signed of it last, and what of that does not hold."""

    audit: AccessAudit
    signed: AccessAudit | None
    faults: tuple[str, ...]


def audit_of(workplace: Workplace, month: str, accounts: Sequence[RoomAccount]) -> AccessAudit:
    """The access audit of a month, as it is told now."""
    return audit_access(
        looks(workplace.settings),
        project=workplace.project.name,
        month=month,
        accounts=accounts,
        roots=_roots(workplace),
        now=workplace.clock(),
    )


def shown_of(workplace: Workplace, one: Month, accounts: Sequence[RoomAccount]) -> Shown:
    """What is shown of a month: what was signed, unless that no longer holds."""
    now = audit_of(workplace, one.month, accounts)
    if not one.signed:
        return Shown(audit=now, signed=None, faults=())
    found = of_month(workplace, one)
    try:
        signed = kept(workplace, one.signed[-1][1].digest)
    except RefusedError:
        signed = None  # it is among the faults
    return Shown(audit=now if found or signed is None else signed, signed=signed, faults=found)


def months(workplace: Workplace) -> tuple[Month, ...]:
    """Every month of which there is something to audit, newest first, and the present one: from the first look or auditor on."""
    now = workplace.clock().astimezone(UTC)
    signed = workplace.promotions.access_audits()
    named = [at for at, root in _roots(workplace) if any(set(AUDITORS) & set(one.roles) for one in root.staff)]
    looked = [one.at for one in looks(workplace.settings) if one.project == workplace.project.name]
    this = f"{now:%Y-%m}"
    first = min([*(f"{at.astimezone(UTC):%Y-%m}" for at in (*named, *looked)), *(one.month for _, one in signed), this])
    # Before an auditor was named nobody could sign, so nothing is overdue that was over by then.
    due_from = f"{min(named).astimezone(UTC):%Y-%m}" if named else after(this)
    return tuple(_month(each, signed, now, may_be_due=each >= due_from) for each in reversed(list(_between(first, this))))


def kept(workplace: Workplace, digest: str) -> AccessAudit | None:
    """What was signed under a digest; None where this machine does not hold it.

    Raises
    ------
    RefusedError: when what is kept under it is something else.
    """
    path = _path(workplace, digest)
    if not path.is_file():
        return None
    content = path.read_bytes()
    found = decode(AccessAudit, content, what=f"the access audit {digest[:12]}")
    return found if sha256(content) == digest else None


def keep(workplace: Workplace, audit: AccessAudit) -> None:
    """Keep what is about to be signed; unsigned it is nobody's, and harmless."""
    write_whole(_path(workplace, audit.digest), encode(audit))


def late_in_words(workplace: Workplace) -> Iterator[str]:
    """A line for each month that nobody signed in time; none where the trust root names no auditor."""
    if not workplace.promotions.has_trust_root:
        return
    yield from (one.late_in_words for one in months(workplace) if one.overdue_since is not None)


def faults(workplace: Workplace) -> Iterator[str]:
    """What does not hold of signed months: content that was changed or is gone, and looks that came or went since."""
    if not workplace.promotions.has_trust_root:
        return
    for one in months(workplace):
        if one.signed:
            yield from of_month(workplace, one)


def of_month(workplace: Workplace, one: Month) -> tuple[str, ...]:
    """The same of one signed month."""
    _, newest = one.signed[-1]
    try:
        signed = kept(workplace, newest.digest)
    except RefusedError as error:
        return (str(error),)
    if signed is None:
        return (
            f"What {newest.identity} signed of the access audit of {one.month} ({newest.digest[:12]}) is not in the home, or was "
            "changed. Restore it from a backup, or sign the month again.",
        )
    return difference(signed, audit_of(workplace, one.month, ()))


def _month(month: str, signed: Sequence[tuple[Record, AccessAudited]], now: datetime, *, may_be_due: bool) -> Month:
    own = tuple((record, one) for record, one in signed if one.month == month)
    over_at = datetime.combine(first_day(after(month)), datetime.min.time(), UTC)
    late_at = over_at + TIME_TO_SIGN
    return Month(
        month=month,
        signed=own,
        is_over=over_at <= now,
        overdue_since=late_at if may_be_due and not own and late_at <= now else None,
    )


def _between(first: str, last: str) -> Iterator[str]:
    """Months from one to another."""
    month = first
    while month <= last:
        yield month
        month = after(month)


def _roots(workplace: Workplace) -> Roots:
    """The trust roots of the home, each with when it came into force."""
    if not workplace.promotions.has_trust_root:
        return ()
    ledger = workplace.promotions.ledger()
    return tuple((ledger.records[place].at, root) for place, root in ledger.roots)


def _path(workplace: Workplace, digest: str) -> Path:
    return workplace.settings.home / FOLDER / workplace.project.name / f"{digest}.json"
