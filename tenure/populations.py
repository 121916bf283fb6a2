"""Populations: who is scored, said of histories and kept as conditions on features.

`had(PURCHASES, within_days=56) & is_in(SUBSCRIBERS.status, "active")`: parts are joined by `&` and `|`, and turned round by `~`.
A model need not use the features that a population is told by.
"""

from dataclasses import dataclass
from enum import StrEnum

import pyarrow as pa

from tenure.conditions import AllOf, AnyOf, AtMost, Condition, IsKnown, Not, OneOf, columns, mask
from tenure.errors import SpecError
from tenure.features.feature import Feature
from tenure.features.states import latest, time_in
from tenure.features.windows import age, recency
from tenure.history import Contacts, Events, Fact, History, Intervals
from tenure.history.nouns import a, in_quotes, spoken

# Recency is cut at this many days: at and beyond it nobody can tell how long ago something was.
RECENCY_CAP_DAYS = 365


class Joined(StrEnum):
    """By which word a population's phrases are joined."""

    NOT_AT_ALL = ""
    AND = "and"
    OR = "or"


@dataclass(frozen=True, kw_only=True)
class Population:
    """Who is scored.

    Parameters
    ----------
    condition: what holds of them on the columns of a day's features; it is all that a package keeps.
    said, denied: what they did or have, and what the others did not, to stand after "customers who".
    histories: what it is told by; their customers are the roster from which it chooses.
    features: the features whose columns the condition reads.
    """

    condition: Condition
    said: str
    denied: str
    histories: tuple[History, ...]
    features: tuple[Feature, ...]
    joined: Joined = Joined.NOT_AT_ALL

    @property
    def in_words(self) -> str:
        """The population as a reader would say it."""
        return f"customers who {self.said}"

    @property
    def columns(self) -> tuple[str, ...]:
        """Columns of the features that it reads."""
        return columns(self.condition)

    def mask(self, rows: pa.Table) -> pa.ChunkedArray:
        """Whether each row of a day's features belongs to it, (n_rows,)."""
        return mask(self.condition, rows)

    def __and__(self, other: "Population") -> "Population":
        """Those of both."""
        return _join(self, other, Joined.AND, AllOf(parts=(self.condition, other.condition)))

    def __or__(self, other: "Population") -> "Population":
        """Those of either."""
        return _join(self, other, Joined.OR, AnyOf(parts=(self.condition, other.condition)))

    def __invert__(self) -> "Population":
        """Everybody else."""
        turned = {Joined.AND: Joined.OR, Joined.OR: Joined.AND}.get(self.joined, self.joined)
        return Population(
            condition=Not(part=self.condition),
            said=self.denied,
            denied=self.said,
            histories=self.histories,
            features=self.features,
            joined=turned,
        )


def had(history: Events, *, within_days: int) -> Population:
    """Customers to whom one of these events happened within so many days before the scoring day."""
    _check_events(history, "had")
    if not 1 <= within_days < RECENCY_CAP_DAYS:
        raise SpecError(
            f"A population had {a(history.noun)} within {within_days} days; expected 1 to {RECENCY_CAP_DAYS - 1}. "
            f"Longer ago than that is not told apart: say ever({history.noun.upper()}) for those to whom it ever happened."
        )
    told = recency_of(history)
    days = f"within the {within_days} days before the scoring day" if within_days > 1 else "on the day before the scoring day"
    return Population(
        condition=AtMost(column=told.name, limit=within_days),
        said=f"had {a(history.noun)} {days}",
        denied=f"had no {spoken(history.noun)} {days}",
        histories=(history,),
        features=(told,),
    )


def ever(history: Events) -> Population:
    """Customers to whom one of these events ever happened."""
    _check_events(history, "ever")
    told = age_of(history)
    return Population(
        condition=IsKnown(column=told.name),
        said=f"ever had {a(history.noun)}",
        denied=f"never had {a(history.noun)}",
        histories=(history,),
        features=(told,),
    )


def is_in(fact: Fact, *values: str | float) -> Population:
    """Customers whose attribute is one of these values, as last told before the scoring day."""
    if not isinstance(fact, Fact):
        raise SpecError(
            f"is_in takes an attribute of a history of states, such as SUBSCRIBERS.status; found {type(fact).__name__}."
        )
    words, numbers = [v for v in values if isinstance(v, str)], [float(v) for v in values if not isinstance(v, str)]
    if bool(words) == bool(numbers):
        raise SpecError(f"is_in of {fact.name!r} takes one value or more, all words or all numbers; found {list(values)}.")
    told = latest(fact)
    listed = " or ".join(map(in_quotes, values))
    return Population(
        condition=OneOf(column=told.name, values=tuple(words) if words else tuple(numbers)),
        said=f"have {listed} as {spoken(fact.name)}",
        denied=f"do not have {listed} as {spoken(fact.name)}",
        histories=(fact.history,),
        features=(told,),
    )


def everyone(history: History) -> Population:
    """All customers that a history tells of."""
    if isinstance(history, Contacts | Intervals):
        raise SpecError(
            f"The {spoken(history.many)} do not tell of everyone; name a history of events or of states, whose customers are all "
            "that there are."
        )
    if isinstance(history, Events):
        return ever(history)
    if not history.attributes:
        raise SpecError(
            f"The history of {spoken(history.many)} names no attribute, so nothing tells who has one. Name one at least."
        )
    # How long an attribute has stood is known of everybody of whom the history tells, also where its value is not.
    told = time_in(Fact(history, history.attributes[0]))
    # Where a row is a customer, nobody has one.
    is_customer = history.noun == "customer"
    return Population(
        condition=IsKnown(column=told.name),
        said="are listed" if is_customer else f"have {a(history.noun)}",
        denied="are not listed" if is_customer else f"have no {spoken(history.noun)}",
        histories=(history,),
        features=(told,),
    )


def recency_column(history: Events) -> str:
    """The column that says how many days ago the last of these events was."""
    return f"{history.noun}_recency_days"


def recency_of(history: Events) -> Feature:
    """The feature that says how many days ago the last of these events was."""
    return recency(history, cap_days=RECENCY_CAP_DAYS)


def age_of(history: Events) -> Feature:
    """The feature that says how many days ago the first of these events was; it is not known where there was none."""
    return age(history)


def attribute_column(fact: Fact) -> str:
    """The column that says how an attribute was last told."""
    return latest(fact).name


def _check_events(history: History, what: str) -> None:
    """Refuse a history in which nothing happens on a day."""
    if not isinstance(history, Events):
        raise SpecError(f"{what} takes a history of events; {history.noun!r} is one of {type(history).__name__}.")


def _join(one: Population, other: Population, word: Joined, condition: Condition) -> Population:
    """Two populations as one; phrases that were joined by the other word get brackets."""

    def phrase(text: str, by: Joined, as_joined: Joined) -> str:
        return f"({text})" if as_joined not in (Joined.NOT_AT_ALL, by) else text

    turned = {Joined.AND: Joined.OR, Joined.OR: Joined.AND, Joined.NOT_AT_ALL: Joined.NOT_AT_ALL}
    said = f" {word} ".join(phrase(p.said, word, p.joined) for p in (one, other))
    denied = f" {turned[word]} ".join(phrase(p.denied, turned[word], turned[p.joined]) for p in (one, other))
    return Population(
        condition=condition,
        said=said,
        denied=denied,
        histories=tuple({id(h): h for h in (*one.histories, *other.histories)}.values()),
        features=tuple({f.name: f for f in (*one.features, *other.features)}.values()),
        joined=word,
    )
