"""What the grocer's sources mean: receipts are purchases, campaigns run, coupons are redeemed."""

from tenure.history import Events, Intervals, LookUp, cents, distinct_of, rows

PURCHASES = Events(
    "transactions",
    noun="purchase",
    values={
        "spend": cents("spend"),
        "discount": cents("discount"),
        "coupon": cents("coupon_discount + coupon_match_discount"),
        "own_brand": cents("spend", where="brand = 'Private'"),
        "line": rows(),
        "basket": distinct_of("basket_id"),
    },
    sets={"department": "department"},
    look_ups=(LookUp("products", on="product_id"),),
)
MAILINGS = Intervals("campaigns", noun="mailing", starts="starts_at", ends="ends_at")
REDEMPTIONS = Events("coupon_redemptions", noun="redemption")
