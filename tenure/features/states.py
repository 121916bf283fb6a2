"""States: an attribute as it stands, whether it changed lately, how long it has stood, and how long a customer has been one."""

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, overload

from tenure.errors import SpecError
from tenure.features.carried import Carried, aged
from tenure.features.feature import Feature, PerWindow, Words, plain, whole_days
from tenure.history.known import Known
from tenure.history.states import Fact, States

if TYPE_CHECKING:
    import ibis
    import ibis.expr.types as ir


@dataclass(frozen=True)
class Now:
    """What holds of a customer as of the day: one row."""

    history: States

    def of(self, known: Known) -> "ibis.Table":
        """Return it as of a day."""
        rows = known.of(self.history)
        return rows.filter(rows.nth == 0)


@dataclass(frozen=True)
class Changes:
    """The moments from which an attribute was another: `since_ago_days`, and `is_first` where nothing was known before."""

    history: States
    attribute: str

    def of(self, known: Known) -> "ibis.Table":
        """Return them as of a day."""
        import ibis

        rows = known.of(self.history)
        later_last = ibis.window(group_by="customer_id", order_by=rows.nth.desc())
        value = rows[self.attribute]
        told = rows.select(
            "customer_id",
            "since_ago_days",
            is_first=rows.nth.lag().over(later_last).isnull(),
            is_same=value.identical_to(value.lag().over(later_last)),
        )
        return told.filter(told.is_first | ~told.is_same)


@dataclass(frozen=True)
class Standing(Carried):
    """The telling that holds; of an attribute also those by which it became what it is: three rows at most."""

    is_known = True
    history: States
    attribute: str | None = None

    def start(self, known: Known) -> "ibis.Table":
        """Choose them."""
        return self._kept(known.of(self.history))

    def next(self, carried: "ibis.Table", batch: Known) -> "ibis.Table":
        """Add those of a batch, which are the latest."""
        import ibis

        both = aged(carried).union(batch.of(self.history))
        latest_first = ibis.window(group_by="customer_id", order_by=[both.since_ago_days, both.nth])
        return self._kept(both.mutate(nth=ibis.row_number().over(latest_first)))

    def _kept(self, tellings: "ibis.Table") -> "ibis.Table":
        """The tellings that matter: the one that holds, the last that changed the attribute, and the one before that."""
        import ibis

        if self.attribute is None:
            return tellings.filter(tellings.nth == 0)
        later_last = ibis.window(group_by="customer_id", order_by=tellings.nth.desc())
        value = tellings[self.attribute]
        is_change = tellings.nth.lag().over(later_last).isnull() | ~value.identical_to(value.lag().over(later_last))
        told = tellings.mutate(is_change=is_change)
        told = told.mutate(changed=told.nth.min(where=told.is_change).over(ibis.window(group_by="customer_id")))
        kept = (told.nth == 0) | told.nth.between(told.changed, told.changed + 1)
        return told.filter(kept).drop("is_change", "changed")


@overload
def latest(of: Fact, /, *, name: str = "", meaning: str = "", phrase: str = "") -> Feature: ...
@overload
def latest(of: States, /) -> tuple[Feature, ...]: ...
@overload
def latest(first: Fact, second: Fact, /, *others: Fact) -> tuple[Feature, ...]: ...
def latest(*of: Fact | States, name: str = "", meaning: str = "", phrase: str = "") -> Feature | tuple[Feature, ...]:
    """An attribute as it stands; of a history, every attribute. Text is kept as a category, numbers and yes or no as numbers."""
    words = Words(name=name, meaning=meaning, phrase=phrase)
    if len(of) == 1 and isinstance(of[0], Fact):
        return _latest(of[0]).worded(words)
    facts = [fact for each in of for fact in ([Fact(each, a) for a in each.attributes] if isinstance(each, States) else [each])]
    if words:
        raise SpecError(f"{words} is said of one feature, but there are {len(facts)} attributes; write them one by one.")
    return tuple(_latest(fact) for fact in facts)


