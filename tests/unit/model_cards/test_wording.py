"""How figures are written, and what a person may not type."""

import pytest

from model_cards.paths import as_tree
from model_cards.wording import fill, plain, refuse_typed_digits, show
from tenure.errors import CardError
from tenure.figures import typeset
from tests.unit.model_cards.sample import evidence

TREE = as_tree(evidence())


@pytest.mark.parametrize(
    ("value", "path", "form", "shown"),
    [
        ({"value": 0.862, "low": 0.842, "high": 0.882}, "metrics.roc_auc.estimate", "", "0.86 (0.84 to 0.88)"),
        ({"value": 0.61, "low": 0.57, "high": 0.65}, "lift.event_rate", "", "61.0\u00a0% (57.0 to 65.0)"),
        ({"value": 0.003, "low": -0.002, "high": 0.008}, "difference", "", "0.003 (\u22120.002 to 0.008)"),
        ({"value": 0.5, "low": None, "high": None}, "x", "", "0.50 (no interval)"),
        (2469, "n_customers", "", "2,469"),
        (20170101, "model.seed", "d", "20170101"),
        (0.1234, "features.x.missing_rate", "", "12.3\u00a0%"),
        (-0.0001, "x", ".2f", "0.00"),
        (0.614, "x", "of100", "61"),
        (None, "x", "", "not known"),
        ("9f2c" * 16, "model.model_digest", "short", "9f2c9f2c9f2c"),
        ([7, 14], "horizons", "", "7, 14"),
    ],
)
def test_a_figure_is_written_as_its_kind_asks(value, path, form, shown):
    """Estimates with intervals, rates in percent with one decimal, counts with thousands, a true minus and no minus zero."""
    assert show(value, path=path, form=form) == shown


@pytest.mark.parametrize(
    ("written", "set_as"),
    [
        (
            "gap -0.023 (-0.047 to 0.001), 45.4% against 10 %",
            "gap \u22120.023 (\u22120.047 to 0.001), 45.4\u00a0% against 10\u00a0%",
        ),
        ("19-34 on 2026-11-02, GPL-2.0, the 95-100% band", "19-34 on 2026-11-02, GPL-2.0, the 95-100\u00a0% band"),
        ("--reason, -x, 7 - 3, \u22120.1", "--reason, -x, 7 - 3, \u22120.1"),
    ],
)
def test_figures_in_words_that_come_from_elsewhere_are_set_alike(written, set_as):
    """One minus and one percent sign on a card, whoever wrote the figure; ages, days and names are no figures below zero."""
    assert typeset(written) == set_as == typeset(set_as)


def test_a_reference_is_replaced_and_keeps_its_path():
    """Every figure in a sentence can be followed to evidence."""
    filled = fill("AUC {evaluation.metrics.roc_auc.estimate}.", TREE)

    assert filled == ["AUC ", {"shown": "0.86 (0.84 to 0.88)", "at": "evaluation.metrics.roc_auc.estimate"}, "."]


def test_a_share_of_two_figures_is_a_reference_to_both():
    """A share is computed, not typed."""
    filled = fill("{evaluation.n_events/evaluation.n_rows:.1%}", TREE)

    assert filled == [{"shown": "13.0\u00a0%", "at": "evaluation.n_events/evaluation.n_rows", "form": ".1%"}]


@pytest.mark.parametrize(
    "text", ["{a b}", "{evaluation.n_rows:.9x}", "open { only", "{model.title/evaluation.n_rows}", "{evaluation}"]
)
def test_what_is_no_reference_is_refused(text):
    """Spaces, unknown forms, lone braces, shares of words, and whole records."""
    with pytest.raises(CardError):
        fill(text, TREE)


@pytest.mark.parametrize("text", ["AUC is 0.86", "one in 10", "½ of them", "on 2026-11-02", '"86 %" of them', "the ٣ groups"])
def test_a_digit_typed_by_hand_is_refused(text):
    """In any script, as a fraction, as a day, or in a quotation that quotes no clause."""
    with pytest.raises(CardError, match="typed by hand"):
        refuse_typed_digits(text)


@pytest.mark.parametrize("text", ['"Article 22" applies', "{evaluation.metrics.roc_auc.estimate.value:.2f}", "no digits"])
def test_quoted_clauses_and_references_may_hold_digits(text):
    """These are no figures of the model."""
    refuse_typed_digits(text)

    assert plain(fill(text, TREE))
