"""What happened to people: outcomes are read of persons, as these are known where follow-up ends.

A customer of an earlier day whose id turns out to be one of several is told what the whole person did by then.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from tenure.contracts import Source
from tenure.history import Contacts, Events, History, States
from tenure.outcomes import Happened
from tenure.outcomes.outcome import as_told
from tenure.people.by_person import days_by_person, named, of_customers, states_by_person

if TYPE_CHECKING:
    import ibis


@dataclass(frozen=True, kw_only=True)
class HappenedToIds:
    """What an outcome reads, by noun, told of ids, with the spans that say of whom these are.

    `sources` are those of the histories of states, by name.
    """

    histories: tuple[History, ...]
    tables: Mapping[str, "ibis.Table"]
    people: "ibis.Table"
    sources: Mapping[str, Source]

    def to(self, customers: "ibis.Table", *, as_of: date, end: date) -> Happened:
        """What happened to each of these customers, as known at the end of follow-up; and as it was told on the scoring day."""
        read = [history for history in self.histories if not isinstance(history, Contacts)]
        return {
            **{each.noun: of_customers(self._by_person(each, end), customers, self.people, end) for each in read},
            **{as_told(each.noun): self._by_person(each, as_of) for each in read},
        }

    def _by_person(self, history: History, end: date) -> "ibis.Table":
        rows = self.tables[history.noun]
        if isinstance(history, Events):
            return days_by_person(history, rows, self.people, end)
        if isinstance(history, States):
            return states_by_person(rows, self.sources[history.source], self.people, end)
        return named(rows, self.people, end)
