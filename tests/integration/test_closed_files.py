"""Closed files on a real disk."""

import os
from pathlib import Path

import pytest

from adapters.closed_files import ClosedFile
from tenure.errors import SpecError


@pytest.fixture
def file(tmp_path: Path) -> ClosedFile:
    """A file that is not there yet."""
    return ClosedFile(
        path=tmp_path / "secret", what="the secret", error=SpecError, if_missing="Name it.", if_open="Make another."
    )


def test_what_is_written_is_closed_and_read_back(file: ClosedFile) -> None:
    """Whatever the process lets others do with its other files."""
    before = os.umask(0)
    try:
        file.write_new(b"word")
    finally:
        os.umask(before)

    assert file.read() == b"word"
    assert file.path.stat().st_mode & 0o777 == 0o600
    with pytest.raises(FileExistsError):
        file.write_new(b"other")


def test_a_file_is_made_once_and_kept(file: ClosedFile) -> None:
    """What is in it stays."""
    file.make()
    assert file.read() == b""

    file.path.write_bytes(b"word")
    file.make()
    assert file.read() == b"word"


@pytest.mark.parametrize("mode", [0o604, 0o640, 0o620, 0o601, 0o666])
def test_a_file_that_is_open_to_others_is_refused(file: ClosedFile, mode: int) -> None:
    """Reading, writing or running, by the group or by anyone; and before anything is written into it."""
    file.write_new(b"word")
    file.path.chmod(mode)

    for use in (file.read, file.make):
        with pytest.raises(SpecError, match=rf"^The secret at .* may be read by others.*{mode:04o}.*chmod 600 .*Make another\.$"):
            use()


def test_no_link_is_followed(file: ClosedFile, tmp_path: Path) -> None:
    """Who may put a link here could put any file of ours in its place."""
    other = tmp_path / "other"
    other.write_bytes(b"word")
    other.chmod(0o600)
    file.path.symlink_to(other)

    for use in (file.read, file.make):
        with pytest.raises(SpecError, match=r"Expected the secret at .* a link is not followed.* Name it"):
            use()


def test_a_pipe_is_refused_and_not_waited_for(file: ClosedFile) -> None:
    """Nobody would ever write into it."""
    os.mkfifo(file.path, 0o600)

    with pytest.raises(SpecError, match="no plain file"):
        file.read()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a file away")
def test_a_file_of_another_account_is_refused(file: ClosedFile) -> None:
    """Its owner may change it at any time."""
    file.write_new(b"word")
    os.chown(file.path, 12345, 12345)

    with pytest.raises(SpecError, match="belongs to another account"):
        file.read()


def test_another_file_is_not_taken_for_it(file: ClosedFile) -> None:
    """A key or a passphrase is short."""
    file.write_new(b"x" * 10_001)

    with pytest.raises(SpecError, match="more than 10000 bytes"):
        file.read()


def test_a_missing_file_says_what_to_do(file: ClosedFile) -> None:
    """And why it could not be opened."""
    with pytest.raises(SpecError, match=r"none that can be opened \(No such file or directory.*Name it\."):
        file.read()


def test_what_is_no_text_is_refused_as_text(file: ClosedFile) -> None:
    """A passphrase that was read otherwise than written would open nothing, and nobody would know why."""
    file.write_new("wörter".encode("latin-1"))

    with pytest.raises(SpecError, match="as UTF-8 text"):
        file.read_text()
