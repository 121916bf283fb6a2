"""Scoring: what a promoted package says of a day's customers. Training and scoring share the features; nothing is refitted here.

Everything a score needs is in the package (`model/…`): the fitted model, and `model/scoring.json` with the population, the
inputs in order, the bands and the words for reasons. The spec in today's code is not consulted.
"""

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

from tenure.categories import Vocabularies, numbers
from tenure.conditions import AtMost, Condition, columns, mask
from tenure.content import content_digest
from tenure.errors import PackageError
from tenure.package import MODEL_FOLDER
from tenure.specs import Model
from tenure.training_set import KEY

if TYPE_CHECKING:
    from tenure.estimators.hazard import HazardModel
    from tenure.estimators.propensity import PropensityModel

SCORING_FILE = "model/scoring.json"
# The column by which packages of before knew their population.
EARLIER_RECENCY = "recency_days"
# Where a company says what people consented to, features come with the words of it, and scores keep them.
CONSENT = "consent"
N_REASONS = 5
HIGH, MEDIUM, LOW = "high", "medium", "low"
# The high band holds the spec's top share of the calibration rows; medium the next share, three times as large.
MEDIUM_BAND_MULTIPLE = 4


@dataclass(frozen=True, kw_only=True)
class Reason:
    """How a reason code names an input."""

    phrase: str
    unit: str


