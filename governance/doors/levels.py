"""Moving from one level of governance to another: the draft of the trust root that does it, for its holders to sign.

Nothing that serves is touched: what was promoted is judged by the trust root of its day. A move down is signed as every trust
root is, by the threshold of the one before, so by those whom the higher level asks.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from governance.doors.trust_roots import Person, following
from governance.records.trust_root import Quorum, Role, StaffKey, TrustRoot
from governance.rules.levels import both_roles, lacking_to_full, level_of
from governance.stores.trust import SERVICES
from tenure.errors import SpecError
from tenure.levels import Level

ALONE = (Role.ENGINEER, Role.OWN_REVIEWER, Role.REVIEWER)
# Reviewers who must approve, root keys, and how many of them sign the next trust root.
USUAL = {Level.ONE: (1, 1, 1), Level.TWO: (1, 3, 2), Level.FULL: (2, 3, 2)}


def moved(
    root: TrustRoot,
    level: Level,
    *,
    project: str,
    people: Sequence[Person],
    leaving: Collection[str],
    quorum: int | None,
    holders: Sequence[str],
    threshold: int,
    now: datetime,
) -> TrustRoot:
    """The draft of the next trust root, at that level for every project that it names, and for this one.

    Parameters
    ----------
    people: who joins, and who is there with the roles that they shall have from now on; whoever is not named keeps theirs.
    leaving: staff ids of people whose keys leave it. quorum: by default what the level asks, or what is asked already if that
        is more.
    holders: the root keys in hex, of which `threshold` sign the version after; none keeps those there are, and their threshold.

    Raises
    ------
    SpecError: saying what the level asks that is not so.
    """
    _check_named(root, people, leaving)
    staff = tuple(_at_level(one, level) for one in _staff(root, people, leaving, now))
    usual, _, _ = USUAL[level]
    known = {one.project: one.reviewers for one in root.quorums}
    asked = {name: usual if level is Level.ONE else quorum or max(usual, known.get(name, usual)) for name in (*known, project)}
    draft = following(
        root,
        now,
        staff=staff,
        quorums=tuple(Quorum(project=name, reviewers=n) for name, n in sorted(asked.items())),
        root_keys=tuple(holders) or root.root_keys,
        threshold=threshold if holders else root.threshold,
    )
    _check_kept(draft, level, project)
    return draft


def _staff(root: TrustRoot, people: Sequence[Person], leaving: Collection[str], now: datetime) -> tuple[StaffKey, ...]:
    """Everybody of the next trust root; those who are named have the roles that are named."""
    named: Mapping[str, Person] = {one.staff_id: one for one in people}
    kept = tuple(
        replace(one, roles=named[one.staff_id].roles) if one.staff_id in named else one
        for one in root.staff
        if one.staff_id not in leaving
    )
    there = {one.staff_id for one in root.staff}
    return (*kept, *(person.entry(now) for person in people if person.staff_id not in there))


def _at_level(one: StaffKey, level: Level) -> StaffKey:
    """An entry with what the level lets somebody do alone, or without it."""
    if one.staff_id in SERVICES.values() or not {Role.ENGINEER, Role.REVIEWER} & set(one.roles):
        return one
    return replace(one, roles=ALONE if level is Level.ONE else tuple(r for r in one.roles if r is not Role.OWN_REVIEWER))


def _check_named(root: TrustRoot, people: Sequence[Person], leaving: Collection[str]) -> None:
    """Refuse names that nobody has, another key for somebody who is there, and services that would leave."""
    there = {one.staff_id: one for one in root.staff}
    if unknown := sorted(set(leaving) - (set(there) - set(SERVICES.values()))):
        raise SpecError(f"The trust root names no person called {', '.join(unknown)}, so nobody of that name can leave it.")
    for person in people:
        known = {one.public_key for one in root.staff if one.staff_id == person.staff_id}
        if known and person.public_key not in known:
            raise SpecError(
                f"{person.staff_id} is in the trust root with another key. Name them without one, or replace the key first: "
                "tenure trust add-reviewer, add-engineer."
            )


def _check_kept(draft: TrustRoot, level: Level, project: str) -> None:
    """Refuse a draft that does not keep its level, or at which nobody could approve what somebody trains."""
    engineers, reviewers = ({one.staff_id for one in draft.staff if role in one.roles} for role in (Role.ENGINEER, Role.REVIEWER))
    if level is Level.ONE:
        if len(reviewers) != 1:
            raise SpecError(
                f"At the level of {level.called} there is one, found {', '.join(sorted(reviewers)) or 'nobody'}. Name who "
                "leaves: --leaves STAFF_ID."
            )
        return
    if level is Level.FULL and (both := sorted(both_roles(draft))):
        raise SpecError(
            f"At the level of {level.called} an engineer is no reviewer, and {', '.join(both)} would be both. Say which each of "
            "them is from now on: --engineer STAFF_ID, or --reviewer STAFF_ID."
        )
    quorum = draft.quorum(project)
    if not engineers:
        raise SpecError("Nobody could ask for training. Name an engineer: --engineer STAFF_ID=PUBLIC_KEY.")
    for engineer in sorted(engineers):
        if len(others := reviewers - {engineer}) < quorum:
            raise SpecError(
                f"What {engineer} trains takes {quorum} other reviewer{'s' * (quorum > 1)}, and there "
                f"{'is' if len(others) == 1 else 'are'} {len(others) or 'none'}. Name more: --reviewer STAFF_ID=PUBLIC_KEY."
            )
    if level is Level.TWO and draft.threshold < 2:
        raise SpecError(
            "One holder of a root key could name anybody alone. Take three root keys of which two sign: leave out --threshold."
        )
    if level is Level.FULL and (lacks := tuple(lacking_to_full(draft, project))):
        raise SpecError(f"The level of {level.called} asks for {'; '.join(lacks)}.")


def above(root: TrustRoot, level: Level) -> Level | None:
    """The highest level above this one that a trust root keeps for any of its projects, which a move would take from them."""
    kept = [found for quorum in root.quorums if (found := level_of(root, quorum.project)).is_above(level)]
    return Level.FULL if Level.FULL in kept else next(iter(kept), None)
