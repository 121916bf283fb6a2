"""What a program gets with `--json`: one document, whatever happens."""

import json
from datetime import date

import pytest
import typer

from cli.answers import answering
from cli.failed_runs import in_a_sentence
from tenure.errors import SpecError


def test_words_go_to_standard_error_and_the_answer_alone_to_standard_output(capsys: pytest.CaptureFixture[str]) -> None:
    """Days are text."""
    with answering("land", as_json=True) as answer:
        typer.echo("Landed.")
        answer |= {"days": [date(2017, 1, 2)]}
    said = capsys.readouterr()

    assert json.loads(said.out) == {
        "schema_version": 1,
        "command": "land",
        "days": ["2017-01-02"],
        "exit_code": 0,
        "error": None,
    }
    assert said.err == "Landed.\n"


@pytest.mark.parametrize(
    ("error", "code", "words"),
    [(SpecError("No such day."), 1, "No such day."), (typer.Exit(1), 1, None), (KeyError("x"), 1, None)],
)
def test_an_error_is_an_answer_too(capsys: pytest.CaptureFixture[str], error: Exception, code: int, words: str | None) -> None:
    """A scheduler reads why, and nothing on standard output is no JSON."""
    with pytest.raises(type(error)), answering("score", as_json=True):
        raise error

    found = json.loads(capsys.readouterr().out)
    assert (found["exit_code"], found["error"]) == (1, words)


def test_without_json_a_command_speaks_as_it_always_did(capsys: pytest.CaptureFixture[str]) -> None:
    """What is gathered is dropped."""
    with answering("land", as_json=False) as answer:
        typer.echo("Landed.")
        answer["days"] = []

    assert capsys.readouterr().out == "Landed.\n"


def test_a_step_that_the_machine_refused_is_one_sentence() -> None:
    """Not a library's many lines; what is no such refusal is said in full."""
    rust = "shop__activity: OSError: Generic LocalFileSystem error\n  No space left on device (os error 28)\n  at line 3"

    assert in_a_sentence(rust).startswith("shop__activity: The disk is full: a file of the home could not be written.")
    assert in_a_sentence("shop__activity: ValueError: two\nlines") == "shop__activity: ValueError: two\nlines"
