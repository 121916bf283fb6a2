"""MLflow with accounts, as `tenure up` starts it: the real server, every account, the writes that must fail."""

import os
import socket
import stat
import subprocess
import threading
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from adapters.catalogue_accounts import ADMIN, RIGHTS, Account, CatalogueAccounts
from adapters.settings import Settings, catalogue_in, load_settings
from cli.services import stop
from cli.serving import catalogue_address, service_commands, service_environment, wait_for_catalogue
from tenure.errors import RegistryError
from tests.long_runs import IS_LONG

PROJECT, MODEL = "shop", "lapse"
CANDIDATE, PRODUCTION = f"{PROJECT}.{MODEL}-candidate", f"{PROJECT}.{MODEL}"
API = "api/2.0/mlflow"


@dataclass(frozen=True)
class Served:
    """A server with accounts."""

    settings: Settings
    accounts: CatalogueAccounts
    address: str
    output: Path

    def status(self, name: str, path: str, body: dict[str, object], method: str = "POST") -> int:
        """The HTTP status that an account gets."""
        account = Account(self.address, name, self.accounts.passwords()[name])
        try:
            account.call(path, body, method=method)
        except RegistryError as error:
            if isinstance(error.__cause__, urllib.error.HTTPError):
                return error.__cause__.code
            raise
        return 200


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """The server, started by the command line that `tenure up` uses."""
    home = tmp_path_factory.mktemp("accounts")
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    settings = replace(load_settings(), home=home, tracking_uri=catalogue_in(home), mlflow_port=port, has_accounts=True)
    settings.artifacts.mkdir(parents=True)
    accounts = CatalogueAccounts(home)
    command = service_commands(settings, settings.home)["mlflow"]
    environment = {**service_environment(settings), **accounts.prepare()}
    output = home / "server.log"
    with output.open("wb") as log:
        process = subprocess.Popen(command, cwd=home, env=environment, start_new_session=True, stdout=log, stderr=log)
        try:
            assert wait_for_catalogue(settings, process, threading.Event()), output.read_text()
            found = Served(settings, accounts, catalogue_address(settings), output)
            accounts.settle(found.address, PROJECT, [MODEL])
            yield found
        finally:
            stop([process])


PRODUCTION_WRITES = [
    ("POST", f"{API}/model-versions/create", {"name": PRODUCTION, "source": "models:/x/1"}),
    ("POST", f"{API}/registered-models/alias", {"name": PRODUCTION, "alias": "champion", "version": "1"}),
    ("POST", f"{API}/registered-models/set-tag", {"name": PRODUCTION, "key": "approved", "value": "yes"}),
    ("PATCH", f"{API}/registered-models/update", {"name": PRODUCTION, "description": "mine"}),
    ("DELETE", f"{API}/registered-models/delete", {"name": PRODUCTION}),
]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "method", "path", "body"),
    [
        (name, *write)
        for name in ("trainer", "reviewer", "scorer", "auditor")
        for write in PRODUCTION_WRITES
        # The server hashes a password for each request, so only who has most rights tries everything each time.
        if IS_LONG or name == "trainer" or "alias" in write[1]
    ],
)
def test_only_the_promoter_writes_to_what_serves(
    served: Served, name: str, method: str, path: str, body: dict[str, object]
) -> None:
    """Versions, aliases, tags, text and the model itself: 403 for everybody else."""
    assert served.status(name, path, body, method) == 403


@pytest.mark.slow
def test_each_account_can_do_its_own_work(served: Served) -> None:
    """Rights that are too narrow would be worked around."""
    tag = {"key": "note", "value": "looked at"}

    assert served.status("trainer", f"{API}/registered-models/set-tag", {"name": CANDIDATE, **tag}) == 200
    assert served.status("promoter", f"{API}/registered-models/set-tag", {"name": PRODUCTION, **tag}) == 200
    for name, rights in RIGHTS.items():
        reads = [CANDIDATE] * ("candidate" in rights) + [PRODUCTION]
        assert [served.status(name, f"{API}/registered-models/get?name={model}", {}, "GET") for model in reads] == [200] * len(
            reads
        )


@pytest.mark.slow
@pytest.mark.parametrize("name", RIGHTS if IS_LONG else ["trainer", "promoter"])
def test_nobody_creates_models_or_experiments_or_grants_rights(served: Served, name: str) -> None:
    """A model of one's own, an experiment at a place of one's choice, a right for a friend: 403."""
    experiment = {"name": f"own-{name}", "artifact_location": "file:///tmp/own"}
    grant = {"username": name, "resource_type": "registered_model", "resource_id": PRODUCTION, "permission": "MANAGE"}

    assert served.status(name, f"{API}/registered-models/create", {"name": f"own-{name}"}) == 403
    assert served.status(name, f"{API}/experiments/create", experiment) == 403
    assert served.status(name, "api/3.0/mlflow/users/permissions/grant", grant) == 403
    assert served.status(name, f"{API}/users/create", {"username": "friend", "password": "a long password"}) == 403


@pytest.mark.slow
@pytest.mark.parametrize(("method", "path", "body"), [PRODUCTION_WRITES[1], ("GET", f"{API}/registered-models/search", {})])
def test_nobody_without_an_account_reads_or_writes(served: Served, method: str, path: str, body: dict[str, object]) -> None:
    """No account, or a wrong password: 401."""
    request = urllib.request.Request(f"{served.address}/{path}", data=b"{}", method=method)  # noqa: S310
    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(request, timeout=30)  # noqa: S310
    assert refused.value.code == 401

    with pytest.raises(RegistryError, match="401"):
        Account(served.address, "promoter", "wrong password").call(path, body, method=method)


@pytest.mark.slow
def test_passwords_are_in_one_closed_file_and_in_no_log(served: Served) -> None:
    """What the server prints, and every other file of the home, holds none of them."""
    passwords = served.accounts.passwords()
    assert set(passwords) >= {ADMIN, *RIGHTS}
    assert stat.S_IMODE(served.accounts.passwords_file.stat().st_mode) == 0o600
    assert len(set(passwords.values())) == len(passwords)

    for path in (p for p in served.settings.home.rglob("*") if p.is_file() and p != served.accounts.passwords_file):
        held = path.read_bytes()
        assert not [name for name, password in passwords.items() if password.encode() in held], path


@pytest.mark.slow
def test_each_start_gives_exactly_the_rights_of_the_table_again(served: Served) -> None:
    """A right that somebody added by hand is gone."""
    admin = Account(served.address, ADMIN, served.accounts.passwords()[ADMIN])
    grant = {"username": "trainer", "resource_type": "registered_model", "resource_id": PRODUCTION}
    admin.call("api/3.0/mlflow/users/permissions/revoke", grant)
    admin.call("api/3.0/mlflow/users/permissions/grant", {**grant, "permission": "EDIT"})
    assert served.status("trainer", *PRODUCTION_WRITES[2][1:]) == 200

    served.accounts.settle(served.address, PROJECT, [MODEL])

    assert served.status("trainer", *PRODUCTION_WRITES[2][1:]) == 403
    assert served.status("trainer", f"{API}/registered-models/get?name={PRODUCTION}", {}, "GET") == 200


def test_passwords_that_others_can_read_are_refused(tmp_path: Path) -> None:
    """And those that exist are kept."""
    accounts = CatalogueAccounts(tmp_path)
    first = accounts.prepare()
    assert accounts.prepare() == first

    os.chmod(accounts.passwords_file, 0o644)
    with pytest.raises(RegistryError, match=r"passwords at .* may be read by others"):
        accounts.prepare()
