"""The Cox proportional hazards model: the interpretable baseline of every survival model.

lifelines fits it; what is kept is a table of coefficients and the baseline hazard by day, without any customer's values.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from tenure.categories import of_inputs, one_hot
from tenure.errors import EstimationError
from tenure.estimators.arithmetic import exp, log1p, weighted_sum
from tenure.estimators.curves import days_within, median_days
from tenure.estimators.model_json import read_model_json, write_model_json
from tenure.estimators.outcome import Floats, SurvivalOutcome

MODEL = "cox"
FILE = "cox.json"
FORMAT = 1
RIDGE = 0.001


@dataclass(frozen=True, kw_only=True)
class CoxModel:
    """S(t | x) = exp(-H0(t) exp(z(x) . coefficients)), with z the standardised signed logarithm of x.

    Parameters
    ----------
    medians: what stands in for a missing value, on the scale of the feature.
    means, scales: mean and standard deviation of log-scaled inputs over the fit rows.
    coefficients: log hazard ratio per standard deviation.
    n_words: where there are categories, the number of words of each, None for a number; the tuples above then have an entry for
        each word in the place of its feature.
    baseline_hazard: H0 at the end of each day, from day 0 (zero) to the longest follow-up.
    """

    feature_names: tuple[str, ...]
    medians: tuple[float, ...]
    means: tuple[float, ...]
    scales: tuple[float, ...]
    coefficients: tuple[float, ...]
    baseline_hazard: tuple[float, ...]
    n_words: tuple[int | None, ...] = ()

    @property
    def longest_follow_up_days(self) -> int:
        """The last day at which the curve may be read."""
        return len(self.baseline_hazard) - 1

    def log_hazard_ratio(self, X: Floats) -> Floats:
        """Log of the hazard relative to the average fit row, (n,); it only orders."""
        return weighted_sum(self.standardised(X), np.asarray(self.coefficients))

    def standardised(self, X: Floats) -> Floats:
        """Fill missing values, take signed logarithms and standardise, (n, n_coefficients)."""
        columns = one_hot(X, self.n_words)[0]
        filled = np.where(np.isnan(columns), np.asarray(self.medians), columns)
        return np.asarray((signed_log(filled) - np.asarray(self.means)) / np.asarray(self.scales))

    def survival(self, X: Floats, days: Sequence[int]) -> Floats:
        """P(no event by the end of day t), (n, len(days)).

        Raises
        ------
        HorizonError: for a day beyond the longest follow-up.
        """
        asked = days_within(days, longest_follow_up_days=self.longest_follow_up_days)
        return exp(-np.outer(exp(self.log_hazard_ratio(X)), np.asarray(self.baseline_hazard)[asked]))

    def median_days(self, X: Floats) -> Floats:
        """Day by which the event is more likely than not, (n,); NaN where the curve stays above one half."""
        return median_days(self, X)

    def contributions(self, X: Floats) -> Floats:
        """What each feature adds to the log hazard ratio, (n, n_features); rows sum to `log_hazard_ratio`."""
        owner = one_hot(X, self.n_words)[1]
        return of_inputs(self.standardised(X) * np.asarray(self.coefficients), owner, len(self.feature_names))

    def to_files(self) -> dict[str, bytes]:
        """Return the model as native files, by name."""
        content = {name: values for name, values in self.__dict__.items() if name != "n_words" or values}
        return {FILE: write_model_json(model=MODEL, format_version=FORMAT, content=content)}

    @classmethod
    def from_files(cls, files: Mapping[str, bytes]) -> "CoxModel":
        """Read the model back; raises PackageError when the file is missing or of another format."""
        content = read_model_json(files, FILE, model=MODEL, format_version=FORMAT)
        return cls(**{name: tuple(values) for name, values in content.items()})


def signed_log(values: Floats) -> Floats:
    """sign(x) log(1 + |x|): counts and spend are skewed, and a linear model needs them tamer."""
    return np.asarray(np.sign(values) * log1p(np.abs(values)))


def fit_cox(
    X: Floats,
    outcome: SurvivalOutcome,
    *,
    feature_names: Sequence[str],
    ridge: float = RIDGE,
    n_words: tuple[int | None, ...] = (),
) -> CoxModel:
    """Fit a Cox model (Cox 1972, JRSS B 34, 187) with Breslow's baseline and a small ridge.

    Parameters
    ----------
    X: (n, n_features), NaN where missing. A column without any spread, or without any value, gets the coefficient zero; where no
        column has any, what is left is Breslow's baseline, the same for everybody.
    ridge: weight of the squared coefficients per row; it keeps near-collinear features from blowing up.
    n_words: for each feature that is a category the number of its words, None for a number; empty where all are numbers.

    Raises
    ------
    EstimationError: when there is no event to learn from.
    """
    if not outcome.event.any():
        raise EstimationError("A Cox model needs at least one event in its fit rows, found none. Fit on a longer history.")
    X = one_hot(X, n_words)[0]
    medians = np.array([_median(column) for column in X.T])
    logs = signed_log(np.where(np.isnan(X), medians, X))
    spread = logs.std(axis=0)
    used = spread > 1e-9
    means, scales = logs.mean(axis=0), np.where(used, spread, 1.0)
    coefficients = np.zeros(X.shape[1])
    coefficients[used], baseline = _fit_lifelines(((logs - means) / scales)[:, used], outcome, ridge)
    return CoxModel(
        feature_names=tuple(feature_names),
        medians=_plain(medians),
        means=_plain(means),
        scales=_plain(scales),
        coefficients=_plain(coefficients),
        baseline_hazard=_plain(baseline),
        n_words=n_words,
    )


def _fit_lifelines(Z: Floats, outcome: SurvivalOutcome, ridge: float) -> tuple[Floats, Floats]:
    """Coefficients on the columns of Z, and the baseline hazard at Z = 0 by day."""
    import pandas as pd
    from lifelines import CoxPHFitter

    days = np.arange(outcome.longest_follow_up_days + 1)
    if Z.shape[1] == 0:
        at_risk = (outcome.duration[:, None] >= days).sum(axis=0)
        return np.zeros(0), np.cumsum(np.bincount(outcome.duration[outcome.event], minlength=len(days)) / at_risk)
    frame = pd.DataFrame(Z, columns=[f"z{i}" for i in range(Z.shape[1])])
    frame["duration"], frame["event"] = outcome.duration, outcome.event
    fitter = CoxPHFitter(penalizer=ridge).fit(frame, "duration", "event")
    coefficients = fitter.params_.to_numpy()
    table = fitter.baseline_cumulative_hazard_
    # A step function: on a day that ends nobody's follow-up the hazard stays where it was (lifelines would interpolate).
    last_known = np.searchsorted(table.index.to_numpy(), days, side="right")
    hazard = np.r_[0.0, table.to_numpy()[:, 0]][last_known]
    # lifelines centres on the mean of the fit rows, which standardising has put near zero but not exactly there.
    return coefficients, hazard * np.exp(-float(fitter._norm_mean.to_numpy() @ coefficients))


def _median(column: Floats) -> float:
    """Median of the values present; zero for a column without any."""
    present = column[~np.isnan(column)]
    return float(np.median(present)) if len(present) else 0.0


def _plain(values: Floats) -> tuple[float, ...]:
    """Array to plain floats, ready for JSON."""
    return tuple(float(value) for value in values)
