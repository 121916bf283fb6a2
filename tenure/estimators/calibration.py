"""Calibration: from log-odds to probabilities that can be taken at their word.

Owns the three calibrators (none, Platt, isotonic), their tables, and the honest choice between them. How well a
model is calibrated on test rows is measured in `tenure/evaluation/`.
"""

import json
from collections.abc import Callable
from dataclasses import asdict, dataclass

import numpy as np

from tenure.errors import EstimationError, PackageError
from tenure.estimators.arithmetic import exp

# A slope near zero or below would make everybody alike or turn the order round; such a fit says that there is too little data.
MIN_SLOPE = 0.05


@dataclass(frozen=True, kw_only=True)
class NoCalibration:
    """The log-odds are believed as they are."""

    @property
    def method(self) -> str:
        """The method's name."""
        return "none"

    def probability(self, margin: np.ndarray) -> np.ndarray:
        """Probability of the event, (n_rows,)."""
        return inverse_logit(margin)


@dataclass(frozen=True, kw_only=True)
class PlattCalibration:
    """Log-odds are shifted and stretched: a logistic curve on the model's own log-odds.

    References
    ----------
    Platt (1999), Advances in Large Margin Classifiers, 61.
    """

    intercept: float
    slope: float

    @property
    def method(self) -> str:
        """The method's name."""
        return "platt"

    def probability(self, margin: np.ndarray) -> np.ndarray:
        """Probability of the event, (n_rows,)."""
        return inverse_logit(self.intercept + self.slope * margin)


@dataclass(frozen=True, kw_only=True)
class IsotonicCalibration:
    """A rising curve through the shares observed, straight between its points.

    References
    ----------
    Zadrozny and Elkan (2002), KDD, 694.
    """

    margins: tuple[float, ...]
    probabilities: tuple[float, ...]

    @property
    def method(self) -> str:
        """The method's name."""
        return "isotonic"

    def probability(self, margin: np.ndarray) -> np.ndarray:
        """Probability of the event, (n_rows,)."""
        return np.asarray(np.interp(margin, self.margins, self.probabilities))


Calibrator = NoCalibration | PlattCalibration | IsotonicCalibration


@dataclass(frozen=True, kw_only=True)
class CalibrationChoice:
    """The calibrator chosen, and the log loss of each method on rows it was not fitted to (lower is better)."""

    calibrator: Calibrator
    scores: tuple[tuple[str, float], ...]

    def to_json(self) -> bytes:
        """The calibrator's table and the scores, as JSON."""
        content = {"method": self.calibrator.method, **asdict(self.calibrator), "log_loss": dict(self.scores)}
        return (json.dumps(content, indent=1) + "\n").encode()

    @classmethod
    def from_json(cls, content: bytes) -> "CalibrationChoice":
        """Read what `to_json` wrote.

        Raises
        ------
        PackageError: when it is not a calibration table.
        """
        try:
            table = json.loads(content)
            scores = tuple((str(name), float(score)) for name, score in table["log_loss"].items())
            return cls(calibrator=_calibrator(table), scores=scores)
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise PackageError(
                f"Expected a calibration table, found something else ({error}). Build the package again."
            ) from error


def choose_calibration(
    margin: np.ndarray, y: np.ndarray, *, snapshot: np.ndarray, customer: np.ndarray | None = None
) -> CalibrationChoice:
    """Choose among none, Platt and isotonic by log loss on rows left out, then fit the choice to all rows.

    One snapshot at a time is left out. Snapshots a week apart share customers whose outcome windows overlap, so a flexible
    curve would still have seen nearly the same rows; with `customer`, the curve is also fitted without the customers it is
    judged on (two halves of them, taken in turn).

    Parameters
    ----------
    margin: (n_rows,) log-odds of a model that was not fitted to these rows.
    y: (n_rows,) bool.
    snapshot: (n_rows,) a code per snapshot day.
    customer: (n_rows,) integer code per customer.

    Raises
    ------
    EstimationError: with fewer than two snapshots.
    """
    folds = _folds(snapshot, customer)
    scores = tuple((name, _left_out_log_loss(fit, margin, y.astype(bool), folds)) for name, fit in METHODS)
    chosen = min(scores, key=lambda item: item[1])[0]
    return CalibrationChoice(calibrator=dict(METHODS)[chosen](margin, y.astype(bool)), scores=scores)


def fit_none(margin: np.ndarray, y: np.ndarray) -> NoCalibration:
    """Leave the log-odds alone."""
    return NoCalibration()


