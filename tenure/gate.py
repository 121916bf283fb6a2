"""What a gate is: one condition of promotion, what becomes of it, and the gates that a model has unless it names its own.

How gates are judged is `gates.py`'s.
"""

from dataclasses import dataclass
from enum import StrEnum

from tenure.errors import SpecError
from tenure.evaluation.records import NotDefined
from tenure.outcomes import Kind, Outcome

# What is measured of each kind of model, and a gate may name; of survival also the figures of each horizon.
PROPENSITY_METRICS = frozenset({
    "roc_auc", "average_precision", "brier_score", "brier_skill", "log_loss", "expected_calibration_error",
    "calibration_intercept", "calibration_slope", "precision_top_band", "lift_top_band",
})  # fmt: skip
SURVIVAL_METRICS = frozenset({
    "integrated_brier_score", "ibs_skill_over_kaplan_meier", "ibs_gain_over_cox", "uno_c", "harrell_c",
    "precision_top_band", "lift_top_band",
})  # fmt: skip


# What of a figure a floor or a ceiling reads: itself, an end of its interval, or the whole of it.
INTERVAL = "interval"
BOUNDS = ("value", "low", "high", INTERVAL)


class GateKind(StrEnum):
    """How a gate is judged."""

    FLOOR = "at least"
    CEILING = "at most"
    BEATS_BASELINE = "better than the baseline"
    NOT_WORSE_THAN_BASELINE = "not worse than the baseline"
    NOT_WORSE_THAN_CHAMPION = "not worse than the champion"
    AUDIT = "bias audit has no failure"
    PRIVACY = "tells of no customer it was trained on"
    CARD_COMPLETE = "model card complete"


# Kinds that read a figure of the evaluation; the others read the audit, the tests of privacy, or the card.
ON_A_METRIC = frozenset(GateKind) - {GateKind.AUDIT, GateKind.PRIVACY, GateKind.CARD_COMPLETE}


@dataclass(frozen=True, kw_only=True)
class CardFields:
    """What of a card is said: the required fields without content, each with why, and how many are filled or do not apply."""

    gaps: tuple[str, ...]
    n_filled: int
    n_not_applicable: int

    @property
    def in_words(self) -> str:
        """Both counts; a field that does not apply carries a reason of its own."""
        return f"{self.n_filled} fields filled, {self.n_not_applicable} not applicable with a reason"


@dataclass(frozen=True, kw_only=True)
class Gate:
    """One condition of promotion.

    `limit` is a bound on the metric's `bound` ("value", "low" or "high" end of its interval; "interval" fails only what is shown
    to break it, and asks for a reason where rows are too few to tell); for BEATS_BASELINE what the
    lower end of the paired improvement must exceed; for NOT_WORSE_THAN_BASELINE and NOT_WORSE_THAN_CHAMPION the margin by
    which that lower end may fall below zero, where "interval" asks for a reason, too, as long as the upper end does not.

    `reviewers_line` is the stricter line that reviewers hold a model against, on the same figure: the bound of a floor or
    ceiling, and for a comparison what the lower end of the improvement must exceed. It is shown beside the result and
    refuses nothing.
    """

    name: str
    kind: GateKind
    metric: str = ""
    limit: float = 0.0
    bound: str = "value"
    because: str = ""
    reviewers_line: float | None = None


class GateResult(StrEnum):
    """What became of one gate."""

    PASS = "pass"
    FAIL = "fail"
    NEEDS_REASON = "needs a reason"
    NOT_APPLICABLE = "not applicable"
    EXCEPTED = "excepted"


@dataclass(frozen=True, kw_only=True)
class GateVerdict:
    """One gate, what it asked, what was found.

    `value` is the figure that was held against the limit, or why there was none to hold; None where a gate looks at no figure.
    `meets_reviewers_line` says whether it also meets the gate's stricter line; None where the gate states none, or nothing was
    judged.
    """

    gate: Gate
    result: GateResult
    found: str
    value: float | NotDefined | None = None
    meets_reviewers_line: bool | None = None


# Asked of every model that names no gate of this kind. The limit is on the upper end of an attack's AUC, and next to guessing.
TELLS_OF_NOBODY = Gate(
    name="tells_of_nobody",
    kind=GateKind.PRIVACY,
    limit=0.55,
    because="Whoever holds a model must not learn from it who was a customer. One that is shown to tell is refused; where there "
    "are too few customers to say, a person decides.",
)

