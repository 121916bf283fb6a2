"""Personal rhythm: how regularly a customer buys, and how long the present pause is by that customer's own measure."""

from typing import TYPE_CHECKING

from tenure.features.feature import Feature, FeatureGroup

if TYPE_CHECKING:
    import ibis

    from tenure.features.as_known import Known

_READS = ("activity.active_on",)
HALF_LIVES_DAYS = (14, 28, 56)
PAUSES_DAYS = (14, 28)
CAP_DAYS = 91
WINDOW_DAYS = 91
# Terms of a decayed sum are rounded to this fraction: whole numbers add up alike in any order, fractions do not.
GRAIN = 1_000_000_000


def _feature(name: str, unit: str, meaning: str, phrase: str, capped_at: float | None = None) -> Feature:
    """Rhythm features read all history, as averages, shares or capped."""
    return Feature(name=name, unit=unit, meaning=meaning, lookback_days=None, reads=_READS, phrase=phrase, capped_at=capped_at)


def _recent(name: str, unit: str, meaning: str, phrase: str) -> Feature:
    """Spreads and extremes read one window: over all history they would move with the calendar alone."""
    return Feature(name=name, unit=unit, meaning=meaning, lookback_days=WINDOW_DAYS, reads=_READS, phrase=phrase)


FEATURES = (
    _feature("gap_days_mean", "days", "mean days between purchase days", "usual days between purchases"),
    _feature("gap_days_median", "days", "median days between purchase days", "median days between purchases"),
    _feature("gap_days_q90", "days", "days that nine in ten gaps between purchases do not exceed", "longest usual gap"),
    _recent(
        "gap_days_variation_91d",
        "ratio",
        "spread of the gaps that ended in the last 91 days, over their mean",
        "irregular shopping",
    ),
    _feature("recency_over_gap_median", "ratio", "recency over the median gap", "the present pause against the usual gap"),
    _feature(
        "recency_over_gap_q90",
        "ratio",
        "recency over the gap that nine in ten do not exceed",
        "the present pause against long gaps",
    ),
    _feature(
        "third_last_purchase_days",
        "days",
        "days since the third last purchase day",
        "days since the third last purchase",
        CAP_DAYS,
    ),
    _feature(
        "sixth_last_purchase_days",
        "days",
        "days since the sixth last purchase day",
        "days since the sixth last purchase",
        CAP_DAYS,
    ),
    _feature(
        "purchase_day_rate",
        "rate",
        "share of days with a purchase, over all history, drawn slightly to the common rate",
        "how often the customer shops",
    ),
    *(
        _feature(
            f"purchase_day_rate_half_life_{h}d",
            "rate",
            f"share of days with a purchase, a day's weight halving every {h} days",
            f"recent shopping frequency (fading over {h} days)",
        )
        for h in HALF_LIVES_DAYS
    ),
    *(
        _recent(
            f"pause_{p}d_rate_91d",
            "rate",
            f"share of the last 91 days that stood more than {p} days after the last purchase before",
            f"time spent in pauses of more than {p} days",
        )
        for p in PAUSES_DAYS
    ),
    _recent(
        "outlasted_28d_rate_91d",
        "rate",
        "of the gaps ended in the last 91 days that were at least as long as the present pause, the share that went on for "
        "28 days more, drawn slightly to the common share",
        "how past pauses of this length went on",
    ),
    _feature(
        "expected_purchases_before_pause_28d",
        "count",
        "purchases to be expected, at the recent rate, before a pause of 28 days could be complete",
        "shopping days to be expected before a pause of 28 days is complete",
    ),
    _feature("days_since_first_purchase", "days", "days since the first purchase day", "how long a customer", CAP_DAYS),
)


def compute(known: "Known") -> "ibis.Table":
    """One row per customer with the features above."""
    days = known.purchases
    own = days.group_by("customer_id").aggregate(**_gaps(days), **_rates(known), **_pauses(days))
    own = own.left_join(_latest(days), "customer_id").drop("customer_id_right")
    own = own.left_join(_outlasted(days, own), "customer_id").drop("customer_id_right")
    return own.mutate(
        recency_over_gap_median=own.recency / own.gap_days_median,
        recency_over_gap_q90=own.recency / own.gap_days_q90,
        **{f"pause_{p}d_rate_91d": _pause_rate(own, p) for p in PAUSES_DAYS},
        expected_purchases_before_pause_28d=(28 + 1 - own.recency).clip(lower=0) * own.purchase_day_rate_half_life_28d,
        days_since_first_purchase=own.span.clip(upper=CAP_DAYS),
    ).select("customer_id", *(feature.name for feature in FEATURES))


