"""Coupon redemptions of the simulated grocer."""

from dataclasses import replace

from projects.complete_journey.sources.coupon_redemptions import SOURCE as CONTRACT
from tenure.contracts import Files, Volume

SOURCE = replace(
    CONTRACT,
    reader=Files(pattern="coupon_redemptions/{day}.parquet"),
    volume=Volume(maximum=200, because="Simulated days bring few."),
)
