"""What curves of survival are worth: scikit-survival's figures, with intervals by customer."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from benchmarks.quality.figures import Figure
from benchmarks.quality.judged import weights_of
from tenure.estimators.outcome import SurvivalOutcome
from tenure.evaluation.concordance import uno_c

# Brier scores take whole rows, so each draw is scored anew.
N_RESAMPLES = 100


@dataclass(frozen=True, kw_only=True)
class Curves:
    """What was said of each row at the horizons, (n, n_horizons), by whom, and what happened, (n,)."""

    customer_id: np.ndarray
    duration: np.ndarray
    event: np.ndarray
    horizons: tuple[int, ...]
    model: np.ndarray
    cox: np.ndarray
    kaplan_meier: np.ndarray

    @cached_property
    def draws(self) -> np.ndarray:
        """How often each row's customer was drawn, (n_draws, n)."""
        return weights_of([self.customer_id], N_RESAMPLES)[0]


def skill_of(name: str, measure: str, curves: Curves, *, reference: float) -> Figure:
    """How much of Kaplan-Meier's integrated Brier score the model removes, and Cox beside it."""
    everyone = np.arange(len(curves.event))
    drawn = [_skill(curves, curves.model, np.repeat(everyone, weights.astype(int))) for weights in curves.draws]
    low, high = np.quantile(drawn, [0.025, 0.975])
    return Figure(
        set=name,
        measure=measure,
        value=_skill(curves, curves.model, everyone),
        low=float(low),
        high=float(high),
        reference=reference,
        baseline=_skill(curves, curves.cox, everyone),
    )


def uno_of(name: str, measure: str, curves: Curves, *, at_day: int, tau: int, reference: float) -> Figure:
    """Uno's c of the risk by a day; the interval is that of our own, which takes weights."""
    at = curves.horizons.index(at_day)
    risk, other = 1 - curves.model[:, at], 1 - curves.cox[:, at]
    own = uno_c(risk, SurvivalOutcome(curves.duration, curves.event), tau=tau)
    drawn = own(curves.draws)
    low, high = np.quantile(drawn, [0.025, 0.975])
    return Figure(
        set=name,
        measure=measure,
        value=_uno(curves, risk, tau),
        low=float(low),
        high=float(high),
        reference=reference,
        baseline=_uno(curves, other, tau),
    )


def _skill(curves: Curves, of: np.ndarray, rows: np.ndarray) -> float:
    """One minus the integrated Brier score over Kaplan-Meier's, among these rows."""
    return 1 - _integrated_brier(curves, of, rows) / _integrated_brier(curves, curves.kaplan_meier, rows)


def _integrated_brier(curves: Curves, of: np.ndarray, rows: np.ndarray) -> float:
    """Integral of scikit-survival's Brier scores from day 0, where every curve is right, to the last horizon."""
    from sksurv.metrics import brier_score
    from sksurv.util import Surv

    outcome = Surv.from_arrays(curves.event[rows], curves.duration[rows])
    scores = brier_score(outcome, outcome, of[rows], curves.horizons)[1]
    return float(np.trapezoid([0.0, *scores], [0, *curves.horizons]) / curves.horizons[-1])


def _uno(curves: Curves, risk: np.ndarray, tau: int) -> float:
    """Uno's c, truncated."""
    from sksurv.metrics import concordance_index_ipcw
    from sksurv.util import Surv

    outcome = Surv.from_arrays(curves.event, curves.duration)
    return float(concordance_index_ipcw(outcome, outcome, risk, tau=tau)[0])
