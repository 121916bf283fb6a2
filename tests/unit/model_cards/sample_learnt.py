"""Made-up facts of what a made-up model learnt from, for tests of the card alone. No figure here was ever measured."""

from dataclasses import replace
from datetime import UTC, date, datetime

from tenure.evidence import (
    AttributeFacts,
    DataFacts,
    FeatureFacts,
    ModelFacts,
    PeriodFacts,
    SourceFacts,
)

FEATURES = (
    ("recency_days", "days", "days since the last purchase", "raises the score"),
    ("gap_median_days", "days", "days between purchases, median", "either way"),
    ("recency_in_gaps", "ratio", "time since the last purchase, in own gaps", "raises the score"),
    ("purchase_days_91d", "count", "days with a purchase in the last 91 days", "lowers the score"),
    ("spend_28d", "cents", "spent in the last 28 days", "either way"),
    ("velocity_28d", "ratio", "spend of 28 days over the 28 before", "either way"),
    ("departments_91d", "count", "departments bought from", "either way"),
    ("coupon_rate_91d", "rate", "share of lines bought with a coupon", "either way"),
)


def features() -> tuple[FeatureFacts, ...]:
    """Inputs as a spec declares them."""
    return tuple(
        FeatureFacts(
            name=name,
            unit=unit,
            meaning=meaning,
            reads=("transactions.day", "transactions.household_id"),
            lookback_days=91,
            capped_at=None,
            direction=direction,
            missing_rate=0.014 if name == "velocity_28d" else 0.0,
        )
        for name, unit, meaning, direction in FEATURES
    )


def periods() -> tuple[PeriodFacts, ...]:
    """Fit, calibration and test."""
    days = (
        ("fit", date(2017, 4, 9), date(2017, 6, 11), date(2017, 7, 9), 10, 21340, 2391, 2731),
        ("calibration", date(2017, 7, 9), date(2017, 7, 23), date(2017, 8, 20), 3, 6402, 2204, 813),
        ("test", date(2017, 8, 20), date(2017, 9, 3), date(2017, 10, 1), 3, 6377, 2188, 829),
    )
    return tuple(
        PeriodFacts(
            role=role,
            first_as_of=first,
            last_as_of=last,
            known_until=until,
            n_snapshots=n,
            n_rows=rows,
            n_customers=customers,
            n_events=n_events,
            censored_rate=0.0,
        )
        for role, first, last, until, n, rows, customers, n_events in days
    )


def data() -> DataFacts:
    """What the model learnt from."""
    transactions = SourceFacts(
        name="transactions",
        title="Transactions",
        grain="one line of a receipt",
        available="at the end of the event's UTC day",
        limitation="",
        n_days=273,
        n_received=1_091_204,
        n_quarantined=317,
        n_days_withheld=0,
        quarantine_by_rule=(("quantity_maximum", 12), ("amount_minimum", 305)),
        lake_version=3,
        content_digest="5ab1" * 16,
    )
    households = replace(
        transactions,
        name="households",
        title="Households",
        grain="one household",
        available="from the first day, for the source carries no date",
        limitation="Demographics carry no date and count as known from the first day.",
        n_days=1,
        n_received=801,
        n_quarantined=0,
        quarantine_by_rule=(),
    )
    return DataFacts(
        first_day=date(2017, 1, 1),
        known_until=date(2017, 10, 1),
        periods=periods(),
        sources=(transactions, households),
        attributes=tuple(
            AttributeFacts(name=name, title=title, source="households", n_known=801, n_customers=2469)
            for name, title in (
                ("age", "age of the head of household"),
                ("income", "household income"),
                ("marital_status", "marital status"),
            )
        ),
        training_set_digest="c0ffee" * 10 + "beef",
        features_version=7,
        outcome_rule="no purchase in the days after the scoring day",
        split_rule="by time, with one label window left out between periods",
        history_versions=(("daily/purchase", 41),),
    )


def model(kind: str) -> ModelFacts:
    """What was fitted."""
    survival = kind == "survival"
    return ModelFacts(
        project="sample_company",
        name="sample_pause" if survival else "sample_lapse",
        title="Sample time to lapse" if survival else "Sample lapse within 28 days",
        kind=kind,
        owner="team:growth",
        algorithm="discrete-time hazard, gradient boosting" if survival else "gradient-boosted trees",
        parameters=(("n_rounds", "300"), ("learning_rate", "0.03"), ("num_leaves", "7")),
        calibration_method="Platt",
        calibration_scores=(("none", 0.0921), ("Platt", 0.0897), ("isotonic", 0.0902)),
        seed=20170101,
        as_of=date(2017, 10, 1),
        population="customers who bought within the 56 days before the scoring day",
        score_means="the probability of no purchase within 28 days from the scoring day",
        outcome_days=56 if survival else 28,
        horizons_days=(7, 14, 28, 42, 56) if survival else (),
        longest_follow_up_days=91 if survival else None,
        model_digest="9f2c" * 16,
        trained_at=datetime(2026, 11, 20, 9, 30, tzinfo=UTC),
        training_seconds=14.2,
        n_threads=2,
        peak_memory_mb=812.0,
        files=("model/booster.txt", "model/calibration.json", "model/scoring.json"),
    )
