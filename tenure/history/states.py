"""States: what is true of a customer, as a table of customers tells it each time that it comes."""

import difflib
from collections.abc import Mapping
from dataclasses import dataclass, field

from tenure.errors import SpecError, UnknownNameError
from tenure.history.sources import Noun, plural_of


@dataclass(frozen=True, eq=False)
class States:
    """A history of what is: `States("subscribers", noun="subscription", attributes=("plan", "status"), entered="started_on")`.

    An attribute is read as `SUBSCRIBERS.plan`.

    Parameters
    ----------
    source: the source whose rows say how things stand with a customer from their time on.
    attributes: columns that features and outcomes may read.
    entered: column with the day from which a customer is one; empty where nobody knows.
    left_out: columns that no feature may read, with the reason.
    """

    source: str
    noun: str
    attributes: tuple[str, ...] = field(kw_only=True)
    entered: str = field(default="", kw_only=True)
    left_out: Mapping[str, str] = field(default_factory=dict, kw_only=True)
    plural: str = field(default="", kw_only=True)

    def __post_init__(self) -> None:
        """Refuse attributes that repeat, that are left out, or that hide a word of this declaration."""
        Noun(self.noun, self.many)
        fields = set(type(self).__dataclass_fields__)
        wrong = sorted({a for a in self.attributes if self.attributes.count(a) > 1 or a in self.left_out or a in fields})
        if wrong:
            raise SpecError(f"The attributes {wrong} of {self.noun!r} are named twice, left out, or words of the declaration.")

    def __getattr__(self, name: str) -> "Fact":
        """An attribute, by name."""
        if name.startswith("_"):
            raise AttributeError(name)
        if name in self.attributes:
            return Fact(self, name)
        if name in self.left_out:
            raise UnknownNameError(f"{name!r} of {self.many} is left out: {self.left_out[name]}.")
        close = difflib.get_close_matches(name, self.attributes, n=1)
        meant = f"Did you mean {close[0]!r}?" if close else f"They have {sorted(self.attributes)}."
        raise UnknownNameError(f"The history of {self.many} has no attribute {name!r}. {meant}")

    @property
    def many(self) -> str:
        """What they are called, in the plural."""
        return self.plural or plural_of(self.noun)


@dataclass(frozen=True)
class Fact:
    """One attribute of a history of states, by name: `SUBSCRIBERS.plan`."""

    history: States
    name: str
