"""What both kinds of company are told: how large, which days, the campaign, the drift, the differences between groups.

Every figure here is written beside the data, for it is part of the truth.
"""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING, ClassVar

from tenure.errors import SpecError, TimelineError
from tenure.simulation.calendar import Calendar

if TYPE_CHECKING:
    import pyarrow as pa

# Where nobody says, the campaign runs when so much of the history is over.
_USUAL_CAMPAIGN = 0.6


@dataclass(frozen=True, kw_only=True)
class Company(ABC):
    """A simulated company; the same arguments give the same rows.

    Parameters
    ----------
    customers: accounts in all, ever; `days` days of history from `first_day` on.
    already_there: the share of customers who came before the first day.
    monthly_leaving: the usual hazard of leaving in 30 days, before all that raises or lowers it.
    youngest_ratio: by how much the hazard of the age band 18-29 is higher than that of the others. Gender has no effect at all.
    frailty: how much a hazard differs between customers for reasons that nobody sees: the standard deviation of its logarithm.
    several_accounts: the share of accounts whose person has an earlier one.
    agrees: the share of customers who agree, when they come, to be written to; each day `withdraws_a_day` take it back.
    campaign_on: the day of the campaign; by default after six tenths of the history. Of customers who then agree to be written
        to, `treated` are contacted at random and the others held out; it works for `campaign_days`.
    persuadable, contrary: shares of customers in whom a contact makes a difference, to the better or to the worse.
    drift_on: from this day on hazards are `drift_hazard_ratio` times, and activity `drift_activity_ratio` times as high.
    week_end_ratio: activity on Saturdays and Sundays, against other days; `year_amplitude` is that of the year's wave.

    Raises
    ------
    TimelineError: for less than one customer or day, or a day outside the history.
    SpecError: for a share outside of 0 to 1, or a ratio that is not positive.
    """

    # The table of customers as they stand at the end of a day, that from which a project best begins, and for every table of what
    # happens the column with its rows' times.
    kind: ClassVar[str]
    snapshots: ClassVar[str]
    first_read: ClassVar[str]
    times: ClassVar[Mapping[str, str]]
    # Further parameters that must be more than zero.
    positive: ClassVar[tuple[str, ...]]

    customers: int
    first_day: date
    days: int
    seed: int
    already_there: float = 0.6
    monthly_leaving: float = 0.03
    youngest_ratio: float = 1.6
    frailty: float = 0.4
    several_accounts: float = 0.06
    agrees: float = 0.75
    withdraws_a_day: float = 0.0005
    campaign_on: date | None = None
    campaign_days: int = 60
    treated: float = 0.5
    persuadable: float = 0.4
    contrary: float = 0.1
    drift_on: date | None = None
    drift_hazard_ratio: float = 2.0
    drift_activity_ratio: float = 0.7
    week_end_ratio: float = 1.4
    year_amplitude: float = 0.25

    def __post_init__(self) -> None:
        """Refuse what makes no company."""
        if self.customers < 1 or self.days < 1:
            raise TimelineError(
                f"A simulation needs at least one customer and one day, found {self.customers} customers and {self.days} days."
            )
        for name in ("campaign_on", "drift_on"):
            day = getattr(self, name)
            if day is not None and not 0 <= self.calendar.number(day) < self.days:
                raise TimelineError(
                    f"{name} is {day}, outside of the history from {self.first_day} to {self.calendar.day(self.days - 1)}. "
                    "Name a day within it."
                )
        for name in ("already_there", "several_accounts", "agrees", "treated", "persuadable", "contrary", "year_amplitude"):
            if not 0 <= getattr(self, name) <= 1:
                raise SpecError(f"{name} is {getattr(self, name)}; expected a share from 0 to 1.")
        for name in ("youngest_ratio", "drift_hazard_ratio", "drift_activity_ratio", "week_end_ratio", "campaign_days",
                     "withdraws_a_day", *self.positive):  # fmt: skip
            if not getattr(self, name) > 0:
                raise SpecError(f"{name} is {getattr(self, name)}; expected more than 0.")
        if not 0 < self.monthly_leaving < 1:
            raise SpecError(f"monthly_leaving is {self.monthly_leaving}; expected a share above 0 and below 1.")
        if self.seed < 0:
            raise SpecError(f"seed is {self.seed}; expected a whole number from 0 on.")

    @cached_property
    def calendar(self) -> Calendar:
        """Its days."""
        return Calendar(self.first_day, self.days)

    @property
    def campaign_day(self) -> int:
        """The number of the campaign's day."""
        if self.campaign_on is not None:
            return self.calendar.number(self.campaign_on)
        return int(_USUAL_CAMPAIGN * self.days)

    @property
    def campaign_works(self) -> tuple[int, int]:
        """The days on which the campaign works: from the one after it on, as far as the history goes."""
        return min(self.campaign_day + 1, self.days), min(self.campaign_day + 1 + self.campaign_days, self.days)

    @property
    def drift_day(self) -> int:
        """The number of the day from which on things are different; where they never are, that after the last."""
        return self.days if self.drift_on is None else self.calendar.number(self.drift_on)

    @property
    def daily_hazard(self) -> float:
        """The usual hazard of a day."""
        return float(1 - (1 - self.monthly_leaving) ** (1 / 30))

    @abstractmethod
    def references(self) -> Mapping[str, "pa.Table"]:
        """Tables without times that rows refer to."""
