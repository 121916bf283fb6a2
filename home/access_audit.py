"""The access audit: who could look people up in a month, who did, what of it was unusual, which keys and accounts are overdue.

A month that is over is told as of its end, so that it reads the same whenever it is asked for; only accounts, of which nobody
keeps what they were, are told as they are now. What was signed of months is `audited_months.py`'s.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from statistics import median

from governance.records.access_audited import after, first_day
from governance.records.trust_root import TrustRoot
from home.looked_up import Look
from tenure.canonical import canonical, encode, sha256
from tenure.history.nouns import counted

SOON, UNUSED = timedelta(days=30), timedelta(days=90)
# Somebody who answers a request looks at one person a few times; these are more than that, and a reason to ask.
MANY_PEOPLE, MANY_TIMES, TIMES_THE_USUAL = 20, 10, 3.0

# Trust roots, each with when it came into force, oldest first.
Roots = Sequence[tuple[datetime, TrustRoot]]


@dataclass(frozen=True, kw_only=True)
class RoomAccount:
    """An account of the room as it is now: what it opens, in words, whose it is, and when it was made and last used."""

    name: str
    opens: str
    staff_id: str
    made_at: datetime
    used_at: datetime


@dataclass(frozen=True, kw_only=True)
class Opens:
    """Who could look people up: an account or a key, and what it opens."""

    who: str
    what: str


@dataclass(frozen=True, kw_only=True)
class ByOne:
    """What one account looked up: how often, how many people, and by what; `n_handed` were handed out in lists, unnamed here."""

    by: str
    n_looks: int
    n_people: int
    n_handed: int
    by_what: Mapping[str, int]


@dataclass(frozen=True, kw_only=True)
class AccessAudit:
    """One month of a company; `unusual` and `overdue` are sentences. `looks` is the digest of every look, in their order."""

    project: str
    month: str
    could: tuple[Opens, ...]
    did: tuple[ByOne, ...]
    unusual: tuple[str, ...]
    overdue: tuple[str, ...]
    looks: str

    @property
    def digest(self) -> str:
        """SHA-256 of its canonical content: what an auditor signs."""
        return sha256(encode(self))

    @property
    def n_looks(self) -> int:
        """How often somebody looked."""
        return sum(one.n_looks for one in self.did)


def audit_access(
    looks: Sequence[Look], *, project: str, month: str, accounts: Sequence[RoomAccount], roots: Roots, now: datetime
) -> AccessAudit:
    """Count a month's looks, and hold them, the keys and the accounts against what is usual.

    Parameters
    ----------
    month: as "2026-11", in UTC.
    accounts: those of the room that may enter the company. roots: every trust root; none where there is none.
    """
    own = [look for look in looks if look.project == project and f"{look.at.astimezone(UTC):%Y-%m}" == month]
    did = tuple(_by_one(by, [look for look in own if look.by == by]) for by in sorted({look.by for look in own}))
    began, ended = _bounds(month)
    as_of = min(now, ended)
    there = [one for one in accounts if one.made_at <= as_of]
    known = {one.name for one in accounts}
    in_force = [root for at, root in roots if at <= as_of]
    return AccessAudit(
        project=project,
        month=month,
        could=(
            *(Opens(who=one.name, what=one.opens) for one in sorted(there, key=lambda each: each.name)),
            *_keys(roots, began, as_of),
        ),
        did=did,
        unusual=tuple(_unusual(did, own, known)),
        overdue=(*_overdue_keys(in_force, as_of), *_overdue_accounts(there, in_force, as_of)),
        looks=digest_of(own),
    )


def digest_of(own: Sequence[Look]) -> str:
    """One digest over looks: who, when, by what, at which pseudonym, or at how many people at once."""
    rows = [[look.at.isoformat(), look.by, look.what, look.person or f"{look.n_people} people"] for look in own]
    return sha256(canonical({"looks": rows}))


def difference(signed: AccessAudit, found: AccessAudit) -> tuple[str, ...]:
    """What of a month's looks is otherwise than it was signed, in sentences; none where all is as it was."""
    if signed.looks == found.looks:
        return ()
    before, now = ({one.by: one for one in audit.did} for audit in (signed, found))
    told = []
    for by in sorted({*before, *now}):
        n_before, n_now = (one[by].n_looks if by in one else 0 for one in (before, now))
        if n_now > n_before:
            told.append(f"{counted(n_now - n_before, 'look', 'looks')} by {by} came to {signed.month} after it was signed.")
        elif n_now < n_before:
            told.append(f"{counted(n_before - n_now, 'look', 'looks')} by {by} went from {signed.month} after it was signed.")
    return tuple(told) or (f"Looks of {signed.month} were changed after it was signed: as many, by the same accounts.",)


