"""Tickets: what subscribers asked, and how long they waited for the first reply."""

from tenure.contracts import Files, Source, Volume

SOURCE = Source(
    name="tickets",
    grain="one ticket",
    why="knowing who waits for a reply",
    from_whom="the help desk",
    key=("ticket_id",),
    event_time="opened_at",
    reader=Files(pattern="tickets/{day}.parquet"),
    columns="""
        ticket_id                  text            pseudonym  ticket
        customer_id=subscriber_id  text            pseudonym  subscriber who opened it
        opened_at                  time            behaviour  when it was opened
        topic                      text            behaviour  what it is about
        first_reply_minutes        whole[0..]      behaviour  minutes until somebody answered
    """,
    derived={"replied_at": "opened_at + first_reply_minutes * INTERVAL 1 MINUTE"},
    volume=Volume(maximum=200, because="Simulated days bring few."),
)
