"""The hazard model: exact zeros before the first chance, the known hazard recovered, native files."""

import tarfile
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pytest

from tenure.errors import EstimationError, HorizonError
from tenure.estimators.arithmetic import exp
from tenure.estimators.hazard import HazardModel, fit_hazard
from tenure.estimators.hazard_calibration import calibrate_hazard
from tenure.estimators.kaplan_meier import fit_kaplan_meier
from tenure.estimators.outcome import SurvivalOutcome
from tenure.estimators.person_periods import Periods, expand
from tenure.evaluation.brier import integrated_brier_score
from tenure.parameters import LightGBMParameters
from tests.simulated_company.simulation import SimulatedCompany, simulate_company

PAUSE_DAYS = 28
FIRST_DAY = date(2020, 1, 1)
NAMES = ("recency_days", "purchase_rate", "days_28d")
PARAMETERS = LightGBMParameters(n_rounds=60, learning_rate=0.1, num_leaves=7, min_data_in_leaf=50)


def rows_as_of(company: SimulatedCompany, day: int, last_day: int) -> tuple[np.ndarray, SurvivalOutcome, np.ndarray]:
    """Inputs, outcome and customers of the population as of a day, followed to `last_day`."""
    recency = company.recency(FIRST_DAY + timedelta(days=day))
    customers = np.flatnonzero((recency >= 1) & (recency <= PAUSE_DAYS))
    duration, event = [], []
    for row in customers:
        silent, seen, end = recency[row] - 1, False, last_day - day
        for t in range(day, last_day):
            silent = 0 if company.bought[row, t] else silent + 1
            if silent == PAUSE_DAYS:
                seen, end = True, t - day + 1
                break
        duration.append(end)
        event.append(seen)
    recent = company.bought[customers, day - 28 : day].sum(axis=1)
    rate = company.bought[customers, :day].mean(axis=1)
    return (
        np.column_stack([recency[customers], rate, recent]).astype(float),
        SurvivalOutcome(np.array(duration), np.array(event)),
        customers,
    )


@pytest.fixture(scope="module")
def company() -> SimulatedCompany:
    """Fifteen hundred customers over 260 days."""
    return simulate_company(n_customers=1_500, first_day=FIRST_DAY, n_days=260, seed=3)


@pytest.fixture(scope="module")
def training(company: SimulatedCompany) -> tuple[np.ndarray, SurvivalOutcome]:
    """Two snapshots, followed to day 180."""
    parts = [rows_as_of(company, day, 180) for day in (90, 110)]
    outcome = SurvivalOutcome(*(np.concatenate([getattr(part[1], name) for part in parts]) for name in ("duration", "event")))
    return np.concatenate([part[0] for part in parts]), outcome


def fit(X: np.ndarray, outcome: SurvivalOutcome, parameters: LightGBMParameters = PARAMETERS, **options: int) -> HazardModel:
    """Fit with the test's parameters."""
    return fit_hazard(
        X, outcome, feature_names=NAMES, recency_index=0, quiet_days=PAUSE_DAYS, parameters=parameters,
        monotone=(0, 0, 0), seed=1, n_threads=1, **options,
    )  # fmt: skip


@pytest.fixture(scope="module")
def model(training: tuple[np.ndarray, SurvivalOutcome]) -> HazardModel:
    """The model of the training snapshots."""
    return fit(*training)


def test_the_first_chance_is_the_end_of_the_last_day_of_the_pause() -> None:
    """Bought on the day before as_of: 28 days from as_of on; bought 28 days ago: silence on as_of itself completes it."""
    periods = Periods(quiet_days=28, step_days=7, longest_follow_up_days=60)

    np.testing.assert_array_equal(periods.first_chance(np.array([1.0, 28.0])), [28, 1])


