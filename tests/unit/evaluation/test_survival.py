"""Survival metrics agree with other libraries, with their definitions, and with each other."""

from datetime import date

import numpy as np
import pytest

from tenure.errors import EstimationError, HorizonError
from tenure.estimators.kaplan_meier import fit_kaplan_meier
from tenure.estimators.outcome import SurvivalOutcome
from tenure.evaluation.bootstrap import Resamples, point
from tenure.evaluation.brier import brier_at, integrated_brier, integrated_brier_score
from tenure.evaluation.concordance import harrell_c, uno_c
from tenure.evaluation.records import Evaluation
from tenure.evaluation.survival import compare_survival_with_champion, evaluate_survival
from tenure.evaluation.survival_metrics import mean_risk

LAST_DAY = 56
DAYS = np.arange(1, LAST_DAY + 1)


class Sample:
    """Customers with known geometric hazards: three rows each, followed for 40 to 80 days."""

    def __init__(self, n: int = 900, seed: int = 0) -> None:
        """Draw hazards, outcomes and the true curves."""
        rng = np.random.default_rng(seed)
        self.customer = np.arange(n) // 3
        self.as_of = np.array(["2020-05-03", "2020-05-10", "2020-05-17"], dtype="datetime64[D]")[np.arange(n) % 3]
        self.hazard = np.clip(rng.gamma(0.7, 0.02, n // 3)[self.customer], 1e-5, 0.5)
        event_at, censored_at = rng.geometric(self.hazard), rng.integers(40, 81, n)
        self.outcome = SurvivalOutcome(np.minimum(event_at, censored_at), event_at <= censored_at)
        self.truth = (1 - self.hazard[:, None]) ** DAYS
        blurred = np.clip(self.hazard * rng.gamma(2, 0.5, n), 1e-5, 0.5)
        self.blurred = (1 - blurred[:, None]) ** DAYS
        self.population = fit_kaplan_meier(self.outcome).survival(self.truth, DAYS)


@pytest.fixture(scope="module")
def sample() -> Sample:
    """Nine hundred rows of three hundred customers."""
    return Sample()


def value(statistic, outcome: SurvivalOutcome) -> float:
    """The statistic of the rows as they are."""
    return point(statistic, len(outcome))


def evaluate(sample: Sample, survival: np.ndarray, seed: int = 1) -> Evaluation:
    """Evaluate with the blurred truth in the part of Cox."""
    return evaluate_survival(
        survival,
        sample.outcome,
        kaplan_meier=sample.population,
        cox=sample.blurred,
        customer=sample.customer,
        as_of=sample.as_of,
        known_until=date(2020, 8, 1),
        horizons_days=(14, 28, 56),
        score_horizon_days=28,
        seed=seed,
        n_resamples=100,
    )


@pytest.fixture(scope="module")
def evaluation(sample: Sample) -> Evaluation:
    """The true curves, evaluated."""
    return evaluate(sample, sample.truth)


def test_scores_are_scikit_survivals(sample: Sample) -> None:
    """With events moved half a day forward (no ties between events and censoring) all four figures are those of sksurv."""
    metrics = pytest.importorskip("sksurv.metrics", reason="scikit-survival is in the dev extra")
    outcome = sample.outcome
    y = np.array(
        list(zip(outcome.event, outcome.duration - 0.5 * outcome.event, strict=True)), dtype=[("event", bool), ("time", float)]
    )
    risk = mean_risk(sample.blurred)
    # At a quarter of a day before its end whoever is censored on the day still counts as followed, as here.
    _, expected = metrics.brier_score(y, y, sample.blurred, DAYS - 0.25)
    found = [value(brier_at(sample.blurred, outcome, day=day), outcome) for day in DAYS]

    np.testing.assert_allclose(found, expected, rtol=1e-10)
    np.testing.assert_allclose(
        value(integrated_brier(sample.blurred, outcome), outcome), np.trapezoid(expected, DAYS) / (LAST_DAY - 1), rtol=1e-10
    )
    np.testing.assert_allclose(
        value(uno_c(risk, outcome, tau=LAST_DAY), outcome), metrics.concordance_index_ipcw(y, y, risk, tau=LAST_DAY)[0], rtol=1e-9
    )
    last = outcome.longest_follow_up_days
    np.testing.assert_allclose(
        value(harrell_c(risk, outcome, tau=last), outcome), metrics.concordance_index_censored(y["event"], y["time"], risk)[0]
    )


def test_harrells_c_is_lifelines(sample: Sample) -> None:
    """Pairs are counted as in lifelines, once no two events share a day."""
    from lifelines.utils import concordance_index

    rng = np.random.default_rng(0)
    outcome = SurvivalOutcome(rng.permutation(500) + 1, rng.random(500) < 0.6)
    risk = rng.normal(size=500).round(1)

    np.testing.assert_allclose(
        value(harrell_c(risk, outcome, tau=500), outcome), concordance_index(outcome.duration, -risk, outcome.event)
    )


def test_a_certain_and_right_curve_has_no_error_and_full_order() -> None:
    """Knowing each event's day is perfect."""
    outcome = SurvivalOutcome(np.array([2, 5, 9, 30]), np.array([True, True, True, False]))
    survival = (np.arange(1, 31) < np.array([2, 5, 9, 31])[:, None]).astype(float)

    assert integrated_brier_score(survival, outcome) == 0
    assert value(uno_c(mean_risk(survival), outcome, tau=30), outcome) == 1
    assert value(uno_c(-mean_risk(survival), outcome, tau=30), outcome) == 0
    assert value(uno_c(np.zeros(4), outcome, tau=30), outcome) == 0.5


def test_saying_one_half_earns_a_quarter(sample: Sample) -> None:
    """The weights add up to one customer each."""
    uncensored = SurvivalOutcome(sample.outcome.duration, np.ones(len(sample.outcome), bool))
    half = np.full((len(uncensored), LAST_DAY), 0.5)

    np.testing.assert_allclose(integrated_brier_score(half, uncensored), 0.25)


def test_a_weight_is_a_row_repeated(sample: Sample) -> None:
    """Each draw of the bootstrap is the evaluation of the rows drawn, its own censoring included."""
    weights = next(Resamples(customer=sample.customer, seed=5, n_resamples=2).blocks())[:1]
    rows = np.repeat(np.arange(len(sample.outcome)), weights[0].astype(int))
    drawn = sample.outcome.rows(rows)
    risk = mean_risk(sample.truth)

    for first, again in (
        (integrated_brier(sample.truth, sample.outcome), integrated_brier(sample.truth[rows], drawn)),
        (uno_c(risk, sample.outcome, tau=LAST_DAY), uno_c(risk[rows], drawn, tau=LAST_DAY)),
    ):
        np.testing.assert_allclose(first(weights)[0], value(again, drawn), rtol=1e-6)


def test_censoring_does_not_move_unos_c() -> None:
    """On the same customers Uno's c stays where it is without censoring; Harrell's may drift."""
    rng = np.random.default_rng(3)
    hazard = rng.gamma(0.7, 0.03, 6_000).clip(1e-5, 0.5)
    event_at, censored_at = rng.geometric(hazard), rng.geometric(0.02, 6_000)
    everything = SurvivalOutcome(np.minimum(event_at, 60), event_at <= 60)
    censored = SurvivalOutcome(np.minimum(everything.duration, censored_at), everything.event & (event_at <= censored_at))

    whole = value(uno_c(hazard, everything, tau=40), everything)
    assert abs(value(uno_c(hazard, censored, tau=40), censored) - whole) < 0.012


def test_the_truth_beats_both_baselines(evaluation: Evaluation) -> None:
    """Skill and gain have intervals above zero, and the difference is model minus baseline."""
    ibs = evaluation.metric("integrated_brier_score")
    skill, gain = evaluation.metric("ibs_skill_over_kaplan_meier").estimate, evaluation.metric("ibs_gain_over_cox").estimate
    figures = {title: estimate.value for title, estimate in ibs.baselines}

    assert ibs.difference is not None
    assert ibs.difference.value == pytest.approx(ibs.estimate.value - figures["Kaplan-Meier"])
    assert skill.value == pytest.approx(1 - ibs.estimate.value / figures["Kaplan-Meier"])
    assert gain.value == pytest.approx(figures["Cox"] - ibs.estimate.value)
    assert skill.low is not None
    assert skill.low > 0
    assert gain.low is not None
    assert gain.low > 0


def test_every_figure_lies_in_its_interval(evaluation: Evaluation) -> None:
    """Each metric, bin and lift point has an interval around it, save for bands of a handful of rows."""
    figures = [metric.estimate for metric in evaluation.metrics]
    figures += [bin_.observed for bin_ in evaluation.calibration]
    figures += [point_.event_rate for point_ in evaluation.lift if point_.selected_rate >= 0.1]
    figures += [h.mean_absolute_error for h in evaluation.horizons]

    for figure in figures:
        assert figure.low is not None
        assert figure.high is not None
        assert figure.low <= figure.value <= figure.high


def test_the_truth_is_calibrated_and_a_wrong_level_is_not(sample: Sample, evaluation: Evaluation) -> None:
    """Halving every survival probability shows in the calibration error and not in the order."""
    wrong = evaluate(sample, sample.truth / 2)

    assert evaluation.metric("calibration_error_28d").estimate.value < 0.06
    assert wrong.metric("calibration_error_28d").estimate.value > 0.2
    assert [h.horizon_days for h in evaluation.horizons] == [14, 28, 56]


def test_lift_ends_with_everybody(evaluation: Evaluation) -> None:
    """Selecting everyone captures every event at the event rate; fewer hold a higher rate."""
    assert evaluation.lift[-1].captured_rate == pytest.approx(1)
    assert evaluation.lift[3].event_rate.value > 2 * evaluation.lift[-1].event_rate.value
    assert [p.captured_rate for p in evaluation.lift] == sorted(p.captured_rate for p in evaluation.lift)


def test_curves_by_band_start_at_one_and_are_ordered(evaluation: Evaluation) -> None:
    """The highest band falls fastest, in prediction and in fact; all rows are in one band."""
    ends = [(curve.predicted[-1], curve.observed[-1]) for curve in evaluation.curves]

    assert all(curve.predicted[0] == curve.observed[0] == 1 and curve.days[-1] == LAST_DAY for curve in evaluation.curves)
    assert ends == sorted(ends)
    assert sum(curve.n_rows for curve in evaluation.curves) == evaluation.n_rows


def test_a_model_against_itself_differs_by_nothing(sample: Sample) -> None:
    """The draws are paired; against a worse champion the difference is positive whichever way the metric runs."""
    for metric in ("integrated_brier_score", "uno_c"):
        options = {"metric": metric, "champion_version": 1, "champion_digest": "d", "customer": sample.customer, "seed": 1}
        same = compare_survival_with_champion(sample.truth, sample.truth, sample.outcome, **options, n_resamples=50)
        better = compare_survival_with_champion(sample.truth, sample.blurred, sample.outcome, **options, n_resamples=50)

        assert (same.difference.low, same.difference.value, same.difference.high) == (0, 0, 0)
        assert better.difference.value > 0


def test_what_cannot_be_judged_is_refused(sample: Sample) -> None:
    """Rising curves, days nobody was followed to, and unknown metrics are named."""
    with pytest.raises(EstimationError, match="never rise"):
        evaluate(sample, sample.truth[:, ::-1])
    with pytest.raises(HorizonError, match="longest follow-up"):
        integrated_brier_score(np.ones((len(sample.outcome), 200)), sample.outcome)
    with pytest.raises(EstimationError, match="found 'auc'"):
        compare_survival_with_champion(
            sample.truth, sample.truth, sample.outcome,
            metric="auc", champion_version=1, champion_digest="d", customer=sample.customer, seed=1,
        )  # fmt: skip
