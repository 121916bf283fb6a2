"""The simulated grocer's product list."""

from tenure.contracts import Available, Column, Files, Source, Volume

SOURCE = Source(
    name="products",
    title="Product list",
    grain="one product",
    key=("product_id",),
    event_time=None,
    available=Available.FROM_FIRST_DAY,
    owner="team:data",
    reader=Files(pattern="products/{day}.parquet"),
    columns=(
        Column("product_id", str, pattern="[0-9]{1,20}", meaning="product, as receipt lines name it"),
        Column("department", str, meaning="department of the store, such as GROCERY or FUEL"),
        Column("brand", str, allowed=("National", "Private"), meaning="a manufacturer's brand, or the grocer's own"),
        Column(
            "category",
            str,
            received_as="product_category",
            nullable=True,
            meaning="kind of product within the department",
            because="some products carry none",
        ),
    ),
    volume=Volume(minimum=100, maximum=1_000, because="The list holds 200 products."),
)
