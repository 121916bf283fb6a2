"""How much happens within a window: how many events, or what a value of them adds up to."""

from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING

from tenure.errors import SpecError
from tenure.history import Events, History, Measure
from tenure.history.measures import Adds
from tenure.history.nouns import spoken
from tenure.outcomes.happens import ONLY_KNOWN, counting, names_of, total_within
from tenure.outcomes.outcome import Happened, Kind, Outcome, check_window

if TYPE_CHECKING:
    import ibis


@dataclass(frozen=True)
class Amount(Outcome):
    """What a measure adds up to in `[as_of, as_of + within_days)`; what is returned there lowers it."""

    of: Measure
    within_days: int = field(kw_only=True)

    def __post_init__(self) -> None:
        """Refuse an empty window."""
        check_window(self.within_days, f"The outcome {self.happening!r}")

    @property
    def kind(self) -> Kind:
        """An amount."""
        return Kind.AMOUNT

    @property
    def histories(self) -> tuple[History, ...]:
        """The events that add to it."""
        return (self.of.history,)

    @property
    def follow_up_days(self) -> int:
        """The window."""
        return self.within_days

    @property
    def happening(self) -> str:
        """What is counted or summed."""
        if self.of.value.adds is Adds.SUM:
            unit = "" if self.of.value.unit in ("count", "cents") else f" in {self.of.value.unit}"
            return f"the total {spoken(self.of.name)} of {spoken(self.of.history.many)}{unit}"
        return f"the number of {spoken(names_of(self.of)[1])}"

    @property
    def verb(self) -> str:
        """To have any."""
        return f"have any {spoken(names_of(self.of)[1])}"

    @property
    def score_means(self) -> str:
        """An expectation."""
        return f"the expectation of {self.happening} within {self.within_days} days from the scoring day"

    @property
    def rule(self) -> str:
        """The window that is looked at."""
        return f"{self.happening} on the {self.within_days} days that begin with the as-of day; {ONLY_KNOWN}"

    def label(self, customers: "ibis.Table", happened: Happened, *, as_of: date, end: date) -> "ibis.Table":
        """Add up what lies in the window, as it is known when the window ends; `event` says whether it is not zero."""
        found = total_within(customers, happened, self.of, as_of=as_of, end=end)
        return found.select("customer_id", "amount", event=found.amount != 0, duration=self.within_days)


def count(history: Events | Measure, *, within_days: int) -> Amount:
    """How many events within the window: rows of the source that are no returns, or a value that counts."""
    return Amount(counting(history, "count"), within_days=within_days)


def total(value: Measure, *, within_days: int) -> Amount:
    """What a value adds up to within the window, such as `total(PURCHASES.spend, within_days=91)`."""
    if not isinstance(value, Measure) or value.value.adds is Adds.DISTINCT:
        raise SpecError("total takes a value that adds up over days, such as PURCHASES.spend; say count(…) for how many.")
    return Amount(value, within_days=within_days)
