"""The verdicts: four measures of unlike treatment over the groups of an attribute, each held against its line.

A measure is a gap: between two groups (selection, opportunity), or between a group and what is right (calibration). It fails
if even the near end of its interval is beyond the line, passes if even the far end is within, and is inconclusive between.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import combinations

import numpy as np

from tenure.audit.groups import Figure, Group
from tenure.audit.intervals import WidestGap, widest_gap
from tenure.audit.records import Disparity, Verdict
from tenure.evaluation.records import Estimate


class CalibrationReference(StrEnum):
    """What a group's calibration is compared with."""

    TRUTH = "what was observed"
    KNOWN_MEMBERS = "all members of known value"


@dataclass(frozen=True, kw_only=True)
class AuditLines:
    """The lines that disparities are held against.

    The four-fifths rule is an employment screen (29 CFR 1607.4(D)); it is used here as a convention, not as law.

    Where an attribute is known for the more active customers only, every known group is off by about the same, and holding
    it against what was observed compares it, in effect, with the unknown. `KNOWN_MEMBERS` takes out what the known members
    share; the model's calibration as a whole has gates of its own, and each group's plain figures stay in the report.
    """

    selection_ratio: float = 0.80
    opportunity_difference: float = 0.10
    calibration_in_the_large: float = 0.02
    calibration_slope_factor: float = 1.25
    calibration_reference: CalibrationReference = CalibrationReference.TRUTH


def disparities(groups: Sequence[Group], lines: AuditLines, *, known: Group, n_too_small: int) -> tuple[Disparity, ...]:
    """All measures over the assessable groups of one attribute.

    `known` are all members of known value together; `n_too_small` groups could not be assessed.
    """
    relative = lines.calibration_reference is CalibrationReference.KNOWN_MEMBERS
    return tuple(_disparity(measure, groups, known, relative, n_too_small) for measure in _measures(lines))


@dataclass(frozen=True, kw_only=True)
class _Measure:
    """A gap, its line, and how both are said.

    `scale` turns a group's figure into the scale on which gaps are taken; `shown` turns a gap into the figure on the card.
    """

    name: str
    title: str
    figure: str
    line: str
    limit: float
    between_groups: bool
    scale: Callable[[Figure], Figure]
    shown: Callable[[float], float]
    sentence: str


def _measures(lines: AuditLines) -> tuple[_Measure, ...]:
    """The four measures."""
    origin = lines.calibration_reference
    return (
        _Measure(
            name="selection_ratio",
            title="Selection-rate ratio",
            figure="selection_rate",
            line=f"at least {lines.selection_ratio:.2f} (and so at most {1 / lines.selection_ratio:.2f} the other way round)",
            limit=-float(np.log(lines.selection_ratio)),
            between_groups=True,
            scale=_log_share,
            shown=lambda gap: float(np.exp(-gap)),
            sentence=(
                "{lower} is in the top band {value:.2f} times as often as {higher} "
                "({lower_figure:.1%} against {higher_figure:.1%})"
            ),
        ),
        _Measure(
            name="opportunity_difference",
            title="Equal-opportunity difference",
            figure="true_positive_rate",
            line=f"at most {lines.opportunity_difference:.2f}",
            limit=lines.opportunity_difference,
            between_groups=True,
            scale=lambda figure: figure,
            shown=lambda gap: gap,
            sentence=(
                "of those who have the event, the top band holds {lower_figure:.1%} in {lower} "
                "and {higher_figure:.1%} in {higher}, {value:.2f} apart"
            ),
        ),
        _Measure(
            name="calibration_in_the_large",
            title="Calibration in the large, within groups",
            figure="calibration_in_the_large",
            line=f"at most {lines.calibration_in_the_large:.2f} from {origin}, in every group",
            limit=lines.calibration_in_the_large,
            between_groups=False,
            scale=lambda figure: figure,
            shown=lambda gap: gap,
            sentence=(
                "in {lower} the mean score is {mean_score:.3f} and the share with the event {event_rate:.3f}, "
                f"{{value:.3f}} from {origin}; over all members of known value the two differ by {{shared:+.3f}}"
            ),
        ),
        _Measure(
            name="calibration_slope",
            title="Calibration slope, within groups",
            figure="calibration_slope",
            line=f"{1 / lines.calibration_slope_factor:.2f} to {lines.calibration_slope_factor:.2f}, that is at most a factor of "
            f"{lines.calibration_slope_factor:.2f} from {origin}, in every group",
            limit=float(np.log(lines.calibration_slope_factor)),
            between_groups=False,
            scale=_log_slope,
            shown=lambda gap: float(np.exp(gap)),
            sentence=(
                "in {lower} the calibration slope is {lower_figure:.2f}, "
                f"a factor of {{value:.2f}} from {origin}; over all members of known value it is {{shared:.2f}}"
            ),
        ),
    )


