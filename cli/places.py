"""What every command starts from: the project named on the command line, at this installation's places."""

from typing import Annotated

import typer

from adapters.settings import load_settings
from home.workplace import Workplace
from tenure.errors import SpecError
from tenure.project import load_project

DEMO_PROJECT = "complete_journey"

ProjectName = Annotated[str, typer.Option("--project", "-p", help="Name of a folder in projects/.")]
ModelName = Annotated[str | None, typer.Option("--model", "-m", help="Name of a model; all models by default.")]


def open_workplace(project: str) -> Workplace:
    """Open a project by its folder's name."""
    import importlib.util

    if not project.isidentifier() or importlib.util.find_spec(f"projects.{project}") is None:
        from adapters.settings import REPOSITORY

        known = sorted(p.parent.name for p in (REPOSITORY / "projects").glob("*/project.py"))
        raise SpecError(f"There is no project {project!r}. Projects here: {', '.join(known) or 'none'}.")
    return Workplace(load_project(f"projects.{project}"), load_settings())


def say(text: str = "") -> None:
    """Tell the person something."""
    typer.echo(text)
