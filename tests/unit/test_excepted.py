"""What an exception covers: failing figures that it names, no worse than it says, and nothing else."""

from dataclasses import replace
from datetime import date

import pytest

from tenure.audit import AttributeAudit, AuditLines, AuditReport, Disparity, Verdict
from tenure.errors import SpecError
from tenure.evaluation.records import Estimate
from tenure.excepted import Bound, Excepted, check_exceptable, failing
from tenure.gate import Gate, GateKind, GateResult
from tenure.gates import Outcome, decide
from tests.audited import FILLED
from tests.unit.test_gates import evaluation

FAIR = Gate(name="fair", kind=GateKind.AUDIT)
RANKS = Gate(name="ranks", kind=GateKind.FLOOR, metric="roc_auc", limit=0.8)


def audited(*failures: tuple[str, float, tuple[str, ...]]) -> AuditReport:
    """An audit of the country that fails these measures, by so much, for these groups."""
    found = tuple(
        Disparity(
            measure=measure,
            title=measure,
            line="",
            estimate=Estimate(value=value),
            groups=groups,
            verdict=Verdict.FAIL,
            reason="",
        )
        for measure, value, groups in failures
    )
    attribute = AttributeAudit(
        attribute="country", title="Country", n_known=1, n_customers=2, known=(), groups=(), disparities=found
    )
    return AuditReport(lines=AuditLines(), selection_rule="", attributes=(attribute,))


def excepting(gate: str, *bounds: Bound) -> Excepted:
    """An exception in force."""
    return Excepted(
        digest="ab" * 32,
        gate=gate,
        bounds=bounds,
        reason="few live abroad",
        proposed_by="staff-1",
        signed_by=("staff-2",),
        since=date(2026, 11, 1),
        until=date(2027, 1, 30),
    )


ABROAD = ("abroad", "home")


@pytest.mark.parametrize(
    ("failures", "result"),
    [
        ([("selection_ratio", 0.75, ABROAD)], GateResult.EXCEPTED),
        ([("selection_ratio", 0.78, ABROAD)], GateResult.EXCEPTED),
        ([("selection_ratio", 0.40, ABROAD)], GateResult.FAIL),
        ([("selection_ratio", 0.75, ("young", "old"))], GateResult.FAIL),
        ([("opportunity_difference", 0.2, ABROAD)], GateResult.FAIL),
        ([("selection_ratio", 0.75, ABROAD), ("opportunity_difference", 0.2, ABROAD)], GateResult.FAIL),
    ],
)
def test_an_exception_covers_what_it_names_and_nothing_worse(failures, result) -> None:
    """One for a ratio of 0.75 does not cover a later 0.4, nor other groups, nor another measure beside it."""
    (bound,) = failing(FAIR, None, audited(("selection_ratio", 0.75, ABROAD)))
    decision = decide(
        (FAIR,), evaluation=evaluation(), audit=audited(*failures), card=FILLED, exceptions=(excepting("fair", bound),)
    )

    assert decision.verdicts[0].result is result
    assert decision.outcome is (Outcome.NEEDS_REASON if result is GateResult.EXCEPTED else Outcome.REFUSED)
    words = "excepted until 2027-01-30 by staff-2" if result is GateResult.EXCEPTED else "the exception does not cover"
    assert words in decision.verdicts[0].found


def test_a_gap_may_be_as_wide_as_was_signed_and_no_wider() -> None:
    """A ratio is worse the smaller it is, a gap the wider."""
    (bound,) = failing(FAIR, None, audited(("calibration_in_the_large", 0.074, ("abroad",))))

    assert (bound.is_least, bound.covers(replace(bound, value=0.07)), bound.covers(replace(bound, value=0.08))) == (
        False,
        True,
        False,
    )
    assert bound.loosened(0.01).covers(replace(bound, value=0.08))


def test_a_gate_on_a_figure_is_excepted_by_that_figure() -> None:
    """And another gate's exception is none of it."""
    on = evaluation(auc=0.75)
    bound = Bound(figure="roc_auc", groups=(), is_least=True, value=0.74)

    def judged(name: str, least: float) -> GateResult:
        own = excepting(name, replace(bound, value=least))
        return decide((RANKS,), evaluation=on, audit=audited(), card=FILLED, exceptions=(own,)).verdicts[0].result

    assert (judged("ranks", 0.74), judged("ranks", 0.76), judged("fair", 0.74)) == (
        GateResult.EXCEPTED,
        GateResult.FAIL,
        GateResult.FAIL,
    )


def test_an_empty_card_is_never_excepted() -> None:
    """Nobody can approve what nobody has described."""
    with pytest.raises(SpecError, match="may never be excepted"):
        check_exceptable(Gate(name="card", kind=GateKind.CARD_COMPLETE))
