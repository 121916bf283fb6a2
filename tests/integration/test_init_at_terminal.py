"""`tenure init` as a person meets it: questions at a terminal, answered one by one, or left by Ctrl-C."""

import os
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from adapters.project_folders import read_folder
from governance.records.signing import public_bytes
from governance.stores.key_store import KeyStore
from governance.stores.signed_log import SignedLog
from home.workplace import utc_now
from tenure.levels import Level
from tests.at_terminal import CTRL_C, AtTerminal
from tests.shop import settings_at
from tests.written_shop import forgotten, write_exports

pytestmark = pytest.mark.slow
PASSPHRASE = "a passphrase of a few words"
PUBLIC = {name: public_bytes(Ed25519PrivateKey.generate()).hex() for name in ("staff-2", "staff-3")}
ENDS_A_QUESTION, ROOT_KEY = "]: ", "root key root-{}: its holder types it"


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a shop's exports."""
    folder = tmp_path_factory.mktemp("terminal")
    write_exports(folder / "exports", n_days=60)
    return folder


def init(place: Path, *flags: str) -> AtTerminal:
    """The command, in a home of its own."""
    unset: Mapping[str, str] = {name: value for name, value in os.environ.items() if not name.startswith("TENURE_")}
    command = (sys.executable, "-m", "tenure.rooms.cli.main", "init", "shop", "--from", "exports", *flags)
    return AtTerminal(*command, folder=place, environment={**unset, "TENURE_HOME": str(place / "home")})


def answer_by_enter(asking: AtTerminal, until: str) -> None:
    """Take every proposal until a question is asked that has none, or that is to be answered otherwise."""
    while asking.asked(until, ENDS_A_QUESTION) != until:
        asking.type("")


def name_reviewers(asking: AtTerminal, *names: str) -> None:
    """Name each with their key, then no more."""
    for name in names:
        asking.type(name)
        asking.asked(f"Public key of {name}")
        asking.type(PUBLIC[name])
        asking.asked("empty for no more): ")
    asking.type("")


def type_passphrases(asking: AtTerminal, *whose: str) -> None:
    """Type each new one twice; none is shown."""
    for name in whose:
        # The terminal is silenced after the words and before the blank that ends them.
        asking.asked(f"{name}: ")
        asking.type(PASSPHRASE)
        asking.asked("Repeat for confirmation: ")
        asking.type(PASSPHRASE)


def test_a_person_answers_and_the_full_ceremony_stands(place: Path) -> None:
    """After somebody left it in the middle of the questions, by which nothing was written."""
    with init(place) as asking:
        asking.asked("Which column names the customer?")
        asking.type("")
        asking.asked("Which says when?")
        asking.type(CTRL_C, enter=False)
        assert asking.ended() != 0
    assert sorted(path.name for path in place.iterdir()) == ["exports"]

    with init(place, "--governance", "full") as asking:
        answer_by_enter(asking, "Your staff id")
        asking.type("ann")
        asking.asked("Staff id of a reviewer (empty for no more): ")
        name_reviewers(asking, "staff-2", "staff-3")
        type_passphrases(asking, "the new key of ann", *map(ROOT_KEY.format, (1, 2, 3)))
        assert asking.ended() == 0, asking.said

    assert "governed at the level of the full ceremony" in asking.said
    assert PASSPHRASE not in asking.said
    root = SignedLog(settings_at(place / "home"), utc_now).unwitnessed().root
    assert (root.quorum("shop"), root.threshold, len(root.root_keys)) == (2, 2, 3)
    people = {one.staff_id: {role.value for role in one.roles} for one in root.staff if not one.staff_id.startswith("service-")}
    assert people == {"ann": {"engineer"}, "staff-2": {"reviewer"}, "staff-3": {"reviewer"}}


def test_who_stops_at_a_passphrase_leaves_whole_files_and_no_trust(tmp_path: Path) -> None:
    """The company can be read, each key that was made opens, and the log begins when it is gone on with."""
    write_exports(tmp_path / "exports", n_days=60)
    with init(tmp_path) as asking:
        answer_by_enter(asking, "Who approves what is trained")
        asking.type("two")
        asking.asked("Your staff id")
        asking.type("ann")
        asking.asked("Staff id of a reviewer (empty for no more): ")
        name_reviewers(asking, "staff-2")
        type_passphrases(asking, "the new key of ann", ROOT_KEY.format(1))
        asking.asked(ROOT_KEY.format(2))
        asking.type(CTRL_C, enter=False)
        assert asking.ended() != 0

    assert "tenure trust init --project" in asking.said
    with forgotten("shop"):
        assert read_folder(tmp_path / "shop").findings == ()
    for folder, names in (("keys", ("ann",)), ("keys/root", ("root-1",))):
        store = KeyStore(tmp_path / "home" / folder)
        assert store.names() == names
        assert all(store.public(name, PASSPHRASE) for name in names)
    assert not (tmp_path / "home" / "store" / "log.db").exists()
    assert not (tmp_path / "home" / "trust").exists()
    assert Level.TWO.called not in asking.said.partition("Passphrases come next")[2]
