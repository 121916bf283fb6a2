"""Open points: whatever keeps one of a reader's five questions from the answer *meets*, each with its own reason.

The gates decide whether a challenger may be promoted at all; an open point asks whoever promotes for a reason. Both are found
from evidence alone, so anybody who holds it finds the same.
"""

from collections.abc import Iterator
from dataclasses import replace

from tenure.audit import AuditReport, Verdict
from tenure.evaluation.capacity import PRECISION
from tenure.evaluation.records import Estimate, Evaluation, NotDefined
from tenure.evidence import Evidence, SourceFacts
from tenure.gate import CardFields, Gate, GateKind, GateResult, GateVerdict
from tenure.gates import Answer, Decision, OpenPoint, Outcome, Question, decide

_ANSWER = {
    Verdict.FAIL: Answer.MISSES,
    Verdict.INCONCLUSIVE: Answer.INCONCLUSIVE,
    Verdict.NOT_ASSESSABLE: Answer.NOT_ASSESSED,
}
_WORST_FIRST = (Verdict.FAIL, Verdict.INCONCLUSIVE, Verdict.NOT_ASSESSABLE, Verdict.PASS)
_ON_FIGURES = (
    GateKind.FLOOR,
    GateKind.CEILING,
    GateKind.BEATS_BASELINE,
    GateKind.NOT_WORSE_THAN_BASELINE,
    GateKind.NOT_WORSE_THAN_CHAMPION,
)


def judge(gates: tuple[Gate, ...], evidence: Evidence, *, card: CardFields) -> Decision:
    """Let the gates decide, and name what is left open; an open point turns an acceptance into one with a reason.

    Raises
    ------
    SpecError: as `decide` does.
    """
    decision = decide(
        gates,
        evaluation=evidence.evaluation,
        audit=evidence.audit,
        card=card,
        privacy=evidence.privacy,
        exceptions=evidence.exceptions,
    )
    points = open_points(decision, evidence)
    is_open = points and decision.outcome is Outcome.ACCEPTED
    return replace(decision, open_points=points, outcome=Outcome.NEEDS_REASON if is_open else decision.outcome)


def open_points(decision: Decision, evidence: Evidence) -> tuple[OpenPoint, ...]:
    """Everything that keeps a question from *meets*, in the order of the questions."""
    points = (
        *_of_gates(decision, evidence.evaluation),
        *_against_baseline(evidence.evaluation),
        *_served_band(evidence.evaluation),
        *_groups(decision, evidence.audit),
        *_data(evidence.data.sources),
        *_steady(evidence),
    )
    order = list(Question)
    return tuple(sorted(points, key=lambda point: order.index(point.question)))


def measures_calibration(name: str, better: str) -> bool:
    """Whether a metric asks if probabilities hold, rather than if customers are told apart."""
    return "calibration" in name or better.startswith("closer") or name in ("ece", "ici", "e50", "e90")


def _of_gates(decision: Decision, evaluation: Evaluation) -> Iterator[OpenPoint]:
    """Gates on figures: missed, met with the reviewers' line missed, or none at all."""
    better = {metric.name: metric.better for metric in evaluation.metrics}
    asked = {Question.PREDICTS: False, Question.PROBABILITIES: False}
    for verdict in decision.verdicts:
        gate = verdict.gate
        if gate.kind not in _ON_FIGURES or verdict.result is GateResult.NOT_APPLICABLE:
            continue
        is_calibration = measures_calibration(gate.metric, better.get(gate.metric, ""))
        question = Question.PROBABILITIES if is_calibration else Question.PREDICTS
        asked[question] = True
        if verdict.result in (GateResult.FAIL, GateResult.EXCEPTED):
            yield OpenPoint(question=question, answer=Answer.MISSES, found=verdict.found, gate=gate.name)
        elif verdict.meets_reviewers_line is False:
            yield _missed_line(question, verdict)
    for question, is_asked in asked.items():
        if not is_asked:
            yield OpenPoint(question=question, answer=Answer.NOT_ASSESSED, found="no gate sets a line for it")


def _missed_line(question: Question, verdict: GateVerdict) -> OpenPoint:
    """A gate that is met while the stricter line is not."""
    asks = "at most" if verdict.gate.kind is GateKind.CEILING else "at least"
    asks = asks if verdict.gate.kind in (GateKind.FLOOR, GateKind.CEILING) else "a lower end above"
    found = f"{verdict.found}; the reviewers’ line asks {asks} {verdict.gate.reviewers_line:g}"
    return OpenPoint(question=question, answer=Answer.MISSES_LINE, found=found, gate=verdict.gate.name)


