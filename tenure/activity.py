"""Activity: one row per customer, purchase day and arrival day, rolled up from purchase lines.

Every feature and every label is made from this table. Money is in whole cents, so that a sum does not depend on its order.

Columns: `day` (the as_of day it arrived for), `customer_id`, `active_on` (UTC day of purchase), `available_at`, `n_baskets`,
`n_lines`, `spend_cents`, `discount_cents`, `coupon_cents`, `n_coupon_lines`, `private_label_cents`, `departments` (sorted list).
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import ibis

KEY = ("customer_id", "active_on")
PRIVATE_LABEL = "Private"
PRODUCT_COLUMNS = ("product_id", "department", "brand")
# From which columns of purchase lines, and of products, each column is made.
READS_LINES = {
    "day": ("day",),
    "customer_id": ("customer_id",),
    "active_on": ("purchased_at",),
    "available_at": ("available_at",),
    "n_baskets": ("basket_id",),
    "n_lines": ("product_id",),
    "spend_cents": ("spend",),
    "discount_cents": ("discount",),
    "coupon_cents": ("coupon_discount", "coupon_match_discount"),
    "n_coupon_lines": ("coupon_discount", "coupon_match_discount"),
    "private_label_cents": ("product_id", "spend"),
    "departments": ("product_id",),
}
READS_PRODUCTS = {"private_label_cents": ("product_id", "brand"), "departments": ("product_id", "department")}


def daily_activity(lines: "ibis.Table", products: "ibis.Table") -> "ibis.Table":
    """Roll purchase lines up to one row per arrival day, customer and purchase day.

    Parameters
    ----------
    lines: customer_id, basket_id, product_id, spend, discount, coupon_discount, coupon_match_discount (currency units),
        purchased_at, available_at, day.
    products: product_id, department, brand. Lines whose product is not listed count, without department or brand.
    """
    import ibis

    joined = lines.left_join(products.select(*PRODUCT_COLUMNS), "product_id")
    spend, coupon = _cents(joined.spend), _cents(joined.coupon_discount + joined.coupon_match_discount)
    return joined.group_by("day", "customer_id", active_on=joined.purchased_at.date()).aggregate(
        available_at=joined.available_at.max(),
        n_baskets=joined.basket_id.nunique(),
        n_lines=joined.count(),
        spend_cents=spend.sum(),
        discount_cents=_cents(joined.discount).sum(),
        coupon_cents=coupon.sum(),
        n_coupon_lines=(coupon > 0).sum(),
        private_label_cents=ibis.coalesce(spend.sum(where=joined.brand == PRIVATE_LABEL), 0),
        departments=ibis.coalesce(
            joined.department.collect(where=joined.department.notnull(), distinct=True).sort(),
            ibis.literal([], type="array<string>"),
        ),
    )


def _cents(amount: "ibis.Value") -> "ibis.Value":
    """Currency units as whole cents."""
    return (amount * 100).round().cast("int64")
