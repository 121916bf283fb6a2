"""The log with its witness, proved from one opening."""

import json
from pathlib import Path

import pytest

from governance.stores.signed_log import SignedLog
from home.opened import opened
from home.sight import look
from home.workplace import Workplace
from review.doorway import doorway
from review.log import export_log
from review.room import Lobby
from tests.shop import NOW, Shop, shop_project


@pytest.fixture
def shop(tmp_path: Path) -> Shop:
    """A shop that has trained once."""
    shop = Shop(tmp_path).founded()
    shop.train("one")
    return shop


def test_a_log_that_was_opened_is_proved_as_it_was_then(shop: Shop) -> None:
    """A record that came since, and the witness's copy of it, are left to the next look: nothing was cut back."""
    log, ledger = SignedLog(shop.settings, lambda: NOW), shop.doors.ledger()
    shop.train("two")

    report = log.prove(ledger)
    assert (report.is_sound, report.n_records, report.n_unwitnessed) == (True, ledger.size, 0)
    assert log.prove(shop.doors.ledger()) == shop.doors.history() != report


def test_the_export_reads_the_log_that_its_page_opened(shop: Shop) -> None:
    """Once a page: what was opened is proved and handed out even if the database is gone by then."""
    home = opened(Workplace(shop_project(shop.gates), shop.settings, lambda: NOW))
    (room,) = Lobby(home, doorway(home.settings)).rooms.values()
    sight = look(room.workplace)
    (shop.home / "store" / "log.db").unlink()

    lines = [json.loads(line) for line in bytes(export_log(room, sight).body).splitlines()]
    assert sight.ledger is not None
    assert len(lines) == sight.ledger.size
    assert all(line["verified"] for line in lines)
