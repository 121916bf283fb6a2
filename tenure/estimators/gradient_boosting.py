"""Gradient-boosted trees for a yes-or-no outcome, kept as LightGBM text.

Owns fitting, the text and what is taken out of it, predictions on the log-odds scale and their contributions. Calibration
and what the outcome means belong to the models built on it (`propensity.py`, the discrete-time hazard).

LightGBM's OpenMP threads spin while they wait, which on a busy machine multiplies the time of a fit; a process that fits
should be started with `OMP_WAIT_POLICY=passive`. The core reads and sets no environment, so that is the launcher's to do.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from tenure import imports
from tenure.errors import EstimationError, PackageError
from tenure.estimators.repeated_rows import RepeatedRows
from tenure.parameters import LightGBMParameters


@dataclass(frozen=True, kw_only=True)
class GradientBoosting:
    """One or more boosters as text, averaged on the log-odds scale."""

    feature_names: tuple[str, ...]
    texts: tuple[str, ...]

    def margin(self, X: np.ndarray, *, n_threads: int = 1) -> np.ndarray:
        """Log-odds of the outcome, (n_rows,). A row's figure does not depend on the other rows."""
        X = self._checked(X)
        margins = [b.predict(X, raw_score=True, num_threads=n_threads) for b in self._boosters]
        return np.asarray(np.mean(margins, axis=0))

    def contributions(self, X: np.ndarray, *, n_threads: int = 1) -> np.ndarray:
        """What each feature adds to a row's log-odds against the average row, (n_rows, n_features).

        Exact TreeSHAP as LightGBM computes it: with the average row's log-odds, a row's contributions sum to its margin.
        It costs hundreds of times a prediction: ask for the rows that need it.

        References
        ----------
        Lundberg et al. (2020), Nature Machine Intelligence 2, 56.
        """
        X = self._checked(X)
        parts = [b.predict(X, pred_contrib=True, num_threads=n_threads) for b in self._boosters]
        return np.asarray(np.mean(parts, axis=0))[:, :-1]  # last stands the log-odds of the average row

    def thresholds(self, column: int) -> np.ndarray:
        """Where any tree splits a column of numbers, rising; a value at a threshold goes with those below it."""
        found = {
            float(threshold)
            for text in self.texts
            for features, thresholds in re.findall(r"^split_feature=(.*)$(?:.*\n)+?^threshold=(.*)$", text, re.MULTILINE)
            for feature, threshold in zip(features.split(), thresholds.split(), strict=True)
            if int(feature) == column
        }
        return np.array(sorted(found))

    def gain_rate(self) -> np.ndarray:
        """Share of the total gain that each feature brought, (n_features,); zeros where nothing was split."""
        gain = np.sum([b.feature_importance(importance_type="gain") for b in self._boosters], axis=0)
        return np.asarray(gain / max(gain.sum(), np.finfo(float).tiny))

    def to_files(self) -> dict[str, bytes]:
        """The boosters by file name, each in LightGBM's own text."""
        return {f"booster_{i}.txt": text.encode() for i, text in enumerate(self.texts, start=1)}

    @classmethod
    def from_files(cls, files: Mapping[str, bytes]) -> "GradientBoosting":
        """Read what `to_files` wrote; other files are left alone.

        Raises
        ------
        PackageError: when there is no booster, one is missing in the row, or one is not LightGBM text.
        """
        found = sorted(name for name in files if re.fullmatch(r"booster_\d+\.txt", name))
        expected = sorted(f"booster_{i}.txt" for i in range(1, len(found) + 1))
        if not found or found != expected:
            raise PackageError(
                f"Expected booster_1.txt and so on without a gap, found {found or 'none'}. Build the package again."
            )
        texts = tuple(files[f"booster_{i}.txt"].decode() for i in range(1, len(found) + 1))
        names = {_feature_names(text) for text in texts}
        if len(names) != 1:
            raise PackageError("The boosters of this package name different features. Build the package again.")
        return cls(feature_names=names.pop(), texts=texts)

    @cached_property
    def _boosters(self) -> list[Any]:
        """The parsed texts; parsing is kept because a daily run predicts more than once."""
        return [imports.lightgbm().Booster(model_str=text) for text in self.texts]

    def _checked(self, X: np.ndarray) -> np.ndarray:
        """Refuse an array that does not have the model's columns."""
        return checked_inputs(X, self.feature_names)


