"""Opening a home of an earlier Tenure: said first, done once, and nothing that was signed, landed or delivered changes."""

import os
import shutil
import stat
from dataclasses import replace
from pathlib import Path

import pytest

from adapters.settings import Settings, catalogue_in, load_settings
from adapters.unfinished_parts import ABANDONED_AFTER_SECONDS
from home.format import FORMAT, NAME, format_of
from home.opening import Use, open_home
from home.upgrade import NOTE_FORMAT, STEPS, plan
from tenure.errors import HomeError
from tests.integration.test_catalogue_store import places, store

EVERY_STEP = (*STEPS, NOTE_FORMAT)


@pytest.fixture
def old(tmp_path: Path) -> Settings:
    """A home as an earlier Tenure left it: open to others, told of another place, with a part that was never finished."""
    home = tmp_path / "home"
    store(home, "file:///elsewhere/mlflow/artifacts")
    for name in (
        "lake/shop/features/part-0.parquet",
        "lake/shop/features/part-1.parquet#1",
        "raw/objects/ab/abcd.csv",
    ):
        (home / name).parent.mkdir(parents=True, exist_ok=True)
        (home / name).write_bytes(b"x" * 1000)
    long_ago = (home / NAME).parent.stat().st_mtime - ABANDONED_AFTER_SECONDS - 60
    os.utime(home / "lake/shop/features/part-1.parquet#1", (long_ago, long_ago))
    for path in (home, *home.rglob("*")):
        path.chmod(0o755 if path.is_dir() else 0o644)
    return replace(load_settings(), home=home, tracking_uri=catalogue_in(home), keys_named=None)


def files(home: Path) -> dict[str, bytes]:
    """The content of every file that is landed or delivered."""
    return {path.name: path.read_bytes() for path in home.rglob("*") if path.suffix in (".parquet", ".csv")}


def test_what_would_change_is_said_and_nothing_is_changed_by_saying_it(old: Settings) -> None:
    """A person reads it before they agree."""
    before = {path: (path.stat().st_mode, path.stat().st_mtime) for path in old.home.rglob("*")}

    words = [said for said, _ in plan(old, EVERY_STEP)]

    assert [line.split()[0] for line in words] == ["Close", "Remove", "Let", "Note"]
    assert "Remove 1 parts of tables that were never finished" in words[1]
    assert str(old.home / "mlflow" / "artifacts") in words[2]
    assert {path: (path.stat().st_mode, path.stat().st_mtime) for path in old.home.rglob("*")} == before


def test_an_upgraded_home_opens_and_has_nothing_left_to_change(old: Settings) -> None:
    """All of it is its owner's alone, MLflow knows where it is, and the bytes are those that were there."""
    before = files(old.home)
    with pytest.raises(HomeError, match="tenure upgrade"):
        open_home(old, Use.CHANGES)

    for _, step in plan(old, EVERY_STEP):
        step.do(old)

    assert plan(old, EVERY_STEP) == ()
    assert open_home(old, Use.CHANGES) == ()
    assert files(old.home) == before
    assert {stat.S_IMODE(path.stat().st_mode) & 0o077 for path in (old.home, *old.home.rglob("*"))} == {0}
    assert "file:///elsewhere/mlflow/artifacts/shop" not in places(old.home / "mlflow" / "mlflow.db")


def test_an_upgrade_that_was_broken_off_is_run_again(old: Settings) -> None:
    """The format is noted last, so that no command takes a half opened home for a whole one."""
    (_, first), *_ = plan(old, EVERY_STEP)
    first.do(old)

    assert format_of(old.home) == 1
    assert [said.split()[0] for said, _ in plan(old, EVERY_STEP)] == ["Remove", "Let", "Note"]


def test_a_newer_home_is_not_made_older(old: Settings) -> None:
    """An older program must not touch it."""
    (old.home / NAME).write_text(f'{{"format": {FORMAT + 1}}}', encoding="utf-8")

    with pytest.raises(HomeError, match="of a newer Tenure"):
        plan(old, EVERY_STEP)


def test_a_moved_home_of_today_needs_no_step_but_its_own(old: Settings, tmp_path: Path) -> None:
    """Only MLflow keeps places in full, and opening it tells it anew; the command may be asked first."""
    for _, step in plan(old, EVERY_STEP):
        step.do(old)
    moved = tmp_path / "moved"
    shutil.move(old.home, moved)

    words = [said for said, _ in plan(replace(old, home=moved, tracking_uri=catalogue_in(moved)), EVERY_STEP)]

    assert [line.split()[0] for line in words] == ["Let"]
