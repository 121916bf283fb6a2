"""The simulated grocer's product list."""

from dataclasses import replace

from projects.complete_journey.sources.products import SOURCE as CONTRACT
from tenure.contracts import Files, Volume

SOURCE = replace(
    CONTRACT,
    reader=Files(pattern="products/{day}.parquet"),
    volume=Volume(minimum=100, maximum=1_000, because="The list holds 200 products."),
)
