"""Membership inference: whether somebody who holds a model can tell from its answers whom it was trained on.

Customers are parted by lot into halves, and a model of the same making is trained on each. Everybody is looked at on the same
days: customers whose outcomes a model foretells better than others' are taken for those it was trained on. What learnt only what
customers have in common tells nobody so; what learnt them by heart tells many.

The model itself was trained on all, so there is nobody of its days whom it never saw; the halves stand for it, and having fewer
customers to learn from they keep more of each.
"""

from dataclasses import replace

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from tenure.challenger import Challenger, fit_challenger
from tenure.errors import EstimationError
from tenure.evaluation.bootstrap import Resamples, Statistic
from tenure.evaluation.metrics import roc_auc
from tenure.evaluation.records import Estimate, NotDefined
from tenure.outcomes import Kind
from tenure.privacy.records import MembershipInference
from tenure.specs import Model
from tenure.training_set import FIT, Rows, TrainingSet

# More customers narrow an interval that is narrow already, and cost as much as a training.
MOST_CUSTOMERS = 40_000
FEWEST_CUSTOMERS = 100
N_DRAWS = 500
_SMALLEST = 1e-12


def infer_membership(training_set: TrainingSet, spec: Model, *, project: str, n_threads: int) -> MembershipInference:
    """Train on each half of the customers, and tell them from the other half by their loss on the days of the fit rows.

    Reference: Yeom, Giacomelli, Fredrikson and Jha (2018), Privacy risk in machine learning, CSF, section 3 (the adversary who
    knows the loss). A customer's rows are taken together, for it is they who were trained on or not. That both halves take
    each part cancels what makes a customer easy to foretell, and leaves what training did.
    """
    everybody = training_set.rows["customer_id"].unique().to_numpy(zero_copy_only=False)
    drawn = np.random.default_rng(spec.seed).permutation(np.sort(everybody))[:MOST_CUSTOMERS]
    looked_at = _of(training_set, drawn)
    rows = looked_at.role(FIT)
    n_days = len(np.unique(rows.day))
    who, index = np.unique(rows.customer_id.to_numpy(zero_copy_only=False), return_inverse=True)
    if len(who) < FEWEST_CUSTOMERS:
        why = NotDefined(because=f"{len(who)} customers are fewer than the {FEWEST_CUSTOMERS} that halves can be told of")
        return MembershipInference(auc=Estimate(value=why), n_customers=len(who), n_days=n_days)
    n_rows, statistics = np.bincount(index), []
    for half in (drawn[: len(drawn) // 2], drawn[len(drawn) // 2 :]):
        try:
            shadow = fit_challenger(_of(looked_at, half), spec, project=project, n_threads=n_threads)
        except EstimationError as error:
            why = NotDefined(because=f"half of the customers are too few to train on ({str(error).rstrip('.')})")
            return MembershipInference(auc=Estimate(value=why), n_customers=len(who), n_days=n_days)
        mean_loss = np.bincount(index, weights=losses(shadow, rows, spec)) / n_rows
        statistics.append(roc_auc(np.isin(who, half), -mean_loss))
    resamples = Resamples(customer=np.arange(len(who)), seed=spec.seed, n_resamples=N_DRAWS)
    found = resamples.drawn({"auc": _mean(statistics)})["auc"]
    return MembershipInference(auc=found.estimate(), n_customers=len(who), n_days=n_days)


def losses(model: Challenger, rows: Rows, spec: Model) -> np.ndarray:
    """How little what happened was foretold, (n_rows,): the negative log-likelihood of each row, of time to the last horizon."""
    if spec.kind is Kind.PROPENSITY:
        score = model.score(rows.X)
        likelihood = np.where(rows.event, score, 1 - score)
        return np.asarray(-np.log(np.maximum(likelihood, _SMALLEST)))
    last = max(spec.horizons_days)
    curves = model.model.survival(rows.X, range(1, last + 1))  # type: ignore[union-attr]
    alive = np.concatenate([np.ones((len(curves), 1)), curves], axis=1)
    at, row = np.minimum(rows.duration, last), np.arange(len(curves))
    happened = rows.event & (rows.duration <= last)
    likelihood = np.where(happened, alive[row, np.maximum(at - 1, 0)] - alive[row, at], alive[row, at])
    return np.asarray(-np.log(np.maximum(likelihood, _SMALLEST)))


def _mean(statistics: list[Statistic]) -> Statistic:
    """The mean of statistics over the same rows."""
    return lambda weights: np.mean([each(weights) for each in statistics], axis=0)


def _of(training_set: TrainingSet, customers: np.ndarray) -> TrainingSet:
    """The rows of some customers; vocabularies stay as they were fixed on all, as they are for the model itself."""
    kept = pc.is_in(training_set.rows["customer_id"], pa.array(customers, pa.string()))
    return replace(training_set, rows=training_set.rows.filter(kept))
