"""A small company with columns that its purpose lists, and some that it does not."""

from datetime import datetime

from tenure.contracts import Available, Column, Files, PersonalData, Snapshots, Source
from tenure.project import Project
from tenure.purposes import Basis, Purpose


def column(name: str, kind: type = str) -> Column:
    """A column of a type."""
    bounds = {"minimum": 0, "maximum": 1e6} if kind is float else {}
    return Column(name, kind, meaning=name, nullable=True, personal=PersonalData.BEHAVIOUR, **bounds)


ORDERS = Source(
    name="orders",
    grain="one order",
    key=("order_id",),
    event_time="at",
    reader=Files(pattern="{day}.csv"),
    columns=(
        column("customer_id"), column("order_id"), column("product_id"), column("at", datetime), column("spend", float),
        column("email"), column("note"),
    ),
    derived={"handle": "lower(email)", "large": "spend > 100", "twice_handle": "handle || handle"},
)  # fmt: skip
PRODUCTS = Source(
    name="products",
    grain="one product",
    key=("product_id",),
    event_time=None,
    available=Available.FROM_FIRST_DAY,
    reader=Files(pattern="{day}.csv"),
    columns=(column("product_id"), column("department"), column("supplier")),
)
ACCOUNTS = Source(
    name="accounts",
    grain="one account",
    key=("customer_id",),
    reader=Snapshots(pattern="{day}.csv"),
    columns=(column("customer_id"), column("plan"), column("postcode"), column("since", datetime), column("until", datetime)),
)
LISTED = (
    "orders.customer_id", "orders.order_id", "orders.product_id", "orders.at", "orders.spend", "orders.large",
    "products.product_id", "products.department", "accounts.customer_id", "accounts.plan",
)  # fmt: skip
RETENTION = Purpose(name="retention", why="to keep them", basis=Basis.CONTRACT, columns=LISTED, categories=("orders", "accounts"))
# What another use may read, and models of the first may not.
SHIPPING = Purpose(
    name="shipping",
    why="to send it",
    basis=Basis.CONTRACT,
    columns=("orders.*", "products.*", "accounts.*"),
    categories=("addresses",),
)


def company(**said: object) -> Project:
    """The company, with what a test declares of it."""
    from dataclasses import replace
    from datetime import date

    bare = Project(
        name="small", title="Small", first_day=date(2020, 1, 1), last_day=None, known_as="id", authors={},
        purposes=(RETENTION,), sources=(ORDERS, PRODUCTS, ACCOUNTS),
    )  # fmt: skip
    return replace(bare, **said)