def _gaps(days: "ibis.Table") -> "dict[str, ibis.Value]":
    """The distribution of a customer's gaps; null for a customer with one purchase day."""
    gap, recent = days.gap_days, days.ago_days <= WINDOW_DAYS
    # Whole-number sums keep the variance independent of the order in which rows are read.
    n, total, squares = gap.count(where=recent), gap.sum(where=recent), (gap * gap).sum(where=recent)
    mean = total / n
    variance = ((squares - total * total / n) / (n - 1).nullif(0)).clip(lower=0)
    return {
        "gap_days_mean": gap.sum() / gap.count(),
        "gap_days_median": gap.median(),
        "gap_days_q90": gap.quantile(0.9),
        "gap_days_variation_91d": variance.sqrt() / mean,
    }


def _rates(known: "Known") -> "dict[str, ibis.Value]":
    """Share of days with a purchase, plain and with fading weights (normalised by the weight of the history there is)."""
    import ibis

    days, history = known.purchases, known.history_days
    prior_days, prior_purchases = 12.0, 1.2  # one purchase in ten days, worth twelve days of evidence
    rates: dict[str, ibis.Value] = {"purchase_day_rate": (days.count() + prior_purchases) / (history + prior_days)}
    for half_life in HALF_LIVES_DAYS:
        fade = 0.5 ** (1 / half_life)
        weight_of_history = fade * (1 - ibis.literal(fade) ** history) / (1 - fade)
        weight = ((0.5 ** (days.ago_days / half_life)) * GRAIN).round().cast("int64").sum() / GRAIN
        rates[f"purchase_day_rate_half_life_{half_life}d"] = weight / weight_of_history
    return rates


def _pauses(days: "ibis.Table") -> "dict[str, ibis.Value]":
    """Days of the window spent beyond each pause length before a purchase; and the customer's span and recency."""

    def beyond(pause: int) -> "ibis.Value":
        # Not `least`: it would take the first purchase, which has no gap, for one after an endless pause.
        begins = (days.ago_days + days.gap_days - pause).clip(upper=WINDOW_DAYS)
        return (begins - days.ago_days).clip(lower=0).sum().fill_null(0)

    return {**{f"beyond_{p}d": beyond(p) for p in PAUSES_DAYS}, "span": days.ago_days.max(), "recency": days.ago_days.min()}


def _pause_rate(own: "ibis.Table", pause: int) -> "ibis.Value":
    """Share of the window, as far as it was observed, that stood beyond the pause; the present pause counts."""
    stood = own[f"beyond_{pause}d"] + (own.recency - pause).clip(lower=0, upper=WINDOW_DAYS)
    return stood / own.span.clip(upper=WINDOW_DAYS)


def _latest(days: "ibis.Table") -> "ibis.Table":
    """Days since the third and the sixth last purchase day, capped; customers with fewer stand at the cap."""
    import ibis

    rank = ibis.row_number().over(ibis.window(group_by="customer_id", order_by="ago_days"))
    ranked = days.select("customer_id", "ago_days", rank=rank)
    nth = {"third_last_purchase_days": 2, "sixth_last_purchase_days": 5}
    return ranked.group_by("customer_id").aggregate(
        **{
            name: ranked.ago_days.max(where=ranked["rank"] == n).fill_null(CAP_DAYS).clip(upper=CAP_DAYS)
            for name, n in nth.items()
        }
    )


def _outlasted(days: "ibis.Table", own: "ibis.Table") -> "ibis.Table":
    """Of past gaps at least as long as the present pause, the share at least 28 days longer (prior: one in ten of three)."""
    recent = days.filter(days.ago_days <= WINDOW_DAYS)
    joined = recent.join(own.select("customer_id", "recency"), "customer_id")
    reached = joined.count(where=joined.gap_days >= joined.recency)
    outlasted = joined.count(where=joined.gap_days >= joined.recency + 28)
    return joined.group_by("customer_id").aggregate(outlasted_28d_rate_91d=(outlasted + 0.3) / (reached + 3.0))


GROUP = FeatureGroup(name="rhythm", features=FEATURES, compute=compute)
