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
from review.attempts import (
    DAY,
    KNOWN_FOR,
    MOST_AT_NAME_FROM_ADDRESS,
    MOST_AT_NAME_FROM_ELSEWHERE,
    MOST_FROM_ADDRESS,
    WINDOW,
    Attempts,
    Purpose,
)
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
    for _ in range(MOST_AT_NAME_FROM_ADDRESS):
        with pytest.raises(AccountError, match="not right"):
            accounts.check("rita", "a wrong password", address=HERE)

    with pytest.raises(AccountError, match="Too many"):
        accounts.check("rita", PASSWORD, address=HERE)

    clock.now += WINDOW + timedelta(seconds=1)
    assert accounts.check("rita", PASSWORD, address=HERE).name == "rita"


def test_guessing_many_names_from_one_place_ends_too(accounts):
    """Names that do not exist count as well; other places go on."""
    with connect(accounts.path) as database:
        rows = [(f"name-{i}", HERE, START.timestamp()) for i in range(MOST_FROM_ADDRESS)]
        database.executemany("INSERT INTO attempts (name, address, at) VALUES (?, ?, ?)", rows)

    with pytest.raises(AccountError, match="Too many"):
        accounts.check("rita", PASSWORD, address=HERE)
    assert accounts.check("rita", PASSWORD, address="10.0.0.9").name == "rita"


def tried(accounts: Accounts, clock: Clock, address: str) -> bool:
    """Whether one more password may be tried for her; it is not the right one."""
    return Attempts(accounts.path, clock, Purpose.PASSWORD).begin("rita", address)


def test_a_stranger_with_one_address_locks_nobody_out(accounts, clock):
    """However often they try; they stop themselves alone."""
    found = [tried(accounts, clock, "203.0.113.7") for _ in range(MOST_AT_NAME_FROM_ADDRESS + 3)]

    assert found == [True] * MOST_AT_NAME_FROM_ADDRESS + [False] * 3
    assert accounts.check("rita", PASSWORD, address=HERE).name == "rita"


def test_a_crowd_guesses_a_hundred_times_a_day_and_stops_nobody_where_they_were_before(accounts, clock):
    """From anywhere else the name waits; a day after the first of them it goes on."""
    accounts.check("rita", PASSWORD, address=HERE)
    found = [tried(accounts, clock, f"203.0.113.{n}") for n in range(MOST_AT_NAME_FROM_ELSEWHERE + 20)]

    assert sum(found) == MOST_AT_NAME_FROM_ELSEWHERE
    with pytest.raises(AccountError, match="Too many"):
        accounts.check("rita", PASSWORD, address="198.51.100.1")
    assert accounts.check("rita", PASSWORD, address=HERE).name == "rita"
    clock.now += DAY + timedelta(seconds=1)
    assert tried(accounts, clock, "198.51.100.1")


def test_a_place_is_known_for_ninety_days(accounts, clock):
    """Who has not been there for longer is from elsewhere again."""
    accounts.check("rita", PASSWORD, address=HERE)
    clock.now += KNOWN_FOR + timedelta(seconds=1)
    for n in range(MOST_AT_NAME_FROM_ELSEWHERE):
        tried(accounts, clock, f"203.0.113.{n}")

    assert not tried(accounts, clock, HERE)


def test_passphrases_and_passwords_are_counted_apart(accounts, clock):
    """Whatever name is typed at the door, no key is counted with it."""
    passphrases = Attempts(accounts.path, clock, Purpose.PASSPHRASE)
    for name in ("rita", "key rita"):
        for _ in range(MOST_AT_NAME_FROM_ADDRESS):
            Attempts(accounts.path, clock, Purpose.PASSWORD).begin(name, HERE)

    assert not tried(accounts, clock, HERE)
    assert passphrases.begin("rita", HERE)
    assert passphrases.begin("key rita", HERE)


def test_the_addresses_of_one_network_are_one(accounts, clock):
    """Who has one address of IPv6 has as many as they like; one of IPv4 stays itself however it is written."""
    found = [tried(accounts, clock, f"2001:db8::{n:x}") for n in range(MOST_AT_NAME_FROM_ADDRESS + 1)]
    spelled = [tried(accounts, clock, ("203.0.113.7", "::ffff:203.0.113.7")[n % 2]) for n in range(MOST_AT_NAME_FROM_ADDRESS + 1)]

    assert found == spelled == [True] * MOST_AT_NAME_FROM_ADDRESS + [False]
    assert tried(accounts, clock, "2001:db8:0:1::1")


def test_a_database_of_an_earlier_version_is_brought_up_to_date(accounts, clock):
    """Its accounts and what was counted stay."""
    with connect(accounts.path) as database:
        database.executescript(
            "DROP TABLE attempts; DROP TABLE known_places;"
            "CREATE TABLE attempts (name TEXT NOT NULL, address TEXT NOT NULL, at REAL NOT NULL) STRICT;"
        )
        rows = [("rita", HERE, START.timestamp())] * MOST_AT_NAME_FROM_ADDRESS
        database.executemany("INSERT INTO attempts VALUES (?, ?, ?)", rows)
    again = Accounts(accounts.path, clock)

    with pytest.raises(AccountError, match="Too many"):
        again.check("rita", PASSWORD, address=HERE)
    assert again.check("rita", PASSWORD, address="10.0.0.9").name == "rita"


def test_a_removed_account_is_gone_at_once(accounts, clock):
    """With its sessions; another may be made under its name."""
    sessions = Sessions(accounts.path, clock)
    token = sessions.open(accounts.check("rita", PASSWORD, address=HERE))
    accounts.remove("rita")

    assert sessions.account(token) is None
    assert accounts.find("rita") is None
    with pytest.raises(AccountError, match="no account 'rita'"):
        accounts.remove("rita")


def test_another_role_ends_every_session(accounts, clock):
    """Nothing goes on under the old one."""
    sessions = Sessions(accounts.path, clock)
    token = sessions.open(accounts.find("rita"))
    accounts.change_role("rita", RoomRole.AUDITOR)

    assert sessions.account(token) is None
    assert accounts.find("rita").role is RoomRole.AUDITOR
    with pytest.raises(AccountError, match="no account 'nobody'"):
        accounts.change_role("nobody", RoomRole.AUDITOR)


def test_a_role_that_there_is_not_is_named_with_what_to_do(accounts, clock):
    """To whom it is only after the password; others are found as before."""
    sessions = Sessions(accounts.path, clock)
    token = sessions.open(accounts.find("rita"))
    with connect(accounts.path) as database:
        database.execute("UPDATE accounts SET role = 'nonsense'")

    with pytest.raises(AccountError, match="not right"):
        accounts.check("rita", "a wrong password", address=HERE)
    for ask in (lambda: accounts.check("rita", PASSWORD, address=HERE), lambda: sessions.account(token), accounts.all):
        with pytest.raises(AccountError, match=r"has the role 'nonsense'.*tenure review account role rita ROLE"):
            ask()
    accounts.change_role("rita", RoomRole.ADMIN)
    assert accounts.check("rita", PASSWORD, address=HERE).role is RoomRole.ADMIN


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
