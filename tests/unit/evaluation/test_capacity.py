"""What a campaign gets: the band that is served is held against what happened, and counted against the baseline."""

from datetime import date

import numpy as np
import pytest

from tenure.evaluation.propensity import evaluate_propensity
from tenure.evaluation.records import Evaluation

N = 1000
RNG = np.random.default_rng(2)
SCORE = RNG.random(N)


def evaluated(event: np.ndarray, served_from: float, baseline: np.ndarray) -> Evaluation:
    """One day of a thousand customers."""
    return evaluate_propensity(
        event,
        SCORE,
        (("plain", baseline),),
        customer=np.arange(N),
        as_of=np.full(N, np.datetime64("2020-06-01")),
        known_until=date(2020, 7, 1),
        seed=1,
        n_resamples=100,
        served_from=served_from,
    )


def test_the_served_band_is_judged_on_its_own() -> None:
    """Right over all customers, and twelve in a hundred too many promised to those who are served."""
    event = RNG.random(N) < np.where(SCORE >= 0.8, SCORE - 0.12, SCORE + 0.03)
    found = evaluated(event, 0.8, SCORE)

    assert found.served_band is not None
    assert found.served_band.n_rows == int((SCORE >= 0.8).sum())
    assert found.served_band.gap.value == pytest.approx(SCORE[SCORE >= 0.8].mean() - event[SCORE >= 0.8].mean())
    assert found.served_band.gap.low is not None
    assert found.served_band.gap.low > found.served_band.line
    assert abs(float(SCORE.mean() - event.mean())) < 0.05


def test_a_band_that_nobody_reaches_says_so() -> None:
    """Nothing was promised to anybody."""
    band = evaluated(RNG.random(N) < SCORE, 2.0, SCORE).served_band

    assert band is not None
    assert str(band.predicted) == str(band.gap.value) == "not defined, because no test row reaches the band that is served"


def test_a_campaign_is_counted_in_customers_against_the_baseline() -> None:
    """A hundred of a thousand: as many as are met, by the model, by one that knows nothing, and at random."""
    event = RNG.random(N) < SCORE
    campaign = evaluated(event, 0.9, RNG.random(N)).campaign

    assert campaign is not None
    assert (campaign.n_scored, campaign.n_selected) == (1000, 100)
    assert campaign.reached.value == pytest.approx(event[np.argsort(-SCORE)[:100]].sum())
    assert campaign.reached_at_random.value == pytest.approx(100 * event.mean())
    assert campaign.difference.low is not None
    assert campaign.difference.low > 20
