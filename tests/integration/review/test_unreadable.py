"""Odd candidates and odd records: the room shows a line that says so in their place, and goes on with the others."""

import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from governance.records.log import Kind
from governance.records.signing import sign
from governance.records.trust_root import Role
from governance.stores.package_store import PackageStore
from governance.stores.signed_log import SignedLog
from provenance.status import model_status
from review.access import RoomRole
from tests import company
from tests.review_room import SHOP, ReviewRoom
from tests.shop import Shop, evidence_of, files_of

MODEL = company.PROPENSITY


def sealed(**changed: bytes) -> Callable[[Shop], str]:
    """A candidate whose digest is right and whose files are odd; returns how it is kept."""

    def keep(shop: Shop) -> str:
        odd = {f"{name}.{'html' if name == 'card' else 'json'}": content for name, content in changed.items()}
        files = {**files_of("odd", MODEL, shop.gates, None), **odd}
        return stated(shop, files)

    return keep


def stated(shop: Shop, files: dict[str, bytes]) -> str:
    """Keep a candidate and sign what it was made from, as training does; returns its digest."""
    package = PackageStore(shop.home).keep_candidate("shop", MODEL, files)
    if shop.doors.has_trust_root:
        shop.state(package, evidence_of("odd", MODEL, shop.gates, None))
    return package.digest


def odd(**model: object) -> bytes:
    """Evidence that says something else of the model."""
    content = json.loads(files_of("odd", MODEL, Shop(Path()).gates, None)["evidence.json"])
    content["model"].update(model)
    return json.dumps(content).encode()


def without(name: str) -> Callable[[Shop], str]:
    """A candidate that lacks a file."""

    def keep(shop: Shop) -> str:
        kept = {path: content for path, content in files_of("odd", MODEL, shop.gates, None).items() if path != name}
        return stated(shop, kept)

    return keep


def empty_folder(shop: Shop) -> str:
    """A folder named as a digest."""
    (shop.home / "candidates/shop" / MODEL / ("c" * 64)).mkdir()
    return "c" * 64


def flipped(shop: Shop) -> str:
    """A candidate of which a byte was changed on the disk."""
    digest = sealed(evidence=b"{}")(shop)
    file = shop.home / "candidates/shop" / MODEL / digest / "card.html"
    file.chmod(0o644)
    file.write_bytes(b"[" + file.read_bytes()[1:])
    return digest


def terabyte(shop: Shop) -> str:
    """A candidate beside whose files lies one that fills the memory."""
    digest = sealed(evidence=b"{}")(shop)
    with (shop.home / "candidates/shop" / MODEL / digest / "big").open("wb") as file:
        file.truncate(1 << 40)
    return digest


def kept_twice(shop: Shop) -> str:
    """A candidate of two models."""
    digest = sealed(evidence=b"{}")(shop)
    folder = shop.home / "candidates/shop"
    shutil.copytree(folder / MODEL / digest, folder / company.SOON / digest)
    return digest


ODD: dict[str, Callable[[Shop], str]] = {
    "empty evidence": sealed(evidence=b"{}"),
    "evidence without end": sealed(evidence=b"[" * 200_000),
    "evidence of an odd date": sealed(evidence=odd(trained_at="yesterday")),
    "no card": without("card.html"),
    "no words": without("words.json"),
    "an empty folder": empty_folder,
    "a flipped byte": flipped,
    "a terabyte": terabyte,
    "two models": kept_twice,
}


@pytest.mark.parametrize("name", ODD)
def test_one_odd_candidate_keeps_nobody_from_the_others(room, name: str) -> None:
    """It is a line with its digest and why, its own page is a sentence, and what waits is shown as before."""
    digest = ODD[name](room.shop)
    client = room.as_role(RoomRole.REVIEWER)
    page = client.get(SHOP)

    assert page.status_code == 200
    assert "Unreadable candidate of" in page.text
    assert digest[:12] in page.text
    assert "0 of 2 approvals" in page.text
    own = client.get(f"{SHOP}/candidates/{digest}")
    assert own.status_code in (404, 409) or "The card is not shown." in own.text


@pytest.mark.parametrize("content", [b"\xff", b"{}", b"<body>\n<form action='https://elsewhere.example'>\n</body>"])
def test_a_page_that_the_evidence_does_not_give_is_not_shown(room, content: bytes) -> None:
    """Whatever was sealed as the card, whoever opens it is told why it is none, and nobody can approve it."""
    page = room.as_role(RoomRole.REVIEWER).get(f"{SHOP}/candidates/{sealed(card=content)(room.shop)}")

    assert page.status_code == 200
    assert "The card is not shown." in page.text
    assert "elsewhere.example" not in page.text
    assert "data-approve" not in page.text


