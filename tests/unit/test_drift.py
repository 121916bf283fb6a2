"""Drift: what moves PSI, what does not, and when it becomes an alarm."""

from datetime import date, timedelta

import numpy as np
import pytest

from tenure.drift import DriftMeasure, DriftReference, Shift, build_reference, expected_psi, measure, psi
from tenure.drift_alarm import AlarmRule, DriftState, alarm
from tenure.errors import DriftError, PackageError

DAY = date(2017, 11, 1)


def _reference(column: np.ndarray) -> DriftReference:
    """Return the reference of one input whose score never moves."""
    return build_reference(column[:, None], np.linspace(0, 1, len(column)), names=["spend"])


def _psi_of(reference: DriftReference, column: np.ndarray) -> float:
    """PSI of the only input."""
    return measure(reference, column[:, None], np.linspace(0, 1, len(column)), day=DAY).shifts[0].psi


def _days(*values: float | tuple[float, float], expected: float = 0.01) -> list[DriftMeasure]:
    """One measure a day, of inputs `a` and `b`; a single number is that of `a`."""
    pairs = [v if isinstance(v, tuple) else (v, 0.0) for v in values]
    return [
        DriftMeasure(
            day=DAY + timedelta(days=i),
            n_rows=1000,
            shifts=tuple(Shift(name=n, psi=p, expected_psi=expected) for n, p in zip("ab", pair, strict=True)),
        )
        for i, pair in enumerate(pairs)
    ]


def test_psi_equals_its_formula() -> None:
    """With many rows the half counts vanish and the textbook sum remains."""
    p, q = np.array([0.5, 0.3, 0.2]), np.array([0.4, 0.4, 0.2])

    assert psi(p * 1e9, q * 1e9) == pytest.approx(((q - p) * np.log(q / p)).sum(), rel=1e-6)


def test_psi_of_an_emptied_bin_is_finite() -> None:
    """A bin that lost or gained all its rows counts for much, but never for infinity."""
    emptied = psi([500, 500], [1000, 0])

    assert np.isfinite(emptied)
    assert emptied > 1


def test_bin_empty_on_both_sides_counts_for_nothing() -> None:
    """A bin that nobody is in, now or then, says nothing."""
    assert psi([60, 40, 0], [45, 55, 0]) == pytest.approx(psi([60, 40], [45, 55]))


def test_psi_broadcasts_over_days() -> None:
    """One reference against many days gives one figure a day."""
    days = np.array([[50, 50], [90, 10]])

    assert np.asarray(psi([50, 50], days)) == pytest.approx([psi([50, 50], days[0]), psi([50, 50], days[1])])


def test_mean_psi_of_unchanged_customers_is_that_of_sampling() -> None:
    """The known mean, (bins - 1)(1/n + 1/m), is what resampling finds."""
    random = np.random.default_rng(7)
    n, m, shares = 4000, 1500, np.full(10, 0.1)
    found = psi(random.multinomial(n, shares, size=4000), random.multinomial(m, shares, size=4000))

    assert np.mean(found) == pytest.approx(expected_psi(10, n_reference=n, n_rows=m), rel=0.03)


def test_no_rows_are_expected_to_differ_without_bound() -> None:
    """An empty day tells nothing, so sampling could account for anything."""
    assert expected_psi(10, n_reference=1000, n_rows=0) == float("inf")


def test_continuous_input_is_cut_at_deciles() -> None:
    """Ten bins of equal mass, and one for what is missing."""
    reference = _reference(np.arange(1000.0))

    assert reference.inputs[0].counts == (*[100] * 10, 0)
    assert reference.inputs[0].shares == (*[0.1] * 10, 0.0)


def test_value_that_many_rows_share_has_a_bin_of_its_own() -> None:
    """Sixty percent zeros are one bin, and the others share what is left."""
    reference = _reference(np.concatenate([np.zeros(600), np.arange(1.0, 401)]))

    assert reference.inputs[0].edges[0] == 0.0
    assert reference.inputs[0].counts == (600, 100, 100, 100, 100, 0)


def test_change_on_either_side_of_a_constant_is_seen() -> None:
    """What never varied in training is news in whichever direction it moves."""
    reference = _reference(np.full(1000, 3.0))

    assert _psi_of(reference, np.full(1000, 3.0)) == 0
    assert _psi_of(reference, np.full(1000, 2.9)) > 1
    assert _psi_of(reference, np.full(1000, 3.1)) > 1


def test_missing_values_are_a_bin_of_their_own() -> None:
    """Inputs that go missing are drift, also where training knew no missing value, or nothing else."""
    column = np.arange(1000.0)
    half_missing = np.where(column % 2 == 0, np.nan, column)

    assert _psi_of(_reference(column), half_missing) > 1
    assert _psi_of(_reference(half_missing), half_missing) == 0
    assert _psi_of(_reference(np.full(1000, np.nan)), column) > 1


