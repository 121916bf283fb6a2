"""Who the customers of a block are: persons, ages and genders, when they came, and what they agree to."""

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from tenure.estimators.outcome import Bools, Floats, Ints
from tenure.simulation.company import Company
from tenure.simulation.draws import BLOCK, Draws

if TYPE_CHECKING:
    import pyarrow as pa

AGE_BANDS, _AGE_SHARES = ("18-29", "30-44", "45-59", "60+"), (0.25, 0.30, 0.25, 0.20)
GENDERS = ("female", "male")
REGIONS = ("north", "east", "south", "west")
# Who was there before the first day came within so many days before it.
_EARLIER_DAYS = 900
# Of a person's further accounts so many are under another address.
_OTHER_ADDRESS = 0.2


def group_ratios(company: Company) -> dict[str, dict[str, float]]:
    """By protected attribute and group, what is multiplied in the hazard."""
    ages = {band: company.youngest_ratio if band == AGE_BANDS[0] else 1.0 for band in AGE_BANDS}
    return {"age_band": ages, "gender": dict.fromkeys(GENDERS, 1.0)}


@dataclass(frozen=True, eq=False)
class People:
    """The customers of one block, (n,) each; days are counted from the history's first."""

    company: Company
    draws: Draws
    n: int

    @cached_property
    def number(self) -> Ints:
        """Each account's number."""
        return self.draws.block * BLOCK + np.arange(self.n)

    @cached_property
    def first_account(self) -> Ints:
        """The place in the block of the first account of each account's person."""
        place = np.arange(self.n)
        is_further = (self.uniform("has several accounts") < self.company.several_accounts) & (place > 0)
        first = np.where(is_further, (self.uniform("whose account") * place).astype(np.int64), place)
        while not np.array_equal(first, first[first]):
            first = first[first]
        return np.asarray(first)

    @cached_property
    def age_band(self) -> Ints:
        """Places in AGE_BANDS; a person has one age."""
        return np.searchsorted(np.cumsum(_AGE_SHARES)[:-1], self.uniform("age"), side="right")[self.first_account]

    @cached_property
    def gender(self) -> Ints:
        """Places in GENDERS."""
        return (self.uniform("gender") < 0.5).astype(np.int64)[self.first_account]

    @cached_property
    def region(self) -> Ints:
        """Places in REGIONS."""
        return (self.uniform("region") * len(REGIONS)).astype(np.int64)[self.first_account]

    @cached_property
    def address(self) -> Ints:
        """What stands for the address: a person's accounts share it, but for some."""
        own = self.draws.of("address").integers(0, 2**62, self.n)
        has_other = self.uniform("has another address") < _OTHER_ADDRESS
        return np.where(has_other, own, own[self.first_account])

    @cached_property
    def came_on(self) -> Ints:
        """The day on which each account came, before the first one for those who were there already; more come in autumn."""
        calendar, company = self.company.calendar, self.company
        days = np.arange(company.days)
        weight = np.cumsum(calendar.year_wave(days, amplitude=company.year_amplitude, peak_day=270))
        when = self.uniform("when they came")
        later = np.minimum(np.searchsorted(weight, when * weight[-1], side="right"), company.days - 1)
        earlier = -1 - (when * _EARLIER_DAYS).astype(np.int64)
        return np.where(self.uniform("was there already") < company.already_there, earlier, later)

    @cached_property
    def agrees(self) -> Bools:
        """Whether they agreed, when they came, to be written to."""
        return np.asarray(self.uniform("agrees") < self.company.agrees)

    @cached_property
    def withdraws_on(self) -> Ints:
        """The day on which those who agreed would take it back."""
        after = self.draws.of("withdraws").exponential(1 / self.company.withdraws_a_day, self.n)
        return np.asarray(np.maximum(self.came_on, 0) + 1 + after.astype(np.int64))

    @cached_property
    def is_asked(self) -> Bools:
        """Whether they may be written to on the day of the campaign, if they are customers then."""
        day = self.company.campaign_day
        return np.asarray(self.agrees & (self.withdraws_on > day) & (self.came_on < day))

    @cached_property
    def is_treated(self) -> Bools:
        """Whether the campaign contacts them: at random among those who may be written to."""
        return np.asarray(self.is_asked & (self.uniform("treated") < self.company.treated))

    @cached_property
    def ids(self) -> "pa.Array":
        """Their ids, as text."""
        import pyarrow as pa

        return pa.array([f"C{number:07d}" for number in self.number])

    def uniform(self, what: str) -> Floats:
        """A number from 0 to 1 for each, drawn once for all."""
        return np.asarray(self.draws.of(what).random(self.n))
