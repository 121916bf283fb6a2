"""What the sources mean: how subscriptions stand, that subscribers log in and pay, and that tickets wait for a reply."""

from tenure.history import Events, Intervals, LookUp, States, cents, number, rows

SUBSCRIPTIONS = States(
    "subscriptions",
    noun="subscription",
    attributes=("status", "plan", "contract", "monthly_price", "reason"),
    entered="started_on",
)
LOGINS = Events(
    "logins",
    noun="login",
    values={
        "minutes": number("minutes", decimals=2, unit="minutes"),
        "large": number("minutes", decimals=2, unit="minutes", where="screen = 'large'"),
        "session": rows(),
    },
    sets={"screen": "screen"},
    look_ups=(LookUp("devices", on="device"),),
)
PAYMENTS = Events("payments", noun="payment", where="status = 'paid'", values={"paid": cents("amount")})
TICKETS = Intervals("tickets", noun="ticket", starts="opened_at", ends="replied_at")
