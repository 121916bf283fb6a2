"""What the simulated grocer's sources mean."""

from tenure.history import Events, Intervals, LookUp, cents, distinct_of, rows

PURCHASES = Events(
    "transactions",
    noun="purchase",
    values={
        "spend": cents("spend"),
        "discount": cents("discount"),
        "own_brand": cents("spend", where="brand = 'Private'"),
        "line": rows(),
        "basket": distinct_of("basket_id"),
    },
    sets={"department": "department"},
    look_ups=(LookUp("products", on="product_id"),),
)
MAILINGS = Intervals("campaigns", noun="mailing", starts="starts_at", ends="ends_at")
REDEMPTIONS = Events("coupon_redemptions", noun="redemption")