def test_the_curve_is_one_until_the_first_chance_and_flat_until_the_pause_is_over(
    model: HazardModel, training: tuple[np.ndarray, SurvivalOutcome]
) -> None:
    """No earlier day can complete the pause, and a new pause needs its own 28 days."""
    X = training[0]
    curve = model.survival(X, range(57))
    first = (29 - X[:, 0]).astype(int)
    rows = np.arange(len(X))

    assert (curve[:, 0] == 1).all()
    assert (curve[rows, first - 1] == 1).all()
    assert (curve[rows, first] < 1).all()
    np.testing.assert_allclose(curve[rows, first], curve[:, 28])


def test_the_known_curve_is_recovered(company: SimulatedCompany, model: HazardModel) -> None:
    """On later rows the model comes close to the truth, and far below Kaplan-Meier, in integrated Brier score."""
    X, outcome, customers = rows_as_of(company, 190, 260)
    recency = np.ones(len(company.truth.purchase_rate), dtype=int)
    recency[customers] = X[:, 0]
    truth = company.truth.survival(recency=recency, pause_days=PAUSE_DAYS, last_day=56)[customers]
    predicted = model.survival(X, range(57))
    population = fit_kaplan_meier(outcome).survival(X, range(57))

    best, found, worst = (integrated_brier_score(curve[:, 1:], outcome) for curve in (truth, predicted, population))
    assert best < found < best + 0.35 * (worst - best)
    # The mean curve has the sampling error of so many customers.
    level = truth.mean(axis=0)
    np.testing.assert_array_less(np.abs(predicted.mean(axis=0) - level), 1e-9 + 4 * np.sqrt(level * (1 - level) / len(X)))


def test_recalibration_repairs_a_hazard_that_is_off(company: SimulatedCompany, model: HazardModel) -> None:
    """A model whose hazards were shifted is brought back, and the choice says by how much."""
    X, outcome, customers = rows_as_of(company, 190, 260)
    shifted = replace(model, period_log_odds=tuple(value - 1.5 for value in model.period_log_odds))
    repaired = calibrate_hazard(shifted, X, outcome, customer=customers, last_day=56, seed=0)
    scores = dict(repaired.calibration_scores)

    assert repaired.calibration.method in ("scale", "platt")
    assert scores[repaired.calibration.method] < scores["none"]
    assert abs(repaired.survival(X, [56]).mean() - model.survival(X, [56]).mean()) < 0.04


def test_recalibration_leaves_a_good_model_alone_when_nothing_is_gained(company: SimulatedCompany, model: HazardModel) -> None:
    """Where outcomes hold no event nothing can be learnt, and the model stays as it is."""
    X, outcome, customers = rows_as_of(company, 190, 260)
    unseen = SurvivalOutcome(np.minimum(outcome.duration, 60), np.zeros(len(X), bool))

    assert calibrate_hazard(model, X, unseen, customer=customers, last_day=56, seed=0).calibration.method == "none"


def test_recalibration_leaves_a_model_alone_where_nobody_is_at_risk(company: SimulatedCompany, model: HazardModel) -> None:
    """Everybody was seen so lately that no pause can be over: there is nothing to hold a hazard against."""
    X, outcome, customers = rows_as_of(company, 190, 260)
    lately = np.array([[1.0, *row[1:]] for row in X])
    short = SurvivalOutcome(np.ones_like(outcome.duration), np.zeros(len(X), bool))

    assert calibrate_hazard(model, lately, short, customer=customers, last_day=56, seed=0) == replace(
        model, calibration_scores=()
    )


def test_contributions_follow_the_hazard_and_leave_time_out(
    model: HazardModel, training: tuple[np.ndarray, SurvivalOutcome]
) -> None:
    """One column per feature; up to day 28 there is one period, so they are the trees' own and order like the hazard."""
    X = training[0][:200]
    parts = model.contributions(X, horizon_days=28)
    log_odds = model.raw_log_odds(X, n_periods=1)[:, 0]

    assert parts.shape == (200, len(NAMES))
    assert np.corrcoef(parts.sum(axis=1), log_odds)[0, 1] > 0.95


