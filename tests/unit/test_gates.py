"""Gates: each kind accepts and refuses what it should, and says what it found."""

from dataclasses import replace
from datetime import date

import pytest

from tenure.audit import AttributeAudit, AuditLines, AuditReport, Disparity, Verdict
from tenure.errors import SpecError
from tenure.evaluation.records import ChampionComparison, Estimate, Evaluation, Metric
from tenure.gate import INTERVAL, CardFields, Gate, GateKind, GateResult, check_gate
from tenure.gates import Decision, Outcome, decide
from tests.audited import FILLED

FLOOR = Gate(name="ranks well", kind=GateKind.FLOOR, metric="roc_auc", limit=0.8, bound="low")
CEILING = Gate(name="probabilities hold", kind=GateKind.CEILING, metric="log_loss", limit=0.3)
BASELINE = Gate(name="beats logistic", kind=GateKind.BEATS_BASELINE, metric="roc_auc")
BASELINE_LOSS = Gate(name="beats logistic", kind=GateKind.BEATS_BASELINE, metric="log_loss")
NOT_WORSE = Gate(name="not worse than logistic", kind=GateKind.NOT_WORSE_THAN_BASELINE, metric="roc_auc", limit=0.005)
CHAMPION = Gate(name="not worse", kind=GateKind.NOT_WORSE_THAN_CHAMPION, metric="roc_auc", limit=0.01)
AUDIT = Gate(name="treats groups alike", kind=GateKind.AUDIT)
CARD = Gate(name="card", kind=GateKind.CARD_COMPLETE)
HIGHER, LOWER = Estimate(value=0.02, low=0.01, high=0.03), Estimate(value=-0.02, low=-0.03, high=-0.01)


def metric(name: str, better: str, value: float, difference: Estimate | None) -> Metric:
    """A metric with an interval of two points to either side."""
    return Metric(
        name=name,
        title=name,
        definition="",
        better=better,
        estimate=Estimate(value=value, low=value - 0.02, high=value + 0.02),
        difference=difference,
    )


def evaluation(
    *,
    auc: float = 0.85,
    loss: float = 0.25,
    auc_difference: Estimate | None = HIGHER,
    loss_difference: Estimate | None = LOWER,
    against_champion: Estimate | None = None,
) -> Evaluation:
    """An evaluation with the two metrics that gates read here."""
    compared = ChampionComparison(
        champion_version=1,
        champion_digest="d",
        metric="roc_auc",
        challenger=Estimate(value=auc),
        champion=Estimate(value=0.85),
        difference=against_champion or Estimate(value=0.0),
    )
    return Evaluation(
        test_from=date(2017, 8, 20),
        test_to=date(2017, 9, 3),
        known_until=date(2017, 10, 1),
        n_rows=100,
        n_customers=50,
        n_events=20,
        censored_rate=0.0,
        metrics=(metric("roc_auc", "higher", auc, auc_difference), metric("log_loss", "lower", loss, loss_difference)),
        calibration=(),
        lift=(),
        champion=compared if against_champion else None,
    )


def audited(verdict: Verdict) -> AuditReport:
    """An audit of one attribute with one verdict."""
    found = Disparity(measure="m", title="M", line="", estimate=None, groups=(), verdict=verdict, reason="")
    attribute = AttributeAudit(attribute="age", title="Age", n_known=1, n_customers=2, known=(), groups=(), disparities=(found,))
    return AuditReport(lines=AuditLines(), selection_rule="", attributes=(attribute,))


def decided(
    *gates: Gate,
    on: Evaluation | None = None,
    verdict: Verdict = Verdict.PASS,
    card: CardFields = FILLED,
) -> Decision:
    """The decision of these gates on an evaluation that is good unless told otherwise."""
    return decide(gates, evaluation=on or evaluation(), audit=audited(verdict), card=card)


def test_a_challenger_that_keeps_every_condition_is_accepted() -> None:
    """Nothing is left to give a reason for."""
    decision = decided(FLOOR, CEILING, BASELINE, BASELINE_LOSS, AUDIT, CARD)

    assert decision.outcome is Outcome.ACCEPTED
    assert decision.reasons == ()


def test_a_floor_reads_the_end_of_the_interval_that_it_names() -> None:
    """A value above the floor with a lower end below it is not shown to be above."""
    decision = decided(FLOOR, on=evaluation(auc=0.81))

    assert decision.outcome is Outcome.REFUSED
    assert decision.verdicts[0].value == pytest.approx(0.79)
    assert decision.reasons == ("ranks well: roc_auc 0.7900 (low end of its interval), asked at least 0.8",)


def test_a_ceiling_refuses_what_is_above() -> None:
    """Exactly on the line is still within."""
    assert decided(CEILING, on=evaluation(loss=0.3)).outcome is Outcome.ACCEPTED
    assert decided(CEILING, on=evaluation(loss=0.31)).outcome is Outcome.REFUSED