# What stands for the usual gates in a file that names none; which they are depends on what is foreseen.
USUAL_GATES: tuple[Gate, ...] = (Gate(name="the usual ones", kind=GateKind.CARD_COMPLETE),)


def metrics_of(outcome: Outcome) -> frozenset[str]:
    """What is measured of a model that foresees this."""
    if outcome.kind is Kind.PROPENSITY:
        return PROPENSITY_METRICS
    of_horizons = {f"{what}_{days}d" for what in ("brier", "calibration_error") for days in outcome.horizons_days}
    return SURVIVAL_METRICS | of_horizons


def usual_gates(outcome: Outcome) -> tuple[Gate, ...]:
    """Gates of a model whose file names none: better than the plain model, probabilities that hold, and what every model owes."""
    is_survival = outcome.kind is Kind.SURVIVAL
    metric = "uno_c" if is_survival else "roc_auc"
    not_worse = Gate(
        name="not_worse_than_logistic",
        kind=GateKind.NOT_WORSE_THAN_BASELINE,
        metric="roc_auc",
        limit=0.005,
        bound=INTERVAL,
        reviewers_line=0.0,
        because="The simpler model would be preferred if it ranked better. On few test days the lower end of the difference may "
        "fall to half a hundredth below zero by chance; a model that is shown to rank worse is refused, and where the test has "
        "too few rows to tell, a person decides. Reviewers hold it against a lower end above zero.",
    )
    better = Gate(
        name="better_than_kaplan_meier",
        kind=GateKind.FLOOR,
        metric="ibs_skill_over_kaplan_meier",
        limit=0.0,
        bound="low",
        because="A model that is not shown to be closer to what happened than one curve for everybody says nothing of anybody.",
    )
    holds = Gate(
        name="probabilities_hold",
        kind=GateKind.CEILING,
        metric=f"calibration_error_{outcome.score_days}d" if is_survival else "expected_calibration_error",
        limit=0.03,
        bound=INTERVAL,
        because="Whoever acts on a score counts with its size. A model that is shown to be further off is refused; where its "
        "test has too few rows to tell, a person decides.",
    )
    champion = Gate(
        name="not_worse_than_champion",
        kind=GateKind.NOT_WORSE_THAN_CHAMPION,
        metric=metric,
        limit=0.01,
        bound=INTERVAL,
        because="A newer model on newer days is preferred as long as it does not rank worse by more than one hundredth; where "
        "the test has too few rows to tell, a person decides.",
    )
    groups = Gate(
        name="treats_groups_alike",
        kind=GateKind.AUDIT,
        because="A group that is shown to be passed over stops the model. Where too few are known to say, a person decides.",
    )
    card = Gate(name="card_complete", kind=GateKind.CARD_COMPLETE, because="Nobody can approve what nobody has described.")
    return (better if is_survival else not_worse, holds, champion, groups, TELLS_OF_NOBODY, card)


def check_gate(gate: Gate) -> None:
    """Refuse a gate that would claim more than it asks, or whose reviewers' line is not the stricter one."""
    margins = (GateKind.NOT_WORSE_THAN_BASELINE, GateKind.NOT_WORSE_THAN_CHAMPION)
    if gate.limit < 0 and gate.kind in (GateKind.BEATS_BASELINE, *margins):
        raise SpecError(
            f"Gate {gate.name!r} ({gate.kind}) has a limit of {gate.limit:g}, expected zero or more. A shortfall is allowed by "
            f"{margins[0].name} or {margins[1].name}, with the margin as its limit."
        )
    if gate.bound not in BOUNDS:
        raise SpecError(f"Gate {gate.name!r} is on the {gate.bound!r} of a figure; expected one of {', '.join(BOUNDS)}.")
    line = gate.reviewers_line
    if line is None:
        return
    asked = -gate.limit if gate.kind in margins else gate.limit
    has_figure = gate.kind in ON_A_METRIC
    if not has_figure or not (line < asked if gate.kind is GateKind.CEILING else line > asked):
        raise SpecError(
            f"Gate {gate.name!r} ({gate.kind}) states {line:g} as the reviewers' line, expected one stricter than the {asked:g} "
            "that it asks. Leave it out where the gate asks as much as reviewers do, or has no figure."
        )
