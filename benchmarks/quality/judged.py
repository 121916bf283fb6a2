"""What scores are worth: scikit-learn's and scikit-survival's figures; intervals by customer, drawn with all their rows.

Draws take weights by the thousand, so the ends of intervals are those of the product's own statistics, which the suite holds
against the same libraries. The figures themselves are the libraries'.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields
from functools import partial

import numpy as np
from sklearn.metrics import average_precision_score, roc_auc_score
from sksurv.metrics import concordance_index_censored

from benchmarks.quality.figures import Figure
from tenure.estimators.outcome import SurvivalOutcome
from tenure.evaluation.bootstrap import Statistic
from tenure.evaluation.concordance import harrell_c
from tenure.evaluation.metrics import average_precision, expected_calibration_error, roc_auc

N_RESAMPLES, SEED = 500, 0


@dataclass(frozen=True, kw_only=True)
class Part:
    """Rows that are judged together, a day or a repeat: what happened, by customer, and what was said of each, (n,)."""

    customer_id: np.ndarray
    event: np.ndarray
    score: np.ndarray
    other: np.ndarray


@dataclass(frozen=True, kw_only=True)
class Measure:
    """A figure of a part's outcomes and of what was said of them, and the statistic that gives its intervals.

    `is_error`: drawing can only widen it, so its interval is moved to where the figure is.
    """

    figure: Callable[[Part, np.ndarray], float]
    drawn: Callable[[Part, np.ndarray], Statistic]
    is_error: bool = False


def calibration_error(event: np.ndarray, score: np.ndarray, n_bins: int = 10) -> float:
    """Expected calibration error over bins of equal mass."""
    bins = np.array_split(np.argsort(score, kind="stable"), n_bins)
    return float(sum(len(rows) * abs(event[rows].mean() - score[rows].mean()) for rows in bins) / len(event))


AUC = Measure(
    figure=lambda part, said: float(roc_auc_score(part.event, said)),
    drawn=lambda part, said: roc_auc(part.event, said),
)
PRECISION = Measure(
    figure=lambda part, said: float(average_precision_score(part.event, said)),
    drawn=lambda part, said: average_precision(part.event, said),
)
ECE = Measure(
    figure=lambda part, said: calibration_error(part.event, said),
    drawn=lambda part, said: expected_calibration_error(part.event, said),
    is_error=True,
)


def harrell(duration: Mapping[str, int]) -> Measure:
    """Harrell's c of risks, by the duration of each customer."""
    return Measure(figure=partial(_harrell, duration), drawn=partial(_harrell_drawn, duration))


def figure_of(name: str, measure: str, what: Measure, parts: Sequence[Part], *, reference: float | None = None) -> Figure:
    """A measure's mean over parts with its interval, the baseline's beside it."""
    value = float(np.mean([what.figure(part, part.score) for part in parts]))
    drawn = _drawn(what, parts, [part.score for part in parts])
    low, high = np.quantile(drawn, [0.025, 0.975]) + (value - drawn.mean() if what.is_error else 0.0)
    return Figure(
        set=name,
        measure=measure,
        value=value,
        low=max(0.0, float(low)),
        high=float(high),
        reference=reference,
        baseline=float(np.mean([what.figure(part, part.other) for part in parts])),
    )


def difference_of(name: str, measure: str, what: Measure, parts: Sequence[Part]) -> Figure:
    """How far the scores are above the baseline, paired on the same draws."""
    value = float(np.mean([what.figure(part, part.score) - what.figure(part, part.other) for part in parts]))
    ours, others = (_drawn(what, parts, [getattr(part, by) for part in parts]) for by in ("score", "other"))
    low, high = np.quantile(ours - others, [0.025, 0.975])
    return Figure(set=name, measure=measure, value=value, low=float(low), high=float(high), reference=0.0)


def by_chance(name: str, measure: str, parts: Sequence[Part], *, n_draws: int = 100) -> Figure:
    """The calibration error that these scores would have by chance alone if every one of them were true: its mean over draws."""
    random = np.random.default_rng(SEED)
    floors = [calibration_error(random.random(len(p.score)) < p.score, p.score) for p in parts for _ in range(n_draws)]
    return Figure(set=name, measure=measure, value=float(np.mean(floors)))


def together(parts: Sequence[Part]) -> Part:
    """The rows of several parts as one."""
    return Part(**{field.name: np.concatenate([getattr(part, field.name) for part in parts]) for field in fields(Part)})


def weights_of(customers: Sequence[np.ndarray], n_draws: int = N_RESAMPLES) -> list[np.ndarray]:
    """How often every row's customer is drawn, (n_draws, n) for each of the parts; the same draws of customers in all of them."""
    everyone = np.unique(np.concatenate([some.astype(str) for some in customers]))
    random = np.random.default_rng(SEED)
    drawn = random.integers(0, len(everyone), (n_draws, len(everyone)))
    counts = np.stack([np.bincount(one, minlength=len(everyone)) for one in drawn]).astype(np.float64)
    return [counts[:, np.searchsorted(everyone, some.astype(str))] for some in customers]


def _drawn(what: Measure, parts: Sequence[Part], said: Sequence[np.ndarray]) -> np.ndarray:
    """The measure's mean over parts in every draw, (n_draws,)."""
    weights = weights_of([part.customer_id for part in parts])
    return np.asarray(np.mean([what.drawn(p, s)(w) for p, s, w in zip(parts, said, weights, strict=True)], axis=0))


def _harrell(duration: Mapping[str, int], part: Part, risk: np.ndarray) -> float:
    """Harrell's c of a part."""
    return float(concordance_index_censored(part.event, _durations(duration, part), risk)[0])


def _harrell_drawn(duration: Mapping[str, int], part: Part, risk: np.ndarray) -> Statistic:
    """Harrell's c under weights."""
    durations = _durations(duration, part)
    return harrell_c(risk, SurvivalOutcome(durations, part.event), tau=int(durations.max()))


def _durations(duration: Mapping[str, int], part: Part) -> np.ndarray:
    """The durations of a part's customers, (n,)."""
    return np.array([duration[customer] for customer in part.customer_id])
