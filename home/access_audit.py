"""The access audit: who could look people up in a month, who did, what of it was unusual, and which keys are overdue."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median

from governance.records.trust_root import TrustRoot
from home.looked_up import Look
from tenure.history.nouns import counted

SOON = timedelta(days=30)
# Somebody who answers a request looks at one person a few times; these are more than that, and a reason to ask.
MANY_PEOPLE, MANY_TIMES, TIMES_THE_USUAL = 20, 10, 3.0


@dataclass(frozen=True, kw_only=True)
class ByOne:
    """What one account looked up: how often, how many people, and by what."""

    by: str
    n_looks: int
    n_people: int
    by_what: Mapping[str, int]


@dataclass(frozen=True, kw_only=True)
class AccessAudit:
    """One month. `could` pairs each account and key with what it opens; `unusual` and `overdue` are sentences."""

    month: str
    could: tuple[tuple[str, str], ...]
    did: tuple[ByOne, ...]
    unusual: tuple[str, ...]
    overdue: tuple[str, ...]


def audit_access(
    looks: Sequence[Look], *, month: str, accounts: Mapping[str, str], root: TrustRoot | None, now: datetime
) -> AccessAudit:
    """Count a month's looks, and hold them and the keys against what is usual.

    Parameters
    ----------
    month: as "2026-11", in UTC.
    accounts: what each account of the room may see, in words.
    root: the trust root in force; None where there is none.
    """
    own = [look for look in looks if f"{look.at:%Y-%m}" == month]
    did = tuple(_by_one(by, [look for look in own if look.by == by]) for by in sorted({look.by for look in own}))
    keys = () if root is None else tuple((one.staff_id, f"key: {', '.join(sorted(one.roles))}") for one in root.staff)
    return AccessAudit(
        month=month,
        could=(*sorted(accounts.items()), *keys),
        did=did,
        unusual=tuple(_unusual(did, own, accounts)),
        overdue=() if root is None else tuple(_overdue(root, now)),
    )


def _by_one(by: str, own: Sequence[Look]) -> ByOne:
    single = {look.person for look in own if look.person}
    n_people = len(single) + sum(look.n_people for look in own if not look.person)
    return ByOne(by=by, n_looks=len(own), n_people=n_people, by_what=Counter(look.what for look in own))


def _unusual(did: Sequence[ByOne], own: Sequence[Look], accounts: Mapping[str, str]) -> Iterator[str]:
    """What somebody should ask about."""
    usual = median(one.n_people for one in did) if did else 0
    for one in did:
        if one.n_people >= MANY_PEOPLE and one.n_people > TIMES_THE_USUAL * usual:
            yield f"{one.by} looked up {one.n_people} people, where {usual:g} is usual."
        if one.by not in accounts and "(of this machine)" not in one.by:
            yield f"{one.by} looked up {counted(one.n_people, 'person', 'people')}, and has no account any more."
    for (by, _), n in sorted(Counter((look.by, look.person) for look in own if look.person).items()):
        if n >= MANY_TIMES:
            yield f"{by} looked up one person {n} times."


def _overdue(root: TrustRoot, now: datetime) -> Iterator[str]:
    """Keys that ended, or end soon."""
    for one in root.staff:
        if one.valid_until <= now:
            yield f"The key of {one.staff_id} ended on {one.valid_until:%Y-%m-%d}; it should leave the trust root, or be renewed."
        elif one.valid_until - now <= SOON:
            yield f"The key of {one.staff_id} ends on {one.valid_until:%Y-%m-%d}."