def fit_gradient_boosting(
    X: np.ndarray | RepeatedRows,
    y: np.ndarray,
    *,
    feature_names: tuple[str, ...],
    monotone: tuple[int, ...],
    parameters: LightGBMParameters,
    seed: int,
    n_threads: int,
    weight: np.ndarray | None = None,
    start: np.ndarray | None = None,
    n_words: tuple[int | None, ...] = (),
) -> GradientBoosting:
    """Fit boosted trees to a yes-or-no outcome.

    Parameters
    ----------
    X: (n_rows, n_features) float64, NaN where missing, columns as in `feature_names`; of many rows that repeat, as they repeat.
    y: (n_rows,) bool.
    monotone: (n_features,) of -1, 0 or 1: the direction in which each feature may move the log-odds.
    n_threads: changes the time, not one byte of the result.
    weight: (n_rows,) how often each row counts; once by default.
    start: (n_rows,) log-odds from which the trees start; by default those of the event rate. `margin` does not include them.
    n_words: for each feature that is a category the number of its words, None for a number; empty where all are numbers.

    Raises
    ------
    EstimationError: when shapes differ, a value is infinite, a category is to have a direction, or the outcome takes one value.
    """
    lightgbm = imports.lightgbm()
    if isinstance(X, RepeatedRows):
        checked_inputs(X.X, feature_names[: X.X.shape[1]])
        rows = X.in_parts()
    else:
        rows = checked_inputs(X, feature_names)
    y = checked_outcome(y, len(X))
    if len(monotone) != len(feature_names):
        raise EstimationError(f"Expected a direction for each of {len(feature_names)} features, found {len(monotone)}.")
    categories = [i for i, count in enumerate(n_words) if count is not None]
    if directed := [feature_names[i] for i in categories if monotone[i]]:
        raise EstimationError(f"The words of {directed} have no order, so no direction can be imposed on them. Take it out.")
    options = {**_options(parameters, n_threads), "monotone_constraints": list(monotone)}
    data = lightgbm.Dataset(
        rows,
        label=y.astype(np.float32),
        weight=weight,
        init_score=start,
        feature_name=list(feature_names),
        categorical_feature=categories or "auto",
        params=options,
        free_raw_data=False,
    )
    texts = []
    for i in range(parameters.n_seeds):
        booster = lightgbm.Booster({**options, "seed": seed + i}, data)
        for _ in range(parameters.n_rounds):
            # LightGBM's own loop ends at the first round whose sample of inputs gives no split; the next sample may give one.
            booster.update()
        texts.append(_without_traces(booster.model_to_string()))
    return GradientBoosting(feature_names=feature_names, texts=tuple(texts))


def checked_inputs(X: np.ndarray, feature_names: tuple[str, ...]) -> np.ndarray:
    """Return X as float64 (n_rows, n_features), or refuse it."""
    if X.ndim != 2 or X.shape[1] != len(feature_names):
        raise EstimationError(f"Expected an array of {len(feature_names)} columns (the model's features), found shape {X.shape}.")
    X = np.ascontiguousarray(X, dtype=np.float64)
    infinite = np.isinf(X).any(axis=0)
    if infinite.any():
        names = [name for name, bad in zip(feature_names, infinite, strict=True) if bad]
        raise EstimationError(f"Expected finite numbers, or NaN where a value is missing; found infinity in {names}.")
    return X


def checked_outcome(y: np.ndarray, n_rows: int) -> np.ndarray:
    """Return y as bool (n_rows,) with both outcomes present, or refuse it."""
    if y.shape != (n_rows,):
        raise EstimationError(f"Expected one outcome for each of {n_rows} rows, found shape {y.shape}.")
    y = y.astype(bool)
    if not 0 < y.sum() < n_rows:
        raise EstimationError(f"Expected rows with the event and rows without; found {int(y.sum())} with it among {n_rows}.")
    return y


def _options(parameters: LightGBMParameters, n_threads: int) -> dict[str, Any]:
    """LightGBM's options; row-wise histograms and `deterministic` make the result independent of the number of threads."""
    return {
        "objective": "binary",
        "learning_rate": parameters.learning_rate,
        "num_leaves": parameters.num_leaves,
        "min_data_in_leaf": parameters.min_data_in_leaf,
        "feature_fraction": parameters.feature_fraction,
        "bagging_fraction": parameters.bagging_fraction,
        "bagging_freq": parameters.bagging_freq,
        "lambda_l2": parameters.lambda_l2,
        "extra_trees": parameters.extra_trees,
        "deterministic": True,
        "force_row_wise": True,
        "num_threads": n_threads,
        "verbosity": -1,
    }


def _without_traces(text: str) -> str:
    """Take out of the text what is not the model.

    `feature_infos` holds each feature's smallest and largest value, which is some customer's own figure; prediction does not
    read it, but the loader wants one entry per feature. What else is left of the data are thresholds, which lie between
    values, and sums over leaves. The number of threads is a trace of the machine.
    """
    n_features = len(_feature_names(text))
    text = re.sub(r"^feature_infos=.*$", "feature_infos=" + " ".join(["none"] * n_features), text, count=1, flags=re.MULTILINE)
    return re.sub(r"^\[num_threads: \d+\]$", "[num_threads: 1]", text, count=1, flags=re.MULTILINE)


def _feature_names(text: str) -> tuple[str, ...]:
    """The features that a booster's text names, in order."""
    match = re.search(r"^feature_names=(.+)$", text, flags=re.MULTILINE)
    if not text.startswith("tree\n") or match is None:
        raise PackageError("Expected a booster in LightGBM's text format, found something else. Build the package again.")
    return tuple(match.group(1).split(" "))
