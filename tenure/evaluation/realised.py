"""Realised performance: one day's delivered scores against what then happened."""

from dataclasses import dataclass
from datetime import date

import numpy as np

from tenure.evaluation import metrics
from tenure.evaluation.bootstrap import point


@dataclass(frozen=True, kw_only=True)
class Realised:
    """Figures of one scored day; a figure that cannot be computed (no event, say) is None.

    `mean_score` and `event_rate` side by side say whether the probabilities held; `high_band_event_rate` what the band held.
    """

    day: date
    n_rows: int
    n_events: int
    roc_auc: float | None
    average_precision: float | None
    brier_score: float
    mean_score: float
    event_rate: float
    high_band_event_rate: float | None
    model_digest: str


def realised_performance(
    score: np.ndarray, event: np.ndarray, *, in_high_band: np.ndarray, day: date, model_digest: str
) -> Realised:
    """Compare scores (n,) with events (n,) bool."""
    event = event.astype(bool)
    both = 0 < event.sum() < len(event)
    return Realised(
        day=day,
        n_rows=len(event),
        n_events=int(event.sum()),
        roc_auc=point(metrics.roc_auc(event, score), len(event)) if both else None,
        average_precision=point(metrics.average_precision(event, score), len(event)) if both else None,
        brier_score=float(np.mean((score - event) ** 2)),
        mean_score=float(score.mean()),
        event_rate=float(event.mean()),
        high_band_event_rate=float(event[in_high_band].mean()) if in_high_band.any() else None,
        model_digest=model_digest,
    )
