"""The Brier score of a survival curve, at one day and integrated over days, under many sets of row weights at once.

Weights make the bootstrap a matter of two matrix products: a resample of customers is a row of whole numbers.
"""

from dataclasses import dataclass

import numpy as np

from tenure.estimators.kaplan_meier import counts_by_day
from tenure.estimators.outcome import Floats, SurvivalOutcome
from tenure.evaluation.ipcw import followed_through, unit_weights


@dataclass(frozen=True, eq=False, kw_only=True)
class BrierTerms:
    """A model's squared errors, arranged so that any set of row weights can be applied afterwards.

    `cases` (n,) holds, for rows with the event, the sum over days from the event on of the day's importance times S(t)^2;
    `controls` (n, last_day + 1) the day's importance times (1 - S(t))^2 while the row is followed without the event.
    """

    outcome: SurvivalOutcome
    cases: Floats
    controls: Floats

    @property
    def last_day(self) -> int:
        """The last day judged."""
        return self.controls.shape[1] - 1

    def mean(self, weights: Floats, followed: Floats | None = None) -> Floats:
        """Weighted IPCW mean under each set of row weights, (n_sets,).

        `followed` is `followed_through(outcome, weights, last_day=...)`, when the caller has it already.
        """
        chance = followed_through(self.outcome, weights, last_day=self.last_day) if followed is None else followed
        inverse = 1 / np.maximum(chance, 1e-12)
        event = self.outcome.event
        case_sums = counts_by_day(self.outcome.duration[event], weights[:, event] * self.cases[event], self.last_day)
        control_sums = weights @ self.controls
        total: Floats = ((case_sums + control_sums) * inverse).sum(axis=1) / weights.sum(axis=1)
        return total


def brier_terms(survival: Floats, outcome: SurvivalOutcome, *, importance: Floats) -> BrierTerms:
    """Arrange a model's squared errors.

    Parameters
    ----------
    survival: (n, last_day), P(no event by the end of day t) for t = 1, ..., last_day.
    importance: (last_day,), how much each day counts.
    """
    last_day = survival.shape[1]
    days = np.arange(1, last_day + 1)
    after_event = outcome.event[:, None] & (outcome.duration[:, None] <= days)
    cases = np.where(after_event, survival**2 * importance, 0.0).sum(axis=1)
    followed = ~after_event & (outcome.duration[:, None] >= days)
    controls = np.where(followed, (1 - survival) ** 2 * importance, 0.0)
    return BrierTerms(outcome=outcome, cases=cases, controls=np.column_stack([np.zeros(len(outcome)), controls]))


def trapezoid(last_day: int) -> Floats:
    """Importance of days 1 to `last_day` in an average over time by the trapezoid rule, (last_day,); sums to one."""
    if last_day == 1:
        return np.ones(1)
    importance = np.ones(last_day)
    importance[[0, -1]] = 0.5
    return importance / importance.sum()


def at_day(day: int, *, last_day: int) -> Floats:
    """Importance that looks at one day only, (last_day,)."""
    importance = np.zeros(last_day)
    importance[day - 1] = 1.0
    return importance


def brier_score(survival: Floats, outcome: SurvivalOutcome, *, day: int) -> float:
    """IPCW Brier score at one day; 0 is perfect, 0.25 is what saying one half earns.

    Parameters
    ----------
    survival: (n,), P(no event by the end of `day`).

    Raises
    ------
    HorizonError: when nobody was followed to `day`.

    References
    ----------
    Graf et al. (1999), Stat. Med. 18, 2529.
    """
    curves = np.repeat(survival[:, None], day, axis=1)
    return float(brier_terms(curves, outcome, importance=at_day(day, last_day=day)).mean(unit_weights(outcome))[0])


def integrated_brier_score(survival: Floats, outcome: SurvivalOutcome) -> float:
    """Average IPCW Brier score over days 1 to last_day by the trapezoid rule; 0 is perfect.

    Parameters
    ----------
    survival: (n, last_day), P(no event by the end of day t) for t = 1, ..., last_day.

    Raises
    ------
    HorizonError: when nobody was followed to the last day.
    """
    importance = trapezoid(survival.shape[1])
    return float(brier_terms(survival, outcome, importance=importance).mean(unit_weights(outcome))[0])
