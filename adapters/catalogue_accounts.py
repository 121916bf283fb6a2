"""MLflow with accounts: who may do what in the catalogue, and the passwords that are made for it.

The catalogue is for people and decides nothing (`promotion.py` does); least rights keep it from telling lies. There is nothing
narrower in MLflow than EDIT for versions, aliases and tags together, so candidates and promoted versions are two models.
"""

import base64
import configparser
import io
import json
import secrets
import urllib.error
import urllib.request
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from adapters.closed_files import ClosedFile
from adapters.registry import CANDIDATE_SUFFIX
from adapters.whole_files import make_folder, write_whole
from tenure.errors import RegistryError

ADMIN = "admin"
EXPERIMENT, CANDIDATE, PRODUCTION = "experiment", "candidate", "production"
# Whoever reads bytes of a version needs READ on the experiment that holds them. MANAGE is nobody's: it could grant rights.
RIGHTS: Mapping[str, Mapping[str, str]] = {
    "trainer": {EXPERIMENT: "EDIT", CANDIDATE: "EDIT", PRODUCTION: "READ"},
    "reviewer": {EXPERIMENT: "READ", CANDIDATE: "READ", PRODUCTION: "READ"},
    "promoter": {EXPERIMENT: "READ", CANDIDATE: "READ", PRODUCTION: "EDIT"},
    "scorer": {EXPERIMENT: "READ", PRODUCTION: "READ"},
    "auditor": {EXPERIMENT: "READ", CANDIDATE: "READ", PRODUCTION: "READ"},
}
_SECTION, _SECRET = "passwords", "cookie_secret"
_TAKEN, _ABSENT = "RESOURCE_ALREADY_EXISTS", "RESOURCE_DOES_NOT_EXIST"
_PATIENCE_SECONDS = 60.0


class CatalogueAccounts:
    """The accounts of one installation, below `<home>/mlflow`."""

    def __init__(self, home: Path) -> None:
        """Name the places; `prepare` makes what is missing."""
        self._folder = home / "mlflow"
        self.passwords_file = self._folder / "accounts.ini"
        self._config = self._folder / "basic_auth.ini"

    def prepare(self) -> dict[str, str]:
        """Make passwords that do not exist yet and the server's configuration; return what the server's environment must hold.

        Raises
        ------
        RegistryError: when the file of passwords can be read by others, or lacks one.
        """
        make_folder(self._folder)
        if not self.passwords_file.exists():
            made = {name: secrets.token_urlsafe(24) for name in (ADMIN, *RIGHTS, _SECRET)}
            _write_closed(self.passwords_file, {_SECTION: made})
        known = self.passwords()
        database = self._folder / "accounts.db"
        _write_closed(
            self._config,
            {
                "mlflow": {
                    "default_permission": "NO_PERMISSIONS",
                    "database_uri": f"sqlite:///{database}",
                    "admin_username": ADMIN,
                    "authorization_function": "mlflow.server.auth:authenticate_request_basic_auth",
                    "grant_default_workspace_access": "false",
                }
            },
        )
        return {
            "MLFLOW_AUTH_CONFIG_PATH": str(self._config),
            "MLFLOW_AUTH_ADMIN_USERNAME": ADMIN,
            "MLFLOW_AUTH_ADMIN_PASSWORD": known[ADMIN],
            "MLFLOW_FLASK_SERVER_SECRET_KEY": known[_SECRET],
            # Without workspaces any account may create experiments and models, at any place that the server can write to.
            "MLFLOW_ENABLE_WORKSPACES": "true",
        }

    def passwords(self) -> dict[str, str]:
        """The password of every account, by name."""
        parser = configparser.RawConfigParser()
        parser.read_string(_file(self.passwords_file).read_text())
        known = dict(parser[_SECTION]) if parser.has_section(_SECTION) else {}
        if missing := sorted({ADMIN, _SECRET, *RIGHTS} - set(known)):
            raise RegistryError(f"Expected a password for {', '.join(missing)} in {self.passwords_file}, found none. Restore it.")
        return known

    def settle(self, server: str, project: str, models: Sequence[str]) -> None:
        """Give each account its rights on a project, and take away what somebody gave it beyond them.

        Parameters
        ----------
        server: the address of a server that answers. models: names within the project.

        Raises
        ------
        RegistryError: when the server refuses.
        """
        known = self.passwords()
        admin = Account(server, ADMIN, known[ADMIN])
        experiment = _experiment(admin, project)
        for model in models:
            for name in (f"{project}.{model}{CANDIDATE_SUFFIX}", f"{project}.{model}"):
                admin.call("api/2.0/mlflow/registered-models/create", {"name": name}, accept=_TAKEN)
        for account, rights in RIGHTS.items():
            admin.call("api/2.0/mlflow/users/create", {"username": account, "password": known[account]}, accept=_TAKEN)
            for kind, name in _resources(project, models, experiment):
                _set_right(admin, account, kind, name, rights.get(kind))