@dataclass(frozen=True, kw_only=True)
class ScoringFacts:
    """What scoring must know beside the fitted model; fixed at training and promoted with it.

    `population` says who is scored, on columns of the day's features. `high_from` and `medium_from` are scores: fixed limits, so
    that a customer's band does not depend on who else is scored. `horizons_days` is empty for a propensity model, and `words`
    holds the vocabulary of each input that is a category. Days before `trained_as_of` are not scored: the model has seen them.
    """

    project: str
    model: str
    kind: str
    feature_names: tuple[str, ...]
    reasons: tuple[Reason, ...]
    trained_as_of: date
    population: Condition
    score_horizon_days: int
    horizons_days: tuple[int, ...]
    high_from: float
    medium_from: float
    words: dict[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Scorer:
    """A promoted model, ready to score."""

    facts: ScoringFacts
    model: "PropensityModel | HazardModel"
    model_digest: str


def scoring_facts(spec: Model, *, project: str, as_of: date, calibration_scores: np.ndarray, words: Vocabularies) -> ScoringFacts:
    """Fix population, inputs, words and bands; bands are quantiles of the scores (n,) on the calibration rows."""
    medium_share = min(1.0, MEDIUM_BAND_MULTIPLE * spec.top_band_share)
    return ScoringFacts(
        project=project,
        model=spec.name,
        kind=spec.kind.value,
        feature_names=tuple(f.name for f in spec.inputs),
        reasons=tuple(Reason(phrase=f.phrase, unit=f.unit) for f in spec.inputs),
        trained_as_of=as_of,
        population=spec.population.condition,
        score_horizon_days=spec.score_horizon_days,
        horizons_days=spec.horizons_days,
        high_from=float(np.quantile(calibration_scores, 1 - spec.top_band_share)),
        medium_from=float(np.quantile(calibration_scores, 1 - medium_share)),
        words=dict(words),
    )


def read_facts(files: Mapping[str, bytes]) -> ScoringFacts:
    """Read what a scorer needs beside the model, from a package's verified bytes."""
    from pydantic import TypeAdapter

    if SCORING_FILE not in files:
        raise PackageError(f"The package has no {SCORING_FILE}; it was not made by this version of Tenure. Train again.")
    return TypeAdapter(ScoringFacts).validate_python(_of_today(json.loads(files[SCORING_FILE])), strict=False)


def _of_today(facts: dict[str, Any]) -> dict[str, Any]:
    """Facts of packages made when every population had bought within so many days, as they are said now."""
    if "bought_within_days" not in facts:
        return facts
    within = AtMost(column=EARLIER_RECENCY, limit=facts["bought_within_days"])
    return {**{name: value for name, value in facts.items() if name != "bought_within_days"}, "population": within}


def open_scorer(files: Mapping[str, bytes], model_digest: str) -> Scorer:
    """Read a scorer from a package's verified bytes."""
    from tenure.estimators.hazard import HazardModel
    from tenure.estimators.propensity import PropensityModel

    facts = read_facts(files)
    native = {path.removeprefix(MODEL_FOLDER): data for path, data in files.items() if path.startswith(MODEL_FOLDER)}
    kind: type[PropensityModel] | type[HazardModel] = PropensityModel if facts.kind == "propensity" else HazardModel
    return Scorer(facts=facts, model=kind.from_files(native), model_digest=model_digest)


def score_day(scorer: Scorer, features: pa.Table, day: date) -> pa.Table:
    """Score the customers of the model's population.

    Parameters
    ----------
    features: one row per customer as of `day`, with `day`, `customer_id` and at least the scorer's inputs.

    Returns
    -------
    One row per customer of the population, by customer: `day`, `customer_id`, `score`, `band`, `reasons` (the high band's
    inputs that raise the score most, in words), `model_digest`, `features_digest` (content hash of the day's inputs), and for
    a survival model `survival_<t>d` at each horizon and `median_days` (null where the curve stays above one half); `consent`
    where the features have it.
    """
    facts = scorer.facts
    scored_rows = _of_population(facts, features, day)
    inputs = _inputs(facts, scored_rows)
    X = numbers(inputs, facts.feature_names, facts.words)
    score, curves = predict(scorer, X)
    band = np.where(score >= facts.high_from, HIGH, np.where(score >= facts.medium_from, MEDIUM, LOW))
    scored = {
        "day": pa.array([day] * inputs.num_rows, pa.date32()),
        "customer_id": inputs["customer_id"],
        "score": pa.array(score),
        "band": pa.array(band.tolist(), pa.string()),
        "reasons": _reasons(scorer, X, band == HIGH),
        **{name: pa.array(values, from_pandas=True) for name, values in curves.items()},
        "model_digest": pa.array([scorer.model_digest] * inputs.num_rows, pa.string()),
        "features_digest": pa.array([features_digest(inputs)] * inputs.num_rows, pa.string()),
    }
    return pa.table(scored | ({CONSENT: scored_rows[CONSENT]} if CONSENT in scored_rows.column_names else {}))


def scored_inputs(facts: ScoringFacts, features: pa.Table, day: date) -> pa.Table:
    """The inputs of the customers of the model's population, by customer; their content digest is the `features_digest`."""
    return _inputs(facts, _of_population(facts, features, day))


def _of_population(facts: ScoringFacts, features: pa.Table, day: date) -> pa.Table:
    """The rows of the customers of the model's population, by customer."""
    if absent := not_made(facts, features.column_names):
        raise PackageError(
            f"Model {facts.model!r} reads {len(absent)} inputs that the features of {day} do not have (first: {absent[0]!r}), "
            "for they were changed since it was trained: train and promote a new challenger, or go back to the features it knows."
        )
    return features.filter(mask(facts.population, features)).sort_by([(name, "ascending") for name in KEY]).combine_chunks()


def _inputs(facts: ScoringFacts, rows: pa.Table) -> pa.Table:
    """What the model and its population read of rows."""
    return rows.select([*KEY, *_needed(facts)])


def not_made(facts: ScoringFacts, made: Collection[str]) -> list[str]:
    """What a model reads that is not among the features that are made; nothing where it can score."""
    return [name for name in _needed(facts) if name not in made]


def features_digest(inputs: pa.Table) -> str:
    """The content digest of a day's inputs, which each of its scores names."""
    return content_digest(inputs, KEY)


def predict(scorer: Scorer, X: np.ndarray) -> tuple[np.ndarray, dict[str, np.ndarray]]:
    """Score (n,), and for a survival model its curve at the horizons and the median, by column name."""
    from tenure.estimators.curves import days_within, median_of
    from tenure.estimators.propensity import PropensityModel

    facts, model = scorer.facts, scorer.model
    if isinstance(model, PropensityModel):
        return model.predict(X), {}
    days_within([*facts.horizons_days, facts.score_horizon_days], longest_follow_up_days=model.longest_follow_up_days)
    # The whole curve once, of which column t - 1 is the end of day t: horizons and median are readings of it.
    curve = model.survival(X, range(1, model.longest_follow_up_days + 1))
    columns = {f"survival_{t}d": curve[:, t - 1] for t in facts.horizons_days}
    return 1.0 - curve[:, facts.score_horizon_days - 1], {**columns, "median_days": median_of(curve)}


def score_alone(scorer: Scorer, X: np.ndarray) -> np.ndarray:
    """Score (n,), the same to the bit as `predict` gives, without the rest of a survival model's curve."""
    from tenure.estimators.propensity import PropensityModel

    if isinstance(scorer.model, PropensityModel):
        return scorer.model.predict(X)
    return np.asarray(1.0 - scorer.model.survival(X, [scorer.facts.score_horizon_days])[:, 0])


def _needed(facts: ScoringFacts) -> list[str]:
    """The inputs, and what decides membership of the population."""
    return list(dict.fromkeys((*columns(facts.population), *facts.feature_names)))


def _reasons(scorer: Scorer, X: np.ndarray, wanted: np.ndarray) -> pa.Array:
    """Up to five inputs that raise the score most, in words, for the wanted rows; empty for the others."""
    words = _words(scorer.facts)
    reasons: list[list[str]] = [[] for _ in range(len(X))]
    rows = np.flatnonzero(wanted)
    if len(rows):
        contributions = _contributions(scorer, X[rows])
        for row, values in zip(rows, contributions, strict=True):
            top = np.argsort(-values, kind="stable")[:N_REASONS]
            reasons[row] = [in_words(scorer.facts.reasons[i], X[row, i], words[i]) for i in top if values[i] > 0]
    return pa.array(reasons, pa.list_(pa.string()))


def influences(scorer: Scorer, features: pa.Table, day: date) -> list[tuple[str, float]]:
    """What moved the score of the one customer in `features`: each input in words with what it adds, the largest first."""
    X = numbers(scored_inputs(scorer.facts, features, day), scorer.facts.feature_names, scorer.facts.words)
    added = _contributions(scorer, X)[0]
    order = np.argsort(-np.abs(added), kind="stable")
    words = _words(scorer.facts)
    return [(in_words(scorer.facts.reasons[i], X[0, i], words[i]), float(added[i])) for i in order]


def _words(facts: ScoringFacts) -> list[tuple[str, ...]]:
    """The vocabulary of each input, empty for a number."""
    return [facts.words.get(name, ()) for name in facts.feature_names]


def _contributions(scorer: Scorer, X: np.ndarray) -> np.ndarray:
    """What each input adds to the score on the log scale, (n, n_features)."""
    from tenure.estimators.propensity import PropensityModel

    if isinstance(scorer.model, PropensityModel):
        return scorer.model.contributions(X)
    return scorer.model.contributions(X, horizon_days=scorer.facts.score_horizon_days)


def in_words(reason: Reason, value: float, words: tuple[str, ...] = ()) -> str:
    """One reason as a person would say it: "days since the last purchase: 41"; `words` is the vocabulary of a category."""
    if np.isnan(value):
        return f"{reason.phrase}: not known yet"
    if words:
        return f"{reason.phrase}: {words[int(value)]}"
    if reason.unit == "rate":
        return f"{reason.phrase}: {100 * value:.1f} %"
    if reason.unit == "cents":
        return f"{reason.phrase}: {value / 100:.2f}"
    return f"{reason.phrase}: {value:.0f}" if float(value).is_integer() else f"{reason.phrase}: {value:.1f}"