def _against_baseline(evaluation: Evaluation) -> Iterator[OpenPoint]:
    """Whether the top band holds more events than the plain baseline's: that is what a campaign would notice."""
    metric = next((one for one in evaluation.metrics if one.name == PRECISION), None)
    if metric is None or metric.difference is None:
        return
    what = f"{metric.title} against {metric.baselines[0][0]}: {span(metric.difference)}"
    difference = metric.difference
    if difference.low is None or difference.high is None:
        yield OpenPoint(question=Question.PREDICTS, answer=Answer.INCONCLUSIVE, found=what)
    elif difference.high < 0:
        yield OpenPoint(question=Question.PREDICTS, answer=Answer.MISSES, found=f"{what}: the plain model finds more")
    elif difference.low <= 0:
        found = f"{what}: that it finds more than the plain model cannot be told"
        yield OpenPoint(question=Question.PREDICTS, answer=Answer.INCONCLUSIVE, found=found)


def _served_band(evaluation: Evaluation) -> Iterator[OpenPoint]:
    """Whether what is said of the customers who are served is what happens to them; the deciles average over everybody."""
    band = evaluation.served_band
    if band is None:
        yield OpenPoint(
            question=Question.PROBABILITIES, answer=Answer.NOT_ASSESSED, found="the band that is served was not judged on its own"
        )
        return
    answer = _within(band.gap, band.line)
    if answer is Answer.MEETS:
        return
    predicted, observed = (_share(value) for value in (band.predicted, band.observed.value))
    found = (
        f"of {band.n_customers} customers who are served (score of {band.from_score:.2f} or more) it says {predicted}, and it "
        f"happened to {observed}; the gap is {span(band.gap)}, where at most {band.line:g} either way is asked"
    )
    yield OpenPoint(question=Question.PROBABILITIES, answer=answer, found=found)


def _within(gap: Estimate, line: float) -> Answer:
    """Whether the whole interval of a gap lies within its line, beyond it, or neither."""
    if isinstance(gap.value, NotDefined):
        return Answer.NOT_ASSESSED
    if gap.low is None or gap.high is None:
        return Answer.INCONCLUSIVE
    if gap.low >= -line and gap.high <= line:
        return Answer.MEETS
    return Answer.MISSES if gap.low > line or gap.high < -line else Answer.INCONCLUSIVE


def _groups(decision: Decision, audit: AuditReport) -> Iterator[OpenPoint]:
    """What the audit says between groups, and of members of known value against those of unknown."""
    gate = next((v.gate.name for v in decision.verdicts if v.gate.kind is GateKind.AUDIT), None)
    if audit.verdict is not Verdict.PASS:
        yield OpenPoint(question=Question.GROUPS, answer=_ANSWER[audit.verdict], found=audit.in_words_after_verdict, gate=gate)
    # Attributes that come from one source are often known of the same members, and then say the same.
    alike: dict[tuple[Verdict, str], list[str]] = {}
    for attribute in audit.attributes:
        verdict = attribute.coverage_verdict
        if verdict is not None and verdict is not Verdict.PASS:
            worst = min(attribute.coverage, key=lambda one: _WORST_FIRST.index(one.verdict))
            alike.setdefault((verdict, f"{worst.title.lower()}: {worst.reason}"), []).append(attribute.title)
    for (verdict, why), titles in alike.items():
        found = f"known against unknown members ({', '.join(titles)}): {why}"
        yield OpenPoint(question=Question.GROUPS, answer=_ANSWER[verdict], found=found)


def _data(sources: tuple[SourceFacts, ...]) -> Iterator[OpenPoint]:
    """Days that were withheld, so not learnt from."""
    if not sources:
        yield OpenPoint(question=Question.DATA, answer=Answer.NOT_ASSESSED, found="no source was recorded")
    withheld = [f"{one.n_days_withheld} of {one.n_days} days of {one.title}" for one in sources if one.n_days_withheld]
    if withheld:
        found = f"withheld, so not learnt from: {', '.join(withheld)}"
        yield OpenPoint(question=Question.DATA, answer=Answer.INCONCLUSIVE, found=found)


def _steady(evidence: Evidence) -> Iterator[OpenPoint]:
    """How far scores and inputs moved between fit and test."""
    stability, limit = evidence.stability, evidence.monitoring.psi_limit
    if stability is None:
        yield OpenPoint(question=Question.STEADY, answer=Answer.NOT_ASSESSED, found="not measured before approval")
        return
    moved = [f"{name.replace('_', ' ')} {psi:.2f}" for name, psi in stability.feature_psi if psi > limit]
    if stability.score_psi > limit:
        moved.insert(0, f"the score {stability.score_psi:.2f}")
    if moved:
        found = f"moved from fit to test by more than the limit of {limit:g} (stability index): {', '.join(moved)}"
        yield OpenPoint(question=Question.STEADY, answer=Answer.MISSES, found=found)


def span(estimate: Estimate) -> str:
    """A figure with its interval, or why there is none."""
    if isinstance(estimate.value, NotDefined):
        return str(estimate.value)
    if estimate.low is None or estimate.high is None:
        return f"{estimate.value:.3f} without an interval"
    return f"{estimate.value:.3f} ({estimate.low:.3f} to {estimate.high:.3f})"


def _share(value: float | NotDefined) -> str:
    """A share in percent, or why there is none."""
    return str(value) if isinstance(value, NotDefined) else f"{value:.1%}"
