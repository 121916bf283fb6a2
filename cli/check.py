"""Checking a company without running anything: `tenure check`."""

import json
from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from adapters.settings import load_settings
from cli.places import ProjectName, open_settings, say
from home.companies import find

if TYPE_CHECKING:
    from provenance.checking import Checked
    from provenance.sampling import Sampled


def add_to(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(check)


def check(
    project: ProjectName = None,
    sample: Annotated[
        bool, typer.Option("--sample", help="Also read a few of each source's newest batches; nothing is landed.")
    ] = False,
    n_batches: Annotated[int, typer.Option("--batches", min=1, help="How many of them.")] = 3,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON document, schema in docs/reference.md.")] = False,
) -> None:
    """Say everything that is wrong with a company's folder, at once and without running it; exit 1 when something cannot work."""
    from home.encrypting import in_words
    from provenance.checking import check_folder

    settings = load_settings()
    # An empty folder is no home yet, and checking makes none.
    if settings.home.is_dir() and any(settings.home.iterdir()):
        settings = open_settings()
    checked = check_folder(find(settings, project), settings)
    sampled: tuple[Sampled, ...] = ()
    if sample and checked.project is not None:
        from provenance.sampling import sample_sources

        sampled = sample_sources(checked.project, settings, n_batches=n_batches)
    exit_code = 1 if checked.faults or any(each.is_refused for each in sampled) else 0
    if as_json:
        say(_as_json(checked, sampled, exit_code))
    else:
        _show(checked, sampled)
        for line in in_words(settings):
            say(line)
    if exit_code:
        raise typer.Exit(exit_code)


def _show(checked: "Checked", sampled: Sequence["Sampled"]) -> None:
    """A line for each thing, faults first."""
    from tenure.findings import Weight

    order = list(Weight)
    colours = {Weight.STOPS: typer.colors.RED, Weight.NO_TRAINING: typer.colors.RED, Weight.NO_LANDING: typer.colors.YELLOW}
    colours |= {Weight.NO_PROMOTION: typer.colors.YELLOW}
    for each in sorted(checked.findings, key=lambda found: order.index(found.weight)):
        typer.secho(_shortened(checked, each.in_words), fg=colours.get(each.weight))
    for read in sampled:
        typer.secho(read.in_words, fg=typer.colors.RED if read.is_refused else None)
    n = len(checked.faults)
    say(f"{n} thing{'s' * (n != 1)} cannot work." if n else f"{checked.folder.name}: nothing that cannot work.")


def _shortened(checked: "Checked", words: str) -> str:
    """Paths from the company's folder on."""
    return words.replace(f"{checked.folder}/", "")


def _as_json(checked: "Checked", sampled: Sequence["Sampled"], exit_code: int) -> str:
    """The same for programs."""
    findings = [
        {
            "file": _shortened(checked, each.file),
            "line": each.line,
            "weight": each.weight.name.lower(),
            "says": _shortened(checked, each.says),
        }
        for each in checked.findings
    ]
    return json.dumps(
        {
            "schema_version": 1,
            "command": "check",
            "exit_code": exit_code,
            "project": checked.folder.name,
            "folder": str(checked.folder),
            "findings": findings,
            "sample": [each.as_row() for each in sampled],
        },
        indent=1,
        ensure_ascii=False,
    )
