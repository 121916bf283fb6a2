"""What people decide of people: that two ids are one person or two, that some ids are somebody else, that an entry was wrong.

Each decision is one entry with a reason and who made it. A split holds from its day on; what is undone, is undone of every day.
"""

from collections.abc import Collection
from datetime import date

import pyarrow as pa
import pyarrow.compute as pc

from tenure.errors import PeopleError
from tenure.people.ledger import Did, Entry, Ledger
from tenure.people.matching import apart_in
from tenure.people.who_is import groups_on

LAST_DAY = date.max


def merge(ledger: Ledger, one: str, other: str, *, day: date, reason: str, by: str) -> Entry:
    """Two ids are of one person from a day on."""
    _check(ledger, (one, other), reason, day)
    if groups_on(ledger, day).are_together(one, other):
        raise PeopleError(f"The two ids are of one person as of {day} already; there is nothing to merge.")
    return Entry(number=ledger.next_number, day=day, did=Did.MERGED, customer_id=one, with_id=other, reason=reason, by=by)


def keep_apart(ledger: Ledger, one: str, other: str, *, day: date, reason: str, by: str) -> Entry:
    """Two ids are of two people, whatever rules say later."""
    _check(ledger, (one, other), reason, day)
    if groups_on(ledger, day).are_together(one, other):
        raise PeopleError(f"The two ids are of one person as of {day}. Split them, or undo the entry that merged them.")
    return Entry(number=ledger.next_number, day=day, did=Did.APART, customer_id=one, with_id=other, reason=reason, by=by)


def split(ledger: Ledger, ids: Collection[str], *, day: date, reason: str, by: str) -> Entry:
    """Some ids of a person are somebody else from a day on."""
    _check(ledger, ids, reason, day)
    groups = groups_on(ledger, day)
    persons = {groups.person(one) for one in ids}
    if len(persons) != 1:
        raise PeopleError(
            f"The ids are of {len(persons)} people as of {day}; expected ids of one person, some of whose ids stay."
        )
    moved = sorted(set(ids))
    others = sorted(set(groups.members(moved[0])) - set(moved))
    if not others:
        raise PeopleError(f"The ids are all that the person has as of {day}; name those that are somebody else, not all of them.")
    crossing = tuple(
        entry.number
        for entry in ledger.standing
        if entry.did is Did.MERGED and len({one in moved for one in (entry.customer_id, entry.with_id)}) == 2
    )
    return Entry(
        number=ledger.next_number,
        day=day,
        did=Did.SPLIT,
        reason=reason,
        by=by,
        of=crossing,
        moved=tuple(moved),
        others=tuple(others),
    )


def kept_together(ledger: Ledger, split: Entry) -> tuple[Entry, ...]:
    """What a split is recorded with: those who stay are one person still, whom ended links held together, and so the others."""
    groups = groups_on(ledger, split.day)
    groups.end(split.of)
    merges: list[Entry] = []
    for ids in (split.moved, split.others):
        first = groups.first(ids)
        for person in sorted({groups.person(one) for one in ids} - {groups.person(first)}):
            number, reason = split.number + 1 + len(merges), f"one person before the split of entry {split.number}, and after it"
            merges.append(
                Entry(number=number, day=split.day, did=Did.MERGED, customer_id=person, with_id=first, reason=reason, by=split.by)
            )
    return tuple(merges)


def undo(ledger: Ledger, number: int, *, reason: str, by: str) -> Entry:
    """An entry was wrong: every day is as if it had never been recorded, and rules do not find it again."""
    _check(ledger, (), reason, date.max)
    entry = ledger.entry(number)
    if entry.did is Did.ESTIMATED:
        raise PeopleError(
            f"Entry {number} says what an agreement counts, by which later entries were judged; it is never taken back. Undo the "
            "merges that were wrong."
        )
    if number in ledger.undone:
        raise PeopleError(f"Entry {number} of the ledger of people is undone already.")
    return Entry(number=ledger.next_number, day=entry.day, did=Did.UNDONE, reason=reason, by=by, of=(number,))


def asked(ledger: Ledger, number: int) -> tuple[str, str]:
    """The two ids of a pair that waits for a decision."""
    found = next((entry for entry in waiting(ledger) if entry.number == number), None)
    if found is None or found.customer_id is None or found.with_id is None:
        raise PeopleError(f"Entry {number} is no pair that waits for a decision. `tenure people pairs` lists those that do.")
    return found.customer_id, found.with_id


def waiting(ledger: Ledger) -> tuple[Entry, ...]:
    """Pairs that wait for a decision, the likeliest first."""
    groups, apart = groups_on(ledger, LAST_DAY), apart_in(ledger)
    open_ones = [
        entry
        for entry in ledger.standing
        if entry.did is Did.WAITS
        and not entry.is_erased
        and entry.customer_id is not None
        and entry.with_id is not None
        and not groups.are_together(entry.customer_id, entry.with_id)
        and entry.with_id not in apart.get(entry.customer_id, ())
    ]
    return tuple(sorted(open_ones, key=lambda entry: (-(entry.probability or 0.0), entry.number)))


def _check(ledger: Ledger, ids: Collection[str], reason: str, day: date) -> None:
    """Refuse a decision without a reason, of ids that were never met, and of a day before one of them was."""
    if not reason.strip():
        raise PeopleError("A decision about people needs a reason, for whoever asks later why; say it with --reason.")
    if len(set(ids)) < len(list(ids)):
        raise PeopleError("One id is named twice; expected different ids.")
    unknown = [one for one in ids if not ledger.knows(one)]
    if unknown:
        raise PeopleError(
            f"{len(unknown)} of the {len(list(ids))} ids were never given: no source that identifies told of them yet. Expected "
            "ids as they stand in `customer_id`."
        )
    given = ledger.given
    met = given.filter(pc.is_in(given["customer_id"], pa.array(list(ids), pa.string())))["day"].to_pylist()
    if met and day < max(met):
        raise PeopleError(
            f"Not all of the ids were met by {day}; the last of them was on {max(met)}. A decision about them is known from that "
            "day on at the earliest: name it, or a later one."
        )
