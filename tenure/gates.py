"""Gates: the conditions of promotion, judged with reasons. A refused challenger is a result, not an error."""

from dataclasses import dataclass, replace
from enum import StrEnum

from tenure.audit import AuditReport, Verdict
from tenure.errors import SpecError
from tenure.evaluation.records import Evaluation
from tenure.excepted import Excepted, failing, told_of
from tenure.figures import typeset
from tenure.gate import CardFields, Gate, GateKind, GateResult, GateVerdict
from tenure.gate_figures import judge_figure
from tenure.gate_privacy import judge_privacy
from tenure.privacy.records import PrivacyReport

# Results that keep a challenger from being simply accepted.
_ASKED = (GateResult.FAIL, GateResult.NEEDS_REASON, GateResult.EXCEPTED)


class Outcome(StrEnum):
    """What may become of the challenger."""

    ACCEPTED = "accepted"
    NEEDS_REASON = "accepted with a reason"
    REFUSED = "refused"


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
    privacy: PrivacyReport | None = None,
    exceptions: tuple[Excepted, ...] = (),
) -> Decision:
    """Judge every gate; one failure that no exception covers refuses, one open question asks for a reason.

    `card` says which required fields of the card lack content, and how many are filled or do not apply; `privacy` is None where
    the model was not tried.

    Raises
    ------
    SpecError: when there is no gate, or one asks for what was not measured. A figure that the test rows do not define, or
        whose interval could not be computed, is no error: the gate that needs it fails, and says why.
    """
    if not gates:
        raise SpecError("Expected at least one gate: without any, every challenger would be accepted. Add gates to the spec.")
    judged = (_judge(gate, evaluation, audit, card, privacy) for gate in gates)
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


def _judge(
    gate: Gate, evaluation: Evaluation, audit: AuditReport, card: CardFields, privacy: PrivacyReport | None
) -> GateVerdict:
    """Judge one gate."""
    match gate.kind:
        case GateKind.AUDIT:
            return _audit(gate, audit)
        case GateKind.PRIVACY:
            return judge_privacy(gate, privacy)
        case GateKind.CARD_COMPLETE:
            return _card(gate, card)
        case _:
            return judge_figure(gate, evaluation)


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
