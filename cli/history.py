"""Landing and scoring days: `tenure land` and `tenure score`."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Annotated

import typer

from cli.failed_runs import tell_of_failures
from cli.places import DEMO_PROJECT, ProjectName, open_workplace, say
from home.workplace import Workplace
from tenure.errors import NoChampionError, TimelineError
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
    days = days_between(*within(workplace, first, last))
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
    match day, from_, to:
        case str(), None, None:
            first = last = parse_day(day)
        case None, str(), str():
            first, last = parse_day(from_), parse_day(to)
        case _:
            raise TimelineError("Name one day with --day, or several with both --from and --to.")
    days = days_between(*within(workplace, first, last))
    land_missing(workplace, until=days[0] - timedelta(days=1))
    _run(workplace, "daily", days)
    _tell(workplace, days)


def _tell(workplace: Workplace, days: Sequence[date]) -> None:
    """What was scored, model by model; an error where nothing was."""
    from adapters.tables import stage_table
    from provenance.history import read_history

    scored = 0
    for spec in workplace.project.models:
        done = sorted(set(days) & set(workplace.lake.days(stage_table(spec, "scores"))))
        scored += len(done)
        say(f"{spec.name}: {len(done)} of {len(days)} days scored" + (f", {done[0]} to {done[-1]}." if done else "."))
    holes = read_history(workplace).holes_until(days[-1])
    if holes:
        typer.secho(
            f"These scores lack what {len(holes)} withheld days brought (first: {holes[0]}): customers may look more absent "
            "than they are. Deliver those days again and score again.",
            err=True,
            fg=typer.colors.YELLOW,
        )
    if not scored:
        raise NoChampionError(
            "No model has a champion that may score these days. Train, read the card, then tenure promote DIGEST."
        )


def land_missing(workplace: Workplace, *, until: date) -> None:
    """Land the days up to `until` that were never landed: features need the whole history."""
    from provenance.history import read_history

    missing = read_history(workplace).never_landed(until)
    if missing:
        say(f"{len(missing)} earlier days were never landed; landing {missing[0]} to {missing[-1]} first.")
        _run(workplace, "history", days_between(missing[0], missing[-1]))


def _last_day(workplace: Workplace) -> date:
    """The last day that may be landed."""
    return workplace.project.last_key or workplace.clock().date()


def within(workplace: Workplace, first: date, last: date) -> tuple[date, date]:
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
    tell_of_failures(workplace, job, outcome)
    if not outcome.succeeded:
        raise typer.Exit(1)
