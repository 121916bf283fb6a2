"""Where a project stands: `tenure status`."""

import sys
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from adapters.settings import load_settings
from cli.places import ProjectName, open_all, open_workplace, say
from cli.progress import at_work
from home.opened import Opened, opened
from tenure.errors import SpecError, TenureError

if TYPE_CHECKING:
    from provenance.status_records import ModelStatus, ProjectStatus


# Wider than any row.
ELSEWHERE_WIDTH = 1_000


def add_to(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(status)


def status(
    project: ProjectName = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON document, schema in docs/reference.md.")] = False,
) -> None:
    """Show champions, test figures, gates, audits, the last scored day, drift and disk, of every company unless one is named."""
    from pydantic import TypeAdapter

    from home.encrypting import in_words as encrypted_in_words
    from provenance.status_records import ProjectStatus

    is_one = project is not None or Path("project.py").is_file()
    home = opened(open_workplace(project)) if is_one else open_all()
    with at_work("Reading where things stand"):
        found, refused = _read(home)
    is_alone = len(found) + len(refused) == 1
    if as_json and not is_alone:
        say(TypeAdapter(dict[str, ProjectStatus]).dump_json(found, indent=2).decode())
    for place, one in enumerate(found.values()):
        if as_json and is_alone:
            say(TypeAdapter(ProjectStatus).dump_json(one, indent=2).decode())
        elif not as_json:
            if place:
                say()
            show(one)
            for line in one.waiting:
                say(line)
    if not as_json:
        for line in encrypted_in_words(load_settings()):
            say(line)
    if refused:
        raise SpecError("\n".join(f"{name} cannot be shown. {why}" if found else why for name, why in refused.items()))


def _read(home: Opened) -> tuple[dict[str, "ProjectStatus"], dict[str, str]]:
    """How each company stands; and, by name, why others cannot be told."""
    from provenance.status import read_status
    from provenance.status_records import ProjectStatus

    found, refused = dict[str, ProjectStatus](), dict(home.refused)
    for name, workplace in home.workplaces.items():
        try:
            found[name] = read_status(workplace)
        except TenureError as error:
            refused[name] = str(error)
    return found, refused


def show(found: "ProjectStatus") -> None:
    """Show a status on the terminal."""
    from rich.console import Console
    from rich.table import Table

    # In a file or a pipe there is no screen to fit, and a name that was cut is another name.
    console = Console(width=None if sys.stdout.isatty() else ELSEWHERE_WIDTH)
    landed = f"landed to {found.last_landed_day}" if found.last_landed_day else "nothing landed yet: run `tenure land`"
    days = f"{len(found.withheld_days)} days withheld; days of {found.timezone}"
    console.print(f"[bold]{found.project}[/bold]: {landed}, {days}")
    console.print(found.disk.in_words, highlight=False, soft_wrap=True)
    level = f", at the level of {found.level.called}" if found.level else ""
    console.print(f"approvals: {found.trust}{level}", style="yellow" if found.trust.name == "DEMO" else None, highlight=False)
    for words in found.keys_ending:
        console.print(f"[yellow]{words}[/yellow]", highlight=False, soft_wrap=True)
    for day, reasons in found.withheld_days.items():
        console.print(f"  withheld {day}: {' '.join(reasons)}")
    for line in (*_never_landed(found), *found.door):
        console.print(f"  {line}", soft_wrap=True, markup=False, highlight=False)
    table = Table(
        "model", "serves", "test figures (95 % interval)", "open gates", "last scored", "drift", box=None, pad_edge=False
    )
    for name, model in found.models.items():
        table.add_row(
            name, _serves(model), "\n".join(_figures(model)), "\n".join(_open_gates(model)), _day(model), str(model.drift)
        )
    console.print(table)
    for name, model in found.models.items():
        for line in _outdated(found.project, name, model.outdated_days):
            console.print(line, soft_wrap=True)
        for line in _missed(found.project, name, model):
            console.print(line, soft_wrap=True)
        for line in model.exceptions:
            style = "yellow" if line in model.exceptions_urgent else None
            console.print(f"{name}: {line}", style=style, soft_wrap=True, markup=False, highlight=False)
        for line in (*([model.consent.in_words] if model.consent else []), *model.unreadable):
            console.print(f"{name}: {line}", soft_wrap=True, markup=False, highlight=False)


HEADLINES = ("roc_auc", "average_precision", "uno_c", "ibs_skill_over_kaplan_meier", "expected_calibration_error")


def _serves(model: "ModelStatus") -> str:
    """Who serves."""
    if model.revoked:
        return f"nobody: revoked\nby {model.revoked}"
    if model.champion is None:
        return "nobody" + (f" ({model.n_waiting} waiting)" if model.n_waiting else "")
    by = f"\nby {', '.join(model.champion.approved_by)}" if model.champion.approved_by else ""
    overdue = "\nREVIEW OVERDUE: nothing is scored" if model.champion.is_overdue else ""
    return f"version {model.champion.version}\n{model.champion.digest[:12]}{by}{overdue}"


def _figures(model: "ModelStatus") -> list[str]:
    """The figures people ask for."""
    found = [(name, model.metrics[name]) for name in HEADLINES if name in model.metrics]
    return [f"{name} {figure.in_words}" for name, figure in found]


def _open_gates(model: "ModelStatus") -> list[str]:
    """Gates that do not simply pass."""
    return [f"{gate.name}: {gate.result}" for gate in model.gates if gate.result in ("fail", "needs a reason", "excepted")] or [
        "none"
    ]


def _outdated(project: str, model: str, days: Sequence[date]) -> Iterator[str]:
    """Which delivered scores are out of date, why, and what to do: a command for each unbroken stretch of days."""
    if days:
        yield (
            f"{model}: the scores of {len(days)} days are out of date, for what they were made from has changed since. "
            "To have them scored again, by the champion that serves now:"
        )
    for _, stretch in groupby(enumerate(sorted(days)), key=lambda place: place[1] - timedelta(days=place[0])):
        same = [day for _, day in stretch]
        yield f"  tenure score --project {project} --from {same[0]} --to {same[-1]}"


def _never_landed(found: "ProjectStatus") -> Iterator[str]:
    """Which days nobody landed, and the command that makes up for it."""
    if days := found.never_landed_days:
        yield f"never landed: {len(days)} days, {days[0]} to {days[-1]}; tenure score --project {found.project} runs them first"


def _missed(project: str, model: str, found: "ModelStatus") -> Iterator[str]:
    """Days without scores, and scores that lack a day."""
    if days := found.never_scored_days:
        yield f"{model}: {len(days)} days were never scored: tenure score --project {project} --from {days[0]} --to {days[-1]}"
    if days := found.days_scored_over_holes:
        yield f"{model}: the scores of {len(days)} days, from {days[0]} on, lack what a withheld day before them brought"


def _day(model: "ModelStatus") -> str:
    """The last scored day."""
    return str(model.last_scored_day or "never")
