"""Demographics of the simulated grocer's customers."""

from dataclasses import replace

from projects.complete_journey.sources.households import SOURCE as CONTRACT
from tenure.contracts import Files, Volume

SOURCE = replace(
    CONTRACT,
    reader=Files(pattern="households/{day}.parquet"),
    volume=Volume(minimum=50, maximum=1_000, because="About four in ten of 400 customers are known."),
)
