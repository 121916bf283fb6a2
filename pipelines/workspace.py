"""Which companies Dagster serves: the one asked for, and every other that has state in the same home."""

import json
from importlib.util import find_spec
from pathlib import Path

from adapters.settings import REPOSITORY, Settings
from adapters.whole_files import write_whole

NAME = "workspace.yaml"


def companies(settings: Settings, project: str) -> tuple[str, ...]:
    """The company asked for, then those whose days were landed in this home, by name."""
    return tuple(dict.fromkeys((project, *landed_companies(settings))))


def landed_companies(settings: Settings) -> tuple[str, ...]:
    """The companies whose days were landed in this home, and whose code is here."""
    landed = (settings.raw / "receipts").glob("*") if settings.raw.is_dir() else ()
    return tuple(sorted(path.name for path in landed if path.name.isidentifier() and _is_project(path.name)))


def write_workspace(settings: Settings, project: str) -> Path:
    """Write the workspace of a home, as Dagster reads it; return the file."""
    locations = [{"python_module": _location(company)} for company in companies(settings, project)]
    # JSON is YAML, whatever signs a path has.
    return write_whole(workspace_file(settings), json.dumps({"load_from": locations}, indent=1) + "\n")


def workspace_file(settings: Settings) -> Path:
    """Where the workspace of a home is."""
    return settings.dagster_home / NAME


def _location(company: str) -> dict[str, str]:
    """Where the definitions of a company are: in its own file if it has one, otherwise they are built from its folder."""
    own = f"projects.{company}.definitions"
    built = {"module_name": "pipelines.location", "attribute": company}
    where = built if find_spec(own) is None else {"module_name": own}
    return {**where, "location_name": company, "working_directory": str(REPOSITORY)}


def _is_project(name: str) -> bool:
    """Whether there is code of this name."""
    return find_spec(f"projects.{name}") is not None and find_spec(f"projects.{name}.project") is not None
