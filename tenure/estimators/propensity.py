"""The propensity model: boosted trees, a share of the logistic to start from, and a calibrator; from arrays to files and back.

Which rows are fit and calibration rows is the training set's business; how good the model is, the evaluation's.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from tenure.errors import PackageError
from tenure.estimators.calibration import CalibrationChoice, choose_calibration, level
from tenure.estimators.gradient_boosting import GradientBoosting, fit_gradient_boosting
from tenure.estimators.logistic import LogisticModel, fit_logistic
from tenure.parameters import LightGBMParameters

CALIBRATION_FILE = "calibration.json"
START_FILE = "start.json"


@dataclass(frozen=True, kw_only=True)
class Start:
    """Where the trees start: a share (0 to 1) of a logistic regression's log-odds.

    With few snapshots, trees spend their first splits on what is nearly linear; a share of the logistic leaves them the rest.
    `level` is added, so that the fit rows keep their event rate: half of the log-odds of a rare event is those of a frequent one,
    and trees that begin there find no split worth its while before they have moved everybody down.
    """

    share: float
    logistic: LogisticModel
    level: float = 0.0

    def margin(self, X: np.ndarray) -> np.ndarray:
        """Log-odds from which the trees start, (n_rows,)."""
        return np.asarray(self.level + self.share * self.logistic.margin(X))

    def contributions(self, X: np.ndarray) -> np.ndarray:
        """What each feature adds to these log-odds against the average fit row, (n_rows, n_features)."""
        return np.asarray(self.share * self.logistic.contributions(X))


@dataclass(frozen=True, kw_only=True)
class PropensityModel:
    """The probability of an outcome within a label window; `start` is None where trees start at the event rate."""

    booster: GradientBoosting
    calibration: CalibrationChoice
    start: Start | None = None

    @property
    def feature_names(self) -> tuple[str, ...]:
        """The columns of X, in order."""
        return self.booster.feature_names

    def predict(self, X: np.ndarray, *, n_threads: int = 1) -> np.ndarray:
        """Calibrated probability of the outcome, (n_rows,), for X (n_rows, n_features) with NaN where missing."""
        return self.calibration.calibrator.probability(_margin(self.booster, self.start, X, n_threads))

    def contributions(self, X: np.ndarray, *, n_threads: int = 1) -> np.ndarray:
        """What each feature adds to a row's log-odds before calibration, (n_rows, n_features); calibration keeps their order."""
        trees = self.booster.contributions(X, n_threads=n_threads)
        return trees if self.start is None else trees + self.start.contributions(X)

    def to_files(self) -> dict[str, bytes]:
        """The model as native files: LightGBM text, a calibration table, and coefficients to start from."""
        start = {} if self.start is None else {START_FILE: _start_json(self.start)}
        return {**self.booster.to_files(), CALIBRATION_FILE: self.calibration.to_json(), **start}

    @classmethod
    def from_files(cls, files: Mapping[str, bytes]) -> "PropensityModel":
        """Read what `to_files` wrote; it predicts the same, bit for bit.

        Raises
        ------
        PackageError: when a file is missing or not what its name says.
        """
        if CALIBRATION_FILE not in files:
            raise PackageError(f"Expected {CALIBRATION_FILE} among the files of the package, found {sorted(files)}.")
        return cls(
            booster=GradientBoosting.from_files(files),
            calibration=CalibrationChoice.from_json(files[CALIBRATION_FILE]),
            start=_read_start(files[START_FILE]) if START_FILE in files else None,
        )


def fit_propensity(
    X_fit: np.ndarray,
    y_fit: np.ndarray,
    X_calibration: np.ndarray,
    y_calibration: np.ndarray,
    *,
    snapshot_calibration: np.ndarray,
    customer_calibration: np.ndarray | None = None,
    feature_names: tuple[str, ...],
    monotone: tuple[int, ...],
    parameters: LightGBMParameters,
    seed: int,
    n_threads: int,
    n_words: tuple[int | None, ...] = (),
) -> PropensityModel:
    """Fit the trees on the fit rows, then choose and fit the calibration on the later calibration rows.

    Parameters
    ----------
    X_fit, X_calibration: (n_rows, n_features) float64, NaN where missing, columns as in `feature_names`.
    y_fit, y_calibration: (n_rows,) bool.
    snapshot_calibration: (n_rows,) a code per snapshot day.
    customer_calibration: (n_rows,) integer code per customer; with it no calibrator is judged on customers it has seen.
    monotone: (n_features,) of -1, 0 or 1: the direction in which each feature may move the probability; trees, the logistic
        that they start from, and the calibration all keep it.
    n_words: for each feature that is a category the number of its words, None for a number; empty where all are numbers.

    Raises
    ------
    EstimationError: when shapes differ, one outcome is missing, or there are fewer than two calibration snapshots.
    """
    start = None
    if parameters.start_share:
        logistic = fit_logistic(X_fit, y_fit, feature_names=feature_names, n_words=n_words, monotone=monotone)
        unlevelled = Start(share=parameters.start_share, logistic=logistic)
        start = replace(unlevelled, level=level(unlevelled.margin(X_fit), y_fit))
    booster = fit_gradient_boosting(
        X_fit,
        y_fit,
        feature_names=feature_names,
        monotone=monotone,
        parameters=parameters,
        seed=seed,
        n_threads=n_threads,
        start=None if start is None else start.margin(X_fit),
        n_words=n_words,
    )
    margin = _margin(booster, start, X_calibration, n_threads)
    calibration = choose_calibration(margin, y_calibration, snapshot=snapshot_calibration, customer=customer_calibration)
    return PropensityModel(booster=booster, calibration=calibration, start=start)


def _margin(booster: GradientBoosting, start: Start | None, X: np.ndarray, n_threads: int) -> np.ndarray:
    """Log-odds before calibration, (n_rows,)."""
    trees = booster.margin(X, n_threads=n_threads)
    return trees if start is None else np.asarray(trees + start.margin(X))


def _start_json(start: Start) -> bytes:
    """The start as JSON."""
    table = {"share": start.share, "level": start.level, "logistic": json.loads(start.logistic.to_json())}
    return json.dumps(table, indent=1).encode()


def _read_start(content: bytes) -> Start:
    """Read what `_start_json` wrote."""
    try:
        table = json.loads(content)
        logistic = LogisticModel.from_json(json.dumps(table["logistic"]).encode())
        # Packages from before the level was kept have none.
        return Start(share=float(table["share"]), logistic=logistic, level=float(table.get("level", 0.0)))
    except (ValueError, TypeError, KeyError) as error:
        raise PackageError(
            f"Expected a share and coefficients in {START_FILE}, found something else ({error}). Build it again."
        ) from error
