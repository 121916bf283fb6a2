"""Auditing a challenger: its test rows by protected group."""

from collections.abc import Mapping

import numpy as np

from tenure.audit.lines import AuditLines
from tenure.audit.records import AuditReport
from tenure.audit.report import DRAWS, audit
from tenure.evaluation.measured import MODEL, MeasuredRows
from tenure.outcomes import Kind
from tenure.specs import Model


def audit_rows(
    rows: MeasuredRows,
    spec: Model,
    *,
    selection_rule: str,
    titles: Mapping[str, str],
    lines: AuditLines,
    n_draws: int = DRAWS,
) -> AuditReport:
    """Audit a challenger on its test rows, those whose outcome at the horizon of the score is known.

    Parameters
    ----------
    selection_rule: how those in the top band were chosen, in words.
    titles: by attribute, how a reader calls it.
    lines: what disparities are held to, and how large a group must be.
    n_draws: fewer give the same figures with other intervals.
    """
    known, event, score = np.ones(len(rows.event), dtype=bool), rows.event, rows.predicted[MODEL]
    if spec.kind is Kind.SURVIVAL:
        day = spec.score_horizon_days
        known = rows.event | (rows.duration >= day)
        event, score = rows.event & (rows.duration <= day), 1 - score[:, day - 1]
    return audit(
        score[known],
        event[known],
        groups={name: rows.groups[name][known] for name in spec.protected},
        titles=titles,
        customer=rows.customer[known],
        selected=rows.selected[known],
        selection_rule=selection_rule,
        seed=spec.seed,
        n_resamples=n_draws,
        lines=lines,
    )


def selection_rule(high_from: float, spec: Model) -> str:
    """Who is in the top band, in words."""
    return (
        f"score of {high_from:.2f} or more: the high band, which held the top {spec.top_band_share:.0%} of the calibration rows"
    )
