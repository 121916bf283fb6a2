"""Membership inference: what learnt what customers have in common tells of nobody, what learnt them by heart is refused."""

from dataclasses import replace

import numpy as np
import pytest

from tenure.challenger import fit_challenger
from tenure.evaluation.records import Estimate, NotDefined
from tenure.gate import TELLS_OF_NOBODY, GateResult
from tenure.gate_privacy import judge_privacy
from tenure.privacy.membership import FEWEST_CUSTOMERS, infer_membership, losses
from tenure.privacy.records import MembershipInference, PrivacyReport
from tenure.specs import Model
from tenure.training_set import FIT
from tests.long_runs import IS_LONG
from tests.small_models import LAPSE
from tests.unit.model_cards.sample import PRIVACY
from tests.unit.privacy.crowd import BY_HEART, LEAVES, crowd

N_CLEAN = 100 if IS_LONG else 3


def result(attacked: MembershipInference) -> GateResult:
    """What becomes of the gate by the attack alone."""
    return judge_privacy(TELLS_OF_NOBODY, PrivacyReport(membership=attacked, memorised=PRIVACY.memorised)).result


def attacked(seed: int, spec: Model, **how: int) -> MembershipInference:
    """The attack on a crowd."""
    return infer_membership(crowd(seed, spec=spec, **how), spec, project="p", n_threads=1)


def test_a_clean_model_passes_in_95_of_100_crowds():
    """The usual gate, as it stands; a few crowds where a short run is asked for."""
    passed = sum(result(attacked(seed, replace(LAPSE, seed=seed))) is GateResult.PASS for seed in range(N_CLEAN))

    assert passed >= 0.95 * N_CLEAN


@pytest.mark.parametrize("plain", [LAPSE, LEAVES], ids=lambda spec: spec.name)
def test_a_model_that_learnt_customers_by_heart_is_refused(plain: Model):
    """Of a probability as of a time."""
    found = attacked(1, replace(plain, parameters=BY_HEART))

    assert found.auc.value > 0.6
    assert result(found) is GateResult.FAIL


def test_too_few_customers_are_a_question_for_a_person():
    """Halves of a handful say nothing."""
    found = attacked(1, LAPSE, n_customers=FEWEST_CUSTOMERS - 1)

    assert isinstance(found.auc.value, NotDefined)
    assert result(found) is GateResult.NEEDS_REASON


@pytest.mark.parametrize(
    ("auc", "expected"),
    [
        (Estimate(value=0.52, low=0.50, high=0.55), GateResult.PASS),
        (Estimate(value=0.54, low=0.51, high=0.56), GateResult.NEEDS_REASON),
        (Estimate(value=0.56, low=0.53, high=0.59), GateResult.FAIL),
    ],
)
def test_the_upper_end_is_held_against_the_limit(auc: Estimate, expected: GateResult):
    """An end beyond it asks, a figure beyond it refuses."""
    assert result(MembershipInference(auc=auc, n_customers=500, n_days=6)) is expected


def test_what_was_not_tried_is_not_met():
    """Evidence from before the tests shows nothing."""
    assert judge_privacy(TELLS_OF_NOBODY, None).result is GateResult.FAIL


def test_losses_are_those_of_the_likelihood():
    """Of a time: what was left of the curve where nothing was seen, the step of the curve where it was."""
    made = crowd(2, spec=LEAVES)
    rows, model = made.role(FIT), fit_challenger(made, LEAVES, project="p", n_threads=1)
    found, last = losses(model, rows, LEAVES), max(LEAVES.horizons_days)
    curves = model.model.survival(rows.X, range(1, last + 1))

    seen, unseen = (np.flatnonzero(which)[0] for which in (rows.event & (rows.duration > 1), ~rows.event))
    day = rows.duration[seen]
    assert found[seen] == pytest.approx(-np.log(curves[seen, day - 2] - curves[seen, day - 1]))
    assert found[unseen] == pytest.approx(-np.log(curves[unseen, last - 1]))
