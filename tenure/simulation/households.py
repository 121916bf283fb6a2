"""Households with known truth: people as a company's accounts tell of them, some of them twice or more, with slips.

What is hard about telling people apart is drawn: families at one address, twins, fathers and sons of one name, moves, surnames
that change, names written short, swapped or with a slip, and cells that are empty. Names are made of syllables; a few are
frequent and most are rare, as names are.
"""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date, timedelta

import numpy as np
import pyarrow as pa

LETTERS = "abcdefghijklmnopqrstuvwxyz"
COLUMNS = ("customer_id", "person", "given_name", "surname", "date_of_birth", "street", "place", "postcode")
SYLLABLES = tuple(one + vowel for one in "bcdfghjklmnprstvw" for vowel in "aeiou")
LAST_SYLLABLES = ("n", "r", "s", "l", "th", "ck", "ton", "man", "ley", "son", "a", "e", "")


@dataclass(frozen=True, kw_only=True)
class Households:
    """How many people there are and how a company comes to know them; rates are of people or of cells, 0 to 1.

    Parameters
    ----------
    more_accounts: how many accounts a person has besides the first, on average.
    slips: how often a cell of a further account has a slip; `empty`, how often it is empty.
    twins: of families with children, those whose two youngest were born on one day.
    namesakes: of families with children, those whose eldest has a parent's given name.
    moved: of further accounts, those of another address; `renamed`, those of another surname.
    """

    people: int = 4_000
    more_accounts: float = 0.35
    slips: float = 0.08
    empty: float = 0.04
    twins: float = 0.03
    namesakes: float = 0.02
    moved: float = 0.12
    renamed: float = 0.03
    given_names: int = 700
    surnames: int = 3_000
    seed: int = 1

    def accounts(self) -> pa.Table:
        """One row for each account, in the order in which they were opened: `COLUMNS`, all text; `person` is the truth."""
        return _Draw(self, np.random.default_rng(self.seed)).accounts()


@dataclass
class _Person:
    """Who somebody is."""

    number: int
    given: str
    surname: str
    born: date
    home: tuple[str, str, str]


@dataclass
class _Draw:
    """One population as it is drawn."""

    of: Households
    rng: np.random.Generator
    people: list[_Person] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.given = self._words(self.of.given_names, (2, 3))
        self.surnames = self._words(self.of.surnames, (2, 4))
        self.streets = self._words(max(self.of.people // 12, 50), (3, 5))
        self.places = self._words(max(self.of.people // 200, 8), (2, 4))

    def accounts(self) -> pa.Table:
        """Everybody's accounts, in an order that says nothing."""
        while len(self.people) < self.of.people:
            self._family()
        rows = [(person, False) for person in self.people[: self.of.people]]
        further = self.rng.poisson(self.of.more_accounts, self.of.people)
        rows += [(person, True) for person, n in zip(self.people, further, strict=False) for _ in range(n)]
        told = [self._account(*rows[at]) for at in self.rng.permutation(len(rows))]
        numbered = [(f"a-{number:07d}", *row) for number, row in enumerate(told)]
        columns = zip(COLUMNS, zip(*numbered, strict=True), strict=True)
        return pa.table({name: pa.array(cells, pa.string()) for name, cells in columns})

    def _words(self, n: int, syllables: tuple[int, int]) -> list[str]:
        """Different words, each made of so many syllables."""
        found: dict[str, None] = {}
        while len(found) < n:
            parts = self.rng.choice(SYLLABLES, self.rng.integers(*syllables, endpoint=True))
            found["".join(parts) + str(self.rng.choice(LAST_SYLLABLES))] = None
        return list(found)

    def _one_of(self, words: list[str]) -> str:
        """A word, the first ones the most often: of 700 the first has a chance of 1.7 %."""
        return words[int(len(words) * self.rng.random() ** 1.6)]

    def _home(self) -> tuple[str, str, str]:
        place = int(self.rng.integers(len(self.places)))
        street = f"{self.rng.integers(1, 200)} {self.streets[int(self.rng.integers(len(self.streets)))]} street"
        return street, self.places[place], str(10_000 + 37 * place + int(self.rng.integers(12)))

    def _family(self) -> None:
        """A household of one to five."""
        home, surname, born = self._home(), self._one_of(self.surnames), self._day(1935, 2000)
        size = int(self.rng.choice([1, 2, 3, 4, 5], p=[0.35, 0.3, 0.15, 0.15, 0.05]))
        family = [self._add(surname, born, home)]
        if size > 1:
            own = surname if self.rng.random() < 0.7 else self._one_of(self.surnames)
            age = timedelta(days=int(self.rng.normal(0, 1500)))
            family.append(self._add(own, born + age, home, taken={family[0].given}))
        child = born + timedelta(days=365 * int(self.rng.integers(20, 38)))
        is_twin = self.rng.random() < self.of.twins
        for nth in range(size - 2):
            if nth and not (is_twin and nth == size - 3):
                child += timedelta(days=int(self.rng.integers(400, 2000)))
            given = family[0].given if nth == 0 and self.rng.random() < self.of.namesakes else None
            family.append(self._add(surname, child, home, given, taken={each.given for each in family}))

    def _add(
        self, surname: str, born: date, home: tuple[str, str, str], given: str | None = None, taken: Collection[str] = ()
    ) -> _Person:
        own = given or self._one_of(self.given)
        while given is None and own in taken:
            own = self._one_of(self.given)
        person = _Person(len(self.people), own, surname, born, home)
        self.people.append(person)
        return person

    def _day(self, first: int, last: int) -> date:
        return date(first, 1, 1) + timedelta(days=int(self.rng.integers(365 * (last - first))))

    def _account(self, person: _Person, is_further: bool) -> tuple[str | None, ...]:
        """How one account tells of a person; the first one has few slips, further ones more."""
        given, surname, home = person.given, person.surname, person.home
        if is_further and self.rng.random() < self.of.moved:
            home = self._home()
        if is_further and self.rng.random() < self.of.renamed:
            surname = self._one_of(self.surnames)
        if is_further and self.rng.random() < 0.02:
            given = given[: max(3, len(given) // 2)]
        if is_further and self.rng.random() < 0.01:
            given, surname = surname, given
        cells = (given, surname, f"{person.born:%Y-%m-%d}", *home)
        rate = self.of.slips if is_further else self.of.slips / 8
        return (str(person.number), *(self._told(cell, rate) for cell in cells))

    def _told(self, cell: str, slips: float) -> str | None:
        if self.rng.random() < self.of.empty:
            return None
        return self._slip(cell) if self.rng.random() < slips else cell

    def _slip(self, cell: str) -> str:
        """One sign left out, doubled, swapped with the next, or another one; of digits a digit."""
        at = int(self.rng.integers(len(cell) - 1))
        sign = str(self.rng.integers(10)) if cell[at].isdigit() else LETTERS[int(self.rng.integers(26))]
        if cell[at] == "-" or (cell[at].isdigit() and self.rng.random() < 0.7):
            at -= cell[at] == "-"
            return cell[:at] + str(self.rng.integers(10)) + cell[at + 1 :]
        return (
            cell[:at] + cell[at + 1 :],
            cell[:at] + cell[at] + cell[at:],
            cell[:at] + cell[at + 1] + cell[at] + cell[at + 2 :],
            cell[:at] + sign + cell[at + 1 :],
        )[int(self.rng.integers(4))]