class Account:
    """Calls to an MLflow server in one account's name, without touching this process's environment."""

    def __init__(self, server: str, name: str, password: str) -> None:
        """Bind an account to a server."""
        self._server = server.rstrip("/")
        self._header = "Basic " + base64.b64encode(f"{name}:{password}".encode()).decode()

    def call(self, path: str, body: Mapping[str, Any], *, method: str = "POST", accept: str | None = None) -> dict[str, Any]:
        """Send JSON and return the answer; an error of code `accept` is an empty answer.

        Raises
        ------
        RegistryError: with the server's refusal; `__cause__` is the HTTP error.
        """
        request = urllib.request.Request(  # noqa: S310 - the address is of our own server
            f"{self._server}/{path}",
            data=json.dumps(body).encode(),
            method=method,
            headers={"Authorization": self._header, "Content-Type": "application/json"},
        )
        try:
            with urllib.request.urlopen(request, timeout=_PATIENCE_SECONDS) as answer:  # noqa: S310
                text = answer.read()
                return dict(json.loads(text)) if text.strip() else {}
        except urllib.error.HTTPError as error:
            said = error.read(2000).decode(errors="replace")
            if accept is not None and accept in said:
                return {}
            raise RegistryError(f"MLflow refused {method} {path} with {error.code}: {said[:200]}") from error
        except (urllib.error.URLError, TimeoutError) as error:
            raise RegistryError(f"MLflow at {self._server} does not answer {method} {path}: {error}. Start it again.") from error


def _experiment(admin: Account, project: str) -> str:
    """The id of a project's experiment, made where it is missing; the server alone says where its files are."""
    made = admin.call("api/2.0/mlflow/experiments/create", {"name": project}, accept=_TAKEN)
    if made:
        return str(made["experiment_id"])
    found = admin.call("api/2.0/mlflow/experiments/search", {"filter": f"name = '{project}'", "max_results": 1})
    return str(found["experiments"][0]["experiment_id"])


def _set_right(admin: Account, account: str, kind: str, name: str, right: str | None) -> None:
    """Give an account exactly this right on one resource; MLflow changes no grant that is there, so it goes first."""
    grant = {
        "username": account,
        "resource_type": "experiment" if kind == EXPERIMENT else "registered_model",
        "resource_id": name,
    }
    admin.call("api/3.0/mlflow/users/permissions/revoke", grant, accept=_ABSENT)
    if right:
        admin.call("api/3.0/mlflow/users/permissions/grant", {**grant, "permission": right})


def _resources(project: str, models: Sequence[str], experiment: str) -> list[tuple[str, str]]:
    """Everything of a project that rights are given on: its sort and MLflow's name for it."""
    named = [(EXPERIMENT, experiment)]
    for model in models:
        named += [(CANDIDATE, f"{project}.{model}{CANDIDATE_SUFFIX}"), (PRODUCTION, f"{project}.{model}")]
    return named


def _write_closed(path: Path, content: Mapping[str, Mapping[str, str]]) -> None:
    """Write an INI file that its owner alone can read, whole or not at all."""
    parser = configparser.RawConfigParser()
    parser.read_dict(content)
    text = io.StringIO()
    parser.write(text)
    write_whole(path, text.getvalue())


def _file(path: Path) -> ClosedFile:
    """A file of passwords, or of where they are kept."""
    return ClosedFile(
        path=path,
        what="the catalogue's passwords",
        error=RegistryError,
        if_open="To have new passwords made, delete it and accounts.db beside it.",
    )
