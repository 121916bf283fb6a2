"""Files that are replaced whole, on a real disk."""

from pathlib import Path

import pytest

from adapters.whole_files import write_whole


def test_a_file_is_made_with_its_folder_and_replaced(tmp_path: Path) -> None:
    """What was there before is gone, and nothing is left beside it."""
    path = tmp_path / "pages" / "drift.html"

    assert write_whole(path, b"one") == path
    write_whole(path, b"two")
    assert path.read_bytes() == b"two"
    assert list(path.parent.iterdir()) == [path]


def test_what_cannot_be_replaced_is_left_as_it_was(tmp_path: Path) -> None:
    """The failure is the writer's to hear of, and leaves no draft."""
    path = tmp_path / "drift.html"
    path.mkdir()

    with pytest.raises(OSError, match="directory"):
        write_whole(path, b"one")
    assert list(tmp_path.iterdir()) == [path]
