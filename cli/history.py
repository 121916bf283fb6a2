"""Landing and scoring days: `tenure land` and `tenure score`."""

from collections.abc import Sequence
from datetime import date
from typing import Annotated

import typer

from adapters.workplace import Workplace
from cli.places import DEMO_PROJECT, ProjectName, open_workplace, say
from tenure.errors import TimelineError
from tenure.timeline import days_between, parse_day

Day = Annotated[str | None, typer.Option(help="A day, YYYY-MM-DD.")]


def add_to(app: typer.Typer) -> None:
    """Add the commands."""
    app.command()(land)
    app.command()(score)


def land(
    project: ProjectName = DEMO_PROJECT,
    from_: Annotated[str | None, typer.Option("--from", help="First day; by default the project's first.")] = None,
    to: Annotated[str | None, typer.Option("--to", help="Last day; by default the project's last.")] = None,
) -> None:
    """Land, validate and roll up days, in one run."""
    workplace = open_workplace(project)
    first = parse_day(from_) if from_ else workplace.project.first_key
    last = parse_day(to) if to else _last_day(workplace)
    days = days_between(*_within(workplace, first, last))
    _run(workplace, "history", days)
    say(f"Landed and validated {len(days)} days, {days[0]} to {days[-1]}.")


def score(
    project: ProjectName = DEMO_PROJECT,
    day: Day = None,
    from_: Annotated[str | None, typer.Option("--from", help="First of several days, YYYY-MM-DD.")] = None,
    to: Annotated[str | None, typer.Option("--to", help="Last of several days, YYYY-MM-DD.")] = None,
) -> None:
    """Run everything that a day owes, or several days in one run. Ends with an error if any day was withheld."""
    workplace = open_workplace(project)
    if (day is None) == (from_ is None or to is None):
        raise TimelineError("Name one day with --day, or several with --from and --to.")
    first, last = (parse_day(day), parse_day(day)) if day else (parse_day(str(from_)), parse_day(str(to)))
    days = days_between(*_within(workplace, first, last))
    land_missing(workplace, days[0])
    _run(workplace, "daily", days)
    say(f"Scored {len(days)} {'day' if len(days) == 1 else 'days'}, {days[0]} to {days[-1]}.")


def land_missing(workplace: Workplace, day: date) -> None:
    """Land the days before `day` that were never landed: features need the whole history."""
    from datetime import timedelta

    from assets.history import missing_days

    missing = missing_days(workplace, day - timedelta(days=1))
    if missing:
        say(f"{len(missing)} earlier days were never landed; landing {missing[0]} to {missing[-1]} first.")
        _run(workplace, "history", days_between(missing[0], missing[-1]))


def _last_day(workplace: Workplace) -> date:
    """The last day that may be landed."""
    return workplace.project.last_key or workplace.clock().date()


def _within(workplace: Workplace, first: date, last: date) -> tuple[date, date]:
    """Refuse days outside the project's history."""
    earliest, latest = workplace.project.first_key, _last_day(workplace)
    if not earliest <= first <= last <= latest:
        raise TimelineError(
            f"Days {first} to {last} are not in order within {earliest} to {latest}, the days of {workplace.project.name}."
        )
    return first, last


def _run(workplace: Workplace, job: str, days: Sequence[date]) -> None:
    """Run a job over days; its failures become the command's error."""
    from pipelines.run import run_job

    outcome = run_job(workplace.project, workplace.settings, job, days=days)
    if not outcome.succeeded:
        for failure in outcome.failures:
            typer.secho(failure, err=True, fg=typer.colors.RED)
        raise typer.Exit(1)
