"""Activity: one row per customer, purchase day and arrival day, rolled up from purchase lines.

Every feature and every label is made from this table. Money is in whole cents, so that a sum does not depend on its order.
Each row tells the whole purchase day as its batch left it: with lines that came before, without those that it corrected. Of
several rows the latest known holds.

Columns: `day` (the as_of day it arrived for), `customer_id`, `active_on` (UTC day of purchase), `available_at`, `n_baskets`,
`n_lines`, `spend_cents`, `discount_cents`, `coupon_cents`, `n_coupon_lines`, `private_label_cents`, `departments` (sorted list).
"""

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING

from tenure.repeats import restated, rivals

if TYPE_CHECKING:
    import ibis

KEY = ("customer_id", "active_on")
# How rows are made; whoever made them otherwise makes them again.
DEFINITION = "each row tells the whole purchase day"
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


def dated(lines: "ibis.Table") -> "ibis.Table":
    """Purchase lines with the purchase day that they are told of under, `active_on`."""
    return lines.mutate(active_on=lines.purchased_at.date())


def told_by_several(lines: "ibis.Table", *, key: Sequence[str], days: Sequence[date]) -> "ibis.Table":
    """Customers and purchase days of which several batches tell, one of these days among them: lines came late, or again."""
    late, again = (rivals(lines, key=names, days=days).select(*KEY) for names in (KEY, key))
    return late.union(again, distinct=True)


def daily_activity(lines: "ibis.Table", products: "ibis.Table") -> "ibis.Table":
    """Roll purchase lines up to one row per arrival day, customer and purchase day.

    A purchase day without a line left has a row of zeros: from that batch on it is none.

    Parameters
    ----------
    lines: customer_id, basket_id, product_id, spend, discount, coupon_discount, coupon_match_discount (currency units),
        purchased_at, active_on, available_at, day.
    products: product_id, department, brand. Lines whose product is not listed count, without department or brand.
    """
    import ibis

    joined = lines.left_join(products.select(*PRODUCT_COLUMNS), "product_id")
    spend, coupon = _cents(joined.spend), _cents(joined.coupon_discount + joined.coupon_match_discount)
    return joined.group_by("day", "customer_id", "active_on").aggregate(
        available_at=joined.available_at.max(),
        n_baskets=joined.basket_id.nunique(),
        n_lines=joined.purchased_at.count(),
        spend_cents=spend.sum().fill_null(0),
        discount_cents=_cents(joined.discount).sum().fill_null(0),
        coupon_cents=coupon.sum().fill_null(0),
        n_coupon_lines=(coupon > 0).sum().fill_null(0),
        private_label_cents=ibis.coalesce(spend.sum(where=joined.brand == PRIVATE_LABEL), 0),
        departments=ibis.coalesce(
            joined.department.collect(where=joined.department.notnull(), distinct=True).sort(),
            ibis.literal([], type="array<string>"),
        ),
    )


def rolled_up(
    lines: "ibis.Table",
    products: "ibis.Table",
    *,
    several: "ibis.Table | None",
    key: Sequence[str],
    columns: Sequence[str],
    days: Sequence[date],
) -> "ibis.Table":
    """Roll up what the batches of these days brought.

    Parameters
    ----------
    lines: dated lines of all batches.
    several: the purchase days that several batches tell of (`told_by_several`); None where there are none.
    key, columns: what names a line, and what makes it another version of the one before.
    """
    import ibis

    new = lines.filter(lines.day.isin(list(days)))
    if several is None:
        return daily_activity(new, products)
    known = lines.filter(lines.day <= max(days))
    # Every version of the lines that were ever told under these purchase days, wherever it was told since.
    told = known.semi_join(known.semi_join(several, KEY), list(key))
    versions = restated(told, group=KEY, key=key, columns=columns).semi_join(several, KEY)
    versions = versions.filter(versions.day.isin(list(days)))
    # A line that was moved away leaves its old purchase day known otherwise from the same batch on, not from before.
    versions = versions.mutate(
        available_at=(versions.day.cast("timestamp") - ibis.interval(microseconds=1)).cast(new.available_at.type())
    )
    return daily_activity(new.anti_join(several, KEY).union(versions.select(*new.columns)), products)


def _cents(amount: "ibis.Value") -> "ibis.Value":
    """Currency units as whole cents."""
    return (amount * 100).round().cast("int64")
