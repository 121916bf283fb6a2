"""Made-up figures of a made-up model on its test rows, for tests of the card alone. No figure here was ever measured."""

from datetime import date
from math import exp

from tenure.evaluation.records import (
    CalibrationBin,
    Campaign,
    ChampionComparison,
    Curve,
    Estimate,
    Evaluation,
    FeatureEffect,
    HorizonCalibration,
    LiftPoint,
    Metric,
    ServedBand,
)
from tests.unit.model_cards.sample_learnt import FEATURES


def about(value: float, spread: float = 0.02) -> Estimate:
    """An estimate with a made-up interval."""
    return Estimate(value=value, low=value - spread, high=value + spread)


def metric(name: str, title: str, value: float, base: float, *, better: str = "higher", spread: float = 0.02) -> Metric:
    """A metric beside one baseline."""
    return Metric(
        name=name,
        title=title,
        definition=f"What {title} says, in one sentence.",
        better=better,
        estimate=about(value, spread),
        baselines=(("logistic regression", about(base, spread)),),
        difference=Estimate(value=value - base, low=value - base - spread / 4, high=value - base + spread / 4),
    )


def effects() -> tuple[FeatureEffect, ...]:
    """What inputs do to the mean prediction."""
    shares = (0.41, 0.22, 0.13, 0.09, 0.06, 0.04, 0.03, 0.02)
    return tuple(
        FeatureEffect(
            feature=name,
            gain_rate=share,
            values=tuple(float(5 * i) for i in range(8)),
            mean_prediction=tuple(
                0.13 + (0.05 * i if direction != "lowers the score" else -0.012 * i) * share * 2 for i in range(8)
            ),
        )
        for (name, _, _, direction), share in zip(FEATURES, shares, strict=True)
    )


def bins(n: int = 10, *, shift: float = 0.0) -> tuple[CalibrationBin, ...]:
    """Calibration bins that climb."""
    return tuple(
        CalibrationBin(
            n_rows=638,
            predicted=0.004 + 0.62 * (i / (n - 1)) ** 2.2,
            observed=about(0.006 + shift + 0.6 * (i / (n - 1)) ** 2.2, 0.03),
        )
        for i in range(n)
    )


def curves() -> tuple[Curve, ...]:
    """Survival by risk band."""
    days = tuple(range(0, 57, 2))
    return tuple(
        Curve(
            label=label,
            n_rows=n,
            days=days,
            predicted=tuple(exp(-hazard * day) for day in days),
            observed=tuple(exp(-hazard * 1.04 * day) for day in days),
            baseline=tuple(exp(-hazard * 0.9 * day) for day in days),
        )
        for label, hazard, n in (("highest tenth", 0.03, 640), ("next four tenths", 0.006, 2550), ("lowest half", 0.0008, 3190))
    )


def evaluation(kind: str, *, champion: bool) -> Evaluation:
    """What was measured on the test rows."""
    survival = kind == "survival"
    ranking = ("uno_c", "Uno’s c") if survival else ("roc_auc", "ROC-AUC")
    metrics = (
        metric(*ranking, 0.862, 0.851),
        metric("average_precision", "Average precision", 0.431, 0.402),
        metric("brier", "Brier score", 0.089, 0.093, better="lower", spread=0.006),
        metric("brier_skill", "Brier skill", 0.21, 0.18),
        metric("log_loss", "Log loss", 0.298, 0.297, better="lower"),
        metric("precision_top_band", "Precision in the top band", 0.61, 0.57, spread=0.04),
        metric("expected_calibration_error", "Expected calibration error", 0.024, 0.029, better="lower", spread=0.005),
        metric("calibration_slope", "Calibration slope", 1.03, 0.98, better="closer to one", spread=0.06),
    )
    comparison = ChampionComparison(
        champion_version=3,
        champion_digest="77aa" * 16,
        metric=ranking[0],
        challenger=about(0.862),
        champion=about(0.859),
        difference=Estimate(value=0.003, low=-0.002, high=0.008),
    )
    points = ((0.02, 0.78, 0.12), (0.05, 0.69, 0.27), (0.1, 0.61, 0.47), (0.2, 0.42, 0.65), (0.5, 0.24, 0.91), (1.0, 0.13, 1.0))
    return Evaluation(
        test_from=date(2017, 8, 20),
        test_to=date(2017, 9, 3),
        known_until=date(2017, 10, 1),
        n_rows=6377,
        n_customers=2188,
        n_events=829,
        censored_rate=0.31 if survival else 0.0,
        metrics=metrics,
        calibration=bins(),
        lift=tuple(
            LiftPoint(selected_rate=s, event_rate=about(r, 0.04), captured_rate=c, baseline=about(r - 0.03 * (s < 1), 0.04))
            for s, r, c in points
        ),
        horizons=tuple(
            HorizonCalibration(
                horizon_days=d,
                mean_absolute_error=about(0.011, 0.004),
                bins=bins(6, shift=d / 4000),
                baseline_bins=bins(6, shift=d / 1500),
            )
            for d in (7, 14, 28, 42, 56)
        )
        if survival
        else (),
        curves=curves() if survival else (),
        effects=effects(),
        champion=comparison if champion else None,
        baseline_calibration=bins(shift=0.02),
        served_band=ServedBand(
            from_score=0.41,
            n_rows=641,
            n_customers=320,
            predicted=0.59,
            observed=about(0.61, 0.03),
            gap=about(-0.02, 0.02),
            line=0.05,
        ),
        campaign=Campaign(
            selected_rate=0.1,
            n_scored=2126,
            n_selected=213,
            reached=about(130, 8),
            baseline="logistic regression",
            reached_by_baseline=about(121, 8),
            reached_at_random=about(28, 2),
            difference=about(9, 4),
        ),
    )
