"""Keyed ids: a key is made once, and one that is lost is never replaced by another under which nobody would be known again."""

from pathlib import Path

import pytest

from governance.stores.tombstones import KEY, Tombstones
from home.looked_up import KEY as KEY_OF_LOOKS
from home.looked_up import note_look
from home.workplace import Workplace
from tenure.errors import ErasureError, HomeError
from tests.shop import NOW, settings_at, shop_project


def test_who_was_erased_is_known_again_and_a_lost_key_is_said(tmp_path: Path):
    """By the same company as by another, for all stones are under one key."""
    Tombstones(tmp_path, "shop").add(["ann"])
    assert Tombstones(tmp_path, "shop").gone(["ann", "bob"]) == {"ann"}
    assert "ann" not in "".join(path.read_text() for path in tmp_path.rglob("*") if path.is_file())
    (tmp_path / KEY).unlink()

    for project in ("shop", "club"):
        with pytest.raises(ErasureError, match="Restore it with the keys"):
            Tombstones(tmp_path, project).add(["bob"])


def test_looks_are_not_kept_under_another_key_once_theirs_is_lost(tmp_path: Path):
    """Two looks at one person would seem to be at two."""
    place = Workplace(shop_project(()), settings_at(tmp_path), lambda: NOW)
    note_look(place, "tenure trace", "ann", by="kim")
    (place.settings.keys / KEY_OF_LOOKS).unlink()

    with pytest.raises(HomeError, match="Restore it with the keys"):
        note_look(place, "tenure trace", "ann", by="kim")
