"""Landing and scoring days: `tenure land` and `tenure score`."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Annotated, Any

import typer

from cli.answers import AsJson, answering
from cli.failed_runs import tell_of_failures
from cli.places import ProjectName, open_workplace, say
from cli.progress import at_work
from home.workplace import Workplace
from tenure.errors import NoChampionError, TimelineError
from tenure.timeline import days_between, parse_day

Day = Annotated[str | None, typer.Option(help="A day, YYYY-MM-DD.")]


def add_to(app: typer.Typer) -> None:
    """Add the commands."""
    app.command()(land)
    app.command()(score)


def land(
    project: ProjectName = None,
    from_: Annotated[str | None, typer.Option("--from", help="First day; by default the project's first.")] = None,
    to: Annotated[str | None, typer.Option("--to", help="Last day; by default the project's last.")] = None,
    as_json: AsJson = False,
) -> None:
    """Land, validate and roll up days, in one run."""
    with answering("land", as_json=as_json) as answer:
        workplace = open_workplace(project)
        first = parse_day(from_) if from_ else workplace.project.first_key
        last = parse_day(to) if to else _last_day(workplace)
        days = days_between(*within(workplace, first, last))
        answer |= {"project": project, "days": days}
        _run(workplace, "history", days, answer)
        say(f"Landed and validated {len(days)} days, {days[0]} to {days[-1]}.")
        _tell_door(workplace, days, answer)


def score(
    project: ProjectName = None,
    day: Day = None,
    from_: Annotated[str | None, typer.Option("--from", help="First of several days, YYYY-MM-DD.")] = None,
    to: Annotated[str | None, typer.Option("--to", help="Last of several days, YYYY-MM-DD.")] = None,
    as_json: AsJson = False,
) -> None:
    """Run everything that a day owes, by default today, after the days before it that were missed. Several in one run.

    Ends with an error if any day was withheld.
    """
    with answering("score", as_json=as_json) as answer:
        workplace = open_workplace(project)
        days = _days(workplace, day, from_, to)
        answer |= {"project": project, "days": days}
        caught_up = catch_up(workplace, until=days[0] - timedelta(days=1))
        _run(workplace, "daily", days, answer)
        _tell(workplace, days, answer)
        _tell_door(workplace, days, answer)
        if not caught_up:
            raise typer.Exit(1)


def _days(workplace: Workplace, day: str | None, from_: str | None, to: str | None) -> tuple[date, ...]:
    """The days that a person named, in one of two ways."""
    match day, from_, to:
        case str(), None, None:
            first = last = parse_day(day)
        case None, None, None if not workplace.project.is_history:
            first = last = _last_day(workplace)
        case None, str(), str():
            first, last = parse_day(from_), parse_day(to)
        case _:
            raise TimelineError(
                "Name one day with --day, or several with both --from and --to. Where new days still come, none means today."
            )
    return days_between(*within(workplace, first, last))


def _tell(workplace: Workplace, days: Sequence[date], answer: dict[str, Any]) -> None:
    """What was scored, model by model; an error where nothing was."""
    from adapters.tables import SCORES, stage_table
    from provenance.history import read_history

    if not workplace.project.models:
        say(f"{workplace.project.name} has no model, so nothing is scored; {len(days)} days are landed.")
    scored: dict[str, list[date]] = {}
    for spec in workplace.project.models:
        done = scored[spec.name] = sorted(set(days) & set(workplace.lake.days(stage_table(spec, SCORES))))
        say(f"{spec.name}: {len(done)} of {len(days)} days scored" + (f", {done[0]} to {done[-1]}." if done else "."))
    history = read_history(workplace)
    answer |= {"scored_days": scored, "holes": history.holes_until(days[-1])}
    if lacking := history.lacking(days[-1]):
        typer.secho(lacking, err=True, fg=typer.colors.YELLOW)
    if scored and not any(scored.values()):
        raise NoChampionError(_why_none(workplace, days))


def _why_none(workplace: Workplace, days: Sequence[date]) -> str:
    """Why no model scored any of the days: none serves, or those that do know what came later."""
    from assets.scores import open_champion

    hindsight = []
    for spec in workplace.project.models:
        try:
            known_until = open_champion(workplace, spec).facts.trained_as_of
        except NoChampionError:
            continue
        if days[-1] < known_until:
            hindsight.append(f"{spec.name} was trained with what was known on {known_until}, and scores that day and later ones")
    if hindsight:
        return f"No model may score these days: {'; '.join(hindsight)}. Score such a day, or train as of an earlier one."
    return "No model has a champion that may score these days. Train, read the card, then tenure promote DIGEST."


def land_missing(workplace: Workplace, *, until: date) -> None:
    """Land the days up to `until` that were never landed: features need the whole history."""
    from provenance.history import read_history
    from provenance.owed import stretches

    _land_earlier(workplace, stretches(read_history(workplace).never_landed(until)))


def catch_up(workplace: Workplace, *, until: date) -> bool:
    """Run what the days up to `until` owe, in order: land what was never landed, score what was missed. Say if all went well.

    A missed day that fails does not keep the later ones from being run; days that could not be landed at all do.
    """
    from provenance.owed import read_owed

    workplace.alerts.send_again()
    owed = read_owed(workplace, until)
    _land_earlier(workplace, owed.to_land)
    went_well = True
    for days in owed.to_run:
        say(f"{len(days)} earlier days were missed; running {days[0]} to {days[-1]} first.")
        try:
            _run(workplace, "daily", days)
        except typer.Exit:
            went_well = False
    return went_well


def _land_earlier(workplace: Workplace, stretches: Sequence[Sequence[date]]) -> None:
    """Land days without scoring them."""
    for days in stretches:
        say(f"{len(days)} earlier days were never landed; landing {days[0]} to {days[-1]} first.")
        _run(workplace, "history", days)


def _tell_door(workplace: Workplace, days: Sequence[date], answer: dict[str, Any]) -> None:
    """What came that did not simply count, and what did not come."""
    from provenance.door import read_door

    lines = read_door(workplace, days).in_words(workplace.project.name)
    answer["door"] = lines
    for line in lines:
        typer.secho(line, err=True, fg=typer.colors.YELLOW)


def _last_day(workplace: Workplace) -> date:
    """The last day that may be landed; one of a company whose data are history is a day once it is over."""
    today, last = workplace.today, workplace.project.last_key
    return today if last is None else min(last, today - timedelta(days=1))


def within(workplace: Workplace, first: date, last: date) -> tuple[date, date]:
    """Refuse days outside the project's history."""
    earliest, latest = workplace.project.first_key, _last_day(workplace)
    ends = workplace.project.last_key
    if ends is not None and latest < last <= ends:
        raise TimelineError(
            f"{last} is not over yet ({workplace.project.timezone}), so it is no day of {workplace.project.name} so far. Wait "
            "until it is, or say an earlier day in its files: as of= of a snapshot, or as last_day of the project."
        )
    if not earliest <= first <= last <= latest:
        raise TimelineError(
            f"Days {first} to {last} are not in order within {earliest} to {latest}, the days of {workplace.project.name}."
        )
    return first, last


def _run(workplace: Workplace, job: str, days: Sequence[date], answer: dict[str, Any] | None = None) -> None:
    """Run a job over days; its failures become the command's error, and what came of it stands in the answer."""
    from pipelines.run import run_job
    from provenance.history import withheld_days

    title = f"{'Landing' if job == 'history' else 'Running'} {len(days)} days" if len(days) > 1 else f"Running {days[0]}"
    with at_work(title, is_told_elsewhere=True) as tell:
        outcome = run_job(workplace.project, workplace.settings, job, days=days, on_step=tell)
    tell_of_failures(workplace, job, outcome)
    if answer is not None:
        answer |= {"run_id": outcome.run_id, "succeeded": outcome.succeeded, "failure": outcome.failure_in_words or None}
        answer["withheld_days"] = {f"{day}": reasons for day, reasons in withheld_days(workplace, days).items()}
    if not outcome.succeeded:
        raise typer.Exit(1)
