"""Receipt lines of the simulated grocer."""

from dataclasses import replace

from projects.complete_journey.sources.transactions import SOURCE as CONTRACT
from tenure.contracts import Files, Volume

SOURCE = replace(
    CONTRACT,
    reader=Files(pattern="transactions/{day}.parquet"),
    volume=Volume(minimum=20, maximum=2_000, because="Simulated days hold about 100 to 400 lines."),
)
