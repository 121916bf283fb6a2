"""What may be known of a simulated customer: one feature and more of every maker that histories of these kinds allow."""

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
from tests.simulated_company.history import MAILINGS, PURCHASES, REDEMPTIONS

FEATURES = (
    recency(PURCHASES, cap_days=365),
    *active_days(PURCHASES, last=(7, 28, 91)),
    *total(PURCHASES.spend, last=(7, 28, 91)),
    velocity(active_days(PURCHASES), days=28),
    velocity(total(PURCHASES.spend), days=28),
    mean(PURCHASES.spend),
    ratio(PURCHASES.line, of=PURCHASES.basket, last=91, phrase="items in a usual basket"),
    *rhythm(PURCHASES, nth=(3, 6)),
    *fading(PURCHASES, half_lives_days=(14, 28, 56)),
    *pauses(PURCHASES, days=(14, 28)),
    age(PURCHASES, cap_days=91),
    *streaks(PURCHASES, weeks=13),
    *distinct(PURCHASES.department, last=(28, 91)),
    share(PURCHASES.own_brand, of=PURCHASES.spend, last=91),
    share(PURCHASES.discount, of=(PURCHASES.spend, PURCHASES.discount), last=91),
    count(MAILINGS, last=91),
    running(MAILINGS),
    count(REDEMPTIONS, last=91),
)
