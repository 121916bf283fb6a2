"""The services of `tenure up`: their command lines, their environment, and the ports on which they listen."""

import errno
import json
import os
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from contextlib import ExitStack, suppress
from pathlib import Path

from adapters.processes import command_of, listener
from adapters.settings import Settings
from adapters.whole_files import write_whole
from tenure.errors import RegistryError, SpecError

CATALOGUE, CODE, DAEMON = "mlflow", "code", "daemon"
# What needs Dagster's store.
PAGES = (CODE, "dagster", "dagster for auditors", DAEMON)
WORKSPACE, SOCKET = "workspace.yaml", "code.sock"
CATALOGUE_STARTS_WITHIN_SECONDS = CODE_STARTS_WITHIN_SECONDS = 180.0


def service_commands(settings: Settings, folder: Path) -> dict[str, list[str]]:
    """The command line of every service.

    The daemon is one for a company of the past as well: it launches what somebody chooses days for on the pages. The companies'
    code is loaded by one server, which pages and daemon ask through a socket in the folder: left to themselves each of them
    starts servers of its own, and the daemon a new one every minute.
    """
    from pipelines.definitions import LOCATION, MODULE

    python = [sys.executable, "-m"]
    workspace = str(folder / WORKSPACE)
    webserver = [*python, "dagster_webserver", "-h", settings.host, "-w", workspace]
    # Code that cannot be loaded is an error on the pages, and no reason for its server to end.
    serve_code = ["api", "grpc", "--lazy-load-user-code", "--log-level", "warning", "--socket", str(folder / SOCKET)]
    code = ["--location-name", LOCATION, "--empty-working-directory", "-m", MODULE]
    commands = {
        CODE: [*python, "dagster", *serve_code, *code],
        "dagster": [*webserver, "-p", str(settings.dagster_port)],
        CATALOGUE: [
            *python,
            "mlflow",
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
        DAEMON: [*python, "dagster._daemon", "run", "-w", workspace],
        "review": [*python, "tenure.rooms.cli.main", "review", "serve"],
    }
    if settings.has_accounts:
        commands[CATALOGUE] += ["--app-name", "basic-auth", "--artifacts-destination", settings.artifacts.as_uri()]
    if settings.audit_port:
        commands["dagster for auditors"] = [*webserver, "-p", str(settings.audit_port), "--read-only"]
    return commands


def write_workspace(folder: Path) -> Path:
    """Write where pages and daemon find the companies' code; return the file."""
    from pipelines.definitions import LOCATION

    server = {"socket": str(folder / SOCKET), "location_name": LOCATION}
    # JSON is YAML, whatever signs a path has.
    return write_whole(folder / WORKSPACE, json.dumps({"load_from": [{"grpc_server": server}]}))


def service_environment(settings: Settings) -> dict[str, str]:
    """What every service finds in its environment; it runs in the home, so that paths are in full."""
    proxy, places = settings.review_proxy, os.pathsep.join(map(str, settings.projects))
    named = {
        "TENURE_HOME": settings.home,
        "TENURE_INBOX": settings.inbox,
        "TENURE_PROJECTS": places or None,
        "TENURE_DELIVERIES": settings.deliveries,
        "TENURE_KEYS": settings.keys_named,
        "TENURE_WITNESS": settings.witness_named,
        "TENURE_PASSPHRASE_FILE": settings.passphrase_file_named,
        "TENURE_SESSION": settings.session,
        "TENURE_REVIEW_PROXY_SECRET_FILE": proxy and proxy.secret_file,
    }
    return {
        # MLflow's job runners, seven processes of 250 MB, serve nothing that Tenure uses.
        "MLFLOW_SERVER_ENABLE_JOB_EXECUTION": "false",
        **os.environ,
        **{name: str(value) for name, value in named.items() if value},
        "DAGSTER_HOME": str(settings.dagster_home),
    }


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


def wait_for_socket(command: list[str], process: subprocess.Popen[bytes], asked: threading.Event) -> None:
    """Wait until a service that listens on a socket does: who asks it earlier shows an error, and asks again much later."""
    if "--socket" not in command:
        return
    socket_file, deadline = Path(command[command.index("--socket") + 1]), time.monotonic() + CODE_STARTS_WITHIN_SECONDS
    while not (socket_file.exists() or process.poll() is not None or time.monotonic() > deadline or asked.wait(timeout=0.1)):
        pass


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
        return f"The {page} pages need port {port} on {host}, but {_who(port)} listens there. Set {variable} to a free port."
    if error.errno == errno.EACCES:
        return f"The {page} pages cannot have port {port}: {found}. Set {variable} to a port from 1024 to 65535."
    return f"The {page} pages cannot listen on {host}: {found}. Correct TENURE_HOST, or unset it for 127.0.0.1."


def _who(port: int) -> str:
    """Who has a port, as far as this account may know."""
    pid = listener(port)
    if pid is None:
        return "a program of another account"
    return "one of these pages itself" if pid == os.getpid() else f"process {pid} ({command_of(pid)})"
