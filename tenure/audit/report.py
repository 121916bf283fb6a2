"""The audit of one challenger: figures by group and verdicts by attribute, put together as a report."""

from collections.abc import Mapping, Sequence

import numpy as np

from tenure.audit.disparities import coverage, disparities
from tenure.audit.groups import Figure, Group, Grouping, Rows, group_figures, groupings, known_members
from tenure.audit.lines import UNKNOWN, USUAL_LINES, AuditLines
from tenure.audit.records import AttributeAudit, AuditReport, GroupFigures
from tenure.errors import EstimationError
from tenure.evaluation.bootstrap import check_same_rows, estimate, share_estimate
from tenure.evaluation.records import Estimate, NotDefined

DRAWS = 1000
SHARES = ("selection_rate", "true_positive_rate", "event_rate")
MoreFigures = Mapping[tuple[str, str], tuple[tuple[str, Estimate], ...]]


def audit(
    score: np.ndarray,
    event: np.ndarray,
    *,
    groups: Mapping[str, np.ndarray],
    titles: Mapping[str, str],
    customer: np.ndarray,
    selected: np.ndarray,
    selection_rule: str,
    seed: int,
    n_resamples: int = DRAWS,
    lines: AuditLines = USUAL_LINES,
    more_figures: MoreFigures | None = None,
) -> AuditReport:
    """Audit a model on its test rows, by every protected attribute and every pair of them.

    For a survival model `score` is P(event by the horizon), `event` whether it happened by then, and the rows are those
    whose outcome at the horizon is known; figures that need the whole curve come in as `more_figures`.

    How often it errs. Each attribute and measure has an interval that holds the true widest gap with probability 95 % at
    least (up to the bootstrap's own error), whatever the number of groups, see `intervals.widest_gap`. So a disparity that is
    truly within its line fails in at most one case in twenty, and one truly beyond it passes in at most one in twenty.
    That is the worst case, with the truth on the line itself; where groups are treated exactly alike, the line is several
    standard errors away, and failures are far rarer. Attributes are not corrected for one another: a reader who looks at many
    of them, all on the line, will see one fail now and then.

    Parameters
    ----------
    score: (n_rows,) probability.
    event: (n_rows,) bool.
    groups: by attribute, (n_rows,) of str; "unknown" where it is not known. Unknown rows get figures of their own and enter
        no comparison.
    titles: by attribute, how a reader calls it.
    customer: (n_rows,) integer code of each row's customer; whole customers are drawn.
    selected: (n_rows,) bool, in the top band.
    selection_rule: how the top band was chosen, in words.
    lines: what disparities are held to, and how large a group must be.
    more_figures: by attribute and group, named estimates to show beside the audit's own.

    Raises
    ------
    EstimationError: when columns differ in length, a score is not a probability, or an attribute has no title.
    """
    check_same_rows(score=score, event=event, customer=customer, selected=selected, **groups)
    if not ((score >= 0) & (score <= 1)).all():
        raise EstimationError("Expected probabilities from 0 to 1 to audit, found others or missing values.")
    codes = np.unique(customer, return_inverse=True)[1]
    rows = Rows(score=score.astype(float), event=event.astype(bool), selected=selected.astype(bool), customer=codes)
    return AuditReport(
        lines=lines,
        selection_rule=selection_rule,
        attributes=tuple(
            _attribute(
                grouping,
                rows,
                group_figures(rows, grouping, seed=seed, n_draws=n_resamples),
                known_members(rows, grouping, seed=seed, n_draws=n_resamples),
                lines,
                more_figures or {},
            )
            for grouping in groupings(groups, titles)
        ),
    )


def _attribute(
    grouping: Grouping,
    rows: Rows,
    groups: Sequence[Group],
    known: Group,
    lines: AuditLines,
    more: MoreFigures,
) -> AttributeAudit:
    """One attribute: every group with its figures or the reason why not, then the measures over those with enough members."""
    reasons = {one.name: lines.why_not_compared(one.name, one.n_customers, one.n_customers_with_event) for one in groups}
    assessable = [group for group in groups if not reasons[group.name]]
    n_too_small = sum(group.name != UNKNOWN for group in groups) - len(assessable)
    highest = max(assessable, key=_selected_most, default=None)
    return AttributeAudit(
        attribute=grouping.attribute,
        title=grouping.title,
        n_known=len(np.unique(rows.customer[grouping.group != UNKNOWN])),
        n_customers=len(np.unique(rows.customer)),
        known=_values(known) if lines.is_large_enough(known.n_customers, known.n_customers_with_event) else (),
        groups=tuple(
            GroupFigures(
                group=group.name,
                n_rows=group.n_rows,
                n_customers=group.n_customers,
                n_customers_with_event=group.n_customers_with_event,
                assessable=not reasons[group.name],
                why_not=reasons[group.name],
                figures=_shown(group, highest, lines) + more.get((grouping.attribute, group.name), ()),
            )
            for group in groups
        ),
        disparities=disparities(assessable, lines, known=known, n_too_small=n_too_small),
        n_known_with_event=known.n_customers_with_event if known.name != UNKNOWN else 0,
        coverage=() if grouping.is_pair else coverage(known, next((g for g in groups if g.name == UNKNOWN), None), lines),
    )


def _shown(group: Group, highest: Group | None, lines: AuditLines) -> tuple[tuple[str, Estimate], ...]:
    """A group's figures with their own intervals; none where few members would make them noise, and nearly personal."""
    if not lines.is_large_enough(group.n_customers, group.n_customers_with_event):
        return ()
    figures = [(name, _estimate(name, figure, group.n_customers)) for name, figure in group.figures.items()]
    if highest is not None and group.name != UNKNOWN:
        figures.insert(1, ("selection_ratio", _ratio(group.figures["selection_rate"], highest.figures["selection_rate"])))
    return tuple(figures)


def _values(group: Group) -> tuple[tuple[str, float | NotDefined], ...]:
    """A group's figures alone."""
    return tuple((name, figure.plain) for name, figure in group.figures.items())


def _estimate(name: str, figure: Figure, n_customers: int) -> Estimate:
    """One figure with its interval."""
    if name in SHARES:
        return share_estimate(figure.value, figure.draws, n_customers=n_customers)
    return estimate(figure.value, figure.draws, why_not=figure.why_not)


def _selected_most(group: Group) -> tuple[float, ...]:
    """Order by selection rate; a tie is settled by size and figures, never by a group's name."""
    rate = group.figures["selection_rate"]
    return (rate.value, group.n_rows, group.n_customers_with_event, float(rate.draws.mean()), float(rate.draws.var()))


def _ratio(figure: Figure, reference: Figure) -> Estimate:
    """A selection rate over that of the group selected most often."""
    draws = np.divide(figure.draws, reference.draws, out=np.full(len(figure.draws), np.nan), where=reference.draws > 0)
    value = figure.value / reference.value if reference.value > 0 else float("nan")
    return estimate(value, draws, why_not=NotDefined(because="nobody is selected in any group"))
