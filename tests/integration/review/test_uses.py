"""When an account was last used is kept: by a session, by a proxy, and as well as can be told of a database of before."""

import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from review.access import RoomRole
from review.accounts import Accounts
from review.lookers import accounts_told
from review.sessions import Sessions
from review.uses import note_use, times

NOW = datetime(2026, 11, 1, 9, tzinfo=UTC)


class Clock:
    """A clock that is moved by hand."""

    now = NOW

    def __call__(self) -> datetime:
        """The moment."""
        return self.now


@pytest.fixture
def clock() -> Clock:
    """It stands at the first."""
    return Clock()


@pytest.fixture
def accounts(tmp_path: Path, clock: Clock) -> Accounts:
    """A room with one account."""
    made = Accounts(tmp_path / "review" / "accounts.db", clock)
    made.new("ann", None, role=RoomRole.AUDITOR)
    return made


def used(accounts: Accounts) -> datetime:
    """When it was last used."""
    (one,) = accounts_told(accounts, "shop")
    return one.used_at


def test_an_account_is_used_when_a_session_opens_goes_on_or_a_proxy_names_it(accounts: Accounts, clock: Clock) -> None:
    """And the session's end takes nothing back."""
    assert used(accounts) == NOW
    sessions = Sessions(accounts.path, clock)
    clock.now += timedelta(days=10)
    token = sessions.open(accounts.all()[0])
    clock.now += timedelta(minutes=5)
    sessions.account(token)
    sessions.close(token)
    assert used(accounts) == clock.now

    for later, is_noted in ((timedelta(minutes=10), False), (timedelta(hours=2), True)):
        before = used(accounts)
        clock.now += later
        note_use(accounts.path, "ann", clock.now.timestamp())
        assert used(accounts) == (clock.now if is_noted else before)


def test_of_a_database_of_before_the_place_of_the_last_password_tells(accounts: Accounts, clock: Clock) -> None:
    """Its column is added when it is opened."""
    with closing(sqlite3.connect(accounts.path)) as database, database:
        database.execute("ALTER TABLE accounts DROP COLUMN used_at")
        at = (NOW + timedelta(days=3)).timestamp()
        database.execute("INSERT INTO known_places VALUES ('password', 'ann', '127.0.0.1', ?)", (at,))
    again = Accounts(accounts.path, clock)

    assert used(again) == NOW + timedelta(days=3)
    assert list(times(accounts.path)) == ["ann"]
