"""Groups: ids that links join, as they stand while entries of a ledger are taken up one after the other.

Each group is a person, named by the id that was given first; so a person's name is one of the company's own ids, and a group that
grows keeps it.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from tenure.people.ledger import Did, Entry


@dataclass
class Groups:
    """Which ids are together; `places` says in which order ids were given."""

    places: Mapping[str, int]
    links: dict[int, tuple[str, str]] = field(default_factory=dict)
    _of: defaultdict[str, set[int]] = field(default_factory=lambda: defaultdict(set))
    _person: dict[str, str] = field(default_factory=dict)
    _members: dict[str, list[str]] = field(default_factory=dict)
    _ended: set[int] = field(default_factory=set)

    def person(self, one: str) -> str:
        """The name of the person that an id is of."""
        return self._person.get(one, one)

    def members(self, one: str) -> list[str]:
        """All ids of the person that an id is of."""
        return self._members.get(self.person(one), [one])

    def are_together(self, one: str, other: str) -> bool:
        """Whether two ids are of one person."""
        return self.person(one) == self.person(other)

    def first(self, ids: Iterable[str]) -> str:
        """The id that was given first."""
        return min(ids, key=lambda one: (self.places[one], one))

    def take_up(self, entry: Entry) -> Iterator[str]:
        """Let an entry hold from now on; returns the ids whose person it may have changed."""
        if entry.did is Did.MERGED and entry.customer_id and entry.with_id and entry.number not in self._ended:
            yield from self.join(entry.number, entry.customer_id, entry.with_id)
        elif entry.did is Did.SPLIT:
            yield from self.end(entry.of)

    def join(self, number: int, one: str, other: str) -> list[str]:
        """Link two ids; returns those that have another person now."""
        self.links[number] = (one, other)
        self._of[one].add(number)
        self._of[other].add(number)
        mine, theirs = self.person(one), self.person(other)
        if mine == theirs:
            return []
        name = self.first((mine, theirs))
        kept, moved = self._members.pop(mine, [mine]), self._members.pop(theirs, [theirs])
        renamed = moved if name == mine else kept
        for each in renamed:
            self._person[each] = name
        whole, more = (kept, moved) if len(kept) >= len(moved) else (moved, kept)
        whole.extend(more)
        self._members[name] = whole
        return renamed

    def end(self, numbers: Iterable[int]) -> list[str]:
        """Let links hold no longer, nor come to hold on a later day; returns the ids of the groups that they were of."""
        numbers = tuple(numbers)
        self._ended.update(numbers)
        touched: dict[str, None] = {}
        for number in numbers:
            for one in self.links.pop(number, ()):
                self._of[one].discard(number)
                touched.update(dict.fromkeys(self.members(one)))
        names = {self.person(one) for one in touched}
        for one in touched:
            self._person.pop(one, None)
        for name in names:
            self._members.pop(name, None)
        self._gather(touched)
        return list(touched)

    def _gather(self, ids: Iterable[str]) -> None:
        """Lay the groups of these ids anew, by the links that hold."""
        left = dict.fromkeys(ids)
        while left:
            start = next(iter(left))
            group, waiting = {start: None}, [start]
            while waiting:
                for number in self._of[waiting.pop()]:
                    new = [each for each in self.links[number] if each not in group]
                    group.update(dict.fromkeys(new))
                    waiting.extend(new)
            name = self.first(group)
            self._members[name] = list(group)
            self._person.update(dict.fromkeys(group, name))
            for each in group:
                left.pop(each, None)
