"""A purpose: what data are used for, by which right, and what its models may read.

`Purpose(name="retention", why="…", basis=Basis.LEGITIMATE_INTERESTS, columns=("orders.*",), categories=("purchases",))` stands
in a company's `project.py`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from tenure.errors import SpecError

EVERY = "*"


class Basis(StrEnum):
    """The six grounds on which personal data may be processed: GDPR, article 6(1), letters a to f, in their order."""

    CONSENT = "consent"
    CONTRACT = "contract"
    LEGAL_OBLIGATION = "legal obligation"
    VITAL_INTERESTS = "vital interests"
    PUBLIC_TASK = "public task"
    LEGITIMATE_INTERESTS = "legitimate interests"


@dataclass(frozen=True, kw_only=True)
class Purpose:
    """One use of data.

    Parameters
    ----------
    name: lower-case letters, digits and underscores; models name it.
    why: what for, in a sentence.
    basis: the ground of the law; None of a purpose that is said in words alone, as projects said it before.
    columns: what its models may read, each as "source.column", or "source.*" for all of a source. What names a customer and says
        when is read too, and listed like all else. None listed, as in words alone, holds no model to anything.
    categories: the categories of data, in words, such as "purchases".
    kept_days: days for which data are kept for it; None for as long as each source says.
    seen_by: the roles who may see what is made under it.
    is_direct_marketing: whether people are written to; whoever objects to that is left out at once.
    """

    name: str
    why: str
    basis: Basis | None
    columns: tuple[str, ...]
    categories: tuple[str, ...]
    kept_days: int | None = None
    seen_by: tuple[str, ...] = ()
    is_direct_marketing: bool = False

    def __post_init__(self) -> None:
        """Refuse what names no purpose, lists no column as one, or keeps data for no time."""
        if not self.name.isidentifier() or not self.name.islower():
            raise SpecError(f"A purpose is called {self.name!r}; expected lower-case letters, digits and underscores.")
        for field in ("columns", "categories", "seen_by"):
            if isinstance(getattr(self, field), str):
                raise SpecError(
                    f'The purpose {self.name!r} has {field}={getattr(self, field)!r}; expected several, as in ("…", "…"), or one '
                    'with a comma behind it, as in ("…",).'
                )
        if not self.why.strip():
            raise SpecError(f"The purpose {self.name!r} does not say what for; give it why=, in a sentence.")
        if self.basis is not None and not isinstance(self.basis, Basis):
            raise SpecError(f"The purpose {self.name!r} rests on {self.basis!r}; expected one of {', '.join(map(str, Basis))}.")
        wrong = [each for each in self.columns if len(each.split(".")) != 2 or not all(each.split("."))]
        if wrong or (self.basis is not None and not self.columns):
            raise SpecError(
                f"The purpose {self.name!r} lists {wrong or 'no column'}; expected what its models may read, each as "
                '"source.column", or "source.*" for all columns of a source.'
            )
        if self.basis is not None and not self.categories:
            raise SpecError(f'The purpose {self.name!r} names no categories of data; say them in words, such as ("purchases",).')
        if self.kept_days is not None and self.kept_days < 1:
            raise SpecError(f"The purpose {self.name!r} keeps data for {self.kept_days} days; expected a day or more.")

    @property
    def is_in_words(self) -> bool:
        """Whether it is said in words alone, so that it holds no model to any columns."""
        return self.basis is None

    def allows(self, source: str, column: str) -> bool:
        """Whether its models may read a column of a source; letters are compared as SQL does, small or capital."""
        asked = {f"{source}.{EVERY}".lower(), f"{source}.{column}".lower()}
        return any(each.lower() in asked for each in self.columns)


def said_in_words(purposes: Mapping[str, str]) -> tuple[Purpose, ...]:
    """Purposes as projects gave them before: what for, by name, and nothing of columns."""
    return tuple(Purpose(name=name, why=why, basis=None, columns=(), categories=()) for name, why in purposes.items())