def _disparity(measure: _Measure, groups: Sequence[Group], known: Group, relative: bool, n_too_small: int) -> Disparity:
    """One measure over the groups, with its verdict."""
    usable = [group for group in groups if np.isfinite(group.figures[measure.figure].value)]
    needed = 2 if measure.between_groups else 1
    small = f"; groups too small to assess: {n_too_small}" if n_too_small else ""
    if len(usable) < needed:
        return Disparity(
            measure=measure.name,
            title=measure.title,
            line=measure.line,
            estimate=None,
            groups=(),
            verdict=Verdict.NOT_ASSESSABLE,
            reason=f"groups with enough customers and events: {len(usable)}, where {needed} are needed{small}",
        )
    gap, pair = _gap(measure, usable, known if relative else None)
    value, ends = measure.shown(gap.value), sorted((measure.shown(gap.low), measure.shown(gap.high)))
    verdict = _verdict(gap, measure.limit)
    return Disparity(
        measure=measure.name,
        title=measure.title,
        line=measure.line,
        estimate=Estimate(value=value, low=ends[0], high=ends[1]),
        groups=tuple(group.name for group in pair),
        verdict=verdict,
        reason=f"{_in_words(measure, pair, known, value)}; interval {ends[0]:.3f} to {ends[1]:.3f}: {_BECAUSE[verdict]}{small}",
    )


def _gap(measure: _Measure, groups: Sequence[Group], reference: Group | None) -> tuple[WidestGap, tuple[Group, ...]]:
    """The widest gap and the groups it is between: the lower first, or the one group furthest from what is right."""
    scaled = [measure.scale(group.figures[measure.figure]) for group in groups]
    values, spread = np.array([f.value for f in scaled]), np.array([f.spread for f in scaled])
    draws = np.column_stack([f.draws for f in scaled])
    if not measure.between_groups:
        if reference is not None:
            shared = measure.scale(reference.figures[measure.figure])
            values, draws = values - shared.value, draws - shared.draws[:, None]
        gap = widest_gap(values, draws, spread)
        return gap, (groups[gap.comparison],)
    pairs = list(combinations(range(len(groups)), 2))
    first, second = np.array([i for i, _ in pairs]), np.array([j for _, j in pairs])
    gap = widest_gap(values[first] - values[second], draws[:, first] - draws[:, second], np.hypot(spread[first], spread[second]))
    i, j = sorted(pairs[gap.comparison], key=lambda k: values[k])
    return gap, (groups[i], groups[j])


def _verdict(gap: WidestGap, limit: float) -> Verdict:
    """What the interval says of the line."""
    if gap.low > limit:
        return Verdict.FAIL
    return Verdict.PASS if gap.high <= limit else Verdict.INCONCLUSIVE


_BECAUSE = {
    Verdict.PASS: "the whole interval keeps the line",
    Verdict.FAIL: "the whole interval is beyond the line",
    Verdict.INCONCLUSIVE: "the interval reaches to both sides of the line, so these customers cannot decide it",
}


def _in_words(measure: _Measure, pair: Sequence[Group], known: Group, value: float) -> str:
    """The widest gap as a reader would say it, with how many customers stand behind it."""
    lower, higher = pair[0], pair[-1]
    sentence = measure.sentence.format(
        value=value,
        lower=lower.name,
        higher=higher.name,
        lower_figure=lower.figures[measure.figure].value,
        higher_figure=higher.figures[measure.figure].value,
        mean_score=lower.figures["mean_score"].value,
        event_rate=lower.figures["event_rate"].value,
        shared=known.figures[measure.figure].value,
    )
    counts = " and ".join(f"{g.n_customers} customers, {g.n_customers_with_event} of them with the event" for g in pair)
    return f"{sentence}; {counts}"


def _log_share(figure: Figure) -> Figure:
    """A share on the log scale."""
    value = max(figure.value, figure.least)
    return Figure(value=float(np.log(value)), draws=np.log(np.maximum(figure.draws, figure.least)), spread=figure.spread / value)


def _log_slope(figure: Figure) -> Figure:
    """A slope on the log scale; one that is flat or reversed counts as a twentieth, far beyond any line."""
    return Figure(value=float(np.log(max(figure.value, 0.05))), draws=np.log(np.maximum(figure.draws, 0.05)))