def test_a_candidate_changed_on_the_disk_is_not_shown_as_it_was_before(room) -> None:
    """The first page reads it again, though its digest is the same."""
    client, waiting = room.as_role(RoomRole.REVIEWER), room.waiting
    assert "Unreadable" not in client.get(SHOP).text
    file = room.shop.home / "candidates/shop" / MODEL / waiting / "evidence.json"
    file.chmod(0o644)
    file.write_bytes(file.read_bytes().replace(b"0.8", b"0.9", 1))

    assert "Unreadable candidate of" in client.get(SHOP).text


def test_links_and_files_among_candidates_are_none(room) -> None:
    """A link that leads nowhere takes no page down, and is not even a line."""
    among = room.shop.home / "candidates/shop" / MODEL
    (among / ("b" * 64)).symlink_to("/nowhere")
    (among / ("d" * 64)).write_bytes(b"")
    waiting = room.waiting
    client = room.as_role(RoomRole.REVIEWER)

    assert "Unreadable" not in client.get(SHOP).text
    assert client.get(f"{SHOP}/candidates/{waiting}").status_code == 200
    assert client.get(f"{SHOP}/candidates/{'b' * 64}").status_code == 404


def test_a_name_that_is_no_text_is_a_sentence(room) -> None:
    """Also where it cannot be printed as it is."""
    digest = sealed(evidence=b"{}")(room.shop)
    os.symlink(b"/x", os.fsencode(room.shop.home / "candidates/shop" / MODEL / digest) + b"/\xff")

    assert "a link or device" in room.as_role(RoomRole.REVIEWER).get(SHOP).text


def test_status_says_which_candidate_cannot_be_read_and_goes_on(room) -> None:
    """The champion's figures and the number of those that wait are as they were."""
    digest = flipped(room.shop)
    found = model_status(room.workplace, room.workplace.project.model(MODEL))

    assert found.champion is not None
    assert found.n_waiting == 1
    assert [line.split(":")[0] for line in found.unreadable] == [f"unreadable candidate {digest[:12]}"]


def test_status_before_any_promotion_shows_the_newest_candidate_that_can_be_read(tmp_path) -> None:
    """An odd one that came later hides nothing."""
    room = ReviewRoom(Shop(tmp_path).founded())
    package = room.shop.train("one")
    empty_folder(room.shop)
    found = model_status(room.workplace, room.workplace.project.model(MODEL))

    assert found.digest == package.digest
    assert len(found.unreadable) == 1


RECORDS = {
    "a statement of odd parts": (Kind.STATEMENT, b'{"predicate":{"model":[],"project":1},"subject":[{}]}'),
    "a promotion without end": (Kind.PROMOTED, b"[" * 100_000),
    "an approval of no shape": (Kind.APPROVAL, b'{"subject":7}'),
    "a rejection that is a number": (Kind.REJECTION, b"7"),
    "a revocation of no shape": (Kind.REVOKED, b'"revoked"'),
}


@pytest.mark.parametrize("name", RECORDS)
def test_a_record_of_no_shape_is_a_line_of_the_log_like_any_other(room, monkeypatch, name: str) -> None:
    """Who holds the log's key can append what no door would; the log is then read all the more."""
    kind, payload = RECORDS[name]
    log = SignedLog(room.shop.settings, lambda: room.shop.now)
    with monkeypatch.context() as doors:
        doors.setattr("governance.stores.promotion_log.check_record", lambda *_, **__: None)
        log.append(kind, sign(payload, "application/vnd.tenure.promotion+json", [log.key(Role.LOG)]))
    place = room.workplace.promotions.ledger().size - 1
    client = room.as_role(RoomRole.AUDITOR)
    exported = [json.loads(line) for line in client.get(f"{SHOP}/log/export").text.splitlines()]

    assert "unreadable record" in client.get(f"{SHOP}/log").text
    assert "unreadable record" in client.get(f"{SHOP}/log/{place}").text
    assert client.get(f"{SHOP}/log/1").status_code == 200
    assert [line["verified"] for line in exported] == [True] * place + [False]


@pytest.mark.parametrize("line", [b'{"a":1}\n', b"\xff\n"])
def test_an_odd_line_among_the_alerts_hides_nothing_that_waits(room, line: bytes) -> None:
    """The page says that alarms cannot be read, in their place."""
    (room.shop.home / "alerts.jsonl").write_bytes(line)
    page = room.as_role(RoomRole.REVIEWER).get(SHOP)

    assert page.status_code == 200
    assert "0 of 2 approvals" in page.text
    assert "Alarms cannot be read" in page.text
    assert "None in the last two weeks" not in page.text
