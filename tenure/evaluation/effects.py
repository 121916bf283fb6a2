"""What each input does to a prediction, on average: partial dependence, for any model that maps inputs to one figure."""

from collections.abc import Callable

import numpy as np

from tenure.categories import NO_WORDS, Vocabularies
from tenure.evaluation.bootstrap import check_same_rows
from tenure.evaluation.records import FeatureEffect

MAX_ROWS = 250


def feature_effects(
    predict: Callable[[np.ndarray], np.ndarray],
    X: np.ndarray,
    *,
    feature_names: tuple[str, ...],
    gain_rate: np.ndarray,
    seed: int,
    n_features: int = 10,
    n_values: int = 12,
    words: Vocabularies = NO_WORDS,
) -> tuple[FeatureEffect, ...]:
    """How the mean prediction moves along each feature's values, for the features that brought most gain.

    Every row is given the value in turn and keeps its other inputs. Where inputs move together this asks about customers
    who do not exist, so it describes the model, not the world.

    Parameters
    ----------
    predict: maps (n_rows, n_features) to a figure per row: the probability, or P(event by the horizon).
    X: (n_rows, n_features), NaN where missing; at most 250 rows of it are used, drawn with `seed`.
    gain_rate: (n_features,) share of the total gain.
    n_features: how many features to show.
    words: the vocabulary of each feature that is a category; all of its words are shown.
    n_values: at most so many values of each, at its quantiles from the 2nd to the 98th; no single customer's extreme shows.

    References
    ----------
    Friedman (2001), Annals of Statistics 29, 1189.
    """
    check_same_rows(feature_names=np.array(feature_names), gain_rate=gain_rate, columns=X.T)
    if len(X) > MAX_ROWS:
        X = X[np.sort(np.random.default_rng(seed).choice(len(X), MAX_ROWS, replace=False))]
    order = [i for i in np.argsort(-gain_rate, kind="stable")[:n_features] if gain_rate[i] > 0]
    shown = [(int(i), feature_names[i], float(gain_rate[i])) for i in order]
    return tuple(
        _effect_of_words(predict, X, i, name, gain, words[name])
        if name in words
        else _effect(predict, X, i, name, gain, n_values)
        for i, name, gain in shown
    )


def _effect_of_words(
    predict: Callable[[np.ndarray], np.ndarray], X: np.ndarray, column: int, name: str, gain_rate: float, words: tuple[str, ...]
) -> FeatureEffect:
    """The mean prediction if every row had a word, for each word."""
    values = np.arange(len(words), dtype=np.float64)
    return FeatureEffect(
        feature=name,
        gain_rate=gain_rate,
        values=tuple(map(float, values)),
        mean_prediction=_means_with(predict, X, column, values),
        words=words,
    )


def _effect(
    predict: Callable[[np.ndarray], np.ndarray], X: np.ndarray, column: int, name: str, gain_rate: float, n_values: int
) -> FeatureEffect:
    """Partial dependence of one feature."""
    known = X[~np.isnan(X[:, column]), column]
    values = np.quantile(known, np.linspace(0.02, 0.98, n_values)) if len(known) else np.array([])
    if np.array_equal(known, np.rint(known)):
        # Between two whole numbers a quantile is none; a model that counts days refuses half a day.
        values = np.rint(values)
    values = np.unique(values)
    return FeatureEffect(
        feature=name,
        gain_rate=gain_rate,
        values=tuple(map(float, values)),
        mean_prediction=_means_with(predict, X, column, values),
    )


def _means_with(predict: Callable[[np.ndarray], np.ndarray], X: np.ndarray, column: int, values: np.ndarray) -> tuple[float, ...]:
    """The mean prediction if every row had the value, for each value; one call, since calls cost more than rows."""
    if not len(values):
        return ()
    changed = np.tile(X, (len(values), 1))
    changed[:, column] = np.repeat(values, len(X))
    return tuple(map(float, predict(changed).reshape(len(values), len(X)).mean(axis=1)))