def test_periods_that_no_tree_tells_apart_are_asked_of_once(training: tuple[np.ndarray, SurvivalOutcome]) -> None:
    """To the bit what the trees say of each period by itself."""
    model = fit(*training, parameters=replace(PARAMETERS, n_rounds=5))
    X, n_periods = training[0][:50], model.periods.n_periods
    each = [model.trees.margin(np.column_stack([X, np.full(len(X), float(period))])) for period in range(n_periods)]

    raw = model.raw_log_odds(X)

    assert np.array_equal(np.column_stack(each) + np.asarray(model.period_log_odds), raw)
    assert 1 < len(model.trees.thresholds(len(NAMES))) + 1 < n_periods


def test_a_curve_reads_the_same_whichever_of_its_days_are_asked_for(
    model: HazardModel, training: tuple[np.ndarray, SurvivalOutcome]
) -> None:
    """One day alone, out of order, or every day: to the bit the product of what was survived in each period."""
    X, last_day = training[0][:50], model.longest_follow_up_days
    whole = model.survival(X, range(1, last_day + 1))

    few = model.survival(X, [40, 3, 29])

    per_day = -np.logaddexp(0.0, model.recalibrated(model.raw_log_odds(X)))
    exposure = model.periods.exposure(model.first_chance(X), 40)
    assert np.array_equal(whole[:, [39, 2, 28]], few)
    assert np.array_equal(exp((exposure * per_day).sum(axis=1)), few[:, 0])


def test_the_same_seed_gives_the_same_bytes(model: HazardModel, training: tuple[np.ndarray, SurvivalOutcome]) -> None:
    """Training twice gives one package."""
    assert fit(*training).to_files() == model.to_files()


def test_the_model_survives_a_round_trip_through_its_files(
    model: HazardModel, training: tuple[np.ndarray, SurvivalOutcome]
) -> None:
    """Text and JSON hold all there is to know."""
    again = HazardModel.from_files(model.to_files())

    assert again == model
    np.testing.assert_array_equal(again.survival(training[0], [28, 56]), model.survival(training[0], [28, 56]))


def test_the_median_is_the_first_day_at_or_below_one_half(
    model: HazardModel, training: tuple[np.ndarray, SurvivalOutcome]
) -> None:
    """NaN exactly where the curve stays above one half."""
    X = training[0]
    curve, median = model.survival(X, range(model.longest_follow_up_days + 1)), model.median_days(X)
    never = np.isnan(median)
    day = np.where(never, 1, median).astype(int)
    rows = np.arange(len(X))

    np.testing.assert_array_equal(never, curve[:, -1] > 0.5)
    assert (curve[rows, day][~never] <= 0.5).all()
    assert (curve[rows, day - 1][~never] > 0.5).all()


def test_a_day_beyond_the_follow_up_is_refused(model: HazardModel, training: tuple[np.ndarray, SurvivalOutcome]) -> None:
    """The follow-up ended ninety days after the first snapshot."""
    with pytest.raises(HorizonError, match=r"day 0 to day 90.*asked for \[91\]"):
        model.survival(training[0], [91])


def test_the_follow_up_can_be_cut(training: tuple[np.ndarray, SurvivalOutcome]) -> None:
    """Outcomes after the cut count as not yet seen."""
    assert fit(*training, longest_follow_up_days=56).longest_follow_up_days == 56


def test_periods_are_weeks_and_longer_where_follow_up_is_long(training: tuple[np.ndarray, SurvivalOutcome]) -> None:
    """Six years in steps of four weeks: a model of them costs no more than one of two years."""
    X, outcome = training
    years = SurvivalOutcome(np.where(outcome.event, 500, 2190), outcome.event)
    steps = [
        fit_hazard(
            X, followed, feature_names=NAMES, recency_index=None, quiet_days=0, parameters=replace(PARAMETERS, n_rounds=1),
            monotone=(0, 0, 0), seed=1, n_threads=1,
        ).periods.step_days
        for followed in (outcome, years)
    ]  # fmt: skip

    assert steps == [7, 28]


