"""The benchmarks of quality: a list that a program reads, judged as other libraries do; sets that are absent are told."""

import json

import numpy as np

from benchmarks.quality.figures import Figure, written
from benchmarks.quality.judged import AUC, ECE, Part, calibration_error, difference_of, figure_of
from benchmarks.quality.sets import SETS, measured


def parts() -> list[Part]:
    """Two days of the same customers; the score tells, the other does not."""
    random = np.random.default_rng(1)
    found = []
    for _ in range(2):
        score = random.random(400)
        customer = np.arange(400).astype(str)
        found.append(Part(customer_id=customer, event=random.random(400) < score, score=score, other=random.random(400)))
    return found


def test_a_figure_says_set_measure_value_interval_reference_and_baseline():
    """As a list of these fields and no others; what it has none of is null."""
    (row,) = json.loads(written([Figure(set="shop", measure="AUC", value=0.8123456, reference=0.8)]))

    expected = {"set": "shop", "measure": "AUC", "value": 0.81235, "low": None, "high": None, "reference": 0.8, "baseline": None}
    assert expected == row


def test_an_interval_holds_its_figure_and_tells_a_score_from_chance():
    """A score that tells is above one that does not, and probabilities that hold have little error."""
    auc = figure_of("shop", "AUC", AUC, parts())
    error = figure_of("shop", "ECE", ECE, parts())
    above = difference_of("shop", "AUC above", AUC, parts())

    assert auc.low < auc.value < auc.high
    assert error.low < error.value < error.high < 0.12
    assert 0 < above.low < above.value


def test_the_calibration_error_is_that_of_bins_of_equal_mass():
    """Two bins, one a tenth and one two tenths off."""
    event, score = np.array([0, 0, 1, 1]), np.array([0.1, 0.1, 0.8, 0.8])

    assert round(calibration_error(event, score, n_bins=2), 12) == 0.15


def test_a_set_whose_data_are_absent_is_told_in_words_and_skipped(tmp_path):
    """Nothing is measured, and the reason names the file."""
    told: list[str] = []

    assert list(measured(["telco"], tmp_path, told.append)) == list(measured(["retailer"], None, told.append)) == []
    assert told[0] == f"telco is not measured: there is no {SETS['telco'].file} in {tmp_path}."
    assert told[1] == f"retailer is not measured: TENURE_TEST_DATA names no folder with {SETS['retailer'].file}."
