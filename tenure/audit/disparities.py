"""The verdicts: four measures of unlike treatment over the groups of an attribute, each held against its line.

A measure is a gap: between two groups (selection, opportunity), or between a group and what is right (calibration). It fails
if even the near end of its interval is beyond the line, passes if even the far end is within, and is inconclusive between.
"""

from collections.abc import Sequence
from dataclasses import replace
from itertools import combinations

import numpy as np

from tenure.audit.groups import Group
from tenure.audit.intervals import WidestGap, widest_gap
from tenure.audit.lines import UNKNOWN, AuditLines, CalibrationReference
from tenure.audit.measures import Measure, measures
from tenure.audit.records import Disparity, Verdict
from tenure.evaluation.records import NO_INTERVAL, Estimate


def disparities(groups: Sequence[Group], lines: AuditLines, *, known: Group, n_too_small: int) -> tuple[Disparity, ...]:
    """All measures over the assessable groups of one attribute.

    `known` are all members of known value together; `n_too_small` groups could not be assessed.
    """
    relative = lines.calibration_reference is CalibrationReference.KNOWN_MEMBERS
    return tuple(_disparity(measure, groups, known, relative, n_too_small) for measure in measures(lines))


def coverage(known: Group, unknown: Group | None, lines: AuditLines) -> tuple[Disparity, ...]:
    """All measures over the members of known value and those of unknown, held against what was observed.

    None where there are not both.
    """
    if unknown is None or known.name == UNKNOWN:
        return ()
    both = (known, unknown)
    large = [one for one in both if lines.is_large_enough(one.n_customers, one.n_customers_with_event)]
    return tuple(
        _disparity(measure, large, known, relative=False, n_too_small=len(both) - len(large))
        for measure in coverage_measures(lines)
    )


def coverage_measures(lines: AuditLines) -> tuple[Measure, ...]:
    """The measures of known members against unknown: held against what was observed, and said without what the known share."""
    held = measures(replace(lines, calibration_reference=CalibrationReference.TRUTH))
    return tuple(replace(measure, sentence=measure.sentence.partition(";")[0]) for measure in held)


def _disparity(measure: Measure, groups: Sequence[Group], known: Group, relative: bool, n_too_small: int) -> Disparity:
    """One measure over the groups, with its verdict."""
    usable = comparable(measure, groups, known if relative else None)
    n_not_defined = len(groups) - len(usable)
    if len(usable) < measure.n_groups_needed:
        return not_assessable(measure, len(usable), n_too_small=n_too_small, n_not_defined=n_not_defined)
    found = _gap(measure, usable, known if relative else None)
    if found is None:
        return without_interval(measure)
    gap, pair = found
    low, high = sorted((measure.shown(gap.low), measure.shown(gap.high)))
    estimate = Estimate(value=measure.shown(gap.value), low=low, high=high)
    verdict = verdict_on(gap.low, gap.high, measure.limit)
    left_out = left_out_of(n_too_small, n_not_defined)
    return assessed(measure, pair, known=known, estimate=estimate, verdict=verdict, left_out=left_out)


def comparable(measure: Measure, groups: Sequence[Group], reference: Group | None) -> list[Group]:
    """The groups for which the figure is defined; none where it is not defined for what they are compared with."""
    if reference is not None and not measure.between_groups and not _is_defined(measure, reference):
        return []
    return [group for group in groups if _is_defined(measure, group)]


def _is_defined(measure: Measure, group: Group) -> bool:
    """Whether the group has the figure."""
    return measure.figure in group.figures and bool(np.isfinite(group.figures[measure.figure].value))


def not_assessable(measure: Measure, n_usable: int, *, n_too_small: int, n_not_defined: int) -> Disparity:
    """A measure for which there are too few groups."""
    needed, left_out = measure.n_groups_needed, left_out_of(n_too_small, n_not_defined)
    return _unjudged(measure, f"groups with enough customers and events: {n_usable}, where {needed} are needed{left_out}")


