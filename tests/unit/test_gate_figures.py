"""The gate of calibration: few rows make any model look badly calibrated, and one that is so is refused all the same."""

from datetime import date

import numpy as np
import pytest

from tenure.audit import AuditLines, AuditReport
from tenure.evaluation.propensity import evaluate_propensity
from tenure.evaluation.records import Evaluation
from tenure.gate import INTERVAL, Gate, GateKind, GateResult, GateVerdict
from tenure.gates import decide
from tests.audited import FILLED

HOLDS = Gate(name="holds", kind=GateKind.CEILING, metric="expected_calibration_error", limit=0.03, bound=INTERVAL)
NO_AUDIT = AuditReport(lines=AuditLines(), selection_rule="", attributes=())


def measured(n_customers: int, *, off: float, seed: int) -> Evaluation:
    """A model on three days of as many customers each, whose probabilities are too high by `off`."""
    rng = np.random.default_rng(seed)
    chance = np.tile(rng.uniform(0.2, 0.6, n_customers), 3)
    event = rng.random(3 * n_customers) < chance
    return evaluate_propensity(
        event,
        chance + off,
        (("logistic regression", chance),),
        customer=np.tile(np.arange(n_customers), 3),
        as_of=np.repeat(np.array(["2024-01-01", "2024-01-08", "2024-01-15"], "datetime64[D]"), n_customers),
        known_until=date(2024, 3, 1),
        seed=seed,
        n_resamples=40,
    )


def verdict(on: Evaluation, gate: Gate = HOLDS) -> GateVerdict:
    """What the gate says."""
    (found,) = decide((gate,), evaluation=on, audit=NO_AUDIT, card=FILLED).verdicts
    return found


@pytest.mark.parametrize(
    ("n_customers", "off", "results"),
    [
        (60, 0.0, {GateResult.PASS, GateResult.NEEDS_REASON}),
        (1000, 0.0, {GateResult.PASS}),
        (60, 0.05, {GateResult.PASS, GateResult.NEEDS_REASON}),
        (1000, 0.08, {GateResult.FAIL}),
        (200, 0.15, {GateResult.FAIL}),
    ],
)
def test_a_model_is_refused_where_it_is_shown_to_be_off_and_not_by_chance(n_customers, off, results):
    """Right probabilities are never refused however few the rows; wrong ones are once there are rows enough to show it."""
    assert {verdict(measured(n_customers, off=off, seed=seed)).result for seed in (1, 2)} <= results


def test_what_cannot_be_told_says_so_with_the_interval_and_what_chance_leaves():
    """Whoever signs reads why the gate could not say."""
    on = measured(60, off=0.0, seed=1)
    found = verdict(
        on, Gate(name="holds", kind=GateKind.CEILING, metric="expected_calibration_error", limit=0.001, bound=INTERVAL)
    )

    assert found.result is GateResult.NEEDS_REASON
    assert "of which chance alone would leave 0." in found.found
    assert found.found.endswith("asked at most 0.001; the rows are too few to tell which side it is on")


def test_a_floor_is_broken_only_by_a_whole_interval():
    """The same for a figure of which more is better."""
    on = measured(300, off=0.0, seed=1)
    auc = on.metric("roc_auc").estimate
    floor = Gate(name="ranks", kind=GateKind.FLOOR, metric="roc_auc", bound=INTERVAL)

    assert auc.low is not None
    assert auc.high is not None
    asked = [Gate(**{**vars(floor), "limit": limit}) for limit in (auc.low, auc.high - 1e-6, auc.high + 1e-6)]
    assert [verdict(on, gate).result for gate in asked] == [GateResult.PASS, GateResult.NEEDS_REASON, GateResult.FAIL]
