"""Serving people: `tenure up` starts Dagster, MLflow and the review room, on loopback.

Which processes those are, on which ports, is `serving.py`; how they are found again after a kill is `own_processes.py`.
"""

import signal
import subprocess
import threading
from collections.abc import Collection, Mapping
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated

import typer

from adapters.catalogue_accounts import RIGHTS, CatalogueAccounts
from adapters.settings import Settings, load_settings
from adapters.whole_files import make_folder
from cli.interrupts import hand_over
from cli.own_processes import end_left, forget, note, stop_groups
from cli.places import ProjectName, open_all, open_workplace, say
from cli.review import tell_demo_accounts
from cli.serving import (
    CATALOGUE,
    PAGES,
    catalogue_address,
    require_free_ports,
    service_commands,
    service_environment,
    wait_for_catalogue,
    wait_for_socket,
    write_workspace,
)
from home.opened import Opened
from tenure.errors import TenureError

AUDIT_PORT = 3001


def add_to(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(up)


def up(
    project: ProjectName = None,
    read_only_dagster: Annotated[
        bool, typer.Option("--read-only-dagster", help="A second Dagster for auditors that can change nothing, on its own port.")
    ] = False,
) -> None:
    """Serve Dagster with its daemon, MLflow and the review room, for every company of the home. Ctrl-C stops them."""
    settings = load_settings()
    if left := end_left(settings.home):
        say(f"An earlier `tenure up` was killed; what it left running is ended now: {', '.join(left)}.")
    if read_only_dagster and settings.audit_port is None:
        settings = replace(settings, audit_port=AUDIT_PORT)
    require_free_ports(settings)
    if project is not None or Path("project.py").is_file():
        open_workplace(project)
    home = replace(open_all(), settings=settings)
    for name, why in home.refused.items():
        typer.secho(f"Not served: company {name}. {why}", err=True, fg=typer.colors.YELLOW)
    hand_over()
    asked = asked_to_stop()
    make_folder(settings.artifacts)
    tell_demo_accounts(home)
    with TemporaryDirectory(prefix="tenure-") as folder:
        _serve(home, prepare(settings, Path(folder)), asked)


def prepare(settings: Settings, folder: Path) -> dict[str, list[str]]:
    """Make what the services need, in the home and for the moment in a folder; return the commands of those that can start."""
    commands = service_commands(settings, folder)
    for named, ready in ((PAGES, end_abandoned_runs), ((CATALOGUE,), settle_catalogue)):
        try:
            ready(settings)
        except TenureError as error:
            commands = {name: command for name, command in commands.items() if name not in named}
            typer.secho(f"Not served: {', '.join(named)}. {error}", err=True, fg=typer.colors.YELLOW)
    write_workspace(folder)
    return commands


def _serve(home: Opened, commands: Mapping[str, list[str]], asked: threading.Event) -> None:
    """Start the services, say where they are, and wait; whatever happens, none of them is left."""
    settings = home.settings
    environment = service_environment(settings)
    accounts = CatalogueAccounts(settings.home) if settings.has_accounts and CATALOGUE in commands else None
    # Only the server itself is handed the administrator's password.
    own = {CATALOGUE: accounts.prepare()} if accounts else {}
    processes: dict[str, subprocess.Popen[bytes]] = {}
    try:
        for name, command in commands.items():
            # A group each, so that a service takes its own processes with it.
            processes[name] = subprocess.Popen(  # noqa: S603
                command, cwd=settings.home, env={**environment, **own.get(name, {})}, start_new_session=True
            )
            note(settings.home, processes)
            wait_for_socket(command, processes[name], asked)
        _tell(settings, commands)
        if accounts and wait_for_catalogue(settings, processes[CATALOGUE], asked):
            for name, workplace in home.workplaces.items():
                accounts.settle(catalogue_address(settings), name, [spec.name for spec in workplace.project.models])
            say(f"MLflow asks for an account: {', '.join(RIGHTS)}; passwords are in {accounts.passwords_file}")
        say("Stop with Ctrl-C.")
        ended = wait(processes, asked)
    finally:
        stop(processes.values())
        forget(settings.home)
    if ended:
        typer.secho(f"Service {', '.join(ended)} ended by itself, so all were stopped; its output above says why.", err=True)
        raise typer.Exit(1)


def _tell(settings: Settings, commands: Mapping[str, list[str]]) -> None:
    """Where the pages are."""
    pages = {
        "dagster": f"Dagster  http://{settings.host}:{settings.dagster_port}",
        "dagster for auditors": f"Dagster  http://{settings.host}:{settings.audit_port} (read only, for auditors)",
        CATALOGUE: f"MLflow   http://{settings.host}:{settings.mlflow_port}",
        "review": f"Review   {settings.review_address}",
    }
    for name, page in pages.items():
        if name in commands:
            say(page)


def settle_catalogue(settings: Settings) -> None:
    """Let MLflow's store be one that it can open, with its artifacts in the home as it is now."""
    from adapters.catalogue_store import alone, settle

    with alone(settings.tracking_uri):
        settle(settings.tracking_uri, settings.artifacts)


def end_abandoned_runs(settings: Settings) -> None:
    """Prepare the Dagster instance, and end the runs in it whose process was killed."""
    from pipelines.abandoned import end_abandoned
    from pipelines.instance import open_instance

    with open_instance(settings) as instance:
        for run_id in end_abandoned(instance):
            say(f"Run {run_id} ended with its process and never finished; the UI shows it as failed now.")


def asked_to_stop() -> threading.Event:
    """What is set once a person, or the system, asks this process to end; services in groups of their own do not hear it."""
    asked = threading.Event()
    for kind in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(kind, lambda *_: asked.set())
    return asked


def wait(processes: Mapping[str, subprocess.Popen[bytes]], asked: threading.Event) -> list[str]:
    """Wait until this process is asked to end, or a service ended by itself; return the names of such."""
    while not asked.wait(timeout=0.5):
        if ended := [name for name, process in processes.items() if process.poll() is not None]:
            return ended
    return []


def stop(processes: Collection[subprocess.Popen[bytes]]) -> None:
    """End services and all that they started, also of one that is gone itself; what does not listen is killed."""
    stop_groups([process.pid for process in processes])
    for process in processes:
        with suppress(subprocess.TimeoutExpired):
            process.wait(timeout=1)
