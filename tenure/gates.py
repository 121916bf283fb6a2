"""Gates: the conditions of promotion, judged with reasons. A refused challenger is a result, not an error."""

from dataclasses import dataclass
from enum import StrEnum

from tenure.audit import AuditReport, Verdict
from tenure.errors import SpecError
from tenure.evaluation.records import Estimate, Evaluation
from tenure.specs import Gate, GateKind


class GateResult(StrEnum):
    """What became of one gate."""

    PASS = "pass"
    FAIL = "fail"
    NEEDS_REASON = "needs a reason"
    NOT_APPLICABLE = "not applicable"


class Outcome(StrEnum):
    """What may become of the challenger."""

    ACCEPTED = "accepted"
    NEEDS_REASON = "accepted with a reason"
    REFUSED = "refused"


@dataclass(frozen=True, kw_only=True)
class GateVerdict:
    """One gate, what it asked, what was found."""

    gate: Gate
    result: GateResult
    found: str
    value: float | None = None


@dataclass(frozen=True, kw_only=True)
class Decision:
    """All gates of a challenger, and what follows."""

    outcome: Outcome
    verdicts: tuple[GateVerdict, ...]

    @property
    def reasons(self) -> tuple[str, ...]:
        """Why the challenger is not simply accepted."""
        open_results = (GateResult.FAIL, GateResult.NEEDS_REASON)
        return tuple(f"{v.gate.name}: {v.found}" for v in self.verdicts if v.result in open_results)


def decide(gates: tuple[Gate, ...], *, evaluation: Evaluation, audit: AuditReport, card_gaps: tuple[str, ...]) -> Decision:
    """Judge every gate; one failure refuses, one open question asks for a reason.

    `card_gaps` are the card fields that are required and not filled.
    """
    verdicts = tuple(_judge(gate, evaluation, audit, card_gaps) for gate in gates)
    results = {verdict.result for verdict in verdicts}
    if GateResult.FAIL in results:
        return Decision(outcome=Outcome.REFUSED, verdicts=verdicts)
    outcome = Outcome.NEEDS_REASON if GateResult.NEEDS_REASON in results else Outcome.ACCEPTED
    return Decision(outcome=outcome, verdicts=verdicts)


def _judge(gate: Gate, evaluation: Evaluation, audit: AuditReport, card_gaps: tuple[str, ...]) -> GateVerdict:
    """Judge one gate."""
    match gate.kind:
        case GateKind.AUDIT:
            return _audit(gate, audit)
        case GateKind.CARD_COMPLETE:
            return _card(gate, card_gaps)
        case GateKind.NOT_WORSE_THAN_CHAMPION:
            return _against_champion(gate, evaluation)
        case GateKind.BEATS_BASELINE:
            return _against_baseline(gate, evaluation)
        case GateKind.FLOOR | GateKind.CEILING:
            return _bound(gate, evaluation)


def _bound(gate: Gate, evaluation: Evaluation) -> GateVerdict:
    """A floor or a ceiling on the value or on one end of its interval."""
    estimate = evaluation.metric(gate.metric).estimate
    value = getattr(estimate, gate.bound)
    if value is None:
        raise SpecError(f"Gate {gate.name!r} reads the {gate.bound} end of {gate.metric!r}, which has no interval.")
    holds = value >= gate.limit if gate.kind is GateKind.FLOOR else value <= gate.limit
    end = "" if gate.bound == "value" else f" ({gate.bound} end of its interval)"
    return GateVerdict(
        gate=gate,
        result=GateResult.PASS if holds else GateResult.FAIL,
        found=f"{gate.metric} {value:.4f}{end}, asked {gate.kind} {gate.limit:g}",
        value=value,
    )


def _against_baseline(gate: Gate, evaluation: Evaluation) -> GateVerdict:
    """The lower end of the paired difference to the baseline is above the limit."""
    difference = evaluation.metric(gate.metric).difference
    if difference is None or difference.low is None:
        raise SpecError(f"Gate {gate.name!r} compares {gate.metric!r} with a baseline, but no paired difference was computed.")
    return GateVerdict(
        gate=gate,
        result=GateResult.PASS if difference.low > gate.limit else GateResult.FAIL,
        found=f"{gate.metric} better by {_span(difference)}, asked a lower end above {gate.limit:g}",
        value=difference.low,
    )


def _against_champion(gate: Gate, evaluation: Evaluation) -> GateVerdict:
    """Non-inferiority on the same rows."""
    comparison = evaluation.champion
    if comparison is None:
        return GateVerdict(gate=gate, result=GateResult.NOT_APPLICABLE, found="there is no champion yet")
    low = comparison.difference.low
    if low is None:
        raise SpecError(f"Gate {gate.name!r} needs a paired interval against the champion, and none was computed.")
    return GateVerdict(
        gate=gate,
        result=GateResult.PASS if low >= -gate.limit else GateResult.FAIL,
        found=f"{comparison.metric} against the champion: {_span(comparison.difference)}, asked a lower end at least {-gate.limit:g}",
        value=low,
    )


def _audit(gate: Gate, audit: AuditReport) -> GateVerdict:
    """A failed audit refuses; an inconclusive or unassessable one needs a reason."""
    result = {
        Verdict.PASS: GateResult.PASS,
        Verdict.FAIL: GateResult.FAIL,
        Verdict.INCONCLUSIVE: GateResult.NEEDS_REASON,
        Verdict.NOT_ASSESSABLE: GateResult.NEEDS_REASON,
    }[audit.verdict]
    return GateVerdict(gate=gate, result=result, found=audit.in_words)


def _card(gate: Gate, card_gaps: tuple[str, ...]) -> GateVerdict:
    """Every required field of the card is filled or carries a reason."""
    found = f"fields without content: {', '.join(card_gaps)}" if card_gaps else "every required field is filled"
    return GateVerdict(gate=gate, result=GateResult.FAIL if card_gaps else GateResult.PASS, found=found)


def _span(estimate: Estimate) -> str:
    """An estimate with its interval."""
    if estimate.low is None or estimate.high is None:
        return f"{estimate.value:.4f}"
    return f"{estimate.value:.4f} ({estimate.low:.4f} to {estimate.high:.4f})"