def _bounds(month: str) -> tuple[datetime, datetime]:
    """When a month begins and ends, in UTC."""
    began, ended = (datetime.combine(first_day(one), datetime.min.time(), UTC) for one in (month, after(month)))
    return began, ended


def _by_one(by: str, own: Sequence[Look]) -> ByOne:
    return ByOne(
        by=by,
        n_looks=len(own),
        n_people=len({look.person for look in own if look.person}),
        n_handed=sum(look.n_people for look in own if not look.person),
        by_what=dict(Counter(look.what for look in own)),
    )


def _keys(roots: Roots, began: datetime, as_of: datetime) -> Iterator[Opens]:
    """The keys that a trust root in force at any time of the month named, each with its roles."""
    ends = (*(at for at, _ in roots[1:]), None)
    during = [root for (at, root), end in zip(roots, ends, strict=False) if at <= as_of and (end is None or end > began)]
    roles: dict[str, set[str]] = {}
    for one in (one for root in during for one in root.staff):
        roles.setdefault(one.staff_id, set()).update(one.roles)
    yield from (Opens(who=who, what=f"key: {', '.join(sorted(named))}") for who, named in roles.items())


def _unusual(did: Sequence[ByOne], own: Sequence[Look], known: set[str]) -> Iterator[str]:
    """What somebody should ask about."""
    usual = median(one.n_people for one in did) if did else 0
    for one in did:
        if one.n_people >= MANY_PEOPLE and one.n_people > TIMES_THE_USUAL * usual:
            yield f"{one.by} looked up {one.n_people} people, where {usual:g} is usual."
        if one.by not in known and "(of this machine)" not in one.by:
            yield f"{one.by} looked up {counted(one.n_people, 'person', 'people')}, and has no account any more."
    for by, n in sorted(_resolved(own).items()):
        yield f"{by} was handed {n:,} people under ids as received."
    for (by, _), n in sorted(Counter((look.by, look.person) for look in own if look.person).items()):
        if n >= MANY_TIMES:
            yield f"{by} looked up one person {n} times."


def _resolved(own: Sequence[Look]) -> Counter[str]:
    """By whom, how many people were handed out under ids as received."""
    found: Counter[str] = Counter()
    for look in own:
        if look.is_resolved:
            found[look.by] += look.n_people
    return found


def _overdue_keys(in_force: Sequence[TrustRoot], as_of: datetime) -> Iterator[str]:
    """Keys of the newest trust root that ended, or end soon."""
    for one in in_force[-1].staff if in_force else ():
        if one.valid_until <= as_of:
            yield f"The key of {one.staff_id} ended on {one.valid_until:%Y-%m-%d}; it should leave the trust root, or be renewed."
        elif one.valid_until - as_of <= SOON:
            yield f"The key of {one.staff_id} ends on {one.valid_until:%Y-%m-%d}."


def _overdue_accounts(there: Sequence[RoomAccount], in_force: Sequence[TrustRoot], as_of: datetime) -> Iterator[str]:
    """Accounts that should go: of people who left the trust root, and those that nobody uses."""
    named, ever = ({one.staff_id for root in some for one in root.staff} for some in (in_force[-1:], in_force))
    for one in sorted(there, key=lambda each: each.name):
        if one.staff_id in ever - named:
            yield f"The account {one.name} is of {one.staff_id}, who left the trust root; remove it."
        elif as_of - one.used_at >= UNUSED:
            yield f"The account {one.name} was last used on {one.used_at:%Y-%m-%d}; remove it, or ask whose it is."
