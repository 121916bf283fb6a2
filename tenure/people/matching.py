"""Matching: which of the links that rules propose the ledger takes up, and which it leaves to people.

A link is taken up from the day on which both ids are known to share what links them. It is not where the two are together on
that day already, and waits for somebody's decision where it would join what a decision keeps apart. A value that comes to be
shared by too many ids ends the merges that it made; what other values say of these ids is asked again.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

import pyarrow as pa

from tenure.people.groups import Groups
from tenure.people.ledger import ROWS, Did, Entry, Ledger, as_rows
from tenure.people.who_is import in_order

CERTAIN = 1.0


@dataclass(frozen=True, kw_only=True)
class Link:
    """A link that a rule proposes: from which day on, between which ids, and by which of its values, told by a number.

    `until` is the day from which on so many share the value that it links nobody; `waits` says that a person is to decide, and
    `reason` why two ids are alike.
    """

    day: date
    customer_id: str
    with_id: str
    rule: str
    value: int
    until: date | None = None
    probability: float = CERTAIN
    waits: bool = False
    reason: str | None = None


def taken_up(
    ledger: Ledger, *, new: pa.Table, links: Sequence[Link], estimates: Sequence[Entry] = (), most_ids: int | None = None
) -> pa.Table:
    """What is to be added to the ledger: ids that are new, and what follows from links that it has not taken up.

    Parameters
    ----------
    new: ids that were never given, with the day on which each was met, in the order in which they are to be given.
    links: in the order in which they are to be looked at.
    estimates: entries that are recorded with them, with numbers below zero.
    most_ids: how many ids a person may have by likeness.
    """
    ids, days = new["customer_id"].to_pylist(), new["day"].to_pylist()
    fresh = {one: ledger.next_number + place for place, one in enumerate(ids)}
    spoken = {one for link in links for one in (link.customer_id, link.with_id) if one not in fresh}
    spoken |= {one for entry in ledger.entries for one in (entry.customer_id, entry.with_id, *entry.moved, *entry.others) if one}
    places = {**ledger.places(spoken - fresh.keys()), **fresh}
    found = [*estimates, *_Walk(ledger, places, most_ids).through(links)]
    return _numbered(ledger.next_number, dict(zip(ids, days, strict=True)), found)


def _numbered(first: int, new: dict[str, date], found: Sequence[Entry]) -> pa.Table:
    """New ids and entries as rows, numbered by day: of each day the ids that it brought, then what was found of it."""
    by_day: dict[date, list[Entry]] = defaultdict(list)
    given: dict[date, list[str]] = defaultdict(list)
    for one, day in new.items():
        given[day].append(one)
    for entry in found:
        by_day[entry.day].append(entry)
    numbers, number, parts = {}, first, []
    for day in sorted({*by_day, *given}):
        ids = given.get(day, [])
        parts.append(_given(ids, day, number))
        number += len(ids)
        for entry in by_day.get(day, []):
            numbers[entry.number] = number
            number += 1
    parts.append(as_rows([_renumbered(entry, numbers) for day in sorted(by_day) for entry in by_day[day]]))
    return pa.concat_tables(parts)


def _renumbered(entry: Entry, numbers: dict[int, int]) -> Entry:
    """An entry with the numbers that entries of one taking up come to have."""
    return replace(
        entry, number=numbers[entry.number], of=tuple(sorted(numbers.get(one, one) if one < 0 else one for one in entry.of))
    )


def _given(ids: Sequence[str], day: date, first: int) -> pa.Table:
    """Rows that give ids."""
    n = len(ids)
    known = {
        "day": pa.array([day] * n, pa.date32()),
        "number": pa.array(range(first, first + n), pa.int64()),
        "did": pa.array([Did.GIVEN] * n, pa.string()),
        "customer_id": pa.array(ids, pa.string()),
    }
    return pa.table({each.name: known.get(each.name, pa.nulls(n, each.type)) for each in ROWS.schema}, schema=ROWS.schema)


@dataclass
class _Walk:
    """One walk through days: what the ledger says of them, and what is added."""

    ledger: Ledger
    places: dict[str, int]
    most_ids: int | None = None
    groups: Groups = field(init=False)
    apart: defaultdict[str, set[str]] = field(init=False)

    def __post_init__(self) -> None:
        self.groups, self.apart = Groups(self.places), apart_in(self.ledger)
        # Merges by rules that hold, and those of each id.
        self._merges: dict[int, Entry] = {}
        self._of: defaultdict[str, list[int]] = defaultdict(list)
        ended = {one for e in self.ledger.standing if e.did is Did.SPLIT for one in e.of}
        for entry in self.ledger.standing:
            if entry.did is Did.MERGED and entry.number not in ended:
                self._note(entry)
        # Pairs that somebody was asked about, and merges whose end by too many ids somebody took back.
        self._asked = {_pair(e.customer_id, e.with_id) for e in self.ledger.entries if e.did is Did.WAITS}
        self._kept = {one for e in self.ledger.entries if e.did is Did.SPLIT and e.number in self.ledger.undone for one in e.of}
        # Entries get their numbers at the end; until then, numbers that no entry has.
        self._temporary = -1_000_000
        self._order: dict[int, int] = {}

    def through(self, links: Sequence[Link]) -> Iterator[Entry]:
        """What is added, day by day."""
        known: dict[date, list[Entry]] = defaultdict(list)
        for entry in in_order(self.ledger):
            known[entry.day].append(entry)
        by_day: dict[date, list[Link]] = defaultdict(list)
        too_many: dict[date, dict[int, list[Link]]] = defaultdict(dict)
        for link in links:
            if link.until is not None:
                too_many[link.until].setdefault(link.value, []).append(link)
            if link.until is None or link.day < link.until:
                by_day[link.day].append(link)
        again = _by_id(links) if too_many else {}
        self._order = {id(link): place for place, link in enumerate(links)}
        for day in sorted({*known, *by_day, *too_many}):
            for entry in known[day]:
                for _ in self.groups.take_up(entry):
                    pass
            for of_value in too_many[day].values():
                yield from self._end(day, of_value, again)
            for link in by_day[day]:
                yield from self._link(link, day)

    def _link(self, link: Link, day: date) -> Iterator[Entry]:
        """Take up a link, or ask about it."""
        one, other = link.customer_id, link.with_id
        if self.groups.are_together(one, other):
            return
        forbidden, too_many = self._are_apart(one, other), self._are_too_many(link)
        pair = _pair(one, other)
        if not (link.waits or forbidden or too_many):
            reason = link.reason or f"equal {link.rule}"
            merged = self._entry(self._next(), day, Did.MERGED, link, reason)
            self.groups.join(merged.number, one, other)
            self._note(merged)
            yield merged
        elif pair not in self._asked and other not in self.apart.get(one, ()):
            self._asked.add(pair)
            why = "one of them is kept apart from somebody whom it would join" if forbidden else None
            why = f"they would be a person of more than {self.most_ids} ids" if too_many and not forbidden else why
            reason = "; ".join(filter(None, (why, link.reason)))
            yield self._entry(self._next(), day, Did.WAITS, link, reason)

    def _end(self, day: date, of_value: Sequence[Link], again: dict[str, list[Link]]) -> Iterator[Entry]:
        """End the merges that a value made which too many share by now, and ask what else is known of these ids."""
        rule = of_value[0].rule
        holders = {one for link in of_value for one in (link.customer_id, link.with_id)}
        numbers = sorted({n for one in holders for n in self._of[one] if n in self._merges and n not in self._kept})
        mine = [self._merges[n] for n in numbers if self._merges[n].rule == rule and _is_among(holders, self._merges[n])]
        ended = [merged.number for merged in mine if not _is_held(merged, max(day, merged.day), again)]
        if not ended:
            return
        for number in ended:
            del self._merges[number]
        touched = self.groups.end(ended)
        reason = f"so many ids have this {rule} by now that it identifies nobody"
        yield Entry(number=self._next(), day=day, did=Did.SPLIT, rule=rule, reason=reason, of=tuple(ended))
        others = {id(link): link for one in touched for link in again.get(one, []) if link.day < day}
        # In the order of the rules, whatever the numbers of the merges that ended.
        for link in sorted(others.values(), key=lambda link: self._order[id(link)]):
            if link.value != of_value[0].value and (link.until is None or day < link.until):
                yield from self._link(link, day)

    def _are_apart(self, one: str, other: str) -> bool:
        """Whether joining the persons of two ids would join what a decision keeps apart."""
        if not self.apart:
            return False
        theirs = set(self.groups.members(other))
        return any(not theirs.isdisjoint(self.apart[each]) for each in self.groups.members(one) if each in self.apart)

    def _are_too_many(self, link: Link) -> bool:
        """Whether likeness would make a person of more ids than it may."""
        if self.most_ids is None or link.probability == CERTAIN:
            return False
        return len(self.groups.members(link.customer_id)) + len(self.groups.members(link.with_id)) > self.most_ids

    def _note(self, merged: Entry) -> None:
        """Remember a merge that holds."""
        self._merges[merged.number] = merged
        for one in filter(None, (merged.customer_id, merged.with_id)):
            self._of[one].append(merged.number)

    def _entry(self, number: int, day: date, did: Did, link: Link, reason: str) -> Entry:
        return Entry(
            number=number,
            day=day,
            did=did,
            customer_id=link.customer_id,
            with_id=link.with_id,
            rule=link.rule,
            probability=link.probability,
            reason=reason,
        )

    def _next(self) -> int:
        self._temporary -= 1
        return self._temporary + 1


def _is_among(holders: set[str], merged: Entry) -> bool:
    """Whether a merge is of two of these ids."""
    return merged.customer_id in holders and merged.with_id in holders


def _is_held(merged: Entry, day: date, links: dict[str, list[Link]]) -> bool:
    """Whether the two ids of a merge share another value of its rule, which not too many have on a day."""

    def values(one: str | None) -> set[int]:
        return {
            link.value
            for link in links.get(one or "", [])
            if link.rule == merged.rule
            and (link.until is None or day < link.until)
            # The id that it is linked with had the value before.
            and (link.day <= day or link.with_id == one)
        }

    return not values(merged.customer_id).isdisjoint(values(merged.with_id))


def apart_in(ledger: Ledger) -> defaultdict[str, set[str]]:
    """For each id those that a decision keeps it apart from: by a split, by a merge taken back, or said so."""
    apart: defaultdict[str, set[str]] = defaultdict(set)

    def keep(ones: Sequence[str], others: Sequence[str]) -> None:
        for one in ones:
            apart[one].update(others)
        for other in others:
            apart[other].update(ones)

    merged = {entry.number: entry for entry in ledger.entries if entry.did is Did.MERGED}
    for entry in ledger.standing:
        if entry.did is Did.SPLIT:
            keep(entry.moved, entry.others)
        elif entry.did is Did.APART and entry.customer_id and entry.with_id:
            keep([entry.customer_id], [entry.with_id])
    for number in ledger.undone & merged.keys():
        back = merged[number]
        if back.customer_id and back.with_id:
            keep([back.customer_id], [back.with_id])
    return apart


def _pair(one: str | None, other: str | None) -> tuple[str, ...]:
    """Two ids, whichever comes first."""
    return tuple(sorted(filter(None, (one, other))))


def _by_id(links: Sequence[Link]) -> dict[str, list[Link]]:
    """The links of each id, in their order."""
    found: dict[str, list[Link]] = defaultdict(list)
    for link in links:
        found[link.customer_id].append(link)
        found[link.with_id].append(link)
    return found
