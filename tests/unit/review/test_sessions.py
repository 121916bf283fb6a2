"""Sessions: how long a browser is believed."""

from datetime import UTC, datetime, timedelta

import pytest

from review.access import RoomRole
from review.accounts import Accounts
from review.sessions import IDLE, LONGEST, Sessions

START = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


class Desk:
    """Sessions of one account, under a clock that is set by hand."""

    def __init__(self, folder) -> None:
        self.now = START
        accounts = Accounts(folder / "accounts.db", lambda: self.now)
        self.account = accounts.new("rita", "correct horse battery", role=RoomRole.REVIEWER)
        self.sessions = Sessions(accounts.path, lambda: self.now)


@pytest.fixture
def desk(tmp_path) -> Desk:
    """Eight in the morning."""
    return Desk(tmp_path)


def test_a_session_is_its_accounts(desk):
    """With the role of the account as it is now."""
    assert desk.sessions.account(desk.sessions.open(desk.account)) == desk.account


@pytest.mark.parametrize("token", ["", "made-up", "' OR 1=1 --"])
def test_a_made_up_token_is_nobodys(desk, token):
    """Also while there are sessions."""
    desk.sessions.open(desk.account)

    assert desk.sessions.account(token) is None


def test_a_session_ends_when_nobody_clicks(desk):
    """Half an hour."""
    token = desk.sessions.open(desk.account)
    desk.now += IDLE - MINUTE
    assert desk.sessions.account(token) == desk.account

    desk.now += IDLE + MINUTE
    assert desk.sessions.account(token) is None


def test_a_session_ends_however_busy_it_is(desk):
    """Twelve hours after it began."""
    token = desk.sessions.open(desk.account)
    while desk.now < START + LONGEST:
        assert desk.sessions.account(token) == desk.account
        desk.now += 20 * MINUTE
    desk.now += MINUTE

    assert desk.sessions.account(token) is None


def test_logging_out_ends_that_session_and_no_other(desk):
    """The token is worth nothing afterwards, wherever a copy of it is."""
    here, elsewhere = desk.sessions.open(desk.account), desk.sessions.open(desk.account)
    desk.sessions.close(here)

    assert desk.sessions.account(here) is None
    assert desk.sessions.account(elsewhere) == desk.account


def test_tokens_are_never_alike(desk):
    """And long enough that nobody guesses one."""
    tokens = {desk.sessions.open(desk.account) for _ in range(50)}

    assert len(tokens) == 50
    assert min(map(len, tokens)) >= 43
