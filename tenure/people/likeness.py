"""Likeness: traits by which two records look like one person, where nothing that identifies says so.

`Likeness(given_name("accounts.given_name"), surname("accounts.surname"), date_of_birth("accounts.born_on"))` stands among what
`People` declares. Columns are all that has to be said: how values are compared, which pairs are looked at and how much each
agreement counts follow from the kinds and from the data.
"""

from collections import Counter
from dataclasses import dataclass
from enum import StrEnum

from tenure.errors import SpecError


class Trait(StrEnum):
    """What a trait is, which says how its values are compared."""

    GIVEN_NAME = "given name"
    SURNAME = "surname"
    BIRTH = "date of birth"
    POSTCODE = "postcode"
    PLACE = "place"
    ADDRESS = "address"
    CODE = "code"


# What a household shares; how two records agree in it counts once, for streets, places and postcodes go together.
HOME = (Trait.ADDRESS, Trait.POSTCODE, Trait.PLACE)
# What tells people of one household apart.
OWN = (Trait.GIVEN_NAME, Trait.BIRTH)


@dataclass(frozen=True, kw_only=True)
class Told:
    """One trait, wherever the company has it; made by `given_name`, `surname` and the others.

    Parameters
    ----------
    name: what it is called; lower-case letters, digits and underscores.
    columns: where it stands, each as `source.column`; of several that are told on one day the first one counts.
    """

    name: str
    trait: Trait
    columns: tuple[str, ...]

    def __post_init__(self) -> None:
        """Refuse what names no column."""
        if not self.name.isidentifier() or not self.name.islower():
            raise SpecError(f"A trait is called {self.name!r}; expected lower-case letters, digits and underscores.")
        wrong = [column for column in self.columns if len(column.split(".")) != 2 or not all(column.split("."))]
        if wrong or not self.columns:
            raise SpecError(
                f"The trait {self.name!r} stands in {wrong or 'no column'}; expected one or several columns, each as "
                '"source.column", such as "accounts.surname".'
            )

    @property
    def sources(self) -> tuple[str, ...]:
        """The sources that it stands in, each once."""
        return tuple(dict.fromkeys(column.split(".")[0] for column in self.columns))


def given_name(*columns: str) -> Told:
    """A given name."""
    return Told(name="given_name", trait=Trait.GIVEN_NAME, columns=columns)


def surname(*columns: str) -> Told:
    """A surname."""
    return Told(name="surname", trait=Trait.SURNAME, columns=columns)


def date_of_birth(*columns: str) -> Told:
    """A date of birth, of type date or as text of eight digits with or without signs between."""
    return Told(name="date_of_birth", trait=Trait.BIRTH, columns=columns)


def postcode(*columns: str) -> Told:
    """A postal code."""
    return Told(name="postcode", trait=Trait.POSTCODE, columns=columns)


def place(*columns: str) -> Told:
    """A town or a suburb."""
    return Told(name="place", trait=Trait.PLACE, columns=columns)


def address(*columns: str) -> Told:
    """A street, with or without a house's number."""
    return Told(name="address", trait=Trait.ADDRESS, columns=columns)


def code(name: str, *columns: str) -> Told:
    """A number or an address of one's own in which there may be slips: of insurance, of a passport, an e-mail address."""
    return Told(name=name, trait=Trait.CODE, columns=columns)


class Likeness:
    """By what two records look alike, and how likely it must be that they are one person.

    Parameters
    ----------
    traits: two or more of different names, something of a person's own among them.
    merge_from: how likely it must be that two ids are merged without asking, above 0.5 and below 1.
    ask_from: how likely it must be that somebody is asked; not above `merge_from`.
    most_ids: how many ids a person may have by likeness; what would join more waits for somebody.
    fewest_ids: how many ids must be known before it is estimated how much an agreement counts.
    """

    def __init__(
        self,
        *traits: Told,
        merge_from: float = 0.99,
        ask_from: float = 0.9,
        most_ids: int = 20,
        fewest_ids: int = 1000,
    ) -> None:
        """Refuse traits that tell nobody apart, and thresholds in the wrong order."""
        names = Counter(each.name for each in traits)
        twice = sorted(name for name, n in names.items() if n > 1)
        if twice:
            raise SpecError(f"A likeness tells of {twice} twice; name all columns of one trait at once.")
        own = [each for each in traits if each.trait not in HOME]
        if len(traits) < 2 or not own:
            raise SpecError(
                f"A likeness is told by {sorted(names) or 'nothing'}; expected two traits or more, and of a person's own "
                "one of them: given_name, surname, date_of_birth or a code."
            )
        if not 0.5 < ask_from <= merge_from < 1:
            raise SpecError(
                f"A likeness merges from {merge_from} and asks from {ask_from}; expected 0.5 < ask_from <= merge_from < 1."
            )
        if most_ids < 2 or fewest_ids < 2:
            raise SpecError(f"A likeness has most_ids={most_ids} and fewest_ids={fewest_ids}; expected 2 or more.")
        self.traits = traits
        self.merge_from, self.ask_from, self.most_ids, self.fewest_ids = merge_from, ask_from, most_ids, fewest_ids

    @property
    def sources(self) -> tuple[str, ...]:
        """The sources that tell of traits, each once."""
        return tuple(dict.fromkeys(source for each in self.traits for source in each.sources))

    def of(self, trait: Trait) -> tuple[str, ...]:
        """The names of the traits of a kind."""
        return tuple(each.name for each in self.traits if each.trait is trait)
