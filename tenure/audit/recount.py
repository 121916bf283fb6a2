"""An audit recounted: whether gaps, verdicts and words are what the groups' figures give under the policy's lines.

Whether the figures themselves were measured is found from the test rows (`tenure/evaluation/recount.py`).
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import combinations
from math import isclose

import numpy as np

from tenure.audit.disparities import (
    assessed,
    comparable,
    coverage_measures,
    left_out_of,
    not_assessable,
    verdict_on,
    without_interval,
)
from tenure.audit.groups import Figure, Group
from tenure.audit.lines import KNOWN, UNKNOWN, AuditLines, CalibrationReference
from tenure.audit.measures import Measure, measures
from tenure.audit.records import PAIR, AttributeAudit, AuditReport, Disparity, GroupFigures, Verdict
from tenure.evaluation.records import NotDefined

# Figures are kept with all their digits, so what is recomputed from them differs by rounding alone.
TOLERANCE = 1e-9
_NO_DRAWS = np.empty(0)


def contradictions(report: AuditReport, lines: AuditLines, protected: Sequence[str]) -> tuple[str, ...]:
    """Where a report is not what its own figures give under `lines`, in words; empty where it is.

    Parameters
    ----------
    protected: the attributes that had to be audited, each and every pair of them, in their order.
    """
    if report.lines != lines:
        return ("it was held to other lines than the policy's",)
    found = [one.attribute for one in report.attributes]
    asked = [*protected, *(f"{one}{PAIR}{other}" for one, other in combinations(protected, 2))]
    if found != asked:
        return (f"it compares {', '.join(found) or 'nothing'}, where the policy asks for {', '.join(asked) or 'nothing'}",)
    return tuple(f"{one.title}: {found}" for one in report.attributes for found in _of_attribute(one, lines))


def _of_attribute(attribute: AttributeAudit, lines: AuditLines) -> Iterator[str]:
    """The groups first; measures are only taken of groups that hold together."""
    wrong = [found for group in attribute.groups for found in _of_group(group, lines)]
    if wrong or len({group.group for group in attribute.groups}) < len(attribute.groups):
        yield from wrong or ["a group is listed twice"]
        return
    asked = measures(lines)
    if [one.measure for one in attribute.disparities] != [measure.name for measure in asked]:
        yield f"expected the measures {[measure.name for measure in asked]}, found {[d.measure for d in attribute.disparities]}"
        return
    relative = lines.calibration_reference is CalibrationReference.KNOWN_MEMBERS
    groups, known = [_group(group) for group in attribute.groups if group.assessable], _known(attribute)
    n_too_small = sum(group.group != UNKNOWN for group in attribute.groups) - len(groups)
    for measure, said in zip(asked, attribute.disparities, strict=True):
        if not _is_what_figures_give(measure, said, groups, known, relative=relative, n_too_small=n_too_small):
            yield f"{said.title.lower()} is not what the groups' figures give"
    yield from _of_coverage(attribute, known, lines)


def _of_coverage(attribute: AttributeAudit, known: Group, lines: AuditLines) -> Iterator[str]:
    """Members of known value against those of unknown, for an attribute that has both; pairs of attributes have no such row."""
    both = (known, *(_group(group) for group in attribute.groups if group.group == UNKNOWN))
    is_compared = not attribute.is_pair and len(both) > 1 and known.n_rows > 0
    asked = coverage_measures(lines) if is_compared else ()
    if [one.measure for one in attribute.coverage] != [measure.name for measure in asked]:
        yield f"expected the measures {[measure.name for measure in asked]} of known against unknown members"
        return
    large = [one for one in both if lines.is_large_enough(one.n_customers, one.n_customers_with_event)]
    for measure, said in zip(asked, attribute.coverage, strict=True):
        if not _is_what_figures_give(measure, said, large, known, relative=False, n_too_small=len(both) - len(large)):
            yield f"{said.title.lower()} of known against unknown members is not what their figures give"


def _known(attribute: AttributeAudit) -> Group:
    """All members of known value as the audit had them."""
    n_rows = sum(group.n_rows for group in attribute.groups if group.group != UNKNOWN)
    return Group(
        name=KNOWN,
        n_rows=n_rows,
        n_customers=attribute.n_known,
        n_customers_with_event=attribute.n_known_with_event or 0,
        figures=_figures(_defined(attribute.known), n_rows),
    )


def _of_group(group: GroupFigures, lines: AuditLines) -> Iterator[str]:
    """Whether a group is compared."""
    why_not = lines.why_not_compared(group.group, group.n_customers, group.n_customers_with_event)
    if (group.assessable, group.why_not) != (not why_not, why_not):
        yield f"whether {group.group!r} is compared is not what its counts give"
    elif group.assessable and not group.figures:
        yield f"{group.group!r} has no figures"


def _is_what_figures_give(
    measure: Measure, said: Disparity, groups: list[Group], known: Group, *, relative: bool, n_too_small: int
) -> bool:
    """Whether a disparity is that of the widest gap between the groups, in its figures, its verdict and its words."""
    usable = comparable(measure, groups, known if relative else None)
    n_not_defined = len(groups) - len(usable)
    if len(usable) < measure.n_groups_needed:
        return said == not_assessable(measure, len(usable), n_too_small=n_too_small, n_not_defined=n_not_defined)
    if said.estimate is None:
        return said == without_interval(measure)
    gap, pair = _widest(measure, said, usable, known if relative else None)
    if not pair or not _holds(measure, said, gap):
        return False
    left_out = left_out_of(n_too_small, n_not_defined)
    return said == assessed(measure, pair, known=known, estimate=said.estimate, verdict=said.verdict, left_out=left_out)


def _widest(measure: Measure, said: Disparity, groups: list[Group], reference: Group | None) -> tuple[float, tuple[Group, ...]]:
    """The widest gap, and the groups that the disparity names if it is between them; of equal gaps it may name any."""
    values = {group.name: measure.scale(group.figures[measure.figure]).value for group in groups}
    gaps: dict[tuple[str, ...], float]
    if measure.between_groups:
        lower_first = (sorted(pair, key=values.__getitem__) for pair in combinations(values, 2))
        gaps = {(lower, higher): values[higher] - values[lower] for lower, higher in lower_first}
    else:
        shared = 0.0 if reference is None else measure.scale(reference.figures[measure.figure]).value
        gaps = {(name,): abs(value - shared) for name, value in values.items()}
    widest = max(gaps.values())
    # Two groups that are equal may stand either way round.
    named = gaps.get(said.groups, gaps.get(said.groups[::-1], -1.0))
    by_name = {group.name: group for group in groups}
    return widest, tuple(by_name[name] for name in said.groups) if isclose(named, widest, abs_tol=TOLERANCE) else ()


def _holds(measure: Measure, said: Disparity, gap: float) -> bool:
    """Whether the figure is the gap, its interval holds it, and the verdict is what the interval says of the line."""
    estimate = said.estimate
    if estimate is None or isinstance(estimate.value, NotDefined) or estimate.low is None or estimate.high is None:
        return False
    is_gap = isclose(estimate.value, measure.shown(gap), abs_tol=TOLERANCE)
    if not (is_gap and estimate.low - TOLERANCE <= estimate.value <= estimate.high + TOLERANCE):
        return False
    low, high = sorted((measure.gap_of(estimate.low), measure.gap_of(estimate.high)))
    near = any(isclose(end, measure.limit, abs_tol=TOLERANCE) for end in (low, high))
    return said.verdict is not Verdict.NOT_ASSESSABLE and (near or said.verdict is verdict_on(low, high, measure.limit))


def _group(group: GroupFigures) -> Group:
    """A group as the audit had it, without its draws."""
    return Group(
        name=group.group,
        n_rows=group.n_rows,
        n_customers=group.n_customers,
        n_customers_with_event=group.n_customers_with_event,
        figures=_figures(_values(group), group.n_rows),
    )


def _values(group: GroupFigures) -> dict[str, float]:
    """A group's figures without their intervals, those that are defined."""
    return _defined((name, estimate.value) for name, estimate in group.figures)


def _defined(figures: Iterable[tuple[str, float | NotDefined]]) -> dict[str, float]:
    """Figures that have a value."""
    return {name: value for name, value in figures if not isinstance(value, NotDefined)}


def _figures(values: Mapping[str, float], n_rows: int) -> dict[str, Figure]:
    """Figures without draws; on a log scale a share counts as half a row at least, as in the audit."""
    return {name: Figure(value=value, draws=_NO_DRAWS, least=0.5 / (n_rows + 1)) for name, value in values.items()}
