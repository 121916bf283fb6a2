"""The shoppers of one block: what is so of them, from which everything that the shop sees of them is drawn."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from tenure.estimators.outcome import Bools, Floats, Ints
from tenure.simulation import factors
from tenure.simulation.calendar import Month
from tenure.simulation.draws import Draws
from tenure.simulation.leaving import Departures, Risks, depart
from tenure.simulation.people import People
from tenure.simulation.retail import Retail

_MOST_PURCHASES_A_DAY = 3.0
_OFTEN = 1.5


@dataclass(frozen=True, eq=False)
class Shoppers:
    """Shoppers of one block; arrays are (n,) unless it is said otherwise."""

    company: Retail
    draws: Draws
    n: int

    @cached_property
    def people(self) -> People:
        """Who they are."""
        return People(self.company, self.draws, self.n)

    @cached_property
    def purchases_a_day(self) -> Floats:
        """How often each usually buys: lognormal, so that few do very often."""
        z = self.draws.of("purchases a day").standard_normal(self.n)
        rate = self.company.purchases_a_day * np.exp(self.company.purchases_spread * z)
        return np.asarray(np.minimum(rate, _MOST_PURCHASES_A_DAY))

    @cached_property
    def mood(self) -> Floats:
        """How content they are in each month, (n, n_months)."""
        n_months = len(self.company.calendar.months)
        return factors.moods(self.draws, n=self.n, n_months=n_months, spread=self.company.mood)

    @cached_property
    def persuasion(self) -> Floats:
        """By what a contact multiplies purchases while the campaign works; who comes seldom is persuaded more often."""
        company = self.company
        is_easy = self.purchases_a_day < _OFTEN * company.purchases_a_day
        return factors.persuasion(self.people, is_easy=is_easy, persuaded=company.persuaded_ratio, annoyed=company.annoyed_ratio)

    @cached_property
    def frailty(self) -> Floats:
        """What nobody sees and raises or lowers a hazard always."""
        return factors.frailty(self.people)

    @cached_property
    def risks(self) -> Risks:
        """Their hazards of coming no more; the campaign changes none."""
        company, people = self.company, self.people
        periods = factors.periods_of(company)
        both = np.stack(np.broadcast_arrays(1.0, np.exp(-self.mood[:, periods.month])), axis=2) * np.array(company.weights)
        hazard = company.daily_hazard * (self.frailty[:, None] * factors.hazard_factor(people, periods))[:, :, None] * both
        return Risks(periods, hazard, periods.overlap(np.maximum(people.came_on, 0) + 1, company.days))

    @cached_property
    def departures(self) -> Departures:
        """Who comes no more from when on, and why."""
        luck = self.draws.of("leaves").standard_exponential(self.n)
        return depart(self.risks, luck=luck, why=self.people.uniform("why they leave"))

    @property
    def left_on(self) -> Ints:
        """The day from which on they come no more; the one after the last for those who stayed."""
        return self.departures.left_on

    def is_there(self, days: Ints) -> Bools:
        """Whether each may come on each of these days, (n, n_days)."""
        return np.asarray((days >= self.people.came_on[:, None]) & (days < self.left_on[:, None]))

    def purchase_rates(self, days: Ints, months: Ints, contacted: Bools) -> Floats:
        """Purchases to be expected of each on each day while they come, (n, n_days), if these are contacted by the campaign."""
        works = factors.campaign_works(self.company, days)
        campaign = np.where(works & contacted[:, None], self.persuasion[:, None], 1.0)
        own = self.purchases_a_day[:, None] * np.exp(self.mood[:, months])
        return np.asarray(np.minimum(own * factors.activity_factor(self.company, days) * campaign, _MOST_PURCHASES_A_DAY))

    def rates_of_month(self, month: Month) -> Floats:
        """Purchases to be expected of each on each day of a month while they come, as things went, (n, n_days)."""
        months = np.full(month.end - month.start, month.number)
        return self.purchase_rates(month.days, months, self.people.is_treated)

    def expected_in_campaign(self, contacted: Bools) -> Floats:
        """Purchases to be expected of each while the campaign works, given that they come on its day, (n,)."""
        risks = self.risks.within(*self.company.campaign_works)
        length = risks.periods.end - risks.periods.start
        days = np.arange(*self.company.campaign_works)
        # On a day they come if they have not left on it or before.
        stays = np.cumprod(1 - np.repeat(risks.daily, length, axis=1), axis=1)
        rates = self.purchase_rates(days, np.repeat(risks.periods.month, length), contacted)
        return np.asarray((stays * rates).sum(axis=1))
