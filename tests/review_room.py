"""A review room over a shop, with an account of every role, and visitors who are logged in."""

import re
from dataclasses import dataclass
from functools import cached_property

from fastapi import FastAPI
from fastapi.testclient import TestClient

from governance.doors.demonstration import REVIEWERS
from governance.stores.trust import read_passphrase
from home.workplace import Workplace
from review.access import RoomRole
from review.accounts import Account
from review.app import create_app
from review.room import Room
from tests.shop import Shop, shop_project

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
        return create_app(self.workplace)

    @property
    def room(self) -> Room:
        """The room behind the app."""
        return self.app.state.room

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
        client.cookies.set("tenure_session", self.room.sessions.open(self.account(name)))
        return client

    def account(self, name: str) -> Account:
        """The account of that name, made when it is first asked for: hashing a password takes its time."""
        roles = {name: role for role, name in NAMES.items()}
        known = self.room.accounts.find(name)
        return known or self.room.accounts.new(name, PASSWORD, role=roles.get(name, RoomRole.REVIEWER))

    def as_role(self, role: RoomRole) -> TestClient:
        """A visitor of that role."""
        return self.visitor(NAMES[role])


def csrf_of(client: TestClient, path: str = "/account") -> str:
    """The token of a visitor's forms."""
    found = re.search(r'name="csrf" value="([0-9a-f]{64})"', client.get(path).text)
    assert found, f"no form at {path}"
    return found[1]
