"""The benchmarks of quality: a list that a program reads, judged as other libraries do; sets that are absent are told."""

import json
from datetime import date

import numpy as np

from benchmarks.quality import grocer
from benchmarks.quality.figures import Figure, written
from benchmarks.quality.judged import AUC, ECE, Part, calibration_error, difference_of, figure_of
from benchmarks.quality.judged_time import Curves, skill_of, uno_of
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


def test_a_pause_is_complete_at_the_end_of_its_last_day():
    """Bought on 1 October and not again by the end of the data: 29 days later; whoever comes back begins anew."""
    days = np.array(["2017-10-01", "2017-10-20"], dtype="datetime64[D]")

    assert grocer._until_pause(days[:1], date(2017, 10, 2)) == (28, True)
    assert grocer._until_pause(days, date(2017, 10, 2)) == (47, True)
    assert grocer._until_pause(np.array(["2017-12-20"], dtype="datetime64[D]"), date(2017, 12, 21)) == (11, False)


def test_curves_that_tell_are_better_than_one_curve_for_all():
    """Of customers with two hazards: the truth against Kaplan-Meier's place, and against a model that knows half of it."""
    random = np.random.default_rng(0)
    rate = np.where(np.arange(300) % 2 == 0, 0.01, 0.08)
    time = random.exponential(1 / rate).astype(int) + 1
    horizons = (7, 28, 56)
    truth, half = (np.exp(-np.outer(r, horizons)) for r in (rate, (rate + rate.mean()) / 2))
    curves = Curves(
        customer_id=np.arange(300).astype(str),
        duration=np.minimum(time, 60),
        event=time <= 60,
        horizons=horizons,
        model=truth,
        cox=half,
        kaplan_meier=np.tile(truth.mean(axis=0), (300, 1)),
    )

    skill = skill_of("shop", "skill", curves, reference=0.2)
    order = uno_of("shop", "c", curves, at_day=28, tau=56, reference=0.7)

    assert skill.low < skill.value < skill.high
    assert 0.1 < skill.baseline < skill.value
    assert order.low < order.value == order.baseline < order.high
