"""A review room over a shop, with an account of every role, and visitors who are logged in."""

import re
import socket
import threading
import time
from dataclasses import dataclass
from functools import cached_property

import uvicorn
from fastapi import FastAPI
from fastapi.testclient import TestClient

from governance.doors.demonstration import ENGINEER, REVIEWERS
from governance.stores.trust import read_passphrase
from home.opened import opened
from home.workplace import Workplace
from review.access import RoomRole
from review.accounts import Account
from review.app import create_app
from review.room import Lobby
from tests.shop import Shop, shop_project

# Where the pages of the shop are.
SHOP = "/companies/shop"
PASSWORD = "a password of a few words"
NAMES = {RoomRole.REVIEWER: REVIEWERS[0], RoomRole.ENGINEER: "erin", RoomRole.AUDITOR: "ada", RoomRole.ADMIN: "adam"}
SECOND_REVIEWER = REVIEWERS[1]


@dataclass
class ReviewRoom:
    """The app, and who enters it."""

    shop: Shop

    @property
    def workplace(self) -> Workplace:
        """The shop as a workplace whose clock stands where the shop's does."""
        return Workplace(shop_project(self.shop.gates), self.shop.settings, lambda: self.shop.now)

    @cached_property
    def app(self) -> FastAPI:
        """The app."""
        return create_app(opened(self.workplace))

    @property
    def lobby(self) -> Lobby:
        """What is behind the app."""
        return self.app.state.lobby

    @property
    def passphrase(self) -> str:
        """What opens every key of a demonstration."""
        return read_passphrase(self.shop.settings.passphrase_file)

    def stranger(self) -> TestClient:
        """Somebody who has not logged in."""
        return TestClient(self.app, base_url="http://localhost", raise_server_exceptions=False, follow_redirects=False)

    def visitor(self, name: str) -> TestClient:
        """Somebody with a session; passwords are tried where logging in is tested."""
        client = self.stranger()
        client.cookies.set("tenure_session", self.lobby.sessions.open(self.account(name)))
        return client

    def account(self, name: str) -> Account:
        """The account of that name, made when it is first asked for: hashing a password takes its time."""
        roles = {**{name: role for role, name in NAMES.items()}, ENGINEER: RoomRole.ENGINEER}
        known = self.lobby.accounts.find(name)
        return known or self.lobby.accounts.new(name, PASSWORD, role=roles.get(name, RoomRole.REVIEWER))

    @property
    def waiting(self) -> str:
        """The digest of the one package that never served."""
        served = {record.package_digest for record in self.workplace.promotions.records()}
        (digest,) = (c.digest for c in self.workplace.packages.candidates("shop") if c.digest not in served)
        return digest

    def as_role(self, role: RoomRole) -> TestClient:
        """A visitor of that role."""
        return self.visitor(NAMES[role])


def csrf_of(client: TestClient, path: str = "/account") -> str:
    """The token of a visitor's forms."""
    found = re.search(r'name="csrf" value="([0-9a-f]{64})"', client.get(path).text)
    assert found, f"no form at {path}"
    return found[1]


REASON = "calibrated, and nobody is treated worse"


def once_of(client: TestClient, digest: str) -> str:
    """The token by which a page's form acts once."""
    found = re.search(r'name="once" value="([0-9a-f.]+)"', client.get(f"{SHOP}/candidates/{digest}").text)
    return found[1] if found else ""


def decide(room: ReviewRoom, client: TestClient, digest: str, **changes: object):
    """Send the decision form as somebody who read the card; `changes` are to its fields."""
    form = {"csrf": csrf_of(client), "verdict": "approve", "reason": REASON, "tick": ["card"], "passphrase": room.passphrase}
    return client.post(f"{SHOP}/candidates/{digest}/decide", data={**form, "once": once_of(client, digest), **changes})


def says(answer) -> str:
    """What a page says, in one line."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.text))


class Served:
    """An app that listens on a port of its own; `room` is whose it is."""

    def __init__(self, app: FastAPI, room: ReviewRoom | None = None) -> None:
        self.room = room
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.address = f"http://127.0.0.1:{self.port}"
        self._server = uvicorn.Server(uvicorn.Config(app, host="127.0.0.1", port=self.port, log_level="warning"))
        self._thread = threading.Thread(target=self._server.run, daemon=True)

    def __enter__(self) -> "Served":
        """Listen."""
        self._thread.start()
        deadline = time.monotonic() + 30
        while not self._server.started:
            assert time.monotonic() < deadline, "the room did not open"
            time.sleep(0.02)
        return self

    def __exit__(self, *_: object) -> None:
        """Close."""
        self._server.should_exit = True
        self._thread.join(timeout=30)
