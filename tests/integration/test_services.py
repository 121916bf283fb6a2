"""`tenure up` as a person starts it: on ports that are taken, and with a service that dies."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from cli.services import stop

HOUSE = Path(__file__).parents[2]
LOOPBACK = "127.0.0.1"


def up(home: Path, dagster_port: int, mlflow_port: int, **settings: str) -> subprocess.Popen:
    """Start the command in a process of its own."""
    environment = {
        "TENURE_HOME": str(home),
        "TENURE_DAGSTER_PORT": str(dagster_port),
        "TENURE_MLFLOW_PORT": str(mlflow_port),
        "TENURE_REVIEW_PORT": str(free_port()),
        "PATH": "/usr/bin:/bin",
        "PYTHONPATH": str(HOUSE),
        **settings,
    }
    command = [sys.executable, "-W", "ignore", "-m", "cli.main", "up", "--project", "complete_journey"]
    pipe = subprocess.PIPE
    return subprocess.Popen(
        command, cwd=HOUSE, env=environment, stdout=pipe, stderr=subprocess.STDOUT, text=True, start_new_session=True
    )


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.create_server((LOOPBACK, 0)) as one:
        return one.getsockname()[1]


def free_ports() -> tuple[int, int]:
    """Two ports that nobody listens on."""
    with socket.create_server((LOOPBACK, 0)) as one, socket.create_server((LOOPBACK, 0)) as other:
        return one.getsockname()[1], other.getsockname()[1]


@pytest.fixture
def taken() -> Iterator[int]:
    """A port on which another program listens."""
    with socket.create_server((LOOPBACK, 0)) as other:
        yield other.getsockname()[1]


@pytest.mark.parametrize(
    ("page", "variable"), [("Dagster", "TENURE_DAGSTER_PORT"), ("MLflow", "TENURE_MLFLOW_PORT"), ("review", "TENURE_REVIEW_PORT")]
)
def test_a_taken_port_is_named_with_what_changes_it(tmp_path: Path, taken: int, page: str, variable: str) -> None:
    """Before anything starts: a sentence, not a library's traceback among the output of services that do run."""
    free = free_ports()
    ports = {"TENURE_DAGSTER_PORT": free[0], "TENURE_MLFLOW_PORT": free[1], variable: taken}
    process = up(tmp_path, ports["TENURE_DAGSTER_PORT"], ports["TENURE_MLFLOW_PORT"], **{variable: str(taken)})
    output, _ = process.communicate(timeout=60)

    assert process.returncode == 1
    assert f"The {page} pages need port {taken} on 127.0.0.1" in output
    assert f"process {os.getpid()} (" in output
    assert f"Set {variable} to a free port" in output
    assert "Traceback" not in output
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("ports", "host", "says"),
    [
        ((0, 0), LOOPBACK, "TENURE_DAGSTER_PORT must be a whole number from 1 to 65535"),
        ((70_000, 1), LOOPBACK, "TENURE_DAGSTER_PORT must be a whole number from 1 to 65535"),
        (None, LOOPBACK, "Set TENURE_MLFLOW_PORT to a free port"),
        ((4711, 4712), "nobody.invalid", "Correct TENURE_HOST, or unset it for 127.0.0.1"),
    ],
    ids=["zero", "too high", "the same twice", "no such host"],
)
def test_an_address_that_cannot_be_listened_on_is_refused(
    tmp_path: Path, ports: tuple[int, int] | None, host: str, says: str
) -> None:
    """The message names the variable that is to be corrected."""
    chosen = ports or (free_ports()[0],) * 2
    process = up(tmp_path, *chosen, TENURE_HOST=host)
    output, _ = process.communicate(timeout=60)

    assert process.returncode == 1
    assert says in output
    assert "Traceback" not in output


def answers(port: int) -> bool:
    """Whether a page is served."""
    try:
        with urllib.request.urlopen(f"http://{LOOPBACK}:{port}/", timeout=5):
            return True
    except (urllib.error.URLError, ConnectionError, TimeoutError):
        return False


def group_of(port: int) -> int:
    """The process group that serves a port, as its command line tells."""
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            words = (entry / "cmdline").read_bytes().split(b"\0")
        except OSError:
            continue
        if b"--port" in words and str(port).encode() in words:
            return os.getpgid(int(entry.name))
    raise AssertionError(f"nobody serves port {port}")


@pytest.mark.slow
@pytest.mark.skipif(not Path("/proc/self/cmdline").exists(), reason="finds the service by its command line in /proc")
def test_a_service_that_dies_takes_the_others_with_it(tmp_path: Path) -> None:
    """Half of the pages would look like all of them. The person reads which one it was, and both ports are free again."""
    ports = free_ports()
    process = up(tmp_path, *ports)
    try:
        deadline = time.monotonic() + 180
        while not all(answers(port) for port in ports):
            assert process.poll() is None
            assert time.monotonic() < deadline, "the pages were not served in time"
            time.sleep(0.5)
        # Only the service's first process: what it started itself lives on, and holds the port.
        os.kill(group_of(ports[1]), signal.SIGKILL)
        output, _ = process.communicate(timeout=60)
    finally:
        stop([process])

    assert process.returncode == 1
    assert "Service mlflow ended by itself, so all were stopped" in output
    for port in ports:
        socket.create_server((LOOPBACK, port)).close()
