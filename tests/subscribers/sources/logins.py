"""Logins: one file a day, each with for how long something was watched."""

from datetime import datetime

from tenure.contracts import Column, Files, PersonalData, Source, Volume

SOURCE = Source(
    name="logins",
    grain="one login of one subscriber",
    why="knowing who uses the service, and for how long",
    from_whom="the service's own log",
    key=("customer_id", "session_id"),
    reader=Files(pattern="logins/{day}.parquet"),
    columns=(
        Column(
            "customer_id",
            str,
            received_as="subscriber_id",
            pattern="[1-9][0-9]{0,9}",
            personal=PersonalData.PSEUDONYM,
            meaning="subscriber; a new one may appear on any day",
        ),
        Column("session_id", str, pattern="[0-9]{1,20}", personal=PersonalData.PSEUDONYM, meaning="login"),
        Column("device", str, personal=PersonalData.BEHAVIOUR, meaning="device, which need not be in the list of devices"),
        Column(
            "minutes",
            float,
            received_as="minutes_watched",
            unit="minutes",
            minimum=0,
            maximum=1_440,
            personal=PersonalData.BEHAVIOUR,
            meaning="for how long something was watched",
            because="a day has no more",
        ),
        Column(
            "logged_in_at",
            datetime,
            received_as="login_time",
            unit="UTC instant",
            personal=PersonalData.BEHAVIOUR,
            meaning="when the subscriber logged in",
        ),
    ),
    volume=Volume(minimum=20, maximum=2_000, because="Simulated days hold about 100 to 400 logins."),
)
