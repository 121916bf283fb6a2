"""What is measured: four gaps of unlike treatment, how each is taken from the groups' figures, its line, and how it is said."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from tenure.audit.groups import Figure
from tenure.audit.lines import AuditLines


@dataclass(frozen=True, kw_only=True)
class Measure:
    """A gap, its line, and how both are said.

    `scale` turns a group's figure into the scale on which gaps are taken; `shown` turns a gap into the figure on the card,
    and `gap_of` that figure into the gap again.
    """

    name: str
    title: str
    figure: str
    line: str
    limit: float
    between_groups: bool
    scale: Callable[[Figure], Figure]
    shown: Callable[[float], float]
    gap_of: Callable[[float], float]
    sentence: str

    @property
    def n_groups_needed(self) -> int:
        """How many groups there must be for a gap."""
        return 2 if self.between_groups else 1


def measures(lines: AuditLines) -> tuple[Measure, ...]:
    """The four measures of an audit."""
    origin = lines.calibration_reference
    return (
        Measure(
            name="selection_ratio",
            title="Selection-rate ratio",
            figure="selection_rate",
            line=f"at least {lines.selection_ratio:.2f} (and so at most {1 / lines.selection_ratio:.2f} the other way round)",
            limit=-float(np.log(lines.selection_ratio)),
            between_groups=True,
            scale=_log_share,
            shown=lambda gap: float(np.exp(-gap)),
            gap_of=lambda ratio: -float(np.log(ratio)) if ratio > 0 else float("inf"),
            sentence=(
                "{lower} is in the top band {value:.2f} times as often as {higher} "
                "({lower_figure:.1%} against {higher_figure:.1%})"
            ),
        ),
        Measure(
            name="opportunity_difference",
            title="Equal-opportunity difference",
            figure="true_positive_rate",
            line=f"at most {lines.opportunity_difference:.2f}",
            limit=lines.opportunity_difference,
            between_groups=True,
            scale=lambda figure: figure,
            shown=lambda gap: gap,
            gap_of=lambda gap: gap,
            sentence=(
                "of those who have the event, the top band holds {lower_figure:.1%} in {lower} "
                "and {higher_figure:.1%} in {higher}, {value:.2f} apart"
            ),
        ),
        Measure(
            name="calibration_in_the_large",
            title="Calibration in the large, within groups",
            figure="calibration_in_the_large",
            line=f"at most {lines.calibration_in_the_large:.2f} from {origin}, in every group",
            limit=lines.calibration_in_the_large,
            between_groups=False,
            scale=lambda figure: figure,
            shown=lambda gap: gap,
            gap_of=lambda gap: gap,
            sentence=(
                "in {lower} the mean score is {mean_score:.3f} and the share with the event {event_rate:.3f}, "
                f"{{value:.3f}} from {origin}; over all members of known value the two differ by {{shared:+.3f}}"
            ),
        ),
        Measure(
            name="calibration_slope",
            title="Calibration slope, within groups",
            figure="calibration_slope",
            line=f"{1 / lines.calibration_slope_factor:.2f} to {lines.calibration_slope_factor:.2f}, that is at most a factor of "
            f"{lines.calibration_slope_factor:.2f} from {origin}, in every group",
            limit=float(np.log(lines.calibration_slope_factor)),
            between_groups=False,
            scale=_log_slope,
            shown=lambda gap: float(np.exp(gap)),
            gap_of=lambda factor: float(np.log(factor)) if factor > 0 else float("-inf"),
            sentence=(
                "in {lower} the calibration slope is {lower_figure:.2f}, "
                f"a factor of {{value:.2f}} from {origin}; over all members of known value it is {{shared:.2f}}"
            ),
        ),
    )


def _log_share(figure: Figure) -> Figure:
    """A share on the log scale."""
    value = max(figure.value, figure.least)
    return Figure(value=float(np.log(value)), draws=np.log(np.maximum(figure.draws, figure.least)), spread=figure.spread / value)


def _log_slope(figure: Figure) -> Figure:
    """A slope on the log scale; one that is flat or reversed counts as a twentieth, far beyond any line."""
    return Figure(value=float(np.log(max(figure.value, 0.05))), draws=np.log(np.maximum(figure.draws, 0.05)))
