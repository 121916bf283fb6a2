"""Comparisons: how two versions agree in a trait, in levels from equal to different. SQL over the columns of both, `_l` and `_r`.

Streets, places and postcodes go together, so they are one comparison, `home`; told one by one, a family would be one person.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from tenure.people.likeness import HOME, OWN, Likeness, Trait

UNTOLD, EQUAL, NEAR, ALIKE, SWAPPED, DIFFERENT = "untold", "equal", "near", "alike", "swapped", "different"
HOME_NAME = "home"
# Names are in the versions a second time, for a pair in which both names agree crosswise.
AGAIN = "_again"
# Jaro-Winkler: from 0.9 slips of the pen, from 0.8 names of one stem. Jaro: what cannot be within one slip, or two, of digits.
NEAR_NAMES, ALIKE_NAMES = 0.9, 0.8


@dataclass(frozen=True, kw_only=True)
class Comparison:
    """How two versions agree in one thing.

    Parameters
    ----------
    is_untold: SQL for where one of them does not tell it.
    levels: label and SQL of each, the closest first; what is none of them is different.
    """

    name: str
    trait: Trait | None
    is_untold: str
    levels: tuple[tuple[str, str], ...]

    @property
    def labels(self) -> tuple[str, ...]:
        """The labels of all levels, `different` among them."""
        return (*(label for label, _ in self.levels), DIFFERENT)

    @property
    def as_case(self) -> str:
        """The label of a pair in SQL."""
        whens = " ".join(f"WHEN {sql} THEN '{label}'" for label, sql in self.levels)
        return f"CASE WHEN {self.is_untold} THEN '{UNTOLD}' {whens} ELSE '{DIFFERENT}' END"


def comparisons_of(likeness: Likeness) -> tuple[Comparison, ...]:
    """All comparisons of a likeness, the home last."""
    alone = [_of(each.name, each.trait, likeness) for each in likeness.traits if each.trait not in HOME]
    homes = {trait: name for trait in HOME for name in likeness.of(trait)}
    return (*alone, *([_home(homes)] if homes else []))


class Verdict(StrEnum):
    """What may follow from how a pair agrees, however likely it is."""

    MERGE = "merge"
    ASK = "ask"
    NOTHING = "nothing"


def verdict(likeness: Likeness, agree: Mapping[str, str]) -> Verdict:
    """Whether a pair may be merged without asking, or asked about.

    Who shares a surname and a home may be family. So a pair is merged only where no given name and no date of birth speaks
    against it and one of them agrees; where one of the two is not told, the other must be equal. Where none agrees nobody is
    asked. A code of their own that agrees but for a slip says enough by itself.
    """
    close = {EQUAL, NEAR, SWAPPED}
    if any(agree[name] in close for name in likeness.of(Trait.CODE)):
        return Verdict.MERGE
    own = [agree[name] for trait in OWN for name in likeness.of(trait)]
    told = [level for level in own if level != UNTOLD]
    if not own:
        return Verdict.MERGE
    if close.isdisjoint(told):
        return Verdict.NOTHING
    is_one = DIFFERENT not in told if len(told) > 1 else told == [EQUAL]
    return Verdict.MERGE if is_one else Verdict.ASK


def _of(name: str, trait: Trait, likeness: Likeness) -> Comparison:
    """The comparison of one trait by itself."""
    if trait in (Trait.BIRTH, Trait.CODE):
        levels = [(NEAR, _slips(name, at_most=1)), (ALIKE, _slips(name, at_most=2))]
    else:
        levels = [(NEAR, _similar(name, NEAR_NAMES)), (ALIKE, _similar(name, ALIKE_NAMES))]
        others = [*likeness.of(Trait.SURNAME if trait is Trait.GIVEN_NAME else Trait.GIVEN_NAME)]
        crosswise = [f"{name}_l = {other}{AGAIN}_r AND {other}{AGAIN}_l = {name}_r" for other in others]
        levels = [*((SWAPPED, sql) for sql in crosswise), *levels]
    equal = (EQUAL, f"{name}_l = {name}_r")
    return Comparison(name=name, trait=trait, is_untold=_untold(name), levels=(equal, *levels))


def _home(homes: dict[Trait, str]) -> Comparison:
    """The street, the place and the postcode, whichever are told."""
    agree = {trait: f"coalesce({_home_agrees(trait, name)}, false)" for trait, name in homes.items()}
    street = agree.pop(Trait.ADDRESS, None)
    either, both = " OR ".join(agree.values()), " AND ".join(agree.values())
    levels = []
    if street and agree:
        levels.append(("street and place", f"{street} AND ({either})"))
    if street:
        levels.append(("street", street))
    if len(agree) == 2:
        levels.append(("place and postcode", both))
    if agree:
        levels.append(("place or postcode", either))
    untold = " AND ".join(f"({_untold(name)})" for name in homes.values())
    return Comparison(name=HOME_NAME, trait=None, is_untold=untold, levels=tuple(levels))


def _home_agrees(trait: Trait, name: str) -> str:
    return _slips(name, at_most=1) if trait is Trait.POSTCODE else _similar(name, NEAR_NAMES)


def _untold(name: str) -> str:
    return f"{name}_l IS NULL OR {name}_r IS NULL"


def _similar(name: str, least: float) -> str:
    return f"jaro_winkler_similarity({name}_l, {name}_r) >= {least}"


def _slips(name: str, *, at_most: int) -> str:
    """At most so many signs are left out, added, changed or swapped with the next; the cheap test comes first."""
    return (
        f"CASE WHEN jaro_similarity({name}_l, {name}_r) >= 0.75 "
        f"THEN damerau_levenshtein({name}_l, {name}_r) <= {at_most} ELSE false END"
    )
