"""Opening a home on a real disk: missing, open to others, another account's, of another format, full."""

import json
import os
import stat
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from adapters.settings import Settings, load_settings
from home import opening
from home.format import FORMAT, NAME, note_format
from home.opening import Use, open_home
from tenure.errors import HomeError


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Places below a folder that is not there yet."""
    return replace(load_settings(), home=tmp_path / "home", keys_named=None)


def held(path: Path) -> int:
    """What accounts may do with a file."""
    return stat.S_IMODE(path.stat().st_mode)


@pytest.mark.parametrize("use", [Use.READS, Use.CHANGES, Use.UPGRADES])
def test_a_mistyped_home_is_refused_and_not_made(settings: Settings, use: Use) -> None:
    """It would look like a healthy installation in which nothing has happened."""
    with pytest.raises(HomeError, match=r"^There is no home at .*/home, where TENURE_HOME says it is\. Correct TENURE_HOME"):
        open_home(settings, use)

    assert not settings.home.exists()


def test_an_empty_folder_is_no_home_either(settings: Settings) -> None:
    """Somebody may have made it for something else."""
    settings.home.mkdir()

    with pytest.raises(HomeError, match="There is no home"):
        open_home(settings, Use.READS)


def test_a_command_that_makes_a_home_makes_it_closed_with_its_format(settings: Settings) -> None:
    """Whatever the umask of whoever started it; other commands find it then."""
    before = os.umask(0)
    try:
        open_home(settings, Use.MAKES)
    finally:
        os.umask(before)

    assert (held(settings.home), held(settings.home / NAME)) == (0o700, 0o600)
    assert json.loads((settings.home / NAME).read_text(encoding="utf-8")) == {"format": FORMAT}
    assert open_home(settings, Use.CHANGES) == ()


def test_what_stands_open_to_others_is_closed_and_said(settings: Settings) -> None:
    """The folders of customers' data first of all; what a link leads to is left alone."""
    open_home(settings, Use.MAKES)
    lake, elsewhere = settings.home / "lake", settings.home.parent / "elsewhere"
    lake.mkdir()
    elsewhere.mkdir()
    (settings.home / "link").symlink_to(elsewhere)
    (settings.home / "alerts.jsonl").touch()
    for path, mode in ((settings.home, 0o755), (lake, 0o750), (settings.home / "alerts.jsonl", 0o644), (elsewhere, 0o755)):
        path.chmod(mode)

    closed = open_home(settings, Use.READS)

    assert set(closed) == {settings.home, lake, settings.home / "alerts.jsonl"}
    assert [held(path) for path in (settings.home, lake, settings.home / "alerts.jsonl")] == [0o700, 0o700, 0o600]
    assert held(elsewhere) == 0o755


@pytest.mark.parametrize("use", [Use.READS, Use.CHANGES, Use.MAKES])
def test_a_home_without_a_format_is_an_earlier_tenure_s(settings: Settings, use: Use) -> None:
    """Only the command that opens it goes on."""
    (settings.home / "lake").mkdir(parents=True, mode=0o700)

    with pytest.raises(HomeError, match=rf"has format 1, of an earlier Tenure; this one reads format {FORMAT}\. `tenure up"):
        open_home(settings, use)
    open_home(settings, Use.UPGRADES)


def test_a_newer_home_is_refused(settings: Settings) -> None:
    """What is in it may be read wrongly, or lost."""
    settings.home.mkdir()
    (settings.home / NAME).write_text(json.dumps({"format": FORMAT + 1}))

    with pytest.raises(HomeError, match="of a newer Tenure"):
        open_home(settings, Use.READS)


@pytest.mark.parametrize("content", ["", "[]", '{"format": "2"}', '{"format": true}', '{"format": 0}', "{"])
def test_a_format_that_is_none_is_refused(settings: Settings, content: str) -> None:
    """A half restored home is not taken for an old one."""
    settings.home.mkdir()
    (settings.home / NAME).write_text(content)

    with pytest.raises(HomeError, match="to say the format of the home"):
        open_home(settings, Use.READS)


def test_keys_alone_are_a_person_s_and_no_home(settings: Settings) -> None:
    """Reviewers make theirs before there is anything else."""
    settings.keys.mkdir(parents=True)

    open_home(settings, Use.MAKES)

    assert (settings.home / NAME).exists()


def test_a_nearly_full_disk_stops_what_would_write_before_it_begins(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """Reading goes on."""
    open_home(settings, Use.MAKES)
    monkeypatch.setattr(opening, "LEAST_FREE_MB", 10**9)

    with pytest.raises(HomeError, match=r"MB left, and 1000000000 are needed, so nothing was begun"):
        open_home(settings, Use.CHANGES)
    open_home(settings, Use.READS)


@pytest.mark.skipif(os.geteuid() != 0, reason="becomes another account, which takes root")
@pytest.mark.parametrize(
    ("mode", "act"),
    [(0o700, lambda home: None), (0o755, lambda home: None)],
    ids=["closed", "readable"],
)
def test_another_account_is_told_whose_home_it_is(settings: Settings, mode: int, act: Callable[[Path], None]) -> None:
    """Not by the databases in it, in a hundred lines."""
    open_home(settings, Use.MAKES)
    settings.home.chmod(mode)
    for folder in (settings.home.parent, *settings.home.parent.parents[:3]):
        folder.chmod(folder.stat().st_mode | 0o055)
    child = os.fork()
    if child == 0:  # pragma: no cover - another process
        os.setuid(65534)
        try:
            open_home(settings, Use.READS)
        except HomeError as error:
            os._exit(0 if "belongs to a" in str(error) and "under the account that owns" in str(error) else 3)
        os._exit(4)

    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0


def test_a_format_is_noted_whole(tmp_path: Path) -> None:
    """And again, when the home is opened by a newer Tenure."""
    note_format(tmp_path)
    note_format(tmp_path)

    assert [path.name for path in tmp_path.iterdir()] == [NAME]
