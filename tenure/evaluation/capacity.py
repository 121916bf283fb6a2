"""What a campaign gets that cannot reach everybody: the band it selects, the band that is served, and what it finds there.

The bands are taken from scores alone; outcomes enter through statistics, on the same draws of customers as every other figure.
"""

import numpy as np

from tenure.evaluation.bootstrap import Drawn, Statistic
from tenure.evaluation.records import Campaign, NotDefined, ServedBand

PRECISION = "precision_top_band"
# How far the mean score of the served band may be from what happens there: five customers in a hundred.
SERVED_BAND_LINE = 0.05
NOBODY_SERVED = NotDefined(because="no test row reaches the band that is served")


def top_band(score: np.ndarray, as_of: np.ndarray, selected_rate: float) -> np.ndarray:
    """The rows ranked highest within each snapshot, (n_rows,) bool: the share asked for, rounded up, and no more.

    Where the last place is tied, the earlier row has it, so the band depends on the order of rows only within a tie.
    """
    band = np.zeros(len(score), dtype=bool)
    for day in np.unique(as_of):
        rows = np.flatnonzero(as_of == day)
        # Ten per cent of 30 is 3.0000000000000004 in floating point, which is still three.
        n_selected = int(np.ceil(selected_rate * len(rows) - 1e-9))
        band[rows[np.argsort(-score[rows], kind="stable")[:n_selected]]] = True
    return band


def mean_within(values: np.ndarray, rows: np.ndarray) -> Statistic:
    """The weighted mean among some of the rows: of outcomes, the share of events."""
    value, member = np.where(rows, values, 0.0), rows.astype(np.float64)

    def statistic(weights: np.ndarray) -> np.ndarray:
        size = weights @ member
        return np.asarray(np.divide(weights @ value, size, out=np.full(len(weights), np.nan), where=size > 0))

    return statistic


def served_band(
    served_from: float, score: np.ndarray, served: np.ndarray, customer: np.ndarray, *, observed: Drawn, gap: Drawn
) -> ServedBand:
    """What was said of the rows that are served, (n_rows,) bool, beside what happened; `gap` is the one less the other."""
    return ServedBand(
        from_score=served_from,
        n_rows=int(served.sum()),
        n_customers=len(np.unique(customer[served])),
        predicted=float(score[served].mean()) if served.any() else NOBODY_SERVED,
        observed=observed.because(NOBODY_SERVED).estimate(),
        gap=gap.because(NOBODY_SERVED).estimate(),
        line=SERVED_BAND_LINE,
    )


def campaign(model: Drawn, plain: Drawn, everyone: Drawn, *, baseline: str, selected_rate: float, as_of: np.ndarray) -> Campaign:
    """Shares in the top band of the model and of a baseline, and of everyone, as customers of one usual day."""
    n_scored = round(len(as_of) / len(np.unique(as_of)))
    n_selected = int(np.ceil(selected_rate * n_scored - 1e-9))
    return Campaign(
        selected_rate=selected_rate,
        n_scored=n_scored,
        n_selected=n_selected,
        reached=model.times(n_selected).estimate(),
        baseline=baseline,
        reached_by_baseline=plain.times(n_selected).estimate(),
        reached_at_random=everyone.times(n_selected).estimate(),
        difference=model.times(n_selected).minus(plain.times(n_selected), name=baseline),
    )
