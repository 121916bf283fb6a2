"""Companies whose truth is known, as files: `tenure simulate`."""

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cli.places import say
from cli.progress import at_work
from tenure.timeline import parse_day

if TYPE_CHECKING:
    from adapters.simulated_files import Shape
    from tenure.simulation import Company

simulate_app = typer.Typer(no_args_is_help=True, help="Write the files of a company whose truth is known.")

Folder = Annotated[Path, typer.Argument(help="Where the files go; nothing may be there.")]
Customers = Annotated[int, typer.Option(help="Accounts in all; as many as the disk takes.")]
Days = Annotated[int, typer.Option(help="Days of history.")]
Seed = Annotated[int, typer.Option(help="The same seed and options give the same files.")]
First = Annotated[str, typer.Option("--from", help="The first day, YYYY-MM-DD.")]
Leaving = Annotated[float, typer.Option(help="The usual share of customers who leave in thirty days.")]
Campaign = Annotated[
    str | None, typer.Option(help="The day of the campaign, YYYY-MM-DD; by default when six tenths of the history are over.")
]
Drift = Annotated[
    str | None, typer.Option(help="From this day on more customers leave and all do less, YYYY-MM-DD; by default never.")
]
Daily = Annotated[bool, typer.Option("--daily", help="One file a day of every table with times, instead of one of all.")]
Parquet = Annotated[bool, typer.Option("--parquet", help="Parquet files instead of CSV.")]
FIRST_DAY = "2024-01-01"


def add_to(app: typer.Typer) -> None:
    """Add the group."""
    app.add_typer(simulate_app, name="simulate")


@simulate_app.callback()
def simulate() -> None:
    """Write the files of a company whose truth is known."""


@simulate_app.command()
def subscriptions(
    folder: Folder,
    customers: Customers = 2_000,
    days: Days = 400,
    seed: Seed = 1,
    first: First = FIRST_DAY,
    monthly_leaving: Leaving = 0.03,
    campaign_on: Campaign = None,
    drift_on: Drift = None,
    snapshots: Annotated[
        bool, typer.Option("--snapshots", help="The table of subscribers at the end of each month, instead of the last alone.")
    ] = False,
    daily: Daily = False,
    parquet: Parquet = False,
) -> None:
    """A company whose customers subscribe to plans, log in, open tickets, pay each month, and leave for a reason."""
    from tenure.simulation import Subscriptions

    company = Subscriptions(
        customers=customers,
        first_day=parse_day(first),
        days=days,
        seed=seed,
        monthly_leaving=monthly_leaving,
        campaign_on=_day(campaign_on),
        drift_on=_day(drift_on),
    )
    _write(company, folder, _shape(daily=daily, parquet=parquet, snapshots=snapshots))


@simulate_app.command()
def retail(
    folder: Folder,
    customers: Customers = 2_000,
    days: Days = 400,
    seed: Seed = 1,
    first: First = FIRST_DAY,
    monthly_leaving: Leaving = 0.03,
    campaign_on: Campaign = None,
    drift_on: Drift = None,
    daily: Daily = False,
    parquet: Parquet = False,
) -> None:
    """A shop whose customers buy when they like, bring things back, and one day come no more, of which nobody is told."""
    from tenure.simulation import Retail

    company = Retail(
        customers=customers,
        first_day=parse_day(first),
        days=days,
        seed=seed,
        monthly_leaving=monthly_leaving,
        campaign_on=_day(campaign_on),
        drift_on=_day(drift_on),
    )
    _write(company, folder, _shape(daily=daily, parquet=parquet))


def _day(text: str | None) -> date | None:
    """A day that may be left out."""
    return None if text is None else parse_day(text)


def _shape(*, daily: bool, parquet: bool, snapshots: bool = False) -> "Shape":
    """How the company delivers."""
    from adapters.simulated_files import Format, Shape

    return Shape(format=Format.PARQUET if parquet else Format.CSV, is_daily=daily, has_snapshots=snapshots)


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
