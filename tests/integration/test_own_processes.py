"""What a killed `tenure up` leaves running, found by the next one; and what is not its own, left alone."""

import json
import os
import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from adapters.processes import began, command_of, kill_offspring, listener, offspring
from cli.own_processes import NAME, end_left, note
from tenure.errors import HomeError


@pytest.fixture
def service() -> Iterator[subprocess.Popen]:
    """A service with a process of its own, in a group of its own."""
    started = subprocess.Popen(
        ["sh", "-c", "sleep 300 & echo ready; wait"], stdout=subprocess.PIPE, text=True, start_new_session=True
    )
    assert started.stdout is not None
    started.stdout.readline()
    yield started
    kill_offspring(started.pid)
    started.kill()
    started.wait()


def as_if_killed(home: Path) -> None:
    """Let the note be that of a `tenure up` that is gone."""
    noted = json.loads((home / NAME).read_text(encoding="utf-8"))
    noted[0]["began"] = "long ago"
    (home / NAME).write_text(json.dumps(noted))


def test_the_next_start_ends_what_a_killed_one_left(tmp_path: Path, service: subprocess.Popen) -> None:
    """With what the service itself had started."""
    note(tmp_path, {"mlflow": service})
    as_if_killed(tmp_path)
    (child,) = offspring(service.pid)

    assert end_left(tmp_path) == ("mlflow",)
    assert (began(service.pid), began(child)) == (None, None)
    assert not (tmp_path / NAME).exists()
    assert end_left(tmp_path) == ()


def test_a_number_that_was_used_again_is_another_s_process(tmp_path: Path, service: subprocess.Popen) -> None:
    """It began at another moment, and lives on."""
    note(tmp_path, {"mlflow": service})
    noted = json.loads((tmp_path / NAME).read_text(encoding="utf-8"))
    (tmp_path / NAME).write_text(json.dumps([{**one, "began": "1"} for one in noted]))

    assert end_left(tmp_path) == ()
    assert began(service.pid) is not None


def test_a_second_start_is_refused_while_the_first_serves(tmp_path: Path, service: subprocess.Popen) -> None:
    """Its pages are not taken away from whoever reads them."""
    note(tmp_path, {"mlflow": service})
    noted = json.loads((tmp_path / NAME).read_text(encoding="utf-8"))
    noted[0] |= {"pid": service.pid, "began": began(service.pid)}
    (tmp_path / NAME).write_text(json.dumps(noted))

    with pytest.raises(HomeError, match=rf"Another `tenure up`, process {service.pid}, serves the home"):
        end_left(tmp_path)
    assert began(service.pid) is not None


def test_a_note_that_says_nothing_names_no_process(tmp_path: Path) -> None:
    """Half written, or of another shape: nothing is ended by guessing."""
    for content in ("", "[{}]", "{}", '[{"name": "mlflow"}]'):
        (tmp_path / NAME).write_text(content)
        assert end_left(tmp_path) == ()


def test_who_listens_on_a_port_is_known_by_number() -> None:
    """So that a person can end it."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        pid = listener(taken.getsockname()[1])

        assert pid == os.getpid()
        assert "pytest" in command_of(pid) or "python" in command_of(pid)
