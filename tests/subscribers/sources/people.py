"""What is known of some subscribers, for audits alone."""

from tenure.contracts import Available, Files, Source, Volume

SOURCE = Source(
    name="people",
    grain="one subscriber of whom it is known",
    why="measuring whether groups are treated alike",
    from_whom="what subscribers told of themselves",
    key=("customer_id",),
    event_time=None,
    available=Available.FROM_FIRST_DAY,
    reader=Files(pattern="people/{day}.parquet"),
    columns="""
        customer_id=subscriber_id  text                            pseudonym  subscriber
        age=age_band               text{18-29|30-44|45-59|60+}     protected  age band
        gender                     text{female|male}?              protected  gender
    """,
    volume=Volume(minimum=20, maximum=1_000, because="Of about six in ten of some hundred subscribers something is known."),
)
