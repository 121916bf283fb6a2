"""Accounts and their passwords."""

import shutil
import sqlite3
import stat
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from review.access import RoomRole
from review.accounts import Accounts
from review.attempts import MOST_PER_ADDRESS, MOST_PER_NAME, WINDOW
from review.database import connect
from review.sessions import Sessions
from tenure.errors import AccountError

START = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)
PASSWORD, HERE = "correct horse battery", "127.0.0.1"


class Clock:
    """A clock that is set by hand."""

    def __init__(self) -> None:
        self.now = START

    def __call__(self) -> datetime:
        """The time that was set."""
        return self.now


@pytest.fixture
def clock() -> Clock:
    """Eight in the morning."""
    return Clock()


@pytest.fixture(scope="module")
def room(tmp_path_factory) -> Path:
    """The folder of a room with one reviewer; hashing a password is slow, so it is done once."""
    folder = tmp_path_factory.mktemp("room") / "review"
    Accounts(folder / "accounts.db", Clock()).new("rita", PASSWORD, role=RoomRole.REVIEWER, staff_id="staff-7")
    return folder


@pytest.fixture
def accounts(room, tmp_path, clock) -> Accounts:
    """A copy of that room."""
    shutil.copytree(room, tmp_path / "review")
    return Accounts(tmp_path / "review" / "accounts.db", clock)


def test_who_knows_the_password_is_let_in(accounts):
    """With the role and the staff id that the account was made with."""
    found = accounts.check("rita", PASSWORD, address=HERE)

    assert (found.name, found.role, found.staff_id) == ("rita", RoomRole.REVIEWER, "staff-7")


@pytest.mark.parametrize(
    ("name", "password"), [("rita", "another password"), ("nobody", PASSWORD), ("rita", ""), ("rita", "x" * 9000)]
)
def test_a_wrong_name_and_a_wrong_password_sound_alike(accounts, name, password):
    """Nobody learns which names exist."""
    with pytest.raises(AccountError, match="Name or password is not right"):
        accounts.check(name, password, address=HERE)


def test_the_database_holds_hashes_and_is_closed_to_others(accounts):
    """Neither a password nor a session's token can be read from it."""
    token = Sessions(accounts.path, lambda: START).open(accounts.find("rita"))
    content = accounts.path.read_bytes()

    assert PASSWORD.encode() not in content
    assert token.encode() not in content
    assert b"$argon2id$" in content
    assert stat.S_IMODE(accounts.path.stat().st_mode) == 0o600


def test_a_database_that_others_may_read_is_refused(accounts, clock):
    """The message says how to close it."""
    accounts.path.chmod(0o644)

    with pytest.raises(AccountError, match="chmod 600"):
        Accounts(accounts.path, clock)


@pytest.mark.parametrize("password", ["short", "x" * 201])
def test_a_password_is_long_enough_and_not_endless(accounts, password):
    """Length carries the weight; hashing a book is refused."""
    with pytest.raises(AccountError, match="12 to 200 letters"):
        accounts.new("sven", password, role=RoomRole.AUDITOR)


@pytest.mark.parametrize("name", ["", "Rita", "a b", "../x", "-x", "x" * 64])
def test_a_name_is_plain(accounts, name):
    """Names are spelled one way, so nobody passes for another."""
    with pytest.raises(AccountError, match="lower-case letters"):
        accounts.new(name, PASSWORD, role=RoomRole.AUDITOR)


def test_a_name_is_taken_once(accounts):
    """The second is refused, and the first keeps its password."""
    with pytest.raises(AccountError, match="already"):
        accounts.new("rita", "some other password", role=RoomRole.ADMIN)

    assert accounts.check("rita", PASSWORD, address=HERE).role is RoomRole.REVIEWER


def test_guessing_ends_after_a_few_attempts_even_with_the_right_password(accounts, clock):
    """A quarter of an hour later it goes on."""
    for _ in range(MOST_PER_NAME):
        with pytest.raises(AccountError, match="not right"):
            accounts.check("rita", "a wrong password", address=HERE)

    with pytest.raises(AccountError, match="Too many"):
        accounts.check("rita", PASSWORD, address="10.0.0.9")

    clock.now += WINDOW + timedelta(seconds=1)
    assert accounts.check("rita", PASSWORD, address=HERE).name == "rita"


def test_guessing_many_names_from_one_place_ends_too(accounts):
    """Names that do not exist count as well; other places go on."""
    with connect(accounts.path) as database:
        rows = [(f"name-{i}", HERE, START.timestamp()) for i in range(MOST_PER_ADDRESS)]
        database.executemany("INSERT INTO attempts VALUES (?, ?, ?)", rows)

    with pytest.raises(AccountError, match="Too many"):
        accounts.check("rita", PASSWORD, address=HERE)
    assert accounts.check("rita", PASSWORD, address="10.0.0.9").name == "rita"


def test_who_gets_in_starts_counting_anew(accounts):
    """A typing mistake a day locks nobody out."""
    for _ in range(3):
        with pytest.raises(AccountError, match="not right"):
            accounts.check("rita", "a typing mistake", address=HERE)
        accounts.check("rita", PASSWORD, address=HERE)


def test_a_new_password_replaces_the_old_one_and_ends_every_session(accounts, clock):
    """On this machine and on others."""
    sessions = Sessions(accounts.path, clock)
    tokens = [sessions.open(accounts.find("rita")) for _ in range(2)]
    accounts.change_password("rita", PASSWORD, "a newer password", address=HERE)

    assert [sessions.account(token) for token in tokens] == [None, None]
    assert accounts.check("rita", "a newer password", address=HERE).name == "rita"
    with pytest.raises(AccountError, match="not right"):
        accounts.check("rita", PASSWORD, address=HERE)


def test_a_password_is_changed_only_by_who_knows_the_old_one(accounts):
    """An open session alone is not enough."""
    with pytest.raises(AccountError, match="not right"):
        accounts.change_password("rita", "not the old one", "a newer password", address=HERE)


def test_a_database_made_before_roles_were_named_so_keeps_its_accounts(accounts, clock):
    """Its column was called otherwise; whoever could enter still can, as what they were."""
    with closing(sqlite3.connect(accounts.path)) as database:
        database.execute("ALTER TABLE accounts RENAME COLUMN role TO part")
    token = Sessions(Accounts(accounts.path, clock).path, clock).open(accounts.find("rita"))

    assert Accounts(accounts.path, clock).check("rita", PASSWORD, address=HERE).role is RoomRole.REVIEWER
    assert Sessions(accounts.path, clock).account(token).role is RoomRole.REVIEWER
