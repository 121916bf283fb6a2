"""What identifies a person: columns of sources, how their values are compared, and how many ids may share one.

`People(email("accounts.email", "newsletter.address"), phone("accounts.phone", country="44"))` stands in a company's `project.py`.
"""

from dataclasses import dataclass, replace
from enum import StrEnum

from tenure.errors import SpecError
from tenure.people.likeness import Likeness, Told

# Beyond so many ids a value is a switchboard's, a shop's own address or a placeholder: it identifies nobody.
USUALLY_SHARED_BY = 10


class Kind(StrEnum):
    """How the values of an identifier are brought to one form."""

    EMAIL = "e-mail"
    PHONE = "phone"
    ID = "id"


@dataclass(frozen=True, kw_only=True)
class Identifier:
    """One thing that identifies, such as an e-mail address, wherever the company has it; made by `email`, `phone`, `identifier`.

    Parameters
    ----------
    name: what it is called; merges are recorded under it.
    columns: where it stands, each as `source.column`.
    shared_by: how many ids may have one value; a value that more have identifies nobody.
    nobody: further values that identify nobody.
    country: of phones, the calling code of numbers that are written without one, such as "44".
    keeps_tags: of e-mail, whether what follows a plus sign tells addresses apart.
    is_hidden: whether the lake holds pseudonyms of its values; a project that asks for these says so.
    """

    name: str
    kind: Kind
    columns: tuple[str, ...]
    shared_by: int = USUALLY_SHARED_BY
    nobody: tuple[str, ...] = ()
    country: str = ""
    keeps_tags: bool = True
    is_hidden: bool = False

    def __post_init__(self) -> None:
        """Refuse what identifies nobody, or names no column."""
        if not self.name.isidentifier() or not self.name.islower():
            raise SpecError(f"An identifier is called {self.name!r}; expected lower-case letters, digits and underscores.")
        wrong = [column for column in self.columns if len(column.split(".")) != 2 or not all(column.split("."))]
        if wrong or not self.columns:
            raise SpecError(
                f"The identifier {self.name!r} stands in {wrong or 'no column'}; expected one or several columns, each as "
                '"source.column", such as "accounts.email".'
            )
        if self.shared_by < 2:
            raise SpecError(
                f"The identifier {self.name!r} may be shared by {self.shared_by}; expected 2 ids or more, for a value that only "
                "one may have joins nobody."
            )
        if self.country and not self.country.isdigit():
            raise SpecError(
                f"The identifier {self.name!r} has the country {self.country!r}; expected the digits of a calling code, such as "
                '"44", without a plus sign.'
            )

    @property
    def sources(self) -> tuple[str, ...]:
        """The sources that it stands in, each once."""
        return tuple(dict.fromkeys(column.split(".")[0] for column in self.columns))


def email(
    *columns: str,
    name: str = "email",
    plus_tags: bool = True,
    shared_by: int = USUALLY_SHARED_BY,
    nobody: tuple[str, ...] = (),
) -> Identifier:
    """An e-mail address; case and blanks never tell addresses apart, and with `plus_tags=False` what follows a plus neither."""
    return Identifier(name=name, kind=Kind.EMAIL, columns=columns, keeps_tags=plus_tags, shared_by=shared_by, nobody=nobody)


def phone(
    *columns: str,
    name: str = "phone",
    country: str = "",
    shared_by: int = USUALLY_SHARED_BY,
    nobody: tuple[str, ...] = (),
) -> Identifier:
    """A telephone number; `country` is the calling code of those that are written without one."""
    return Identifier(name=name, kind=Kind.PHONE, columns=columns, country=country, shared_by=shared_by, nobody=nobody)


def identifier(name: str, *columns: str, shared_by: int = USUALLY_SHARED_BY, nobody: tuple[str, ...] = ()) -> Identifier:
    """An id that several customers' ids share: a loyalty card, an account, a device."""
    return Identifier(name=name, kind=Kind.ID, columns=columns, shared_by=shared_by, nobody=nobody)


class People:
    """Who is one person, as a company declares it: what identifies, each once, in the order in which rules are named.

    `likely` says by what two records look like one person where nothing that identifies says so.
    """

    identifiers: tuple[Identifier, ...]
    likely: Likeness | None

    def __init__(self, *identifiers: Identifier, likely: Likeness | None = None) -> None:
        """Refuse identifiers of one name, and none at all."""
        names = [each.name for each in identifiers]
        if (not names and likely is None) or len(set(names)) < len(names):
            raise SpecError(
                f"People are told by {names or 'nothing'}; expected identifiers, each of its own name, or a likeness."
            )
        self.identifiers, self.likely = identifiers, likely

    @property
    def hidden(self) -> "People":
        """The same of a company whose lake holds pseudonyms."""
        return People(*(replace(each, is_hidden=True) for each in self.identifiers), likely=self.likely)

    @property
    def sources(self) -> tuple[str, ...]:
        """The sources that identify, each once."""
        return tuple(dict.fromkeys(source for each in self.told for source in each.sources))

    @property
    def told(self) -> tuple[Identifier | Told, ...]:
        """Everything that tells who somebody is: identifiers, then traits."""
        return (*self.identifiers, *(self.likely.traits if self.likely else ()))

    @property
    def told_by(self) -> tuple[str, ...]:
        """What people are told by, in words."""
        return (*(each.name for each in self.identifiers), *(["likeness"] if self.likely else []))
