"""Campaigns: what a customer was sent, and whether coupons were redeemed."""

from typing import TYPE_CHECKING

from tenure.features.feature import Feature, FeatureGroup

if TYPE_CHECKING:
    import ibis

    from tenure.features.as_known import Known

LOOKBACK_DAYS = 91


def _count(name: str, meaning: str, reads: str, phrase: str) -> Feature:
    """Counts over the last 91 days."""
    return Feature(name=name, unit="count", meaning=meaning, lookback_days=LOOKBACK_DAYS, reads=(reads,), phrase=phrase)


FEATURES = (
    _count(
        "campaigns_received_91d",
        "campaigns received that began in the last 91 days",
        "campaigns.starts_at",
        "campaigns received lately",
    ),
    _count("campaigns_running", "campaigns received that still run", "campaigns.ends_at", "campaigns running now"),
    _count(
        "coupons_redeemed_91d",
        "campaign coupons redeemed in the last 91 days",
        "coupon_redemptions.redeemed_at",
        "coupons redeemed lately",
    ),
)


def compute(known: "Known") -> "ibis.Table":
    """One row per customer who received a campaign or redeemed a coupon."""
    import ibis

    sent, redeemed = known.campaigns, known.redemptions
    received = sent.group_by("customer_id").aggregate(
        campaigns_received_91d=sent.count(where=sent.ago_days <= LOOKBACK_DAYS), campaigns_running=sent.count(where=sent.runs)
    )
    used = redeemed.group_by("customer_id").aggregate(
        coupons_redeemed_91d=redeemed.count(where=redeemed.ago_days <= LOOKBACK_DAYS)
    )
    both = received.outer_join(used, "customer_id")
    return both.select(
        customer_id=ibis.coalesce(both.customer_id, both.customer_id_right),
        **{feature.name: both[feature.name].fill_null(0) for feature in FEATURES},
    )


GROUP = FeatureGroup(name="campaigns", features=FEATURES, compute=compute)
