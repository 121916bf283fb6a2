"""Making and renewing trust roots by holders who sign apart, and what a refused beginning leaves: nothing."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from cli.trust_keys import all_or_nothing
from governance.doors.proposals import complete, missing, propose_root, read_proposal, sign_proposal
from governance.doors.trust_roots import Person, draft_first_root, people_named, renewed, with_person
from governance.records.signing import public_bytes
from governance.records.trust_root import Role
from governance.stores.signed_log import SignedLog
from governance.stores.trust import Trust
from tenure.errors import RefusedError, SpecError
from tests.shop import NOW, settings_at

KEYS = {name: Ed25519PrivateKey.generate() for name in ("ann", "bob", "cid", "anna", "ben", "eve")}
PUBLIC = {name: public_bytes(key).hex() for name, key in KEYS.items()}
HOLDERS = ("ann", "bob", "cid")


def clock():
    """A clock that stands still."""
    return NOW


def drafted(home: Path, **changes: object):
    """Trust root 1 of three holders, of whom two sign."""
    terms = {
        "quorums": {"shop": 1},
        "people": [Person(staff_id="anna", public_key=PUBLIC["anna"])],
        "holders": [PUBLIC[name] for name in HOLDERS],
        "threshold": 2,
        "clock": clock,
    }
    return draft_first_root(settings_at(home), **{**terms, **changes})


def test_holders_sign_apart_and_the_last_puts_it_in_force(tmp_path: Path) -> None:
    """Each has their own file; the first version and the next alike. Until enough have signed, nothing is begun."""
    settings, path = settings_at(tmp_path), tmp_path / "proposed.json"
    first = propose_root(path, drafted(tmp_path))
    one = sign_proposal(first, "ann", KEYS["ann"])

    assert (missing(settings, one, clock), complete(settings, one, clock)) == (1, False)
    assert not Trust(settings).has_log
    assert complete(settings, sign_proposal(one, "cid", KEYS["cid"]), clock)
    assert Trust(settings).pinned == first.root.digest
    assert list(tmp_path.glob("proposed.json*")) == []
    ledger = SignedLog(settings, clock).ledger()
    root = with_person(ledger.root_before(1), Person(staff_id="ben", public_key=PUBLIC["ben"]), NOW)
    for name in ("bob", "cid"):
        proposal = sign_proposal(propose_root(path, root) if name == "bob" else read_proposal(path), name, KEYS[name])
    assert complete(settings, proposal, clock)
    assert {one.staff_id for one in SignedLog(settings, clock).ledger().roots[-1][1].staff} >= {"anna", "ben"}


def test_a_signature_of_a_stranger_or_over_something_else_counts_for_nothing(tmp_path: Path) -> None:
    """Whoever lays files beside a proposal brings it no nearer into force."""
    settings, path = settings_at(tmp_path), tmp_path / "proposed.json"
    proposal = sign_proposal(propose_root(path, drafted(tmp_path)), "ann", KEYS["ann"])
    stranger = sign_proposal(proposal, "eve", KEYS["eve"])
    assert not complete(settings, stranger, clock)
    sign_proposal(stranger, "bob", KEYS["bob"])
    with pytest.raises(RefusedError, match="names no such key"):
        complete(settings, read_proposal(path), clock)
    (tmp_path / "proposed.json.eve.sig").unlink()

    other = replace(proposal.root, threshold=1)
    elsewhere = sign_proposal(propose_root(tmp_path / "other.json", other), "cid", KEYS["cid"])
    (tmp_path / "proposed.json.cid.sig").write_bytes(elsewhere.signatures[0])
    with pytest.raises(RefusedError, match="over different content"):
        complete(settings, read_proposal(path), clock)
    assert not Trust(settings).has_log


def test_one_person_is_named_with_one_key(tmp_path: Path) -> None:
    """Two keys for one name are refused in words, not dropped; two roles of one key are one entry."""
    with pytest.raises(SpecError, match="anna is named with two keys"):
        people_named([f"anna={PUBLIC['anna']}", f"anna={PUBLIC['ben']}"], ())
    (both,) = people_named([f"anna={PUBLIC['anna']}"], [f"anna={PUBLIC['anna']}"])

    assert set(both.roles) == {Role.ENGINEER, Role.REVIEWER}


def test_a_known_person_s_next_key_ends_the_lost_one(tmp_path: Path) -> None:
    """The lost key leaves the trust root; the roles of the person stay."""
    root = drafted(tmp_path)
    anew = with_person(root, Person(staff_id="anna", public_key=PUBLIC["ben"], roles=(Role.ENGINEER,)), NOW)
    own = [one for one in anew.staff if one.staff_id == "anna"]

    assert [(one.public_key, set(one.roles)) for one in own] == [(PUBLIC["ben"], {Role.ENGINEER, Role.REVIEWER})]
    assert (anew.version, anew.previous) == (2, root.digest)


def test_keys_are_renewed_for_a_year_by_name(tmp_path: Path) -> None:
    """People's and services' alike; nobody else's, and a name that nobody has is told with those there are."""
    root, later = drafted(tmp_path), NOW + timedelta(days=360)
    until = {one.staff_id: one.valid_until for one in renewed(root, ["anna", "service-scorer"], later).staff}

    assert until["anna"] == until["service-scorer"] == later + timedelta(days=366)
    assert until["service-log"] == NOW + timedelta(days=366)
    with pytest.raises(SpecError, match=r"nobody called carla\. It names service-trainer, "):
        renewed(root, ["carla"], later)


def test_a_refused_beginning_leaves_no_key_behind(tmp_path: Path) -> None:
    """Neither the services', which the door makes, nor those that the command made before."""
    settings = settings_at(tmp_path)
    twice = [Person(staff_id="anna", public_key=PUBLIC["ann"])]  # a root key, used for daily work
    with pytest.raises(RefusedError, match="root keys stay offline"):
        drafted(tmp_path, people=twice)
    assert not settings.keys.exists()

    settings.keys.mkdir(mode=0o700)
    kept = settings.keys / "kept.pem"
    kept.write_text("mine")

    def refused_after_a_key() -> None:
        with all_or_nothing(settings.keys):
            (settings.keys / "made.pem").write_text("new")
            people_named(["anna"], ())

    with pytest.raises(SpecError, match="STAFF_ID=PUBLIC_KEY"):
        refused_after_a_key()
    assert list(settings.keys.iterdir()) == [kept]
