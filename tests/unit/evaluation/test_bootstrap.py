"""The bootstrap by customer: whole customers are drawn, and the intervals cover what they should."""

import numpy as np
import pytest

from tenure.errors import EstimationError
from tenure.evaluation.bootstrap import (
    NO_VALUE,
    Resamples,
    check_same_rows,
    customer_counts,
    estimate,
    share_estimate,
)
from tenure.evaluation.metrics import mean_of
from tenure.evaluation.records import NO_INTERVAL


def test_every_draw_has_as_many_customers_as_there_are() -> None:
    """A draw is a population of the same size, some customers twice, some not at all."""
    counts = customer_counts(np.random.default_rng(0), 50, 200)

    assert (counts.sum(axis=1) == 50).all()
    assert (counts == 0).any()
    assert counts.mean() == 1.0


def test_all_rows_of_a_customer_share_a_weight() -> None:
    """A customer comes with all snapshots or with none."""
    customer = np.repeat([70, 3, 12], 4)

    weights = np.concatenate(list(Resamples(customer=customer, seed=1, n_resamples=30).blocks()))

    assert weights.shape == (30, 12)
    assert (weights.reshape(30, 3, 4) == weights.reshape(30, 3, 4)[:, :, :1]).all()


def test_the_same_seed_draws_the_same_and_another_does_not() -> None:
    """A card compiled twice shows the same intervals."""
    customer = np.arange(40)
    first, again, other = (
        np.concatenate(list(Resamples(customer=customer, seed=seed, n_resamples=20).blocks())) for seed in (1, 1, 2)
    )

    assert (first == again).all()
    assert (first != other).any()


def test_draws_do_not_depend_on_how_they_are_blocked(monkeypatch: pytest.MonkeyPatch) -> None:
    """Memory decides the size of a block, never a figure."""
    resamples = Resamples(customer=np.arange(100), seed=4, n_resamples=50)
    whole = np.concatenate(list(resamples.blocks()))

    monkeypatch.setattr("tenure.evaluation.bootstrap.BLOCK_CELLS", 700)

    assert (np.concatenate(list(resamples.blocks())) == whole).all()


def test_the_interval_of_a_mean_covers_the_truth_when_rows_repeat() -> None:
    """Five copies of every customer are not five times the evidence: about 95 of 100 intervals cover, drawn by customer."""
    rng, covered = np.random.default_rng(8), {"by customer": 0, "by row": 0}
    for seed in range(200):
        values = np.repeat(rng.normal(size=80), 5)
        for name, customer in (("by customer", np.repeat(np.arange(80), 5)), ("by row", np.arange(400))):
            resamples = Resamples(customer=customer, seed=seed, n_resamples=200)
            found = resamples.drawn({"mean": mean_of(values)})["mean"].estimate()
            assert found.low is not None
            assert found.high is not None
            covered[name] += found.low <= 0 <= found.high

    # The standard error of a coverage of 95 % over 200 tries is 1.5 points.
    assert covered["by customer"] >= 180
    assert covered["by row"] <= 150


def test_a_paired_difference_is_narrower_than_either_figure() -> None:
    """What two models share on the same rows cancels."""
    rng = np.random.default_rng(3)
    shared = rng.normal(size=300)
    better = shared + 0.1 + rng.normal(0, 0.05, 300)
    drawn = Resamples(customer=np.arange(300), seed=1).drawn({"first": mean_of(better), "second": mean_of(shared)})

    difference, alone = drawn["first"].minus(drawn["second"]), drawn["first"].estimate()

    assert difference.low is not None
    assert difference.high is not None
    assert alone.low is not None
    assert alone.high is not None
    assert difference.high - difference.low < (alone.high - alone.low) / 5
    assert difference.low > 0


def test_a_figure_that_is_often_undefined_has_no_interval() -> None:
    """The draws that define it would describe only themselves."""
    draws = np.where(np.arange(100) < 90, 0.5, np.nan)

    assert estimate(0.5, draws).why_no_interval == NO_INTERVAL
    assert estimate(float("nan"), np.ones(100)).value == NO_VALUE


def test_a_centred_interval_holds_its_figure() -> None:
    """Resampling can only widen a mean absolute gap, so plain percentiles may miss the figure itself."""
    draws = np.random.default_rng(0).normal(0.03, 0.002, 500)

    plain, centred = estimate(0.02, draws), estimate(0.02, draws, centred=True)

    assert plain.low is not None
    assert plain.low > 0.02
    assert centred.low is not None
    assert centred.high is not None
    assert centred.low < 0.02 < centred.high


def test_a_share_of_nobody_is_not_known_to_be_zero() -> None:
    """Of 30 customers without one event, up to 11.6 % might have it: the exact binomial end."""
    found = share_estimate(0.0, np.zeros(100), n_customers=30)

    assert found.low == 0.0
    assert found.high == pytest.approx(0.1157, abs=1e-4)
    assert share_estimate(1.0, np.ones(100), n_customers=30).low == pytest.approx(1 - 0.1157, abs=1e-4)


def test_columns_of_different_length_are_refused_by_name() -> None:
    """A score beside another row's outcome would pass for a measurement."""
    with pytest.raises(EstimationError, match="'y': 3, 'score': 2"):
        check_same_rows(y=np.ones(3), score=np.ones(2))
