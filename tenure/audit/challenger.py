"""Auditing a challenger: its test rows by protected group. The groups are joined here and nowhere else."""

from collections.abc import Mapping

import numpy as np

from tenure.audit.lines import AuditLines
from tenure.audit.records import AuditReport
from tenure.audit.report import audit
from tenure.challenger import Challenger
from tenure.specs import ModelSpec, PropensitySpec
from tenure.training_set import TEST, TrainingSet


def audit_challenger(
    challenger: Challenger,
    training_set: TrainingSet,
    spec: ModelSpec,
    *,
    groups: Mapping[str, Mapping[str, str]],
    titles: Mapping[str, str],
    lines: AuditLines,
) -> AuditReport:
    """Audit a challenger on its test rows.

    Parameters
    ----------
    groups: by attribute, the group of each customer that is known; all others are "unknown".
    titles: by attribute, how a reader calls it.
    lines: what disparities are held to, and how large a group must be.
    """
    test = training_set.role(TEST)
    known = np.ones(len(test.event), dtype=bool)
    event = test.event
    if not isinstance(spec, PropensitySpec):
        by_horizon = test.duration <= spec.score_horizon_days
        known, event = test.event | ~by_horizon | (test.duration >= spec.score_horizon_days), test.event & by_horizon
    customers = [customer for customer, is_known in zip(test.customer_id.to_pylist(), known, strict=True) if is_known]
    score = challenger.score(test.X)[known]
    return audit(
        score,
        event[known],
        groups={name: np.array([groups[name].get(customer, "unknown") for customer in customers]) for name in spec.protected},
        titles=titles,
        customer=test.customer[known],
        selected=score >= challenger.facts.high_from,
        selection_rule=(
            f"score of {challenger.facts.high_from:.2f} or more: the high band, which held the top {spec.top_band_share:.0%} "
            "of the calibration rows"
        ),
        seed=spec.seed,
        lines=lines,
    )
