"""A hazard model whose trees start from a Cox model: what it adds, what reasons say of it, and its files."""

import numpy as np
import pytest

from tenure.errors import PackageError
from tenure.estimators.cox import fit_cox
from tenure.estimators.cox_start import CoxStart
from tenure.estimators.hazard import HazardModel, fit_hazard
from tenure.estimators.outcome import SurvivalOutcome
from tenure.parameters import LightGBMParameters

NAMES = ("risk", "noise")


def customers(seed: int, n: int = 400) -> tuple[np.ndarray, SurvivalOutcome]:
    """Customers whose hazard rises with the first input, followed for 200 days."""
    random = np.random.default_rng(seed)
    X = random.random((n, 2))
    time = random.exponential(150 * np.exp(-3 * X[:, 0])).astype(int) + 1
    return X, SurvivalOutcome(np.minimum(time, 200), time <= 200)


def fitted(n_rounds: int, start: CoxStart | None) -> HazardModel:
    """A model of them."""
    X, outcome = customers(0)
    return fit_hazard(
        X, outcome, feature_names=NAMES, recency_index=None, quiet_days=0, monotone=(0, 0), seed=1, n_threads=1, start=start,
        parameters=LightGBMParameters(n_rounds=n_rounds, learning_rate=0.1),
    )  # fmt: skip


@pytest.fixture(scope="module")
def start() -> CoxStart:
    """The whole of a Cox model."""
    X, outcome = customers(0)
    return CoxStart(share=1.0, cox=fit_cox(X, outcome, feature_names=NAMES))


def test_few_trees_know_more_if_they_start_from_cox(start: CoxStart) -> None:
    """What is nearly linear they need not learn: risks are further apart, and in the right order."""
    X, _ = customers(1)
    without, started = (1 - fitted(3, one).survival(X, [100])[:, 0] for one in (None, start))

    assert np.ptp(started) > 2 * np.ptp(without)
    assert np.corrcoef(started, X[:, 0])[0, 1] > 0.9


def test_reasons_hold_what_the_start_adds(start: CoxStart) -> None:
    """They differ from the trees' own by the Cox model's, to which every period adds alike."""
    X, model = customers(1)[0][:20], fitted(3, start)
    trees = HazardModel(**{**vars(model), "start": None})

    added = model.raw_log_odds(X) - trees.raw_log_odds(X)

    assert np.allclose(added, start.cox.log_hazard_ratio(X)[:, None])
    assert model.contributions(X, horizon_days=100)[X[:, 0].argmax(), 0] > 0.5


def test_it_survives_a_round_trip_and_a_missing_start_is_refused(start: CoxStart) -> None:
    """To the bit."""
    model, X = fitted(3, start), customers(1)[0]
    files = model.to_files()

    assert np.array_equal(model.survival(X, [30, 90]), HazardModel.from_files(files).survival(X, [30, 90]))
    with pytest.raises(PackageError, match="holds a file"):
        HazardModel.from_files({name: content for name, content in files.items() if name != "start/cox.json"})