def test_rows_outside_the_population_are_refused(model: HazardModel) -> None:
    """A recency beyond the pause means that the event has already happened."""
    with pytest.raises(EstimationError, match="recency of 1 to 28 whole days; 2 of 3 rows"):
        model.survival(np.array([[5.0, 0.1, 1], [29, 0.1, 1], [np.nan, 0.1, 1]]), [28])


def test_outcomes_that_do_not_follow_from_the_recency_are_refused() -> None:
    """An event between the first chance and the end of the pause cannot be."""
    X = np.array([[5.0, 0.1, 1], [5.0, 0.1, 1]])

    with pytest.raises(EstimationError, match="1 of 2 rows have an event elsewhere"):
        fit(X, SurvivalOutcome(np.array([22, 60]), np.array([True, False])))


def test_no_event_leaves_nothing_to_learn() -> None:
    """A hazard needs events."""
    with pytest.raises(EstimationError, match="at least one event"):
        fit(np.array([[5.0, 0.1, 1]]), SurvivalOutcome(np.array([60]), np.array([False])))


def test_a_model_file_of_before_says_what_it_said() -> None:
    """Read from a home that an earlier Tenure left: the curves that it drew, and the bytes that it wrote."""
    with tarfile.open(Path(__file__).parents[2] / "homes" / "format_1.tar.xz") as archive:
        names = [n for n in archive.getnames() if "/store/" in f"/{n}" and n.endswith("model/hazard.json")]
        folder = names[0].removesuffix("hazard.json")
        files = {n.removeprefix(folder): archive.extractfile(n).read() for n in archive.getnames() if n.startswith(folder)}  # type: ignore[union-attr]
    before = HazardModel.from_files(files)
    rng = np.random.default_rng(5)
    X = rng.random((40, len(before.feature_names))) * 9
    X[:, 0] = rng.integers(1, 29, 40)

    drawn = before.survival(X, [28])[:2, 0]

    # No looser than what one processor's exponential may differ from another's.
    np.testing.assert_allclose(drawn, [0.7825117783222787, 0.7296883727816665], rtol=1e-13)
    assert before.to_files().items() <= files.items()
    assert (before.recency_index, before.periods.quiet_days) == (0, 28)


def test_what_can_happen_on_any_day_has_no_first_chance() -> None:
    """Every day is at risk from the first on, in periods of a week."""
    periods = Periods(quiet_days=0, step_days=7, longest_follow_up_days=20)
    outcome = SurvivalOutcome(np.array([1, 8, 20]), np.array([True, True, False]))

    rows = expand(periods, periods.never(3), outcome)

    np.testing.assert_array_equal(np.bincount(rows.period, weights=rows.weight, minlength=4), [0, 15, 8, 6])
    np.testing.assert_array_equal(np.bincount(rows.period, weights=rows.event, minlength=4), [0, 1, 1, 0])


def test_a_horizon_is_calibrated_by_who_reaches_it_in_the_calibrations_days(
    company: SimulatedCompany, model: HazardModel
) -> None:
    """Customers scored weeks before are looked at from there on: days before count for nothing, and an early event for less."""
    X, outcome, customers = rows_as_of(company, 190, 260)
    entry = np.full(len(X), 30)
    still = outcome.duration > 30
    late = SurvivalOutcome(outcome.duration[still], outcome.event[still])

    first, days = model.first_chance(X[still]), expand(model.periods, model.first_chance(X[still]), late, entry=entry[still])
    everything = expand(model.periods, first, late)

    # Nobody's first chance is left, and what each was followed after day 30 is there to the day.
    assert (days.period > 0).all()
    followed = np.bincount(days.row, weights=days.weight, minlength=len(late))
    np.testing.assert_array_equal(followed, np.minimum(late.duration, model.longest_follow_up_days) - 30)
    assert days.event.sum() == everything.event.sum()
    again = calibrate_hazard(model, X[still], late, entry=entry[still], customer=customers[still], last_day=56, seed=0)
    assert again.calibration.first_chance == (0.0, 1.0)
