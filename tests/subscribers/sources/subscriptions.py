"""Subscriptions: a row whenever one begins, changes its plan or ends, with how it stands from then on."""

from tenure.contracts import Files, Source, Volume

SOURCE = Source(
    name="subscriptions",
    grain="one subscription from a moment on",
    why="knowing who subscribes, and to what",
    from_whom="the service's accounts",
    key=("customer_id", "changed_at"),
    event_time="changed_at",
    reader=Files(pattern="subscriptions/{day}.parquet"),
    columns="""
        customer_id=subscriber_id  text                       pseudonym  subscriber
        changed_at                 time                       behaviour  from when on it stands so
        status                     text{active|left}          behaviour  whether it runs
        plan                       text                       behaviour  what is subscribed to
        contract                   text{monthly|yearly}       behaviour  for how long the contract runs
        monthly_price              number[0..1000]            behaviour  what a month costs, in EUR
        started_on                 day                        behaviour  when it began
        reason                     text{price|service|moved}? behaviour  why the subscriber left
    """,
    volume=Volume(maximum=1_000, because="On the first day all of some hundred subscribers are told of."),
)