def test_a_difference_that_may_be_nothing_does_not_beat_the_baseline() -> None:
    """The lower end must be above zero, not at it."""
    unsure = evaluation(auc_difference=Estimate(value=0.02, low=0.0, high=0.04))

    assert decided(BASELINE, on=unsure).outcome is Outcome.REFUSED


def test_a_lower_loss_beats_the_baseline_and_a_higher_one_does_not() -> None:
    """A difference is model minus baseline, so for a loss the better side is below zero."""
    worse = evaluation(loss_difference=Estimate(value=0.02, low=0.01, high=0.03))

    assert decided(BASELINE_LOSS).outcome is Outcome.ACCEPTED
    assert decided(BASELINE_LOSS, on=worse).outcome is Outcome.REFUSED


@pytest.mark.parametrize(("low", "outcome"), [(-0.005, Outcome.ACCEPTED), (-0.006, Outcome.REFUSED), (0.01, Outcome.ACCEPTED)])
def test_a_challenger_may_be_worse_than_the_baseline_by_the_margin_and_no_more(low: float, outcome: Outcome) -> None:
    """Where only non-inferiority is asked, an interval around zero passes."""
    compared = evaluation(auc_difference=Estimate(value=low + 0.01, low=low, high=low + 0.02))

    assert decided(NOT_WORSE, on=compared).outcome is outcome


@pytest.mark.parametrize("gate", [NOT_WORSE, replace(CHAMPION, limit=0.005)])
def test_a_challenger_that_is_not_shown_to_be_worse_needs_a_reason_where_the_interval_counts(gate: Gate) -> None:
    """Few rows refuse nobody; who is worse on all of the interval is refused. So against the baseline, so the champion."""
    spans = [Estimate(value=(a + b) / 2, low=a, high=b) for a, b in ((-0.004, 0.02), (-0.04, 0.01), (-0.04, -0.02))]
    found = [decided(replace(gate, bound=INTERVAL), on=evaluation(auc_difference=span, against_champion=span)) for span in spans]

    assert [each.verdicts[0].result for each in found] == [GateResult.PASS, GateResult.NEEDS_REASON, GateResult.FAIL]
    assert found[1].verdicts[0].found.endswith("too few to tell whether it is worse")


@pytest.mark.parametrize("gate", [BASELINE, BASELINE_LOSS, NOT_WORSE, CHAMPION])
def test_no_comparison_is_said_to_be_won(gate: Gate) -> None:
    """The figure, its sign and what was asked are said; whether that is better is the reader's to conclude."""
    loss = Estimate(value=0.02, low=-0.03, high=0.05)
    found = decided(gate, on=evaluation(auc_difference=loss, loss_difference=loss, against_champion=loss)).verdicts[0].found

    assert "better by" not in found
    assert "positive being better" in found


STRICTER = (
    (replace(FLOOR, reviewers_line=0.82), evaluation(auc=0.84), True),
    (replace(FLOOR, reviewers_line=0.82), evaluation(auc=0.83), False),
    (replace(CEILING, reviewers_line=0.26), evaluation(loss=0.26), True),
    (replace(CEILING, reviewers_line=0.26), evaluation(loss=0.27), False),
    (replace(NOT_WORSE, reviewers_line=0.0), evaluation(), True),
    (replace(NOT_WORSE, reviewers_line=0.0), evaluation(auc_difference=Estimate(value=0.02, low=0.0, high=0.04)), False),
    (replace(BASELINE_LOSS, reviewers_line=0.02), evaluation(), False),
    (replace(CHAMPION, reviewers_line=0.0), evaluation(against_champion=HIGHER), True),
    (replace(CHAMPION, reviewers_line=0.0), evaluation(against_champion=Estimate(value=0.0, low=-0.01, high=0.01)), False),
    (FLOOR, evaluation(), None),
    (replace(CHAMPION, reviewers_line=0.0), evaluation(), None),
)


@pytest.mark.parametrize(("gate", "on", "meets"), STRICTER)
def test_the_reviewers_line_is_judged_on_the_same_figure_and_refuses_nothing(
    gate: Gate, on: Evaluation, meets: bool | None
) -> None:
    """A comparison must exceed its line, a bound may lie on it; without a line or a champion there is nothing to say."""
    decision = decided(gate, on=on)

    assert decision.verdicts[0].meets_reviewers_line is meets
    assert decision.outcome is Outcome.ACCEPTED
    check_gate(gate)


@pytest.mark.parametrize(
    ("gate", "message"),
    [
        (replace(BASELINE, limit=-0.005), "NOT_WORSE_THAN_BASELINE"),
        (replace(NOT_WORSE, limit=-0.005), "expected zero or more"),
        (replace(FLOOR, reviewers_line=0.79), "stricter than the 0.8 that it asks"),
        (replace(CEILING, reviewers_line=0.3), "stricter than the 0.3"),
        (replace(CHAMPION, reviewers_line=-0.02), "stricter than the -0.01"),
        (replace(AUDIT, reviewers_line=0.8), "has no figure"),
        (replace(FLOOR, bound="lower"), "is on the 'lower' of a figure"),
    ],
)
def test_a_gate_that_claims_more_than_it_asks_is_a_mistake_in_the_spec(gate: Gate, message: str) -> None:
    """To beat a baseline by less than nothing is not to beat it, and a looser line is no stricter one."""
    with pytest.raises(SpecError, match=message):
        check_gate(gate)


