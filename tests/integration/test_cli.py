"""The command line on an installation where nothing has happened yet: answers, refusals and exit codes."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from pydantic import TypeAdapter
from typer.testing import CliRunner

from cli.main import app
from home.format import note_format
from provenance.status_records import ProjectStatus
from tenure.errors import TenureError

HOUSE = Path(__file__).resolve().parents[2]


def tenure(home: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run the command in a process of its own, as a person does."""
    environment = {"TENURE_HOME": str(home), "PATH": "/usr/bin:/bin", "PYTHONPATH": str(HOUSE)}
    command = [sys.executable, "-W", "ignore", "-m", "cli.main", *arguments]
    return subprocess.run(command, cwd=HOUSE, env=environment, capture_output=True, text=True, timeout=300)


@pytest.fixture
def home(tmp_path):
    """The demonstration's home, in which nothing has happened yet."""
    note_format(tmp_path)
    (tmp_path / "companies.json").write_text(json.dumps({"complete_journey": None}))
    return tmp_path


def test_status_of_an_empty_home_is_whole(home):
    """Before anything was landed every model is there, with nobody serving, and the record keeps its schema."""
    answer = tenure(home, "status", "--project", "complete_journey", "--json")

    assert answer.returncode == 0, answer.stderr
    status = TypeAdapter(ProjectStatus).validate_json(answer.stdout)
    assert status.last_landed_day is None
    assert {name: model.champion for name, model in status.models.items()} == dict.fromkeys(status.models)
    assert json.loads(answer.stdout)["schema_version"] == 1


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("score",), "Name one day with --day"),
        (("score", "--day", "2017-11-01", "--from", "2017-11-01"), "Name one day with --day"),
        (("score", "--day", "yesterday"), "Expected a day as YYYY-MM-DD"),
        (("score", "--day", "2019-01-01"), "not in order within 2017-01-02 to 2018-01-01"),
        (("score", "--from", "2017-11-05", "--to", "2017-11-01"), "not in order"),
        (("train", "--as-of", "2018-03-01"), "not in order within"),
        (("promote", "0123456789ab"), "no candidate matches"),
        (("rollback", "--model", "nothing", "--reason", "x"), "has no model 'nothing'"),
        (("card",), "Name a --model"),
        (("card", "--model", "lapse_28d"), "has no champion"),
        (("export", "scores", "--model", "lapse_28d", "--day", "2017-11-01", "--out", "x.xlsx"), ".parquet or .csv"),
        (("export", "scores", "--model", "lapse_28d", "--day", "2017-11-01", "--out", "x.parquet"), "tenure score --day"),
        (("trace", "--model", "lapse_28d", "--customer", "1042", "--day", "2017-11-01"), "There are no scores of lapse_28d"),
        (("replay", "--model", "lapse_28d", "--day", "2017-11-01"), "There are no scores of lapse_28d"),
        (("rebuild", "--model", "lapse_28d"), "has no champion"),
    ],
)
def test_a_refusal_says_what_was_asked_what_there_is_and_what_to_do(home, arguments, says):
    """In one sentence of ours, whatever the command."""
    refused = CliRunner().invoke(app, arguments, env={"TENURE_HOME": str(home)}).exception

    assert isinstance(refused, TenureError)
    assert says in str(refused)


def test_a_refusal_is_a_sentence_and_an_exit_code(home):
    """No traceback, and a code that a scheduler sees."""
    answer = tenure(home, "score", "--project", "nobody", "--day", "2017-11-01")

    assert answer.returncode == 1
    assert "There is no company 'nobody'" in answer.stderr
    assert "Traceback" not in answer.stderr


def test_accounts_of_the_review_room_are_made_without_showing_a_password(tmp_path):
    """The password comes in by a pipe or a prompt; neither it nor its hash comes out."""
    environment = {"TENURE_HOME": str(tmp_path), "PATH": "/usr/bin:/bin", "PYTHONPATH": str(HOUSE)}
    command = [sys.executable, "-W", "ignore", "-m", "cli.main", "review", "account"]
    run = {"cwd": HOUSE, "env": environment, "capture_output": True, "text": True, "timeout": 300}
    made = subprocess.run([*command, "new", "rita", "--role", "reviewer", "--staff-id", "r7"], input="a few good words\n", **run)
    again = subprocess.run([*command, "new", "rita", "--role", "admin"], input="a few good words\n", **run)
    silent = subprocess.run([*command, "new", "sven", "--role", "auditor"], input="", **run)
    listed = subprocess.run([*command, "list"], **run)

    assert (made.returncode, made.stdout) == (0, "rita may enter as reviewer.\n")
    assert "already" in again.stderr
    assert "Expected a password for sven" in silent.stderr
    assert listed.stdout == "rita  reviewer  staff id r7\n"
    assert all("good words" not in answer.stdout + answer.stderr for answer in (made, again, silent, listed))
