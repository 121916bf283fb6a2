"""Which companies Dagster serves: the one asked for, and every other that has state in the same home.

The code of each is loaded by one server, which pages and daemon ask through a socket. Left to themselves, each of them starts
servers of its own, and the daemon a new one every minute.
"""

import json
import sys
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


def write_workspace(settings: Settings, project: str, sockets: Path) -> Path:
    """Write the workspace of a home, as Dagster reads it; return the file."""
    locations = [
        {"grpc_server": {"socket": str(socket), "location_name": company}}
        for company, socket in _sockets(settings, project, sockets).items()
    ]
    # JSON is YAML, whatever signs a path has.
    return write_whole(workspace_file(settings), json.dumps({"load_from": locations}, indent=1) + "\n")


def code_servers(settings: Settings, project: str, sockets: Path) -> dict[str, list[str]]:
    """The command line of each company's code server, by what the service is called."""
    serve = [str(Path(sys.executable).parent / "dagster"), "api", "grpc", "--log-level", "warning", "-d", str(REPOSITORY)]
    # Code that cannot be loaded is an error on the pages, and no reason for the server to end.
    serve.append("--lazy-load-user-code")
    return {
        f"code of {company}": [*serve, "--socket", str(socket), "--location-name", company, *_definitions(company)]
        for company, socket in _sockets(settings, project, sockets).items()
    }


def workspace_file(settings: Settings) -> Path:
    """Where the workspace of a home is."""
    return settings.dagster_home / NAME


def _sockets(settings: Settings, project: str, folder: Path) -> dict[str, Path]:
    """The socket of each company's code server; the system allows them short paths alone."""
    return {company: folder / f"{n}.sock" for n, company in enumerate(companies(settings, project))}


def _definitions(company: str) -> list[str]:
    """Where the definitions of a company are: in its own file if it has one, otherwise they are built from its folder."""
    own = f"projects.{company}.definitions"
    return ["-m", "pipelines.location", "-a", company] if find_spec(own) is None else ["-m", own]


def _is_project(name: str) -> bool:
    """Whether there is code of this name."""
    return find_spec(f"projects.{name}") is not None and find_spec(f"projects.{name}.project") is not None
