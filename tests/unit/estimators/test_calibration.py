"""Calibration: each method recovers the distortion it is made for, and the choice between them is honest."""

import numpy as np
import pytest
from sklearn.isotonic import IsotonicRegression

from tenure.errors import EstimationError, PackageError
from tenure.estimators.calibration import (
    CalibrationChoice,
    IsotonicCalibration,
    NoCalibration,
    PlattCalibration,
    choose_calibration,
    fit_isotonic,
    fit_platt,
    inverse_logit,
)


def outcomes(margin: np.ndarray, seed: int = 5) -> np.ndarray:
    """Outcomes whose true log-odds are `margin`."""
    return np.random.default_rng(seed).random(len(margin)) < inverse_logit(margin)


def margins(n_rows: int = 8000, seed: int = 4) -> np.ndarray:
    """True log-odds of a mildly rare event."""
    return np.random.default_rng(seed).normal(-1.5, 1.5, n_rows)


def test_platt_recovers_a_shift_and_a_stretch() -> None:
    """A model twice too sure of itself, and too low, is put right within sampling error."""
    true = margins()
    y = outcomes(true)

    line = fit_platt(2 * true - 1, y)

    # true = 0.5 * margin + 0.5; the standard error of the slope is about 0.01 here.
    assert line.slope == pytest.approx(0.5, abs=0.04)
    assert line.intercept == pytest.approx(0.5, abs=0.1)


def test_platt_stays_finite_where_the_margin_separates_the_outcomes() -> None:
    """Maximum likelihood alone would run to a slope without end."""
    margin = np.array([-3.0, -2.0, -1.0, 1.0, 2.0, 3.0])

    line = fit_platt(margin, margin > 0)

    assert np.isfinite(line.slope)
    assert 0 < line.slope < 100


def test_isotonic_predicts_what_scikit_learn_predicts() -> None:
    """The table alone, interpolated by numpy, is the library's object."""
    true = margins(2000)
    y = outcomes(true)
    new = np.linspace(-8, 4, 500)
    rest = 0.5 / len(y)
    library = IsotonicRegression(y_min=rest, y_max=1 - rest, out_of_bounds="clip").fit(true, y.astype(float))

    table = fit_isotonic(true, y).probability(new)

    np.testing.assert_allclose(table, library.predict(new), atol=1e-12)


def test_isotonic_never_says_impossible_or_certain() -> None:
    """No finite number of rows shows it, and one surprise would cost an endless log loss."""
    margin = np.linspace(-3, 3, 200)

    p = fit_isotonic(margin, margin > 0).probability(np.array([-50.0, 50.0]))

    assert 0 < p[0] < 0.01
    assert 0.99 < p[1] < 1


def test_every_method_keeps_the_order_of_customers() -> None:
    """Calibration says how likely, never who comes first."""
    true = margins(3000)
    y = outcomes(true)
    new = np.sort(true)
    for calibrator in (NoCalibration(), fit_platt(true, y), fit_isotonic(true, y)):
        assert (np.diff(calibrator.probability(new)) >= 0).all()


def test_a_model_that_is_right_is_left_alone_or_hardly_changed() -> None:
    """With nothing to correct, the flexible curve loses to the plain ones on rows left out."""
    true = margins()
    choice = choose_calibration(true, outcomes(true), snapshot=np.arange(len(true)) % 4)

    scores = dict(choice.scores)
    assert choice.calibrator.method in ("none", "platt")
    assert scores["isotonic"] > min(scores.values())


def test_a_distortion_that_no_line_corrects_is_given_to_isotonic() -> None:
    """Log-odds squeezed at one end need a curve."""
    true = margins(20_000)
    squeezed = np.where(true < -1, -1 + 0.05 * (true + 1), true)

    choice = choose_calibration(squeezed, outcomes(true), snapshot=np.arange(len(true)) % 4)

    assert choice.calibrator.method == "isotonic"


def test_the_scores_are_of_rows_that_were_left_out() -> None:
    """On rows it was fitted to, isotonic cannot lose to the identity; on rows left out it must be able to."""
    rng = np.random.default_rng(0)
    noise, y = rng.normal(-2, 0.01, 300), rng.random(300) < 0.12
    choice = choose_calibration(noise, y, snapshot=np.arange(300) % 3)

    scores = dict(choice.scores)
    assert scores["isotonic"] > scores["none"]


def test_a_customer_seen_in_other_snapshots_gives_isotonic_no_advantage() -> None:
    """Copies of the same rows in every snapshot make the flexible curve look better than it is, unless customers are left out."""
    rng = np.random.default_rng(1)
    margin, customer = np.tile(rng.normal(-2, 1, 150), 4), np.tile(np.arange(150), 4)
    y = np.tile(rng.random(150) < 0.12, 4)
    snapshot = np.repeat(np.arange(4), 150)

    seen = dict(choose_calibration(margin, y, snapshot=snapshot).scores)["isotonic"]
    unseen = dict(choose_calibration(margin, y, snapshot=snapshot, customer=customer).scores)["isotonic"]

    assert seen < unseen


def test_one_snapshot_is_not_enough_to_choose() -> None:
    """There would be nothing to leave out."""
    true = margins(100)

    with pytest.raises(EstimationError, match="at least 2 calibration snapshots, found 1"):
        choose_calibration(true, outcomes(true), snapshot=np.zeros(100))


@pytest.mark.parametrize(
    "calibrator",
    [
        NoCalibration(),
        PlattCalibration(intercept=0.1, slope=1 / 3),
        IsotonicCalibration(margins=(-1.5, 0.1), probabilities=(0.1, 2 / 3)),
    ],
)
def test_a_table_read_back_is_the_same_to_the_last_bit(
    calibrator: NoCalibration | PlattCalibration | IsotonicCalibration,
) -> None:
    """JSON keeps every digit of a float."""
    choice = CalibrationChoice(calibrator=calibrator, scores=(("none", 1 / 7), ("platt", 0.3)))

    assert CalibrationChoice.from_json(choice.to_json()) == choice


@pytest.mark.parametrize(
    "content", [b"{", b"[]", b"{}", b'{"method": "magic", "log_loss": {}}', b'{"method": "platt", "slope": "x", "log_loss": {}}']
)
def test_what_is_not_a_calibration_table_is_refused(content: bytes) -> None:
    """A damaged package is an error, not another calibration."""
    with pytest.raises(PackageError):
        CalibrationChoice.from_json(content)


def test_log_odds_at_the_ends_do_not_overflow() -> None:
    """The warning of an overflow would be an error in a run that allows none."""
    np.testing.assert_array_equal(inverse_logit(np.array([-1e6, 0.0, 1e6])), [0.0, 0.5, 1.0])
