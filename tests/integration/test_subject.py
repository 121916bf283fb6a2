"""Access: what is held of one person, under all of their ids, is a page and a file for them, and tells of nobody else."""

import json
import re
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from cli import subject as command
from home.workplace import Workplace
from model_cards.subject_html import MOST_ROWS, cell, render_subject
from provenance.people import keep_people
from provenance.roll_up import roll_up_all
from provenance.snapshots import ensure_snapshots
from provenance.subject import subject_of
from tenure.errors import PeopleError
from tests.integration.test_people import DAYS, PROJECT, land
from tests.shop import NOW, settings_at


@pytest.fixture
def place(tmp_path: Path) -> Workplace:
    """A pool whose people are known, with features of the last day."""
    made = Workplace(PROJECT, settings_at(tmp_path), lambda: NOW)
    land(made, DAYS)
    roll_up_all(made)
    keep_people(made)
    ensure_snapshots(made, DAYS[-1:])
    return made


def test_all_ids_of_a_person_are_told_and_nobody_else_s(place: Workplace):
    """Two accounts with one address: the rows of both, and no id of another account anywhere."""
    found = subject_of(place, "ann-2")
    written = json.dumps(found.as_json()) + render_subject(found)

    assert found.ids == ("ann", "ann-2")
    assert {held.table: held.rows.num_rows for held in found.received} == {"validated/accounts": 2, "validated/visits": 3}
    assert {one.did for one in found.told} == {"merged"}
    assert dict(found.batches) == {"accounts": 2, "visits": 3}
    assert [one.title for one in found.origins] == ["Accounts", "Visits"]
    assert "from whom is not written down; kept without an end that is written down" in written
    assert not re.search(r"\b(bob|bob-2|cat|dan|eve)\b", written)
    assert " Ann@Pool.org" in written


def test_of_nobody_nothing_is_written(place: Workplace, tmp_path: Path):
    """An id that no row has is said, without repeating it."""
    with pytest.raises(PeopleError, match="Nothing is held of that id") as refused:
        subject_of(place, "zoe")

    assert "zoe" not in str(refused.value)


def test_both_files_are_closed_and_no_folder_is_written_twice(place: Workplace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """A page and JSON, readable by this account alone; another person's go elsewhere."""
    app = typer.Typer()
    command.add_to(app)
    app.command("other")(lambda: None)
    monkeypatch.setattr(command, "open_workplace", lambda _: place)
    out = tmp_path / "ann"
    first, second = (CliRunner().invoke(app, ["export-subject", "--person", "ann", "--out", str(out)]) for _ in range(2))

    assert (first.exit_code, second.exit_code != 0) == (0, True)
    assert {path.name: path.stat().st_mode & 0o777 for path in out.iterdir()} == {"index.html": 0o600, "data.json": 0o600}
    assert json.loads((out / "data.json").read_text())["ids"] == ["ann", "ann-2"]


def test_a_page_shows_the_newest_and_says_how_many_there_are(place: Workplace):
    """No page of a thousand rows."""
    found = subject_of(place, "bob")

    assert f"newest {MOST_ROWS}" not in render_subject(found)
    assert (cell(None), cell(True), cell(0.51239), cell(1234567.0), cell(["a", "b"])) == (
        "–",
        "yes",
        "0.5124",
        "1,234,567",
        "a; b",
    )