def test_shift_of_half_a_deviation_is_over_the_watch_line() -> None:
    """The figures mean what people take them to mean: half a deviation is watched, one is an alarm."""
    column = np.random.default_rng(1).normal(size=20_000)

    assert 0.1 < _psi_of(_reference(column), column + 0.45) < 0.25
    assert _psi_of(_reference(column), column + 1) > 0.25


def test_score_is_measured_last() -> None:
    """The score is one more column, under its own name."""
    rows = np.random.default_rng(1).normal(size=(500, 2))
    reference = build_reference(rows, np.linspace(0, 0.5, 500), names=["a", "b"])
    day = measure(reference, rows, np.linspace(0.5, 1, 500), day=DAY)

    assert [shift.name for shift in day.shifts] == ["a", "b", "score"]
    assert [shift.psi for shift in day.shifts[:2]] == [0, 0]
    assert day.score_psi > 1


def test_reference_survives_a_round_trip() -> None:
    """What the package keeps measures as what training built, and any other bytes are refused."""
    column = np.random.default_rng(3).exponential(size=997)
    reference = _reference(np.where(column > 2, np.nan, column))

    assert DriftReference.from_json(reference.to_json()) == reference
    for damaged in (b"", b"[]", b"{}", reference.to_json() + b" ", reference.to_json().replace(b'"format":1', b'"format":2')):
        with pytest.raises(PackageError, match="drift reference"):
            DriftReference.from_json(damaged)


def test_inputs_in_another_shape_are_refused() -> None:
    """A column too few would compare inputs with one another."""
    reference = _reference(np.arange(10.0))

    with pytest.raises(DriftError, match=r"\(n_rows, 1\) and one score a row, found \(10, 2\)"):
        measure(reference, np.zeros((10, 2)), np.zeros(10), day=DAY)
    with pytest.raises(DriftError, match="Expected rows"):
        build_reference(np.zeros((0, 1)), np.zeros(0), names=["a"])


@pytest.mark.parametrize(
    ("values", "state"),
    [
        ((0.3, 0.3, 0.3), DriftState.ALARM),
        ((0.3, 0.0, 0.3, 0.0, 0.3), DriftState.ALARM),
        ((0.3, 0.3, 0.0, 0.0, 0.0), DriftState.STEADY),
        ((0.3, 0.3, 0.2, 0.0, 0.0), DriftState.WATCH),
        ((0.3, 0.3, 0.3, 0.0, 0.0, 0.0), DriftState.STEADY),
        ((0.25, 0.25, 0.25), DriftState.WATCH),
        ((0.1, 0.1, 0.1), DriftState.STEADY),
        ((9.0, 9.0), DriftState.UNKNOWN),
        ((), DriftState.UNKNOWN),
    ],
)
def test_alarm_needs_three_of_the_last_five_days(values: tuple[float, ...], state: DriftState) -> None:
    """One odd day is not drift, what is past is past, and two days are too few to say."""
    assert alarm(_days(*values)).state is state


def test_days_of_different_inputs_do_not_add_up() -> None:
    """With forty inputs some input is odd on most days; only persistence of the same one counts."""
    assert alarm(_days((0.3, 0.0), (0.0, 0.3), (0.3, 0.0), (0.0, 0.3))).state is DriftState.STEADY
    assert alarm(_days((0.3, 0.3), (0.3, 0.3), (0.3, 0.3), (0.0, 0.3))).concerned == ("b", "a")


def test_days_with_too_few_customers_say_nothing() -> None:
    """Where sampling alone reaches the watch line, PSI above it is no finding."""
    verdict = alarm(_days(0.3, 0.3, 0.3, expected=0.06))

    assert verdict.state is DriftState.UNKNOWN
    assert "enough customers" in verdict.in_words


def test_order_of_days_does_not_matter_but_a_day_counts_once() -> None:
    """History may come in any order; a day measured twice is the caller's mistake."""
    days = _days(0.0, 0.0, 0.3, 0.3, 0.3)

    assert alarm(days[::-1]) == alarm(days)
    with pytest.raises(DriftError, match="a day twice"):
        alarm([*days, days[0]])


def test_contradictory_lines_are_refused() -> None:
    """More windows than days could never alarm."""
    with pytest.raises(DriftError, match="windows <= of"):
        AlarmRule(windows=6)
    with pytest.raises(DriftError, match="watch <= limit"):
        AlarmRule(watch=0.3)


def test_another_rule_is_judged_by_and_put_into_words() -> None:
    """The words that people read are made from the figures that judge."""
    strict = AlarmRule(limit=0.2, watch=0.05, windows=2, of=4)

    assert alarm(_days(0.22, 0.0, 0.22, 0.0, expected=0.01), strict).state is DriftState.ALARM
    assert alarm(_days(0.22, 0.0, 0.22, 0.0, expected=0.01)).state is DriftState.STEADY
    assert strict.in_words == (
        "Above 0.05 is worth watching; 2 of 4 days above 0.2 for one input, or for the score, raise an alarm."
    )
