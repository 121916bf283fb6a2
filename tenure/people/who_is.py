"""Who is one person on a day, read from the ledger: the answer for one id, and for all ids as spans of days."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import date
from itertools import groupby

import pyarrow as pa

from tenure.people.groups import Groups
from tenure.people.ledger import Entry, Ledger

# Ids that are of another name than their own, and from which day until before which one; those that are not told are themselves.
SPANS = pa.schema([("customer_id", pa.string()), ("person_id", pa.string()), ("since", pa.date32()), ("until", pa.date32())])


def who_is(ledger: Ledger, customer_id: str, as_of: date) -> str:
    """The person that an id is of, as was known before a day begins."""
    return groups_on(ledger, as_of).person(customer_id)


def ids_of(ledger: Ledger, person_id: str, as_of: date) -> tuple[str, ...]:
    """All ids of the person that an id is of, in the order in which they were given."""
    groups = groups_on(ledger, as_of)
    return tuple(sorted(groups.members(person_id), key=lambda one: (groups.places.get(one, 0), one)))


def groups_on(ledger: Ledger, as_of: date) -> Groups:
    """The groups as of a day."""
    groups = Groups(places_of(ledger))
    for entry in in_order(ledger):
        if entry.day <= as_of:
            for _ in groups.take_up(entry):
                pass
    return groups


def spans_of(ledger: Ledger) -> pa.Table:
    """Every id that is ever of another name than its own, with the days on which it is: `SPANS`."""
    groups = Groups(places_of(ledger))
    open_since: dict[str, tuple[str, date]] = {}
    rows: dict[str, list[object]] = defaultdict(list)

    def close(one: str, until: date | None) -> None:
        person, since = open_since.pop(one)
        if until != since:
            for name, value in zip(SPANS.names, (one, person, since, until), strict=True):
                rows[name].append(value)

    for day, entries in groupby(in_order(ledger), key=lambda entry: entry.day):
        touched = dict.fromkeys(one for entry in entries for one in groups.take_up(entry))
        for one in touched:
            person = groups.person(one)
            if one in open_since and open_since[one][0] != person:
                close(one, day)
            if person != one and one not in open_since:
                open_since[one] = (person, day)
    for one in list(open_since):
        close(one, None)
    return pa.table({name: pa.array(rows[name], SPANS.field(name).type) for name in SPANS.names}).sort_by(
        [("customer_id", "ascending"), ("since", "ascending")]
    )


def in_order(ledger: Ledger) -> Sequence[Entry]:
    """Entries that hold, in the order in which they are known: by day, and of a day as they were recorded."""
    return sorted(ledger.standing, key=lambda entry: (entry.day, entry.number))


def places_of(ledger: Ledger) -> dict[str, int]:
    """In which order the ids that entries speak of were given."""
    return dict(ledger.places(_spoken_of(ledger)))


def _spoken_of(ledger: Ledger) -> Iterator[str]:
    for entry in ledger.entries:
        yield from (one for one in (entry.customer_id, entry.with_id) if one)
        yield from (*entry.moved, *entry.others)