def without_interval(measure: Measure) -> Disparity:
    """A measure that too many draws leave undefined."""
    return _unjudged(measure, f"no interval could be computed, because {NO_INTERVAL.because}")


def _unjudged(measure: Measure, reason: str) -> Disparity:
    """A measure of which nothing can be said."""
    return Disparity(
        measure=measure.name,
        title=measure.title,
        line=measure.line,
        estimate=None,
        groups=(),
        verdict=Verdict.NOT_ASSESSABLE,
        reason=reason,
    )


def assessed(
    measure: Measure, pair: Sequence[Group], *, known: Group, estimate: Estimate, verdict: Verdict, left_out: str
) -> Disparity:
    """A measure whose widest gap is between `pair`, said in words; figures are on the card's scale."""
    interval = f"interval {estimate.low:.3f} to {estimate.high:.3f}"
    return Disparity(
        measure=measure.name,
        title=measure.title,
        line=measure.line,
        estimate=estimate,
        groups=tuple(group.name for group in pair),
        verdict=verdict,
        reason=f"{_in_words(measure, pair, known, estimate)}; {interval}: {_BECAUSE[verdict]}{left_out}",
    )


def verdict_on(low: float, high: float, limit: float) -> Verdict:
    """What the interval of a gap says of its line, both on the scale on which gaps are taken."""
    if low > limit:
        return Verdict.FAIL
    return Verdict.PASS if high <= limit else Verdict.INCONCLUSIVE


def _gap(measure: Measure, groups: Sequence[Group], reference: Group | None) -> tuple[WidestGap, tuple[Group, ...]] | None:
    """The widest gap and the groups it is between: the lower first, or the one group furthest from what is right.

    None where draws do not tell.
    """
    scaled = [measure.scale(group.figures[measure.figure]) for group in groups]
    values, spread = np.array([f.value for f in scaled]), np.array([f.spread for f in scaled])
    draws = np.column_stack([f.draws for f in scaled])
    if not measure.between_groups:
        if reference is not None:
            shared = measure.scale(reference.figures[measure.figure])
            values, draws = values - shared.value, draws - shared.draws[:, None]
        gap = widest_gap(values, draws, spread)
        return None if gap is None else (gap, (groups[gap.comparison],))
    pairs = list(combinations(range(len(groups)), 2))
    first, second = np.array([i for i, _ in pairs]), np.array([j for _, j in pairs])
    gap = widest_gap(values[first] - values[second], draws[:, first] - draws[:, second], np.hypot(spread[first], spread[second]))
    if gap is None:
        return None
    i, j = sorted(pairs[gap.comparison], key=lambda k: values[k])
    return gap, (groups[i], groups[j])


_BECAUSE = {
    Verdict.PASS: "the whole interval keeps the line",
    Verdict.FAIL: "the whole interval is beyond the line",
    Verdict.INCONCLUSIVE: "the interval reaches to both sides of the line, so these customers cannot decide it",
}


def _in_words(measure: Measure, pair: Sequence[Group], known: Group, estimate: Estimate) -> str:
    """The widest gap as a reader would say it, with how many customers stand behind it."""
    lower, higher, shared = pair[0], pair[-1], known.figures.get(measure.figure)
    sentence = measure.sentence.format(
        value=estimate.value,
        lower=lower.name,
        higher=higher.name,
        lower_figure=lower.figures[measure.figure].value,
        higher_figure=higher.figures[measure.figure].value,
        mean_score=lower.figures["mean_score"].value,
        event_rate=lower.figures["event_rate"].value,
        shared=float("nan") if shared is None else shared.value,
    )
    counts = " and ".join(f"{g.n_customers} customers, {g.n_customers_with_event} of them with the event" for g in pair)
    return f"{sentence}; {counts}"


def left_out_of(n_too_small: int, n_not_defined: int) -> str:
    """How many groups were left out, where any were."""
    small = f"; groups too small to assess: {n_too_small}" if n_too_small else ""
    return small + (f"; groups for which it is not defined: {n_not_defined}" if n_not_defined else "")
