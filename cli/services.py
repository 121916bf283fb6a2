"""Serving people: `tenure up` starts Dagster, MLflow and the review room, on loopback."""

import errno
import os
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Collection, Mapping
from contextlib import ExitStack, suppress
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from adapters.catalogue_accounts import RIGHTS, CatalogueAccounts
from adapters.settings import REPOSITORY, Settings
from cli.places import DEMO_PROJECT, ProjectName, open_workplace, say
from cli.review import tell_demo_accounts
from tenure.errors import RegistryError, SpecError

AUDIT_PORT = 3001
CATALOGUE_STARTS_WITHIN_SECONDS = 180.0


def add_to(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(up)


def up(
    project: ProjectName = DEMO_PROJECT,
    read_only_dagster: Annotated[
        bool, typer.Option("--read-only-dagster", help="A second Dagster for auditors that can change nothing, on its own port.")
    ] = False,
) -> None:
    """Serve Dagster, MLflow and the review room; for a company that still delivers, the daemon too. Ctrl-C stops them."""
    workplace = open_workplace(project)
    settings = workplace.settings
    if read_only_dagster and settings.audit_port is None:
        settings = replace(settings, audit_port=AUDIT_PORT)
    commands = service_commands(settings, project, with_daemon=not workplace.project.is_history)
    require_free_ports(settings)
    end_abandoned_runs(settings)
    settings.artifacts.mkdir(parents=True, exist_ok=True)
    tell_demo_accounts(workplace)
    asked = asked_to_stop()
    environment = service_environment(settings)
    accounts = CatalogueAccounts(settings.home) if settings.has_accounts else None
    # Only the server itself is handed the administrator's password.
    own = {"mlflow": accounts.prepare()} if accounts else {}
    processes: dict[str, subprocess.Popen[bytes]] = {}
    try:
        for name, command in commands.items():
            # A group each, so that a service takes its own processes with it.
            processes[name] = subprocess.Popen(  # noqa: S603
                command, cwd=REPOSITORY, env={**environment, **own.get(name, {})}, start_new_session=True
            )
        say(f"Dagster  http://{settings.host}:{settings.dagster_port}")
        if settings.audit_port:
            say(f"Dagster  http://{settings.host}:{settings.audit_port} (read only, for auditors)")
        say(f"MLflow   http://{settings.host}:{settings.mlflow_port}")
        say(f"Review   {settings.review_address}")
        if accounts and wait_for_catalogue(settings, processes["mlflow"], asked):
            models = [spec.name for spec in workplace.project.models]
            accounts.settle(catalogue_address(settings), workplace.project.name, models)
            say(f"MLflow asks for an account: {', '.join(RIGHTS)}; passwords are in {accounts.passwords_file}")
        say("Stop with Ctrl-C.")
        ended = wait(processes, asked)
    finally:
        stop(processes.values())
    if ended:
        typer.secho(f"Service {', '.join(ended)} ended by itself, so all were stopped; its output above says why.", err=True)
        raise typer.Exit(1)


def service_commands(settings: Settings, project: str, *, with_daemon: bool) -> dict[str, list[str]]:
    """The command line of every service."""
    bin_folder = Path(sys.executable).parent
    port = str(settings.dagster_port)
    workspace = str(REPOSITORY / "workspace.yaml")
    commands = {
        "dagster": [str(bin_folder / "dagster-webserver"), "-h", settings.host, "-p", port, "-w", workspace],
        "mlflow": [
            str(bin_folder / "mlflow"),
            "server",
            "--host",
            settings.host,
            "--port",
            str(settings.mlflow_port),
            "--backend-store-uri",
            settings.tracking_uri,
            "--workers",
            "1",
        ],
        "review": [sys.executable, "-m", "cli.main", "review", "serve", "--project", project],
    }
    if settings.has_accounts:
        commands["mlflow"] += ["--app-name", "basic-auth", "--artifacts-destination", settings.artifacts.as_uri()]
    if settings.audit_port:
        audit = ["-h", settings.host, "-p", str(settings.audit_port), "-w", workspace, "--read-only"]
        commands["dagster for auditors"] = [str(bin_folder / "dagster-webserver"), *audit]
    if with_daemon:
        commands["daemon"] = [str(bin_folder / "dagster-daemon"), "run", "-w", workspace]
    return commands


def catalogue_address(settings: Settings) -> str:
    """Where MLflow is served."""
    host = f"[{settings.host}]" if ":" in settings.host else settings.host
    return f"http://{host}:{settings.mlflow_port}"


def wait_for_catalogue(settings: Settings, process: subprocess.Popen[bytes], asked: threading.Event) -> bool:
    """Wait until MLflow answers; False when it ended, or this process was asked to end, before."""
    deadline = time.monotonic() + CATALOGUE_STARTS_WITHIN_SECONDS
    while process.poll() is None and not asked.wait(timeout=0.5):
        with suppress(OSError), urllib.request.urlopen(f"{catalogue_address(settings)}/health", timeout=5):  # noqa: S310
            return True
        if time.monotonic() > deadline:
            raise RegistryError(
                f"MLflow did not answer within {CATALOGUE_STARTS_WITHIN_SECONDS:.0f} seconds, so nobody was given an account. "
                "Its output above says why; start it again."
            )
    return False


def service_environment(settings: Settings) -> dict[str, str]:
    """What every service finds in its environment."""
    return {
        # MLflow's job runners, seven processes of 250 MB, serve nothing that Tenure uses.
        "MLFLOW_SERVER_ENABLE_JOB_EXECUTION": "false",
        **os.environ,
        "DAGSTER_HOME": str(settings.dagster_home),
        "PYTHONPATH": str(REPOSITORY),
    }


def end_abandoned_runs(settings: Settings) -> None:
    """Prepare the Dagster instance, and end the runs in it whose process was killed."""
    from pipelines.abandoned import end_abandoned
    from pipelines.instance import open_instance

    with open_instance(settings) as instance:
        for run_id in end_abandoned(instance):
            say(f"Run {run_id} ended with its process and never finished; the UI shows it as failed now.")


def require_free_ports(settings: Settings) -> None:
    """Refuse to start where a port cannot be listened on: the pages would be another program's, or nobody's."""
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    pages = [
        ("Dagster", settings.dagster_port, "TENURE_DAGSTER_PORT"),
        ("MLflow", settings.mlflow_port, "TENURE_MLFLOW_PORT"),
        ("review", settings.review_port, "TENURE_REVIEW_PORT"),
    ]
    if settings.audit_port:
        pages.append(("read-only Dagster", settings.audit_port, "TENURE_DAGSTER_AUDIT_PORT"))
    with ExitStack() as held:
        for page, port, variable in pages:
            try:
                # Held until all were tried, so that one port named twice is found as well.
                held.enter_context(socket.create_server((settings.host, port), family=family))
            except OSError as error:
                raise SpecError(_refusal(error, page, settings.host, port, variable)) from error


def _refusal(error: OSError, page: str, host: str, port: int, variable: str) -> str:
    """Why a port cannot be had, and which variable changes that."""
    found = str(error).rstrip(".")
    if error.errno == errno.EADDRINUSE:
        return (
            f"The {page} pages need port {port} on {host}, but another program listens there already (or another `tenure up`). "
            f"End it, or set {variable} to a free port."
        )
    if error.errno == errno.EACCES:
        return f"The {page} pages cannot have port {port}: {found}. Set {variable} to a port from 1024 to 65535."
    return f"The {page} pages cannot listen on {host}: {found}. Correct TENURE_HOST, or unset it for 127.0.0.1."


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
    for ask, patience_seconds in ((signal.SIGTERM, 20.0), (signal.SIGKILL, 2.0)):
        for process in processes:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, ask)
        deadline = time.monotonic() + patience_seconds
        while any(_is_there(process) for process in processes):
            if time.monotonic() > deadline:
                break
            time.sleep(0.1)
        else:
            return


def _is_there(process: subprocess.Popen[bytes]) -> bool:
    """Whether a service, or anything that it started, still runs."""
    process.poll()  # an ended process stays in its group until somebody has asked after it
    try:
        os.killpg(process.pid, 0)
    except ProcessLookupError:
        return False
    return True
