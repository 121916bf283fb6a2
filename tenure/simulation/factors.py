"""What raises and lowers hazards and activity in every company: groups, seasons, drift, moods, and what a contact does."""

import numpy as np

from tenure.estimators.outcome import Bools, Floats, Ints
from tenure.simulation.calendar import Periods
from tenure.simulation.company import Company
from tenure.simulation.draws import Draws
from tenure.simulation.people import People

# The mood of a month is mixed of its own luck and that of the two months before, so that it lasts for a while.
_MOOD_LASTS = (1.0, 0.8, 0.6)
_LEAVING_PEAK_DAY, _ACTIVITY_PEAK_DAY = 15, 20


def frailty(people: People) -> Floats:
    """What nobody sees and raises or lowers a customer's hazard always, (n,)."""
    return np.asarray(np.exp(people.company.frailty * people.draws.of("frailty").standard_normal(people.n)))


def moods(draws: Draws, *, n: int, n_months: int, spread: float) -> Floats:
    """How content customers are in each month, (n, n_months), normal around zero; months close to each other are alike."""
    lags = len(_MOOD_LASTS) - 1
    luck = np.column_stack([draws.of("mood", month=month).standard_normal(n) for month in range(n_months + lags)])
    weights = spread * np.array(_MOOD_LASTS) / np.sqrt(np.square(_MOOD_LASTS).sum())
    return np.asarray(sum(weight * luck[:, lags - lag : lags - lag + n_months] for lag, weight in enumerate(weights)))


def periods_of(company: Company) -> Periods:
    """The days cut where hazards change: at months, at the campaign's days and at the drift."""
    return company.calendar.periods((*company.campaign_works, company.drift_day))


def hazard_factor(people: People, periods: Periods) -> Floats:
    """What groups, the season and the drift do to hazards, (n, n_periods)."""
    company = people.company
    season = company.calendar.year_wave(periods.start, amplitude=company.year_amplitude, peak_day=_LEAVING_PEAK_DAY)
    drift = np.where(periods.start >= company.drift_day, company.drift_hazard_ratio, 1.0)
    group = np.where(people.age_band == 0, company.youngest_ratio, 1.0)
    return np.asarray(group[:, None] * season * drift)


def activity_factor(company: Company, days: Ints) -> Floats:
    """What the week, the season and the drift do to activity on each day, (n_days,)."""
    season = company.calendar.year_wave(days, amplitude=company.year_amplitude, peak_day=_ACTIVITY_PEAK_DAY)
    week = np.where(company.calendar.week_day(days) >= 5, company.week_end_ratio, 1.0)
    return np.asarray(season * week * np.where(days >= company.drift_day, company.drift_activity_ratio, 1.0))


def campaign_works(company: Company, days: Ints) -> Bools:
    """Whether the campaign works on each day."""
    first, last = company.campaign_works
    return np.asarray((days >= first) & (days < last))


def persuasion(people: People, *, is_easy: Bools, persuaded: float, annoyed: float) -> Floats:
    """What a contact multiplies while the campaign works, (n,): one for most; those who are easy are persuaded more often."""
    share = np.clip(people.company.persuadable * np.where(is_easy, 1.4, 0.6), 0, 1)
    u = people.uniform("persuasion")
    return np.where(u < share, persuaded, np.where(u >= 1 - people.company.contrary, annoyed, 1.0))
