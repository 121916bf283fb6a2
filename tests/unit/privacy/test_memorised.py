"""Memorisation: what is some customer's own is found in the files of a model, and refused."""

import json
from dataclasses import replace

import pytest

from tenure.challenger import fit_challenger
from tenure.gate import TELLS_OF_NOBODY, GateResult
from tenure.gate_privacy import judge_privacy
from tenure.privacy.memorised import memorised
from tenure.privacy.records import PrivacyReport
from tests.small_models import FEATURES, LAPSE
from tests.unit.model_cards.sample import PRIVACY
from tests.unit.privacy.crowd import crowd

N = 400
SPEND = LAPSE.inputs[3].name
PLAN = next(feature for feature in FEATURES if feature.name == "plan")


def test_files_of_a_model_hold_nothing_of_one_customer():
    """As they are made: trees, coefficients, a calibration, what scoring must know, and the baselines."""
    made = crowd(1)
    held = memorised(fit_challenger(made, LAPSE, project="p", n_threads=1).to_files(), made)

    assert (held.n_found, held.n_ids) == (0, N)
    assert held.n_files > 3


@pytest.mark.parametrize(
    ("planted", "found"),
    [
        (b"rows of c00007 and others", (1, 0, 0)),
        (json.dumps({"words": ["a rare thing"]}).encode(), (0, 1, 0)),
        (b"feature_infos=[0:98765.4321]", (0, 0, 1)),
        (b"c000071 is another id", (0, 0, 0)),
        (json.dumps({"of": "zo\u00eb 77|x"}).encode(), (1, 0, 0)),
        (b"of cust:9912, and others", (1, 0, 0)),
        (b"max_depth=3 tree age", (0, 0, 0)),
    ],
)
def test_what_is_planted_is_found(planted: bytes, found: tuple[int, int, int]):
    """An id, a word that three customers have, the largest figure; no part of a longer word."""
    spec = replace(LAPSE, features=(*LAPSE.inputs, PLAN))
    plans, spend = [*(["a rare thing"] * 3), *(["usual"] * (N - 3))], [98765.4321, *([12.5] * (N - 1))]
    made = crowd(1, spec=spec, names=("zo\u00eb 77|x", "cust:9912", "tree", "age"), **{SPEND: spend, PLAN.name: plans})
    held = memorised({"model/file": planted}, made)

    assert (held.n_ids_found, held.n_rare_words_found, held.n_own_figures_found) == found
    report = PrivacyReport(membership=PRIVACY.membership, memorised=held)
    expected = GateResult.FAIL if sum(found) else GateResult.PASS
    assert judge_privacy(TELLS_OF_NOBODY, report).result is expected
