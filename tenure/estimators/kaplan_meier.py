"""The Kaplan-Meier curve: one curve for everybody, which any model must beat.

The product-limit estimate also serves the evaluation, which needs it under many sets of row weights at once.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from tenure.estimators.curves import days_within, median_days
from tenure.estimators.model_json import read_model_json, write_model_json
from tenure.estimators.outcome import Floats, Ints, SurvivalOutcome

MODEL = "kaplan_meier"
FILE = "kaplan_meier.json"
FORMAT = 1


@dataclass(frozen=True, kw_only=True)
class KaplanMeierModel:
    """The population's survival curve by day; the same for every customer.

    `curve[t]` is P(no event by the end of day t), from day 0 (always one) to the longest follow-up.
    """

    curve: tuple[float, ...]

    @property
    def longest_follow_up_days(self) -> int:
        """The last day at which the curve may be read."""
        return len(self.curve) - 1

    def survival(self, X: Floats, days: Sequence[int]) -> Floats:
        """Return the population's curve for each row of X, (n, len(days)); the columns of X do not matter.

        Raises
        ------
        HorizonError: for a day beyond the longest follow-up.
        """
        asked = days_within(days, longest_follow_up_days=self.longest_follow_up_days)
        return np.tile(np.asarray(self.curve)[asked], (len(X), 1))

    def median_days(self, X: Floats) -> Floats:
        """Day by which half of the population has had the event, (n,); NaN where the curve stays above one half."""
        return median_days(self, X)

    def to_files(self) -> dict[str, bytes]:
        """Return the model as native files, by name."""
        return {FILE: write_model_json(model=MODEL, format_version=FORMAT, content={"curve": self.curve})}

    @classmethod
    def from_files(cls, files: dict[str, bytes]) -> "KaplanMeierModel":
        """Read the model back.

        Raises
        ------
        PackageError: when the file is missing or of another format.
        """
        content = read_model_json(files, FILE, model=MODEL, format_version=FORMAT)
        return cls(curve=tuple(content["curve"]))


def fit_kaplan_meier(outcome: SurvivalOutcome) -> KaplanMeierModel:
    """Fit the population's survival curve (Kaplan and Meier 1958, JASA 53, 457)."""
    curve = product_limit(outcome, np.ones((1, len(outcome))), last_day=outcome.longest_follow_up_days)[0]
    return KaplanMeierModel(curve=tuple(float(value) for value in curve))


def product_limit(outcome: SurvivalOutcome, weights: Floats, *, last_day: int, of_censoring: bool = False) -> Floats:
    """Kaplan-Meier estimate under each set of row weights.

    Parameters
    ----------
    weights: (n_sets, n), how often each row counts.
    last_day: estimates run from day 0 to this day.
    of_censoring: estimate the time to censoring instead. Events come first at ties: who has the event on day t is no longer
        at risk of being censored on day t.

    Returns
    -------
    (n_sets, last_day + 1); column t is the probability of lasting beyond the end of day t. Once nobody is at risk the curve
    stays where it was.
    """
    leaving = _left_by_day(weights, outcome.duration, last_day)
    events = _left_by_day(weights[:, outcome.event], outcome.duration[outcome.event], last_day)
    censored = leaving - events
    at_risk = weights.sum(axis=1, keepdims=True) - np.cumsum(leaving, axis=1) + leaving
    lost = events
    if of_censoring:
        at_risk, lost = at_risk - events, censored
    share = np.divide(lost, at_risk, out=np.zeros_like(lost), where=at_risk > 1e-9)
    return np.cumprod(1 - np.clip(share, 0, 1), axis=1)


def _left_by_day(weights: Floats, duration: Ints, last_day: int) -> Floats:
    """How often rows leave at the end of each day, by event or censoring, under each set of weights, (n_sets, last_day + 1)."""
    order = np.argsort(duration, kind="stable")
    days, firsts = np.unique(duration[order], return_index=True)
    left = np.zeros((len(weights), last_day + 1))
    if len(days):
        within = days <= last_day
        left[:, days[within]] = np.add.reduceat(weights[:, order], firsts, axis=1)[:, within]
    return left


def leaves_on(outcome: SurvivalOutcome, *, last_day: int) -> Floats:
    """One on the day at whose end a row leaves, by event or censoring, else zero, (n, last_day + 1)."""
    return np.asarray(outcome.duration[:, None] == np.arange(last_day + 1), dtype=np.float64)
