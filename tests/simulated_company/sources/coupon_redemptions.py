"""Coupon redemptions of the simulated grocer."""

from datetime import datetime

from tenure.contracts import Available, Column, Files, PersonalData, Source, Volume

SOURCE = Source(
    name="coupon_redemptions",
    title="Coupon redemptions",
    grain="one coupon of one campaign redeemed by one household on one day",
    key=("customer_id", "coupon_id", "campaign_id", "redeemed_at"),
    event_time="redeemed_at",
    available=Available.END_OF_EVENT_DAY,
    owner="team:data",
    reader=Files(pattern="coupon_redemptions/{day}.parquet"),
    columns=(
        Column(
            "customer_id",
            str,
            received_as="household_id",
            pattern="[1-9][0-9]{0,9}",
            personal=PersonalData.PSEUDONYM,
            meaning="household that redeemed the coupon",
        ),
        Column(
            "coupon_id",
            str,
            received_as="coupon_upc",
            pattern="[0-9]{1,20}",
            personal=PersonalData.BEHAVIOUR,
            meaning="coupon, by its universal product code",
        ),
        Column(
            "campaign_id", str, pattern="[0-9]{1,10}", personal=PersonalData.BEHAVIOUR, meaning="campaign that sent the coupon"
        ),
        Column(
            "redeemed_at",
            datetime,
            received_as="redemption_date",
            unit="UTC instant",
            personal=PersonalData.BEHAVIOUR,
            meaning="day of the redemption, at its start; the time of day is not recorded",
        ),
    ),
    volume=Volume(maximum=200, because="Simulated days bring few."),
)
