"""A shop in which one package serves and another waits, and its review room."""

import shutil
from dataclasses import replace

import pytest

from tests.review_room import ReviewRoom
from tests.shop import Shop


@pytest.fixture(scope="session")
def opened(tmp_path_factory) -> Shop:
    """The shop, made once."""
    shop = Shop(tmp_path_factory.mktemp("shop")).founded()
    shop.serving("one")
    shop.train("two")
    return shop


@pytest.fixture
def room(opened, tmp_path) -> ReviewRoom:
    """The room of a shop of one's own."""
    return copied(opened, tmp_path / "home")


@pytest.fixture(scope="module")
def shared_room(opened, tmp_path_factory) -> ReviewRoom:
    """A room that the tests of a module share."""
    return copied(opened, tmp_path_factory.mktemp("room") / "home")


@pytest.fixture
def waiting(room) -> str:
    """The digest of the package that waits."""
    return room.waiting


def copied(shop: Shop, home) -> ReviewRoom:
    """The room of a copy of a shop."""
    shutil.copytree(shop.home, home)
    return ReviewRoom(replace(shop, home=home))
