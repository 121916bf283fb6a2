"""Gates: the conditions of promotion, judged with reasons. A refused challenger is a result, not an error."""

from dataclasses import dataclass, replace
from enum import StrEnum

from tenure.audit import AuditReport, Verdict
from tenure.errors import SpecError
from tenure.evaluation.records import NO_INTERVAL, Estimate, Evaluation, Metric, NotDefined
from tenure.excepted import Excepted, failing, told_of
from tenure.figures import typeset
from tenure.gate import CardFields, Gate, GateKind


class GateResult(StrEnum):
    """What became of one gate."""

    PASS = "pass"
    FAIL = "fail"
    NEEDS_REASON = "needs a reason"
    NOT_APPLICABLE = "not applicable"
    EXCEPTED = "excepted"


# Results that keep a challenger from being simply accepted.
_ASKED = (GateResult.FAIL, GateResult.NEEDS_REASON, GateResult.EXCEPTED)


class Outcome(StrEnum):
    """What may become of the challenger."""

    ACCEPTED = "accepted"
    NEEDS_REASON = "accepted with a reason"
    REFUSED = "refused"


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


class Question(StrEnum):
    """What a reader asks of a model first, in this order."""

    PREDICTS = "predicts"
    PROBABILITIES = "probabilities hold"
    GROUPS = "treats groups alike"
    DATA = "data sound"
    STEADY = "steady"


class Answer(StrEnum):
    """What can be said to a question; every answer but the first leaves a point open."""

    MEETS = "meets"
    MISSES_LINE = "meets the gate, misses the reviewers’ line"
    NOT_ASSESSED = "not assessed"
    INCONCLUSIVE = "inconclusive"
    MISSES = "misses"


@dataclass(frozen=True, kw_only=True)
class OpenPoint:
    """Why a question is not answered with *meets*: what whoever promotes must answer for."""

    question: Question
    answer: Answer
    found: str
    gate: str | None = None  # the gate that found it, where one did


@dataclass(frozen=True, kw_only=True)
class Decision:
    """All gates of a challenger, what they and the evidence leave open, and what follows.

    `champion_digest` and `champion_version` name the champion that the challenger was held against; None before any served.
    """

    outcome: Outcome
    verdicts: tuple[GateVerdict, ...]
    champion_digest: str | None = None
    champion_version: int | None = None
    open_points: tuple[OpenPoint, ...] = ()

    @property
    def reasons(self) -> tuple[str, ...]:
        """Why the challenger is not simply accepted: gates first, then the points that no gate speaks of."""
        asked = [v for v in self.verdicts if v.result in _ASKED]
        said = {v.gate.name for v in asked}
        points = (f"{point.question}, {point.answer}: {point.found}" for point in self.open_points if point.gate not in said)
        return (*(f"{v.gate.name}: {v.found}" for v in asked), *points)

    @property
    def reasons_listed(self) -> str:
        """The reasons for a message: the first line of it names what they are for, and each stands on a line of its own."""
        return "".join(f"\n  - {typeset(reason)}." for reason in self.reasons)

    def answer(self, question: Question) -> Answer:
        """What can be said to a question: the worst of its open points."""
        order = list(Answer)
        return max((p.answer for p in self.open_points if p.question is question), key=order.index, default=Answer.MEETS)


def decide(
    gates: tuple[Gate, ...],
    *,
    evaluation: Evaluation,
    audit: AuditReport,
    card: CardFields,
    exceptions: tuple[Excepted, ...] = (),
) -> Decision:
    """Judge every gate; one failure that no exception covers refuses, one open question asks for a reason.

    `card` says which required fields of the card lack content, and how many are filled or do not apply.

    Raises
    ------
    SpecError: when there is no gate, or one asks for what was not measured. A figure that the test rows do not define, or
        whose interval could not be computed, is no error: the gate that needs it fails, and says why.
    """
    if not gates:
        raise SpecError("Expected at least one gate: without any, every challenger would be accepted. Add gates to the spec.")
    judged = (_judge(gate, evaluation, audit, card) for gate in gates)
    verdicts = tuple(_excepted(verdict, audit, exceptions) for verdict in judged)
    champion = evaluation.champion
    return Decision(
        outcome=_outcome({verdict.result for verdict in verdicts}),
        verdicts=verdicts,
        champion_digest=champion.champion_digest if champion else None,
        champion_version=champion.champion_version if champion else None,
    )


