"""The table of access, by itself; `tests/integration/review/test_access.py` walks the app against it."""

from review.access import EVERY_ROLE, ROUTES, RoomRole, may
from review.app import HANDLERS


def test_every_route_has_a_handler_and_every_handler_a_route():
    """The app is built from the table and from nothing else."""
    assert sorted(HANDLERS) == sorted(route.name for route in ROUTES)
    assert len({(route.method, route.path) for route in ROUTES}) == len(ROUTES)


def test_only_the_entrance_is_open_to_strangers():
    """Everything else asks who it is; the script of drift pages is a library's, asked for by pages that are nobody's."""
    entrance = {"show_login", "log_in", "static_file", "health", "drift_script"}
    assert {route.name for route in ROUTES if route.roles is None} == entrance


def test_an_administrator_neither_decides_nor_promotes():
    """They make accounts; that is not a vote. The roles are those that a trust root asks for."""
    able = {name: {role for role in RoomRole if may(role, name)} for name in ("decide", "promote")}

    assert able == {"decide": {RoomRole.REVIEWER}, "promote": {RoomRole.REVIEWER, RoomRole.ENGINEER}}


def test_an_auditor_changes_nothing():
    """But their own password and session; they may ask, which decides nothing, and sign who looked people up."""
    changing = {route.name for route in ROUTES if route.changes_something and may(RoomRole.AUDITOR, route.name)}

    assert changing == {"log_in", "log_out", "change_password", "trace_score", "add_note", "sign_access"}


def test_an_engineer_sees_no_customers_score_and_no_record():
    """Everything else that is shown, they see."""
    hidden = {route.name for route in ROUTES if route.method == "GET" and not may(RoomRole.ENGINEER, route.name)}

    assert hidden == {"show_trace", "show_people", "show_pair", "show_requests", "show_access"}


def test_reading_never_changes_anything():
    """Routes are GET or POST; what changes something is a POST, which carries a token."""
    assert {route.method for route in ROUTES} == {"GET", "POST"}
    assert all(route.roles == EVERY_ROLE or route.roles is None or route.roles < EVERY_ROLE for route in ROUTES)
