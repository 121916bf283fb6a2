"""Campaign mailings of the simulated grocer."""

from dataclasses import replace

from projects.complete_journey.sources.campaigns import SOURCE as CONTRACT
from tenure.contracts import Files, Volume

SOURCE = replace(
    CONTRACT,
    reader=Files(pattern="campaigns/{day}.parquet"),
    volume=Volume(maximum=1_000, because="A campaign goes to about half of 400 customers."),
)