def _outcome(results: set[GateResult]) -> Outcome:
    """One failure refuses, one open question asks for a reason."""
    if GateResult.FAIL in results:
        return Outcome.REFUSED
    return Outcome.NEEDS_REASON if results & set(_ASKED) else Outcome.ACCEPTED


def _excepted(verdict: GateVerdict, audit: AuditReport, exceptions: tuple[Excepted, ...]) -> GateVerdict:
    """A verdict as exceptions leave it: a failure that one covers whole is excepted; another says what is not covered."""
    own = [one for one in exceptions if one.gate == verdict.gate.name]
    if verdict.result is not GateResult.FAIL or not own:
        return verdict
    is_covered, words = told_of(own, failing(verdict.gate, verdict.value, audit))
    result = GateResult.EXCEPTED if is_covered else GateResult.FAIL
    return replace(verdict, result=result, found=f"{verdict.found}; {words}")


def _judge(gate: Gate, evaluation: Evaluation, audit: AuditReport, card: CardFields) -> GateVerdict:
    """Judge one gate."""
    match gate.kind:
        case GateKind.AUDIT:
            return _audit(gate, audit)
        case GateKind.CARD_COMPLETE:
            return _card(gate, card)
        case GateKind.NOT_WORSE_THAN_CHAMPION:
            return _against_champion(gate, evaluation)
        case GateKind.BEATS_BASELINE | GateKind.NOT_WORSE_THAN_BASELINE:
            return _against_baseline(gate, evaluation)
        case GateKind.FLOOR | GateKind.CEILING:
            return _bound(gate, evaluation)


def _bound(gate: Gate, evaluation: Evaluation) -> GateVerdict:
    """A floor or a ceiling on the value or on one end of its interval."""
    metric = _metric(gate, evaluation)
    estimate = metric.estimate
    ends = {"value": estimate.value, "low": estimate.low, "high": estimate.high}
    if gate.bound not in ends:
        raise SpecError(f"Gate {gate.name!r} must read one of {list(ends)}, found {gate.bound!r}.")
    value = ends[gate.bound]
    if value is None or isinstance(value, NotDefined):
        return _nothing_shown(gate, metric.title, estimate)
    holds = value >= gate.limit if gate.kind is GateKind.FLOOR else value <= gate.limit
    end = "" if gate.bound == "value" else f" ({gate.bound} end of its interval)"
    return GateVerdict(
        gate=gate,
        result=GateResult.PASS if holds else GateResult.FAIL,
        found=f"{metric.title} {value:.4f}{end}, asked {gate.kind} {gate.limit:g}",
        value=value,
        meets_reviewers_line=_meets_reviewers_line(gate, value),
    )


def _against_baseline(gate: Gate, evaluation: Evaluation) -> GateVerdict:
    """The lower end of the paired improvement over the baseline is above the limit, or no further below zero than the margin."""
    metric = _metric(gate, evaluation)
    if metric.difference is None or metric.better not in ("higher", "lower"):
        raise SpecError(f"Gate {gate.name!r} compares {gate.metric!r} with a baseline, but no paired difference was computed.")
    improvement = metric.difference if metric.better == "higher" else metric.difference.reversed
    if improvement.low is None:
        return _nothing_shown(gate, f"{metric.title} against the baseline", improvement)
    if gate.kind is GateKind.BEATS_BASELINE:
        holds, asked = improvement.low > gate.limit, f"above {gate.limit:g}"
    else:
        holds, asked = improvement.low >= -gate.limit, _margin(gate)
    return GateVerdict(
        gate=gate,
        result=GateResult.PASS if holds else GateResult.FAIL,
        found=f"{metric.title} against the baseline: {_span(improvement)}, positive being better; asked a lower end {asked}",
        value=improvement.low,
        meets_reviewers_line=_meets_reviewers_line(gate, improvement.low),
    )


