"""What may be known of a household: how lately, often, regularly, widely and for how much it buys, and what it was sent."""

from projects.complete_journey.history import MAILINGS, PURCHASES, REDEMPTIONS
from tenure.features import (
    active_days,
    age,
    count,
    distinct,
    fading,
    mean,
    pauses,
    ratio,
    recency,
    rhythm,
    running,
    share,
    streaks,
    total,
    velocity,
)

SHELF_PRICE_LESS_DISCOUNT = (PURCHASES.spend, PURCHASES.discount)
SHELF_PRICE_LESS_COUPON = (PURCHASES.spend, PURCHASES.coupon)

FEATURES = (
    recency(PURCHASES, cap_days=365),
    *active_days(PURCHASES, last=(7, 28, 91)),
    *total(PURCHASES.spend, last=(7, 28, 91)),
    velocity(active_days(PURCHASES), days=28),
    velocity(total(PURCHASES.spend), days=28),
    mean(PURCHASES.spend),
    ratio(PURCHASES.line, of=PURCHASES.basket, last=91, name="lines_per_basket_91d", phrase="items in a usual basket"),
    *rhythm(PURCHASES, nth=(3, 6)),
    *fading(PURCHASES, half_lives_days=(14, 28, 56)),
    *pauses(PURCHASES, days=(14, 28)),
    age(PURCHASES, cap_days=91),
    *streaks(PURCHASES, weeks=13),
    *distinct(PURCHASES.department, last=(28, 91)),
    share(PURCHASES.own_brand, of=PURCHASES.spend, last=91),
    share(PURCHASES.discount, of=SHELF_PRICE_LESS_DISCOUNT, last=91, phrase="share saved by discounts"),
    share(PURCHASES.coupon, of=SHELF_PRICE_LESS_COUPON, last=91, phrase="share saved by coupons"),
    count(MAILINGS, last=91),
    running(MAILINGS),
    count(REDEMPTIONS, last=91),
)
# How many purchases fit in before a pause is complete is a question of the survival model's event, not of a fixed window.
FOR_A_WINDOW = tuple(feature for feature in FEATURES if feature.name != "expected_purchases_before_pause_28d")
