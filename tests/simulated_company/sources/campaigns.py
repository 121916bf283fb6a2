"""Campaign mailings of the simulated grocer."""

from datetime import datetime

from tenure.contracts import Available, Column, Files, PersonalData, Rule, Source, Volume

SOURCE = Source(
    name="campaigns",
    title="Campaign mailings",
    grain="one household in one campaign",
    key=("customer_id", "campaign_id"),
    event_time="starts_at",
    available=Available.AT_EVENT,
    owner="team:data",
    reader=Files(pattern="campaigns/{day}.parquet"),
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
            because="the simulated ones run for weeks",
        ),
        Rule(
            name="starts_after_2015",
            keeps="starts_at >= TIMESTAMP '2016-01-01'",
            meaning="a campaign known on the first day started in the year before it at the earliest",
            because="an epoch date is a missing one in disguise",
        ),
    ),
    volume=Volume(maximum=1_000, because="A campaign goes to about half of 400 customers."),
)
