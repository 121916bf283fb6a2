"""Companies whose truth is known, as files: `tenure simulate`."""

from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cli.places import say
from cli.progress import at_work
from tenure.timeline import parse_day

if TYPE_CHECKING:
    from adapters.simulated_files import Shape
    from tenure.simulation import Company

FIRST_DAY = "2024-01-01"


class Kind(StrEnum):
    """What kind of company; each is a class of `tenure.simulation`."""

    SUBSCRIPTIONS = "subscriptions"
    RETAIL = "retail"


def add_to(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(simulate)


def simulate(
    kind: Annotated[
        Kind,
        typer.Argument(
            help="subscriptions: customers subscribe to plans, log in, open tickets, pay each month, and leave for a reason. "
            "retail: customers buy when they like, bring things back, and one day come no more, of which nobody is told."
        ),
    ],
    folder: Annotated[Path, typer.Argument(help="Where the files go; nothing may be there.")],
    customers: Annotated[int, typer.Option(help="Accounts in all; as many as the disk takes.")] = 2_000,
    days: Annotated[int, typer.Option(help="Days of history.")] = 400,
    seed: Annotated[int, typer.Option(help="The same seed and options give the same files.")] = 1,
    first: Annotated[str, typer.Option("--from", help="The first day, YYYY-MM-DD.")] = FIRST_DAY,
    monthly_leaving: Annotated[float, typer.Option(help="The usual share of customers who leave in thirty days.")] = 0.03,
    campaign_on: Annotated[
        str | None, typer.Option(help="The day of the campaign, YYYY-MM-DD; by default when six tenths of the history are over.")
    ] = None,
    drift_on: Annotated[
        str | None, typer.Option(help="From this day on more customers leave and all do less, YYYY-MM-DD; by default never.")
    ] = None,
    snapshots: Annotated[
        bool,
        typer.Option("--snapshots", help="The table of customers at the end of each month, not the last alone."),
    ] = False,
    daily: Annotated[
        bool, typer.Option("--daily", help="One file a day of every table with times, instead of one of all.")
    ] = False,
    parquet: Annotated[bool, typer.Option("--parquet", help="Parquet files instead of CSV.")] = False,
) -> None:
    """Write the files of a company whose truth is known."""
    from adapters.simulated_files import Format, Shape
    from tenure.simulation import Retail, Subscriptions

    company = {Kind.SUBSCRIPTIONS: Subscriptions, Kind.RETAIL: Retail}[kind](
        customers=customers,
        first_day=parse_day(first),
        days=days,
        seed=seed,
        monthly_leaving=monthly_leaving,
        campaign_on=_day(campaign_on),
        drift_on=_day(drift_on),
    )
    shape = Shape(format=Format.PARQUET if parquet else Format.CSV, is_daily=daily, has_snapshots=snapshots)
    _write(company, folder, shape)


def _day(text: str | None) -> date | None:
    """A day that may be left out."""
    return None if text is None else parse_day(text)


def _write(company: "Company", folder: Path, shape: "Shape") -> None:
    """Write the files, say what lies where, and what the next command is."""
    from adapters.simulated_files import TRUTH, write_company

    folder = folder.expanduser().resolve()
    with at_work(f"Simulating {company.customers:,} customers over {company.days} days", is_told_elsewhere=True) as tell:
        n_rows = write_company(company, folder, shape, tell)
    say(f"Wrote {folder}/:")
    for table, n in sorted(n_rows.items(), key=lambda each: each[0].startswith(TRUTH)):
        say(f"  {shape.place_of(company, table)}  {n:,} rows")
    say(f"  {TRUTH}/company.json  every parameter")
    say(f"What is in {TRUTH}/ no company knows: hold estimates against it, and have no source read it.")
    say(f"Next: tenure init COMPANY --from '{folder / shape.place_of(company, company.first_read)}'")
