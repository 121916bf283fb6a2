"""The logistic baseline: the plain model that every propensity model stands next to, as a table of coefficients."""

import json
from dataclasses import asdict, dataclass, replace

import numpy as np

from tenure.categories import of_inputs, one_hot
from tenure.errors import PackageError
from tenure.estimators.arithmetic import log1p
from tenure.estimators.calibration import fit_platt, inverse_logit
from tenure.estimators.gradient_boosting import checked_inputs, checked_outcome

COLUMNS = ("medians", "means", "scales", "coefficients")


@dataclass(frozen=True, kw_only=True)
class LogisticModel:
    """Coefficients on inputs that were put on a signed log scale, filled with their median and standardised.

    All tuples are (n_features,), in the order of `feature_names`. Where there are categories, `n_words` holds the number of words
    of each, None for a number, and the other tuples have an entry for each word in the place of its feature.
    """

    feature_names: tuple[str, ...]
    medians: tuple[float, ...]
    means: tuple[float, ...]
    scales: tuple[float, ...]
    coefficients: tuple[float, ...]
    intercept: float
    n_words: tuple[int | None, ...] = ()

    def margin(self, X: np.ndarray) -> np.ndarray:
        """Log-odds of the outcome, (n_rows,)."""
        return np.asarray(self._parts(X)[0].sum(axis=1) + self.intercept)

    def predict(self, X: np.ndarray) -> np.ndarray:
        """Probability of the outcome, (n_rows,), for X (n_rows, n_features) with NaN where missing."""
        return inverse_logit(self.margin(X))

    def contributions(self, X: np.ndarray) -> np.ndarray:
        """What each feature adds to a row's log-odds against the average fit row, (n_rows, n_features)."""
        return of_inputs(*self._parts(X), len(self.feature_names))

    def recalibrated(self, X: np.ndarray, y: np.ndarray) -> "LogisticModel":
        """Shift and stretch the log-odds to rows of a later window, so that it meets a calibrated model on equal terms."""
        line = fit_platt(self.margin(X), checked_outcome(y, len(X)))
        return replace(
            self,
            coefficients=tuple(line.slope * c for c in self.coefficients),
            intercept=line.intercept + line.slope * self.intercept,
        )

    def to_json(self) -> bytes:
        """The table as JSON."""
        table = asdict(self)
        if not self.n_words:
            del table["n_words"]
        return (json.dumps(table, indent=1) + "\n").encode()

    @classmethod
    def from_json(cls, content: bytes) -> "LogisticModel":
        """Read what `to_json` wrote.

        Raises
        ------
        PackageError: when it is not a table of coefficients.
        """
        try:
            table = json.loads(content)
            names = tuple(map(str, table["feature_names"]))
            columns = {name: tuple(map(float, table[name])) for name in COLUMNS}
            n_words = tuple(None if count is None else int(count) for count in table.get("n_words", ()))
            model = cls(feature_names=names, intercept=float(table["intercept"]), n_words=n_words, **columns)
        except (ValueError, TypeError, KeyError) as error:
            raise PackageError(f"Expected a table of coefficients, found something else ({error}). Build it again.") from error
        n_columns = sum(1 if count is None else count for count in n_words) if n_words else len(names)
        if any(len(column) != n_columns for column in columns.values()) or len(n_words) not in (0, len(names)):
            raise PackageError(
                "Expected one median, mean, scale and coefficient per feature; the table's columns differ in length."
            )
        return model

    def _parts(self, X: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """What each coefficient adds to a row, and which feature each is of."""
        columns, owner = one_hot(checked_inputs(X, self.feature_names), self.n_words)
        logged = _signed_log(columns)
        np.copyto(logged, np.array(self.medians), where=np.isnan(logged))
        logged -= np.array(self.means)
        logged /= np.array(self.scales)
        logged *= np.array(self.coefficients)
        return logged, owner


def fit_logistic(
    X: np.ndarray,
    y: np.ndarray,
    *,
    feature_names: tuple[str, ...],
    inverse_penalty: float = 0.1,
    n_words: tuple[int | None, ...] = (),
    monotone: tuple[int, ...] = (),
) -> LogisticModel:
    """Fit a logistic regression with an L2 penalty (scikit-learn's, `C=inverse_penalty`).

    Parameters
    ----------
    X: (n_rows, n_features) float64, NaN where missing. A column without any value gets the coefficient zero.
    y: (n_rows,) bool.
    n_words: for each feature that is a category the number of its words, None for a number; empty where all are numbers.
    monotone: -1, 0 or 1 per feature: the direction in which it may move the log-odds; empty where every one may go either way.

    Raises
    ------
    EstimationError: when shapes differ, or one outcome is missing.
    """
    X, y = checked_inputs(X, feature_names), checked_outcome(y, len(X))
    columns, owner = one_hot(X, n_words)
    logged = _signed_log(columns)
    logged[:, np.isnan(logged).all(axis=0)] = 0.0
    medians = np.nanmedian(logged, axis=0)
    # In place from here on: there are many rows, and each copy of them counts.
    np.copyto(logged, medians, where=np.isnan(logged))
    means, spread = logged.mean(axis=0), logged.std(axis=0)
    # A feature that never varies carries no information; a scale of one leaves it at zero.
    scales = np.where(spread > 0, spread, 1.0)
    logged -= means
    logged /= scales
    coefficients, intercept = _coefficients(logged, y, inverse_penalty, np.array(monotone or [0] * X.shape[1])[owner])
    return LogisticModel(
        feature_names=feature_names,
        medians=_tuple(medians),
        means=_tuple(means),
        scales=_tuple(scales),
        coefficients=_tuple(coefficients),
        intercept=intercept,
        n_words=n_words,
    )


def _coefficients(
    standardised: np.ndarray, y: np.ndarray, inverse_penalty: float, direction: np.ndarray
) -> tuple[np.ndarray, float]:
    """Coefficients, (n_columns,), and intercept; what would go against its direction is left out, until nothing does."""
    from sklearn.linear_model import LogisticRegression

    kept = np.ones(len(direction), dtype=bool)
    while kept.any():
        columns = standardised if kept.all() else standardised[:, kept]
        fitted = LogisticRegression(C=inverse_penalty, solver="newton-cholesky", tol=1e-8).fit(columns, y)
        coefficients = np.zeros(len(direction))
        coefficients[kept] = fitted.coef_[0]
        against = coefficients * direction < 0
        if not against.any():
            return coefficients, float(fitted.intercept_[0])
        kept &= ~against
    return np.zeros(len(direction)), float(np.log(y.mean() / (1 - y.mean())))


def _signed_log(X: np.ndarray) -> np.ndarray:
    """Draw in the long tails of amounts and counts, keeping the sign."""
    logged: np.ndarray = np.sign(X)
    logged *= log1p(np.abs(X))
    return logged


def _tuple(values: np.ndarray) -> tuple[float, ...]:
    """An array as plain numbers."""
    return tuple(map(float, values))
