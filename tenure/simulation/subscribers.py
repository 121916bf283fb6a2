"""The subscribers of one block: what is so of them, from which everything that the company sees of them is drawn."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from tenure.estimators.outcome import Bools, Floats, Ints
from tenure.simulation import factors
from tenure.simulation.calendar import Month
from tenure.simulation.draws import Draws
from tenure.simulation.leaving import Departures, Risks, depart
from tenure.simulation.people import People
from tenure.simulation.subscriptions import CHANNELS, PLAN_SHARES, PRICES, YEARLY_PRICE, Subscriptions

_MOST_LOGINS_A_DAY = 30.0


@dataclass(frozen=True, eq=False)
class Subscribers:
    """Subscribers of one block; arrays are (n,) unless it is said otherwise."""

    company: Subscriptions
    draws: Draws
    n: int

    @cached_property
    def people(self) -> People:
        """Who they are."""
        return People(self.company, self.draws, self.n)

    @cached_property
    def channel(self) -> Ints:
        """Places in CHANNELS."""
        return np.asarray((self.people.uniform("channel") * len(CHANNELS)).astype(np.int64))

    @cached_property
    def is_yearly(self) -> Bools:
        """Whether the contract is a yearly one."""
        return np.asarray(self.people.uniform("contract") < self.company.yearly)

    @cached_property
    def first_plan(self) -> Ints:
        """Places in PLANS."""
        return np.searchsorted(np.cumsum(PLAN_SHARES)[:-1], self.people.uniform("plan"), side="right")

    @cached_property
    def later_plan(self) -> Ints:
        """The plan after a change, by one up or down."""
        up = self.people.uniform("up or down") < 0.6
        return np.asarray(np.clip(self.first_plan + np.where(up, 1, -1), 0, len(PRICES) - 1))

    @cached_property
    def plan_changes_on(self) -> Ints:
        """The day from which on the plan is another; for most the one after the last."""
        last = self.company.days
        day = np.maximum(self.people.came_on, 0) + 1 + (self.people.uniform("when the plan changes") * last).astype(np.int64)
        changes = (self.people.uniform("changes the plan") < self.company.changes_plan) & (self.later_plan != self.first_plan)
        return np.where(changes, np.minimum(day, last), last)

    @cached_property
    def frailty(self) -> Floats:
        """What nobody sees and raises or lowers a customer's hazard always."""
        return factors.frailty(self.people)

    @cached_property
    def logins_a_day(self) -> Floats:
        """How often a customer usually logs in: lognormal, so that few do very often."""
        z = self.draws.of("logins a day").standard_normal(self.n)
        rate = self.company.logins_a_day * np.exp(self.company.logins_spread * z)
        return np.asarray(np.minimum(rate, _MOST_LOGINS_A_DAY))

    @cached_property
    def mood(self) -> Floats:
        """How content they are in each month, (n, n_months), around zero."""
        n_months = len(self.company.calendar.months)
        return factors.moods(self.draws, n=self.n, n_months=n_months, spread=self.company.mood)

    @cached_property
    def persuasion(self) -> Floats:
        """By what a contact multiplies the hazard while the campaign works; those on the basic plan are persuaded more often."""
        company, is_basic = self.company, self.first_plan == 0
        return factors.persuasion(self.people, is_easy=is_basic, persuaded=company.persuaded_ratio, annoyed=company.annoyed_ratio)

    def risks(self, contacted: Bools) -> Risks:
        """Their hazards, if these customers are contacted by the campaign."""
        company, people = self.company, self.people
        periods = factors.periods_of(company)
        mood = self.mood[:, periods.month]
        own = self.frailty * np.where(self.is_yearly, company.yearly_ratio, 1.0)
        own = own * np.where(self.channel == CHANNELS.index("partner"), company.partner_ratio, 1.0)
        works = factors.campaign_works(company, periods.start)
        campaign = np.where(works & contacted[:, None], self.persuasion[:, None], 1.0)
        whole = own[:, None] * factors.hazard_factor(people, periods) * campaign
        price = np.array(PRICES)[self.first_plan] / PRICES[1]
        reasons = np.stack(np.broadcast_arrays(price[:, None], np.exp(-mood), 1.0), axis=2) * np.array(company.weights)
        hazard = company.daily_hazard * whole[:, :, None] * reasons
        # Nobody leaves on the day on which they came, or on the first, on which the company tells of everybody.
        return Risks(periods, hazard, periods.overlap(np.maximum(people.came_on, 0) + 1, company.days))

    @cached_property
    def true_risks(self) -> Risks:
        """Their hazards, as things went."""
        return self.risks(self.people.is_treated)

    @cached_property
    def departures(self) -> Departures:
        """Who left when and why."""
        luck = self.draws.of("leaves").standard_exponential(self.n)
        return depart(self.true_risks, luck=luck, why=self.people.uniform("why they leave"))

    @property
    def left_on(self) -> Ints:
        """The day on which they left, from which on they are no customers; the one after the last for those who stayed."""
        return self.departures.left_on

    def is_there(self, days: Ints) -> Bools:
        """Whether each is a customer on each of these days, (n, n_days)."""
        return np.asarray((days >= self.people.came_on[:, None]) & (days < self.left_on[:, None]))

    def plan_on(self, who: Ints, days: Ints) -> Ints:
        """The plan of some, each on a day of their own."""
        return np.where(days >= self.plan_changes_on[who], self.later_plan[who], self.first_plan[who])

    def price_on(self, who: Ints, days: Ints) -> Floats:
        """What their plans cost in a month."""
        price = np.array(PRICES)[self.plan_on(who, days)]
        return np.asarray(np.round(price * np.where(self.is_yearly[who], YEARLY_PRICE, 1.0), 2))

    def login_rates(self, month: Month) -> Floats:
        """Logins to be expected of each on each day of a month, if they are customers then, (n, n_days)."""
        own = self.logins_a_day * np.exp(self.mood[:, month.number])
        season = factors.activity_factor(self.company, month.days)
        return np.asarray(np.minimum(own[:, None] * season, _MOST_LOGINS_A_DAY))

    def ticket_rates(self, month: Month) -> Floats:
        """Tickets to be expected of each on a day of a month, the more the worse the mood."""
        return np.asarray(self.company.tickets_a_day * np.exp(-1.2 * self.mood[:, month.number]))
