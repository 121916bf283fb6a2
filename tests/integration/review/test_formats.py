"""The formats: the verifier of the page runs as it stands there, by itself, on what the room hands out."""

import json
import re
import subprocess
import sys
from dataclasses import fields
from pathlib import Path

import pytest

from adapters.settings import ROOMS
from governance.records.approval import Approval, Subject
from governance.records.delivery import DeliveredDay, Delivery
from governance.records.erasure import Emptied, Erasure, Rewritten
from governance.records.log import Checkpoint, Kind, Record
from governance.records.request import Request
from governance.records.serving import Promotion, Revocation
from governance.records.trust_root import Quorum, StaffKey, TrustRoot
from review.access import RoomRole
from tests.review_room import SHOP

PAGE = (ROOMS / "docs" / "formats.md").read_text(encoding="utf-8")


@pytest.fixture
def whole(shared_room) -> dict:
    """The whole log of a shop in which a package serves, as an auditor takes it away."""
    return json.loads(shared_room.as_role(RoomRole.AUDITOR).get(f"{SHOP}/log/whole.json").text)


def verify(folder: Path, whole: dict, trusted: str) -> subprocess.CompletedProcess[str]:
    """Run the page's verifier, which knows nothing of Tenure."""
    script = re.search(r"```python\n(.*?)```", PAGE, re.DOTALL)[1]
    (folder / "verify.py").write_text(script)
    (folder / "whole.json").write_text(json.dumps(whole))
    command = [sys.executable, "-I", "verify.py", "whole.json", trusted]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)


def test_an_outsider_verifies_the_whole_log_without_our_code(shared_room, whole, tmp_path):
    """Who signed what, in order, and that the checkpoint is over exactly these records."""
    ledger = shared_room.workplace.promotions.ledger()
    found = verify(tmp_path, whole, ledger.pinned)

    assert found.returncode == 0, found.stderr
    assert f"{ledger.size} records under root {ledger.head.root_hash}" in found.stdout
    assert "approval demo-reviewer-1" in found.stdout
    assert "sys.path" not in PAGE


def changed(whole: dict, place: int, old: str, new: str) -> dict:
    """The log with something else in one of its records."""
    entries = [dict(entry) for entry in whole["entries"]]
    assert old in entries[place]["record"]
    entries[place]["record"] = entries[place]["record"].replace(old, new, 1)
    return {**whole, "entries": entries}


@pytest.mark.parametrize("attack", ["a record", "one less", "another root", "another checkpoint", "another order"])
def test_the_verifier_finds_what_was_changed(shared_room, whole, tmp_path, attack):
    """Each in its own words, or by a signature that does not fit."""
    pinned, entries = shared_room.workplace.promotions.ledger().pinned, whole["entries"]
    attacked = {
        "a record": changed(whole, 2, '"at":"2026', '"at":"2025'),
        "one less": {**whole, "entries": entries[:-1]},
        "another root": whole,
        "another checkpoint": {**whole, "checkpoint": whole["checkpoint"].replace('"sig":"', '"sig":"AAAA', 1)},
        "another order": {**whole, "entries": [entries[0], entries[2], entries[1], *entries[3:]]},
    }[attack]
    found = verify(tmp_path, attacked, "0" * 64 if attack == "another root" else pinned)

    assert found.returncode != 0
    assert re.search("Error|InvalidSignature", found.stderr)


SIGNED = (Record, Checkpoint, TrustRoot, StaffKey, Quorum, Request, Approval, Subject, Promotion, Revocation)
DELIVERED = (Delivery, DeliveredDay, Erasure, Rewritten, Emptied)


@pytest.mark.parametrize("record", [*SIGNED, *DELIVERED])
def test_every_field_that_is_signed_is_on_the_page(record):
    """A format that grows says so there."""
    assert [one.name for one in fields(record) if f"`{one.name}`" not in PAGE] == []


def test_every_kind_of_record_is_on_the_page():
    """With its type and who signs it."""
    assert [kind.value for kind in Kind if f"`{kind.value}`" not in PAGE] == []