@PerWindow
def changed(fact: Fact, last: int | None) -> Feature:
    """Whether an attribute became another in the last so many days."""
    _require_fact(fact, "changed")
    if last is None:
        raise SpecError(f"changed({fact.name}): expected last=, the days within which it became another.")
    when = f"in the last {last} days"

    def value(_: Known, rows: "ibis.Table") -> "ibis.Value":
        return (~rows.is_first & (rows.since_ago_days <= last)).any()

    return Feature(
        name=f"{snake_case(fact.name)}_changed_{last}d",
        unit="rate",
        meaning=f"one where {_named(fact)} changed {when}, else zero",
        lookback_days=last,
        reads=_reads(fact.history, fact.name),
        phrase=f"{_named(fact)} changed {when}",
        rows=Changes(fact.history, fact.name),
        value=value,
        carries=Standing(fact.history, fact.name),
        absent=0.0,
    )


def time_in(fact: Fact, *, cap_days: int | None = 365, name: str = "", meaning: str = "", phrase: str = "") -> Feature:
    """Days since an attribute became what it is; of one that never changed, since it was first known. Cut at the cap."""
    _require_fact(fact, "time_in")
    feature = Feature(
        name=f"days_in_{snake_case(fact.name)}",
        unit="days",
        meaning=f"days since {_named(fact)} became what it is",
        lookback_days=None,
        reads=_reads(fact.history, fact.name),
        phrase=f"days with the present {plain(snake_case(fact.name))}",
        capped_at=_cap(cap_days),
        rows=Changes(fact.history, fact.name),
        value=lambda _, rows: _cut(rows.since_ago_days.min(), cap_days),
        carries=Standing(fact.history, fact.name),
    )
    return feature.worded(Words(name=name, meaning=meaning, phrase=phrase))


def age_of_state(history: States, *, cap_days: int | None) -> Feature:
    """Days since a customer entered; makers say `age(SUBSCRIBERS)`."""
    if not history.entered:
        raise SpecError(f"age({history.noun}): nobody knows when a {plain(history.noun)} began; name the column as entered=.")

    def value(known: Known, rows: "ibis.Table") -> "ibis.Value":
        return _cut(known.as_of.delta(rows.entered_on.min(), unit="day"), cap_days)

    return Feature(
        name=f"{history.noun}_age_days",
        unit="days",
        meaning=f"days since the {plain(history.noun)} began",
        lookback_days=None,
        reads=_reads(history, history.entered),
        phrase=f"age of the {plain(history.noun)} in days",
        capped_at=cap_days,
        rows=Now(history),
        value=value,
        carries=Standing(history),
    )


def _latest(fact: Fact) -> Feature:
    """An attribute as it stands."""
    _require_fact(fact, "latest")

    def value(_: Known, rows: "ibis.Table") -> "ibis.Value":
        return rows[fact.name].max()

    return Feature(
        name=snake_case(fact.name),
        unit="value",
        meaning=f"{_named(fact)} as it stands",
        lookback_days=None,
        reads=_reads(fact.history, fact.name),
        phrase=_named(fact),
        rows=Now(fact.history),
        value=value,
        carries=Standing(fact.history),
        is_category=None,
    )


def _cut(days: "ir.IntegerValue", cap_days: int | None) -> "ir.IntegerValue":
    """Days, cut where there is a cap."""
    return days if cap_days is None else days.clip(upper=cap_days)


def _cap(cap_days: int | None) -> int | None:
    """The cap, once it can be one."""
    return None if cap_days is None else whole_days(cap_days, "cap_days")


def snake_case(name: str) -> str:
    """A column's name as features are named: `MonthlyCharges` is `monthly_charges`."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower()


def _named(fact: Fact) -> str:
    """An attribute in a sentence."""
    return f"{plain(snake_case(fact.name))} of the {plain(fact.history.noun)}"


def _reads(history: States, column: str) -> tuple[str, ...]:
    """The lineage: states are read from the source itself."""
    return (f"validated/{history.source}.{column}",)


def _require_fact(fact: object, maker: str) -> None:
    """Refuse what is no attribute."""
    if not isinstance(fact, Fact):
        raise SpecError(f"{maker}() takes an attribute of a history of states; found {type(fact).__name__}.")
