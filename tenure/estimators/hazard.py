"""A discrete-time hazard model on LightGBM: the chance, day by day, that what is foreseen happens.

This file owns fitting, curves and reasons. How time is cut is in `person_periods.py`; recalibration in `hazard_calibration.py`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from tenure.errors import EstimationError
from tenure.estimators.arithmetic import exp
from tenure.estimators.cox_start import CoxStart
from tenure.estimators.curves import days_within, median_days
from tenure.estimators.gradient_boosting import GradientBoosting, fit_gradient_boosting
from tenure.estimators.model_json import read_model_json, write_model_json
from tenure.estimators.outcome import Floats, Ints, SurvivalOutcome
from tenure.estimators.person_periods import Periods, PersonPeriods, expand, room_for
from tenure.estimators.repeated_rows import RepeatedRows
from tenure.parameters import LightGBMParameters

MODEL = "hazard"
FILE = "hazard.json"
FORMAT = 1
# Periods are weeks, and as many weeks as keep them this few where somebody was followed for longer than two years.
STEP_DAYS, MOST_PERIODS = 7, 104
PERIOD_COLUMN = "period"
# As the file calls what is not only a pause's; a file means the same under whatever code reads it.
_NAMES = {"quiet_days": "pause_days"}
_NAMED = {of_file: name for name, of_file in _NAMES.items()}
# Half an event is added to each period, so that one without events keeps a finite log-odds.
PRIOR_EVENTS = 0.5


@dataclass(frozen=True, kw_only=True)
class HazardCalibration:
    """Recalibrated log-odds of the daily hazard: intercept + slope x log-odds, apart for the first chance and for later days.

    Any hazard between 0 and 1 gives a curve that starts at one and never rises, so recalibration cannot bend a curve upwards.
    """

    method: str = "none"
    first_chance: tuple[float, float] = (0.0, 1.0)
    later: tuple[float, float] = (0.0, 1.0)


@dataclass(frozen=True, kw_only=True)
class HazardModel:
    """Log-odds of the daily hazard = the period's own + where the trees start + trees(features, period), recalibrated.

    Parameters
    ----------
    recency_index: column of X with the days that fix the first chance, such as those since the last purchase; None where it can
        happen on any day.
    period_log_odds: (n_periods,), log-odds of the daily hazard in each period over all fit rows; the trees correct it.
    calibration_scores: log loss of a day at risk, on customers left out, of each recalibration tried, none included.
    """

    feature_names: tuple[str, ...]
    recency_index: int | None
    periods: Periods
    period_log_odds: tuple[float, ...]
    trees: GradientBoosting
    calibration: HazardCalibration = HazardCalibration()
    calibration_scores: tuple[tuple[str, float], ...] = ()
    start: CoxStart | None = None

    @property
    def longest_follow_up_days(self) -> int:
        """The last day at which the curve may be read."""
        return self.periods.longest_follow_up_days

    def raw_log_odds(self, X: Floats, *, n_periods: int | None = None, n_threads: int = 1) -> Floats:
        """Log-odds of the daily hazard before recalibration, (n, n_periods); fewer periods where asked."""
        n_periods = self.periods.n_periods if n_periods is None else n_periods
        firsts, stretch = self._alike(n_periods)
        stacked = _with_period(X)
        margin = np.empty((len(firsts), len(X)))
        # One period after the other: stacked below one another, rows of many periods fill the memory.
        for place, first in enumerate(firsts):
            stacked[:, -1] = first
            margin[place] = self.trees.margin(stacked, n_threads=n_threads)
        log_odds = np.asarray(margin[stretch].T + np.asarray(self.period_log_odds)[:n_periods])
        return log_odds if self.start is None else log_odds + self.start.log_odds(X)[:, None]

    def survival(self, X: Floats, days: Sequence[int]) -> Floats:
        """P(not happened by the end of day t) for each row and each of `days`, (n, len(days)).

        Raises
        ------
        HorizonError: for a day beyond the longest follow-up seen in fitting.
        EstimationError: for a row without a recency of 1 to `quiet_days`, where that fixes the first chance.
        """
        asked = days_within(days, longest_follow_up_days=self.longest_follow_up_days)
        n_periods = 1 + self.periods.n_later(int(asked.max(initial=0)))
        return self.curve(X, self.raw_log_odds(X, n_periods=n_periods), days)

    def curve(self, X: Floats, raw_log_odds: Floats, days: Sequence[int]) -> Floats:
        """Turn log-odds of the daily hazard into curves, (n, len(days)): the product of 1 - hazard over the days at risk."""
        # log(1 - hazard) = -log(1 + exp(log-odds)), stable at both ends.
        per_day = -np.logaddexp(0.0, self.recalibrated(raw_log_odds))
        # Room for every period: sums have one order, so that a curve reads the same whichever of its days are asked for.
        at_risk = np.zeros((len(X), self.periods.n_periods))
        first_chance, before = self.first_chance(X), np.zeros(per_day.shape[1] - 1, dtype=np.int64)
        curve = np.empty((len(X), len(days)))
        for column, day in enumerate(days):
            exposure = self.periods.later_exposure(int(day))[: len(before)]
            at_risk[:, 0] = np.where(first_chance <= day, per_day[:, 0], 0.0)
            # From one day to the next hardly any period changes.
            for period in 1 + np.flatnonzero(exposure != before):
                at_risk[:, period] = exposure[period - 1] * per_day[:, period]
            before = exposure
            curve[:, column] = at_risk.sum(axis=1)
        return exp(curve)

    def first_chance(self, X: Floats) -> Ints:
        """Days from `as_of` to the end of the first day on which it can happen before the quiet days are over, (n,)."""
        return first_chances(self.periods, X, self.recency_index)

    def recalibrated(self, raw_log_odds: Floats) -> Floats:
        """Apply the recalibration to log-odds, (n, n_periods)."""
        (a0, b0), (a1, b1) = self.calibration.first_chance, self.calibration.later
        return np.column_stack([a0 + b0 * raw_log_odds[:, :1], a1 + b1 * raw_log_odds[:, 1:]])

    def median_days(self, X: Floats) -> Floats:
        """Day by which it is more likely to have happened than not, (n,); NaN where the curve stays above one half."""
        return median_days(self, X)

    def contributions(self, X: Floats, *, horizon_days: int, n_threads: int = 1) -> Floats:
        """What each feature adds to the log of the cumulative hazard up to the horizon, (n, n_features).

        Tree SHAP values (Lundberg et al. 2020, Nat. Mach. Intell. 2, 56) of the log-odds in each period, averaged with the
        period's share of the customer's cumulative hazard as weight (to first order d log H = sum of H_k / H times d log h_k).
        The part of the period column, which is time and no reason, is left out. It costs hundreds of times a prediction:
        ask for the rows that need it.
        """
        days_within([horizon_days], longest_follow_up_days=self.longest_follow_up_days)
        n_periods = 1 + self.periods.n_later(horizon_days)
        firsts, stretch = self._alike(n_periods)
        stacked, told = _with_period(X), np.empty((len(firsts), *X.shape))
        for place, first in enumerate(firsts):
            stacked[:, -1] = first
            told[place] = self.trees.contributions(stacked, n_threads=n_threads)[:, :-1]
        parts = told[stretch]
        if self.start is not None:
            parts = parts + self.start.contributions(X)
        slopes = np.where(np.arange(n_periods) == 0, self.calibration.first_chance[1], self.calibration.later[1])
        share = self._hazard_shares(X, horizon_days, self.raw_log_odds(X, n_periods=n_periods, n_threads=n_threads))
        return np.asarray(np.einsum("np,pnf->nf", share * slopes, parts))

    def _alike(self, n_periods: int) -> tuple[Ints, Ints]:
        """Stretches of periods that no tree tells apart: the first period of each, and of every period its stretch.

        What the trees say of one holds of its whole stretch, and asking them is what costs.
        """
        limits = self.trees.thresholds(len(self.feature_names))
        told_apart = np.searchsorted(limits, np.arange(n_periods))  # a tree's left is at most its limit
        _, firsts, stretch = np.unique(told_apart, return_index=True, return_inverse=True)
        return firsts, stretch

    def _hazard_shares(self, X: Floats, horizon_days: int, raw: Floats) -> Floats:
        """Share of each period in the cumulative hazard up to the horizon, (n, n_periods); zeros before the first chance."""
        exposure = self.periods.exposure(self.first_chance(X), horizon_days)[:, : raw.shape[1]]
        hazard = exposure * np.logaddexp(0.0, self.recalibrated(raw))
        total = hazard.sum(axis=1, keepdims=True)
        return np.asarray(np.divide(hazard, total, out=np.zeros_like(hazard), where=total > 0))

    def gain_rate(self) -> Floats:
        """Share of the total gain that each feature brought, (n_features,); the period column is left out."""
        gain = self.trees.gain_rate()[: len(self.feature_names)]
        return np.asarray(gain / max(float(gain.sum()), np.finfo(float).tiny))

    def to_files(self) -> dict[str, bytes]:
        """Return the model as native files, by name: the trees as LightGBM text, everything else as JSON."""
        content = {
            "feature_names": self.feature_names,
            "recency_index": self.recency_index,
            "periods": {_NAMES.get(name, name): value for name, value in self.periods.__dict__.items()},
            "period_log_odds": self.period_log_odds,
            "calibration": self.calibration.__dict__,
            "calibration_scores": self.calibration_scores,
        }
        started = {} if self.start is None else self.start.to_files()
        share = {} if self.start is None else {"start_share": self.start.share}
        native = write_model_json(model=MODEL, format_version=FORMAT, content=content | share)
        return {FILE: native, **self.trees.to_files(), **started}

    @classmethod
    def from_files(cls, files: Mapping[str, bytes]) -> "HazardModel":
        """Read the model back; raises PackageError when a file is missing or of another format."""
        content = read_model_json(files, FILE, model=MODEL, format_version=FORMAT)
        calibration = content["calibration"]
        return cls(
            feature_names=tuple(content["feature_names"]),
            recency_index=content["recency_index"],
            periods=Periods(**{_NAMED.get(name, name): value for name, value in content["periods"].items()}),
            period_log_odds=tuple(content["period_log_odds"]),
            trees=GradientBoosting.from_files(files),
            calibration=HazardCalibration(
                method=calibration["method"],
                first_chance=tuple(calibration["first_chance"]),
                later=tuple(calibration["later"]),
            ),
            calibration_scores=tuple((method, score) for method, score in content["calibration_scores"]),
            start=CoxStart.from_files(files, content["start_share"]) if "start_share" in content else None,
        )


def fit_hazard(
    X: Floats,
    outcome: SurvivalOutcome,
    *,
    feature_names: Sequence[str],
    recency_index: int | None,
    quiet_days: int,
    parameters: LightGBMParameters,
    monotone: Sequence[int],
    seed: int,
    n_threads: int,
    longest_follow_up_days: int | None = None,
    read_until_days: int | None = None,
    step_days: int | None = None,
    n_words: tuple[int | None, ...] = (),
    start: CoxStart | None = None,
) -> HazardModel:
    """Fit the daily hazard, by gradient-boosted trees on person-periods.

    Parameters
    ----------
    X: (n, n_features), NaN where missing; column `recency_index` holds whole days from 1 to `quiet_days`.
    recency_index, quiet_days: what fixes the first chance (`person_periods.py`); None and 0 where it can happen on any day.
    monotone: -1, 0 or 1 per feature: the direction imposed on the hazard.
    longest_follow_up_days: where curves end; by default the longest follow-up among the rows. Later outcomes are censored there.
    read_until_days: the last day at which curves are to be read; where rows are too many to be followed to the end, they are
        followed at least until then. None to follow all to the end.
    step_days: length of the periods after the first chance, within which the hazard is the same every day; by default a week, or
        more where follow-up is longer than two years.
    n_words: for each feature that is a category the number of its words, None for a number; empty where all are numbers.
    start: where the trees start beyond what each period has of its own; None for nowhere.

    Raises
    ------
    EstimationError: when recency and outcome do not fit together (see `person_periods.py`).
    EstimationError: when there is no event to learn from.

    References
    ----------
    Tutz and Schmid (2016), Modeling Discrete Time-to-Event Data, chapters 3 and 6.
    """
    if not outcome.event.any():
        raise EstimationError("A hazard model needs at least one event in its fit rows, found none. Fit on a longer history.")
    last = min(longest_follow_up_days or outcome.longest_follow_up_days, outcome.longest_follow_up_days)
    step_days = step_days or STEP_DAYS * max(1, -(-last // (STEP_DAYS * MOST_PERIODS)))
    last = room_for(outcome, quiet_days=quiet_days, step_days=step_days, last=last, at_least=read_until_days)
    periods = Periods(quiet_days=quiet_days, step_days=step_days, longest_follow_up_days=last)
    rows = expand(periods, first_chances(periods, X, recency_index), outcome)
    by_period = _period_log_odds(rows, periods.n_periods)
    begins = by_period[rows.period] + (0.0 if start is None else start.log_odds(X)[rows.row])
    trees = fit_gradient_boosting(
        RepeatedRows(X=X, row=rows.row, last=rows.period.astype(np.float64)),
        rows.event,
        feature_names=(*feature_names, PERIOD_COLUMN),
        monotone=(*monotone, 0),
        parameters=parameters,
        seed=seed,
        n_threads=n_threads,
        weight=rows.weight,
        start=begins,
        n_words=(*n_words, None) if n_words else (),
    )
    return HazardModel(
        feature_names=tuple(feature_names),
        recency_index=recency_index,
        periods=periods,
        period_log_odds=tuple(float(value) for value in by_period),
        trees=trees,
        start=start,
    )


def first_chances(periods: Periods, X: Floats, recency_index: int | None) -> Ints:
    """The first chance of each row, (n,)."""
    return periods.never(len(X)) if recency_index is None else periods.first_chance(X[:, recency_index])


def _period_log_odds(rows: PersonPeriods, n_periods: int) -> Floats:
    """Log-odds of the daily hazard in each period over all rows."""
    days = np.bincount(rows.period, weights=rows.weight, minlength=n_periods) + 2 * PRIOR_EVENTS
    events = np.bincount(rows.period, weights=rows.event, minlength=n_periods) + PRIOR_EVENTS
    return np.asarray(np.log(events) - np.log(days - events))


def _with_period(X: Floats) -> Floats:
    """X with room for a period's number as last column."""
    return np.column_stack([X, np.zeros(len(X))])
