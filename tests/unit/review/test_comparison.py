"""A candidate beside the champion."""

from dataclasses import replace
from datetime import timedelta

from review.comparison import BETTER, UNTOLD, WORSE, compare
from tenure.evaluation.records import SameRows
from tests.unit.model_cards.sample import evidence

CHAMPION = evidence()


def test_equal_cards_do_not_differ():
    """Nothing is marked."""
    found = compare(CHAMPION, CHAMPION)

    assert found.n_differences == 0
    assert found.made_of == ()


def test_what_it_is_made_of_differs_by_line_and_figures_of_other_days_are_not_compared():
    """The day differs; a figure of another test day does not count as a difference."""
    first, *others = CHAMPION.evaluation.metrics
    last = others[-1]
    better = replace(last, estimate=replace(last.estimate, value=0.99, low=0.98, high=1.0))
    now = replace(
        CHAMPION,
        model=replace(CHAMPION.model, as_of=CHAMPION.model.as_of + timedelta(days=28)),
        evaluation=replace(CHAMPION.evaluation, metrics=(first, *others[:-1], better)),
    )
    found = compare(now, CHAMPION)

    assert found.n_differences == 1
    assert [(line.what, line.before) for line in found.made_of] == [("trained as of", CHAMPION.model.as_of.isoformat())]


def test_an_input_that_went_is_named():
    """Beside those that stayed nothing is said."""
    now = replace(CHAMPION, features=CHAMPION.features[1:])
    found = compare(now, CHAMPION)

    assert [(line.what, line.now) for line in found.made_of] == [(f"input {CHAMPION.features[0].name}", "not used")]


def test_measures_are_held_against_each_other_on_the_same_rows_alone():
    """Each is better, worse, or cannot be told, by the interval of its difference; no figure of another day is."""
    with_champion = evidence(champion=True)
    measured = with_champion.evaluation.champion
    one = SameRows(
        metric=measured.metric,
        title="ROC-AUC",
        better="higher",
        challenger=measured.challenger,
        champion=measured.champion,
        difference=replace(measured.difference, value=0.001, low=-0.002, high=0.004),
    )

    def differing(title: str, low: float, high: float) -> SameRows:
        difference = replace(one.difference, value=(low + high) / 2, low=low, high=high)
        return replace(one, title=title, better="lower", difference=difference)

    words = {
        BETTER: replace(
            one, title="Brier score", better="lower", difference=replace(one.difference, value=0.03, low=0.01, high=0.05)
        ),
        UNTOLD: one,
        WORSE: replace(
            one, title="Log loss", better="lower", difference=replace(one.difference, value=-0.2, low=-0.3, high=-0.1)
        ),
    }
    evaluation = replace(with_champion.evaluation, champion=replace(measured, measures=tuple(words.values())))
    found = compare(replace(with_champion, evaluation=evaluation), CHAMPION)

    assert [line.word for line in found.measured] == list(words)
    assert found.measured[1].difference == "+0.001 (\u22120.002 to +0.004)"
    assert found.in_words == (
        "on the same test rows as the champion, Brier score: better; ROC-AUC: cannot be told; Log loss: worse"
    )
    alone = evidence(champion=False)
    assert "nothing was measured on the same rows" in compare(alone, alone).in_words