def _against_champion(gate: Gate, evaluation: Evaluation) -> GateVerdict:
    """Non-inferiority on the same rows."""
    comparison = evaluation.champion
    if comparison is None:
        return GateVerdict(gate=gate, result=GateResult.NOT_APPLICABLE, found="there is none that it could be held against")
    if gate.metric != comparison.metric:
        raise SpecError(
            f"Gate {gate.name!r} asks how {gate.metric!r} compares with the champion, but {comparison.metric!r} was compared."
        )
    low, title = comparison.difference.low, f"{_metric(gate, evaluation).title} against the champion"
    if low is None:
        return _nothing_shown(gate, title, comparison.difference)
    return GateVerdict(
        gate=gate,
        result=GateResult.PASS if low >= -gate.limit else GateResult.FAIL,
        found=f"{title}: {_span(comparison.difference)}, positive being better; asked a lower end {_margin(gate)}",
        value=low,
        meets_reviewers_line=_meets_reviewers_line(gate, low),
    )


def _margin(gate: Gate) -> str:
    """How far the lower end of a comparison may fall, in words."""
    return f"no more than {gate.limit:g} below 0" if gate.limit else "at least 0"


def _meets_reviewers_line(gate: Gate, value: float) -> bool | None:
    """Whether the figure also meets the stricter line; it changes no result."""
    line = gate.reviewers_line
    if line is None:
        return None
    if gate.kind is GateKind.CEILING:
        return value <= line
    # A comparison is shown to be better only above its line, as BEATS_BASELINE has it.
    return value >= line if gate.kind is GateKind.FLOOR else value > line


def _audit(gate: Gate, audit: AuditReport) -> GateVerdict:
    """A failed audit refuses; an inconclusive or unassessable one needs a reason."""
    result = {
        Verdict.PASS: GateResult.PASS,
        Verdict.FAIL: GateResult.FAIL,
        Verdict.INCONCLUSIVE: GateResult.NEEDS_REASON,
        Verdict.NOT_ASSESSABLE: GateResult.NEEDS_REASON,
    }[audit.verdict]
    return GateVerdict(gate=gate, result=result, found=audit.in_words)


def _card(gate: Gate, card: CardFields) -> GateVerdict:
    """Every required field of the card is filled or carries a reason, and how many are which is said."""
    by_reason: dict[str, list[str]] = {}
    for gap in card.gaps:
        name, _, reason = gap.partition(": ")
        by_reason.setdefault(reason, []).append(name)
    # One reason is as a rule that of many: what nobody has written yet.
    told = (f"{', '.join(names)}{f': {reason}' if reason else ''}" for reason, names in by_reason.items())
    lacks = f"fields without content ({len(card.gaps)}): {'; '.join(told)}" if card.gaps else "no required field is empty"
    result = GateResult.FAIL if card.gaps else GateResult.PASS
    return GateVerdict(gate=gate, result=result, found=f"{lacks}; {card.in_words}")


def _metric(gate: Gate, evaluation: Evaluation) -> Metric:
    """The metric that a gate asks for."""
    try:
        return evaluation.metric(gate.metric)
    except KeyError as error:
        raise SpecError(f"Gate {gate.name!r} asks for a metric that is not measured: {error.args[0]}.") from error


def _nothing_shown(gate: Gate, what: str, estimate: Estimate) -> GateVerdict:
    """A gate on a figure or an interval that the test rows did not give is not met, and says why."""
    why = estimate.why_no_interval or NO_INTERVAL
    found = why.in_words if why is estimate.value else f"no interval could be computed, because {why.because}"
    return GateVerdict(gate=gate, result=GateResult.FAIL, found=f"{what}: {found}; so nothing can be shown", value=why)


def _span(estimate: Estimate) -> str:
    """An estimate with its interval."""
    return f"{estimate.value:.4f} ({estimate.low:.4f} to {estimate.high:.4f})"
