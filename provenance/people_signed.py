"""Decisions about people held against the promotion log: it names each, so one that is missing, changed or unsigned is found.

A decision of before they came to the log is one that the first in the log names as such, and carries nothing; until there is a
first, all are.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from enum import Enum, auto

from governance.records.erasure import erasures
from governance.records.ledger import Ledger as Log
from governance.records.person_decided import PersonDecided, decided_in
from home.workplace import Workplace
from provenance.people import open_ledger
from provenance.people_begun import begun_in
from provenance.people_decided import earlier_of
from tenure.errors import RefusedError
from tenure.people.ledger import ERASED, TABLE, Entry, Ledger
from tenure.people.sealed import fits

_TOUCHED = "Somebody wrote to the lake past the doors: restore it from a backup, and find out who may."


@dataclass(frozen=True, kw_only=True)
class Decisions:
    """The decisions of a ledger: how many are signed, how many are of before that, or of erased people, and what is wrong."""

    n_signed: int
    n_unsigned: int
    n_erased: int
    faults: tuple[str, ...]

    @property
    def in_words(self) -> str:
        """Counts, in a sentence."""
        before = f"; {self.n_unsigned} are unsigned, of before decisions were" if self.n_unsigned else ""
        gone = f"; {self.n_erased} are of people who were erased" if self.n_erased else ""
        return f"Decisions about people: {self.n_signed} signed{before}{gone}."


def decisions_held(workplace: Workplace) -> Decisions:
    """Hold the ledger of people against the decisions in the log, and what carries no salt any more against erasures."""
    log = workplace.promotions.ledger() if workplace.promotions.has_trust_root else None
    name = workplace.project.name
    days = frozenset() if log is None else erasures(log, name).days_of(TABLE)
    begun = begun_in(workplace.lake)
    return held_against(
        open_ledger(workplace).ledger,
        log,
        name,
        erased_days=days,
        begun=() if begun is None else [entry.number for entry in begun.entries],
    )


def held_against(
    ledger: Ledger, log: Log | None, project: str, *, erased_days: Collection[date] = (), begun: Collection[int] = ()
) -> Decisions:
    """The same of a ledger and a log that were read.

    Parameters
    ----------
    erased_days: of which erasures replaced ids, as their records say: entries that name erased people lost their salt.
    begun: numbers of entries that are kept to be added yet.
    """
    try:
        decided = () if log is None else decided_in(log, project)
    except RefusedError as error:
        return Decisions(n_signed=0, n_unsigned=0, n_erased=0, faults=(f"Decisions about people in the log: {error}",))
    named = {one.number: one for one in decided}
    earlier = decided[0].earlier if decided else earlier_of(ledger)
    found = [_stands(entry, named, earlier, erased_days) for entry in ledger.entries]
    lacking = sorted({*named, *earlier} - {entry.number for entry in ledger.entries})
    return Decisions(
        n_signed=found.count(Stands.SIGNED),
        n_unsigned=found.count(Stands.BEFORE),
        n_erased=found.count(Stands.ERASED),
        faults=(*(one for one in found if not isinstance(one, Stands)), *(_lacks(number, begun) for number in lacking)),
    )


class Stands(Enum):
    """How an entry stands of which nothing is wrong."""

    SIGNED = auto()
    BEFORE = auto()
    ERASED = auto()
    OF_RULES = auto()


def _stands(
    entry: Entry,
    named: Mapping[int, PersonDecided],
    earlier: Collection[int],
    erased_days: Collection[date],
) -> Stands | str:
    """How an entry stands, or what is wrong with it, in words."""
    where, number = f"Entry {entry.number} of the ledger of people", entry.number
    is_erased = entry.signed is None and entry.day in erased_days and _names_erased(entry)
    if number in named:
        if entry.by == named[number].identity and fits(entry, named[number].digest):
            return Stands.SIGNED
        if is_erased:
            return Stands.ERASED
        lost = "and lost its salt" if entry.signed is None else "and was changed"
        return f"{where} is not what {named[number].identity} signed, {lost}. {_TOUCHED}"
    if number in earlier and entry.by is not None and entry.signed is None:
        return Stands.ERASED if is_erased else Stands.BEFORE
    if number in earlier:
        return f"{where} is a decision of before decisions came to the log, and was changed. {_TOUCHED}"
    if entry.by is None and entry.signed is None:
        return Stands.OF_RULES
    return f"{where} is a decision by {entry.by} that the promotion log does not name, so nobody signed it. {_TOUCHED}"


def _lacks(number: int, begun: Collection[int]) -> str:
    """That the log names an entry that is not there, and what to do."""
    if number in begun:
        return (
            f"The promotion log names entry {number} of the ledger of people, and the ledger lacks it: the command died in "
            "between. Run it again, or `tenure land`: that adds it."
        )
    return f"The promotion log names entry {number} of the ledger of people, and the ledger lacks it. {_TOUCHED}"


def _names_erased(entry: Entry) -> bool:
    """Whether a word of an erasure stands in the place of an id, among its ids or in its words."""
    words = (entry.customer_id, entry.with_id, entry.rule, entry.reason, *entry.moved, *entry.others)
    return any(ERASED in word for word in words if word)