def test_the_decision_names_the_champion_that_the_challenger_was_held_against() -> None:
    """Whoever promotes can tell whether it is the one that serves."""
    compared = decided(CHAMPION, on=evaluation(against_champion=HIGHER))

    assert (compared.champion_digest, compared.champion_version) == ("d", 1)
    assert (decided(CHAMPION).champion_digest, decided(CHAMPION).champion_version) == (None, None)


def test_without_a_champion_there_is_nothing_to_be_worse_than() -> None:
    """The first challenger is not held up by it."""
    decision = decided(CHAMPION)

    assert decision.verdicts[0].result is GateResult.NOT_APPLICABLE
    assert decision.outcome is Outcome.ACCEPTED


@pytest.mark.parametrize(("low", "outcome"), [(-0.01, Outcome.ACCEPTED), (-0.011, Outcome.REFUSED), (0.02, Outcome.ACCEPTED)])
def test_a_challenger_may_be_worse_than_the_champion_by_the_margin_and_no_more(low: float, outcome: Outcome) -> None:
    """Non-inferiority is judged at the lower end of the paired difference."""
    compared = evaluation(against_champion=Estimate(value=low + 0.01, low=low, high=low + 0.02))

    assert decided(CHAMPION, on=compared).outcome is outcome


@pytest.mark.parametrize(
    ("verdict", "outcome"),
    [
        (Verdict.PASS, Outcome.ACCEPTED),
        (Verdict.FAIL, Outcome.REFUSED),
        (Verdict.INCONCLUSIVE, Outcome.NEEDS_REASON),
        (Verdict.NOT_ASSESSABLE, Outcome.NEEDS_REASON),
    ],
)
def test_a_failed_audit_refuses_and_an_open_one_asks_for_a_reason(verdict: Verdict, outcome: Outcome) -> None:
    """What could not be assessed is not passed in silence."""
    assert decided(AUDIT, verdict=verdict).outcome is outcome


def test_a_failure_outweighs_an_open_question() -> None:
    """No reason that a person gives promotes a refused challenger."""
    decision = decided(FLOOR, AUDIT, on=evaluation(auc=0.5), verdict=Verdict.INCONCLUSIVE)

    assert decision.outcome is Outcome.REFUSED
    assert len(decision.reasons) == 2


def test_an_unfilled_field_of_the_card_refuses_and_is_named() -> None:
    """The reviewer is told which."""
    decision = decided(CARD, card=CardFields(gaps=("intended use",), n_filled=30, n_not_applicable=7))

    assert decision.outcome is Outcome.REFUSED
    assert decision.reasons == (
        "card: fields without content (1): intended use; 30 fields filled, 7 not applicable with a reason",
    )


def test_a_gate_that_is_met_says_apart_what_is_filled_and_what_does_not_apply() -> None:
    """Twenty fields that do not apply are no filled card."""
    (verdict,) = decided(CARD, card=CardFields(gaps=(), n_filled=20, n_not_applicable=21)).verdicts

    assert verdict.found == "no required field is empty; 20 fields filled, 21 not applicable with a reason"


def test_an_interval_that_could_not_be_computed_fails_the_gate_that_needs_it() -> None:
    """The challenger still gets its card, with that as the reason."""
    without = evaluation(auc_difference=Estimate(value=0.1))

    decision = decided(BASELINE, on=without)

    assert decision.outcome is Outcome.REFUSED
    assert "no interval could be computed" in decision.reasons[0]


def test_a_gate_on_what_is_not_measured_is_a_mistake_in_the_spec() -> None:
    """It would otherwise never hold, or never be looked at."""
    with pytest.raises(SpecError, match="accuracy"):
        decided(Gate(name="g", kind=GateKind.FLOOR, metric="accuracy", limit=0.5))


def test_a_gate_on_a_metric_without_a_paired_difference_is_a_mistake_in_the_spec() -> None:
    """There is nothing to compare with."""
    with pytest.raises(SpecError, match="no paired difference"):
        decided(BASELINE, on=evaluation(auc_difference=None))


def test_a_gate_on_another_metric_than_was_compared_with_the_champion_is_a_mistake_in_the_spec() -> None:
    """Passing on the ranking would say nothing about the loss."""
    gate = Gate(name="g", kind=GateKind.NOT_WORSE_THAN_CHAMPION, metric="log_loss")

    with pytest.raises(SpecError, match="'roc_auc' was compared"):
        decided(gate, on=evaluation(against_champion=Estimate(value=0.0, low=-0.1, high=0.1)))


def test_a_model_without_gates_is_a_mistake_in_the_spec() -> None:
    """Everything would be accepted."""
    with pytest.raises(SpecError, match="at least one gate"):
        decided()
