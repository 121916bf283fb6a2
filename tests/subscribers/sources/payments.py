"""Payments: each month on the day on which the subscription began; those that failed are no part of the history."""

from tenure.contracts import Files, Source, Volume

SOURCE = Source(
    name="payments",
    grain="one payment",
    why="knowing who has paid",
    from_whom="the bank",
    key=("payment_id",),
    reader=Files(pattern="payments/{day}.parquet"),
    columns="""
        payment_id                 text               pseudonym  payment
        customer_id=subscriber_id  text               pseudonym  subscriber
        paid_at                    time               behaviour  when it was paid
        amount                     number[0..100000]  behaviour  what was paid, in EUR
        status                     text{paid|failed}  behaviour  whether the payment went through
    """,
    volume=Volume(maximum=500, because="A subscriber pays once a month."),
)
