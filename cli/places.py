"""What every command starts from: the project named on the command line, at this installation's places.

What each command does to a home stands here, in one table: reading ones leave it alone, and only some may begin one.
"""

import sys
from collections.abc import Sequence
from typing import Annotated

import typer

from adapters.settings import Settings, load_settings
from home.opening import Use, open_home
from home.workplace import Workplace
from tenure.errors import SpecError
from tenure.project import load_project

DEMO_PROJECT = "complete_journey"
# A command that stands in neither table changes a home that is there.
USES = {
    **dict.fromkeys(("demo", "land", "train", "up", "trust init", "review account new"), Use.MAKES),
    **dict.fromkeys(
        ("status", "verify", "trace", "replay", "rebuild", "verify-scores", "export scores", "trust show", "review account list"),
        Use.READS,
    ),
    # What an earlier Tenure made is backed up before it is opened.
    **dict.fromkeys(("upgrade", "backup"), Use.UPGRADES),
}

ProjectName = Annotated[str, typer.Option("--project", "-p", help="Name of a folder in projects/.")]
ModelName = Annotated[str | None, typer.Option("--model", "-m", help="Name of a model; all models by default.")]


def open_workplace(project: str) -> Workplace:
    """Open a project by its folder's name, at a home that the running command may use.

    Raises
    ------
    SpecError: when there is no such project. HomeError: when the home cannot be used.
    """
    import importlib.util

    if not project.isidentifier() or importlib.util.find_spec(f"projects.{project}") is None:
        from adapters.settings import REPOSITORY

        known = sorted(p.parent.name for p in (REPOSITORY / "projects").glob("*/project.py"))
        raise SpecError(f"There is no project {project!r}. Projects here: {', '.join(known) or 'none'}.")
    return Workplace(load_project(f"projects.{project}"), open_settings())


def open_settings() -> Settings:
    """The places of this installation, at a home that the running command may use."""
    settings = load_settings()
    is_new = not settings.home.exists()
    closed = open_home(settings, use_of(sys.argv[1:]))
    if is_new:
        typer.echo(f"A new home begins at {settings.home}.", err=True)
    if closed:
        typer.echo(f"Closed to other accounts: {len(closed)} files and folders of {settings.home}.", err=True)
    return settings


def use_of(words: Sequence[str]) -> Use:
    """What a command line does to a home: its first words name the command, for no group takes options of its own."""
    named = (" ".join(words[:length]) for length in (3, 2, 1))
    return next((USES[name] for name in named if name in USES), Use.CHANGES)


def say(text: str = "") -> None:
    """Tell the person something."""
    typer.echo(text)
