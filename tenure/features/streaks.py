"""Streaks: in how many weeks in a row a customer bought."""

from typing import TYPE_CHECKING

from tenure.features.feature import Feature, FeatureGroup

if TYPE_CHECKING:
    import ibis

    from tenure.features.as_known import Known

N_WEEKS = 13
LOOKBACK_DAYS = 7 * N_WEEKS

_READS = ("activity.active_on",)


def _feature(name: str, meaning: str, phrase: str) -> Feature:
    """Streak features count weeks of the last 91 days."""
    return Feature(name=name, unit="weeks", meaning=meaning, lookback_days=LOOKBACK_DAYS, reads=_READS, phrase=phrase)


FEATURES = (
    _feature("active_weeks_91d", "weeks with a purchase among the last 13", "weeks with a purchase"),
    _feature(
        "streak_weeks_longest", "longest run of weeks with a purchase among the last 13", "longest run of weeks with a purchase"
    ),
    _feature("streak_weeks_current", "run of weeks with a purchase that reaches to now", "present run of weeks with a purchase"),
)


def compute(known: "Known") -> "ibis.Table":
    """One row per customer; weeks are counted back from `as_of`, week 0 being the last seven days."""
    import ibis

    days = known.purchases.filter(known.purchases.ago_days <= LOOKBACK_DAYS)
    weeks = days.select("customer_id", week=(days.ago_days - 1) // 7).distinct()
    # In a run of consecutive weeks, week number minus rank is constant: that constant names the run.
    rank = ibis.row_number().over(ibis.window(group_by="customer_id", order_by="week"))
    ranked = weeks.mutate(rank=rank)
    numbered = ranked.mutate(run=ranked.week - ranked["rank"])
    runs = numbered.group_by("customer_id", "run").aggregate(n_weeks=numbered.count(), first=numbered.week.min())
    return runs.group_by("customer_id").aggregate(
        active_weeks_91d=runs.n_weeks.sum(),
        streak_weeks_longest=runs.n_weeks.max(),
        streak_weeks_current=runs.n_weeks.max(where=runs["first"] == 0).fill_null(0),
    )


GROUP = FeatureGroup(name="streaks", features=FEATURES, compute=compute)