def fit_platt(margin: np.ndarray, y: np.ndarray) -> PlattCalibration:
    """Fit the logistic curve by maximum likelihood, with Newton's method.

    Platt's targets, which stop short of 0 and 1, keep the slope finite where the margin separates the outcomes. Where rows would
    turn the order of customers round, it is a shift alone: calibration says how likely, never who comes first.
    """
    n_events = float(y.sum())
    target = np.where(y, (n_events + 1) / (n_events + 2), 1 / (len(y) - n_events + 2))
    X = np.column_stack([np.ones_like(margin), margin])
    line = np.array([0.0, 1.0])
    for _ in range(100):
        p = inverse_logit(X @ line)
        curvature = (X * (p * (1 - p))[:, None]).T @ X + 1e-9 * np.eye(2)
        step = np.linalg.solve(curvature, X.T @ (target - p))
        # A longer step can overshoot where the curve is flat.
        line = line + step / max(1.0, float(np.abs(step).max()))
        if np.abs(step).max() < 1e-10:
            break
    if line[1] < MIN_SLOPE:
        return PlattCalibration(intercept=level(margin, y), slope=1.0)
    return PlattCalibration(intercept=float(line[0]), slope=float(line[1]))


def fit_isotonic(margin: np.ndarray, y: np.ndarray) -> IsotonicCalibration:
    """Fit a rising curve by pooling adjacent violators.

    The ends stop half an event short of 0 and 1: no finite number of rows shows that an event is impossible or certain.
    """
    from sklearn.isotonic import IsotonicRegression

    rest = 0.5 / len(y)
    curve = IsotonicRegression(y_min=rest, y_max=1 - rest, out_of_bounds="clip").fit(margin, y.astype(float))
    return IsotonicCalibration(
        margins=tuple(map(float, curve.X_thresholds_)), probabilities=tuple(map(float, curve.y_thresholds_))
    )


METHODS: tuple[tuple[str, Callable[[np.ndarray, np.ndarray], Calibrator]], ...] = (
    ("none", fit_none),
    ("platt", fit_platt),
    ("isotonic", fit_isotonic),
)


def level(margin: np.ndarray, y: np.ndarray) -> float:
    """What is added to log-odds so that their probabilities have the mean of the outcome, by bisection."""
    low, high = -50.0, 50.0
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if inverse_logit(margin + middle).mean() < y.mean() else (low, middle)
    return (low + high) / 2


def inverse_logit(margin: np.ndarray) -> np.ndarray:
    """Probability of log-odds, without overflow at either end."""
    small = exp(-np.abs(margin))
    return np.where(margin >= 0, 1 / (1 + small), small / (1 + small))


def _folds(snapshot: np.ndarray, customer: np.ndarray | None) -> list[tuple[np.ndarray, np.ndarray]]:
    """Pairs of masks: rows to fit a calibrator to, rows to judge it on."""
    days = np.unique(snapshot)
    if len(days) < 2:
        raise EstimationError(
            f"Choosing a calibration needs at least 2 calibration snapshots, found {len(days)}: raise `n_calibration` in the spec"
        )
    if customer is None:
        return [(snapshot != day, snapshot == day) for day in days]
    half = np.unique(customer, return_inverse=True)[1] % 2
    return [((snapshot != day) & (half != h), (snapshot == day) & (half == h)) for day in days for h in (0, 1)]


def _left_out_log_loss(
    fit: Callable[[np.ndarray, np.ndarray], Calibrator],
    margin: np.ndarray,
    y: np.ndarray,
    folds: list[tuple[np.ndarray, np.ndarray]],
) -> float:
    """Mean log loss over all rows, each judged by a calibrator that did not see it."""
    total = 0.0
    for fitted, judged in folds:
        p = np.clip(fit(margin[fitted], y[fitted]).probability(margin[judged]), 1e-15, 1 - 1e-15)
        total -= float(np.log(np.where(y[judged], p, 1 - p)).sum())
    return total / len(y)


def _calibrator(table: dict[str, object]) -> Calibrator:
    """Build the calibrator that a table describes."""
    match table["method"]:
        case "none":
            return NoCalibration()
        case "platt":
            return PlattCalibration(intercept=_number(table["intercept"]), slope=_number(table["slope"]))
        case "isotonic":
            return IsotonicCalibration(margins=_numbers(table["margins"]), probabilities=_numbers(table["probabilities"]))
        case other:
            raise PackageError(f"Expected a calibration of {[name for name, _ in METHODS]}, found {other!r}.")


def _number(value: object) -> float:
    """A number of a table."""
    if not isinstance(value, int | float):
        raise TypeError(f"expected a number, found {type(value).__name__}")
    return float(value)


def _numbers(values: object) -> tuple[float, ...]:
    """A row of numbers of a table."""
    if not isinstance(values, list):
        raise TypeError(f"expected a list of numbers, found {type(values).__name__}")
    return tuple(_number(value) for value in values)
