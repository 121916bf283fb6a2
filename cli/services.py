"""Serving people: `tenure up` starts the Dagster UI and the MLflow UI on loopback."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import typer

from adapters.settings import REPOSITORY, Settings
from cli.places import DEMO_PROJECT, ProjectName, open_workplace, say


def add_to(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(up)


def up(project: ProjectName = DEMO_PROJECT) -> None:
    """Serve the Dagster UI and the MLflow UI; for a company that still delivers, run the daemon too. Ctrl-C stops them."""
    workplace = open_workplace(project)
    settings = workplace.settings
    commands = service_commands(settings, with_daemon=not workplace.project.is_history)
    environment = {**os.environ, "DAGSTER_HOME": str(settings.dagster_home), "PYTHONPATH": str(REPOSITORY)}
    from pipelines.run import prepare_instance

    prepare_instance(settings)
    settings.artifacts.mkdir(parents=True, exist_ok=True)
    processes = {
        name: subprocess.Popen(command, cwd=REPOSITORY, env=environment)  # noqa: S603 - our own commands
        for name, command in commands.items()
    }
    say(f"Dagster  http://{settings.host}:{settings.dagster_port}")
    say(f"MLflow   http://{settings.host}:{settings.mlflow_port}")
    say("Stop with Ctrl-C.")
    _wait(processes)


def service_commands(settings: Settings, *, with_daemon: bool) -> dict[str, list[str]]:
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
    }
    if with_daemon:
        commands["daemon"] = [str(bin_folder / "dagster-daemon"), "run", "-w", workspace]
    return commands


def _wait(processes: dict[str, subprocess.Popen[bytes]]) -> None:
    """Wait until a service ends or the person stops them; then stop the others."""
    stop = False

    def end(_signal: int, _frame: object) -> None:
        nonlocal stop
        stop = True

    signal.signal(signal.SIGTERM, end)
    signal.signal(signal.SIGINT, end)
    while not stop and all(process.poll() is None for process in processes.values()):
        time.sleep(0.5)
    ended = [name for name, process in processes.items() if process.poll() is not None]
    for process in processes.values():
        if process.poll() is None:
            process.terminate()
    for process in processes.values():
        process.wait(timeout=20)
    if ended and not stop:
        typer.secho(f"Service {', '.join(ended)} ended by itself; its output above says why.", err=True)
        raise typer.Exit(1)
