"""A candidate beside the champion."""

from dataclasses import replace
from datetime import timedelta

from review.comparison import compare
from tests.unit.model_cards.sample import evidence

CHAMPION = evidence()


def test_equal_cards_do_not_differ():
    """Every figure of both is there, none is marked."""
    found = compare(CHAMPION, CHAMPION)

    assert found.n_differences == 0
    assert found.made_of == ()
    assert len(found.figures) == len(CHAMPION.evaluation.metrics)


def test_what_differs_comes_first_with_both_values():
    """A figure, and a day."""
    first, *others = CHAMPION.evaluation.metrics
    last = others[-1]
    better = replace(last, estimate=replace(last.estimate, value=0.99, low=0.98, high=1.0))
    now = replace(
        CHAMPION,
        model=replace(CHAMPION.model, as_of=CHAMPION.model.as_of + timedelta(days=28)),
        evaluation=replace(CHAMPION.evaluation, metrics=(first, *others[:-1], better)),
    )
    found = compare(now, CHAMPION)

    assert (found.figures[0].what, found.figures[0].now) == (last.title, "0.99 (0.98 to 1.00)")
    assert [line.differs for line in found.figures] == [True] + [False] * (len(found.figures) - 1)
    assert [(line.what, line.before) for line in found.made_of] == [("trained as of", CHAMPION.model.as_of.isoformat())]


def test_an_input_that_went_is_named():
    """Beside those that stayed nothing is said."""
    now = replace(CHAMPION, features=CHAMPION.features[1:])
    found = compare(now, CHAMPION)

    assert [(line.what, line.now) for line in found.made_of] == [(f"input {CHAMPION.features[0].name}", "not used")]
