"""Who may do what: every route of the room, its method, and the roles that it admits.

The app is built from this table, and the same table is what its test walks. A route that is not here does not exist. What a
route does belongs to the file that handles it.
"""

from dataclasses import dataclass
from enum import StrEnum


class RoomRole(StrEnum):
    """What an account may do in the room. Whose *signature* counts is the trust root's alone."""

    REVIEWER = "reviewer"
    ENGINEER = "engineer"
    AUDITOR = "auditor"
    ADMIN = "admin"


EVERY_ROLE = frozenset(RoomRole)
ANYBODY: frozenset[RoomRole] | None = None  # also who has not logged in


@dataclass(frozen=True, kw_only=True)
class Route:
    """One route: its name (also the name of its handler), method, path, and the roles it admits; None admits anybody."""

    name: str
    method: str
    path: str
    roles: frozenset[RoomRole] | None

    @property
    def is_of_company(self) -> bool:
        """Whether it shows one company, in which the visitor's role counts; other pages are the home's."""
        return "{company}" in self.path

    @property
    def changes_something(self) -> bool:
        """Whether it needs a CSRF token: everything that is not a plain reading does."""
        return self.method != "GET"


def _route(method: str, path: str, name: str, roles: frozenset[RoomRole] | None) -> Route:
    """One line of the table."""
    return Route(name=name, method=method, path=path, roles=roles)


def _of_company(method: str, path: str, name: str, roles: frozenset[RoomRole]) -> Route:
    """One line of the table, of a page that every company has."""
    return _route(method, f"/companies/{{company}}{path}", name, roles)


REVIEWERS = frozenset({RoomRole.REVIEWER})
# As the trust root has it: engineers and reviewers ask for a promotion. Whose key counts is its to say, person by person.
PROMOTING = frozenset({RoomRole.REVIEWER, RoomRole.ENGINEER})
# Who looked people up is an auditor's to read and sign, and an administrator's to act on.
AUDITING = frozenset({RoomRole.AUDITOR, RoomRole.ADMIN})
# An alarm that somebody has seen is somebody's to handle, and an auditor handles nothing.
HANDLING = EVERY_ROLE - {RoomRole.AUDITOR}
# A customer's scores are personal data, and so are masked records: engineers see models, not people.
TRACING = frozenset({RoomRole.REVIEWER, RoomRole.AUDITOR, RoomRole.ADMIN})

ROUTES = (
    _route("GET", "/login", "show_login", ANYBODY),
    _route("POST", "/login", "log_in", ANYBODY),
    _route("GET", "/static/{name}", "static_file", ANYBODY),
    _route("GET", "/health", "health", ANYBODY),
    _route("POST", "/logout", "log_out", EVERY_ROLE),
    _route("GET", "/account", "show_account", EVERY_ROLE),
    _route("POST", "/account/password", "change_password", EVERY_ROLE),
    _route("GET", "/", "show_companies", EVERY_ROLE),
    _route("GET", "/reports/evidently-{release}.js", "drift_script", ANYBODY),
    _route("GET", "/reports/{company}/{model}/drift/{version}/{day}.html", "show_drift_page", EVERY_ROLE),
    _of_company("GET", "", "show_models", EVERY_ROLE),
    _of_company("POST", "/alarms/acknowledge", "acknowledge", HANDLING),
    _of_company("GET", "/portfolio", "show_portfolio", EVERY_ROLE),
    _of_company("GET", "/models/{model}", "show_model", EVERY_ROLE),
    _of_company("GET", "/candidates/{digest}", "show_candidate", EVERY_ROLE),
    _of_company("GET", "/candidates/{digest}/card.html", "hand_out_card", EVERY_ROLE),
    _of_company("GET", "/candidates/{digest}/mlflow", "show_run", EVERY_ROLE),
    _of_company("POST", "/candidates/{digest}/notes", "add_note", EVERY_ROLE),
    _of_company("POST", "/candidates/{digest}/decide", "decide", REVIEWERS),
    _of_company("POST", "/candidates/{digest}/promote", "promote", PROMOTING),
    _of_company("GET", "/exceptions/{digest}", "show_exception", EVERY_ROLE),
    _of_company("POST", "/exceptions/{digest}/decide", "decide_exception", REVIEWERS),
    _of_company("GET", "/purposes", "show_purposes", EVERY_ROLE),
    _of_company("POST", "/purposes/decide", "decide_data", REVIEWERS),
    _of_company("GET", "/log", "show_log", EVERY_ROLE),
    _of_company("GET", "/log/export", "export_log", EVERY_ROLE),
    _of_company("GET", "/log/whole.json", "export_whole", EVERY_ROLE),
    _of_company("GET", "/log/{sequence}", "show_record", EVERY_ROLE),
    _of_company("GET", "/trace", "show_trace", TRACING),
    _of_company("POST", "/trace", "trace_score", TRACING),
    _of_company("GET", "/people", "show_people", TRACING),
    _of_company("GET", "/people/{number}", "show_pair", TRACING),
    _of_company("POST", "/people/{number}/decide", "decide_pair", REVIEWERS),
    _of_company("GET", "/access", "show_access", AUDITING),
    _of_company("POST", "/access/sign", "sign_access", frozenset({RoomRole.AUDITOR})),
    _of_company("GET", "/requests", "show_requests", TRACING),
    _of_company("GET", "/data", "show_data", EVERY_ROLE),
    _of_company("GET", "/consent", "show_consent", EVERY_ROLE),
    # Addresses of before a room held several companies: alerts, catalogues and bookmarks name them.
    _route("GET", "/portfolio", "lead_to_portfolio", EVERY_ROLE),
    _route("GET", "/models/{model}", "lead_to_model", EVERY_ROLE),
    _route("GET", "/candidates/{digest}", "lead_to_candidate", EVERY_ROLE),
    _route("GET", "/log", "lead_to_log", EVERY_ROLE),
    _route("GET", "/log/{sequence}", "lead_to_record", EVERY_ROLE),
    _route("GET", "/trace", "lead_to_trace", EVERY_ROLE),
    _route("GET", "/data", "lead_to_data", EVERY_ROLE),
)


def may(role: RoomRole, name: str) -> bool:
    """Whether somebody of this role may use the route of that name; pages ask before they offer it."""
    route = next(route for route in ROUTES if route.name == name)
    return route.roles is None or role in route.roles
