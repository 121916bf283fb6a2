"""Which code a model is trained by, as its evidence names it: a commit of a checkout, or the files of an installation."""

import subprocess
from pathlib import Path

from adapters.environment import code_commit, code_installed


def git(folder: Path, *arguments: str) -> str:
    """What git says."""
    command = ["git", "-C", str(folder), "-c", "user.name=n", "-c", "user.email=e", *arguments]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()


def test_a_commit_is_the_checkout_s_own(tmp_path: Path) -> None:
    """A repository around a copy of Tenure, or around the environment that it is installed in, is somebody else's."""
    inner = tmp_path / "copy"
    inner.mkdir()
    assert code_commit(inner) == "not under version control"

    git(tmp_path, "init", "--quiet")
    git(tmp_path, "commit", "--quiet", "--allow-empty", "--message", "theirs")

    assert code_commit(inner) == "not under version control"
    assert code_commit(tmp_path) == git(tmp_path, "rev-parse", "HEAD")


def test_an_installation_is_named_by_its_files(tmp_path: Path) -> None:
    """Equal files have one name wherever they lie, what Python compiles is none of them, and an edit changes it."""
    for folder in (tmp_path / "one", tmp_path / "other"):
        (folder / "rooms").mkdir(parents=True)
        (folder / "rooms" / "a.py").write_text("a = 1\n")
    first = code_installed(tmp_path / "one")
    (tmp_path / "other" / "__pycache__").mkdir()
    (tmp_path / "other" / "__pycache__" / "a.pyc").write_bytes(b"x")

    assert code_installed(tmp_path / "other") == first
    assert " files " in first
    (tmp_path / "other" / "rooms" / "a.py").write_text("a = 2\n")
    assert code_installed(tmp_path / "other") != first
