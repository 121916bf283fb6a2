"""The demonstration's trust: two reviewers made of software, marked as such in the signed trust root itself.

Their approvals prove that the protocol runs, not that anybody read a card. Nothing here may be used for a real company: the
commands that make a real trust root refuse the names used here.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import TypedDict

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from adapters.settings import Settings
from governance.doors.promotion import Promotions
from governance.doors.trust_roots import Person, first_root, following, next_root, service_keys, with_all_services
from governance.records.approval import Verdict
from governance.records.trust_root import DEMO_PREFIX, Role
from governance.rules.data_standing import DataState
from governance.stores.key_store import KeyStore
from governance.stores.signed_log import SignedLog
from governance.stores.trust import Trust, read_passphrase
from tenure.errors import PromotionError

REVIEWERS = (f"{DEMO_PREFIX}reviewer-1", f"{DEMO_PREFIX}reviewer-2")
ENGINEER = f"{DEMO_PREFIX}engineer"
ROOT_KEY = f"{DEMO_PREFIX}root"
ABOUT_PASSPHRASE = (
    "# DEMONSTRATION. The passphrase of every key in this folder: the services', the root key, and those of two made-up\n"
    "# reviewers and an engineer. Anybody who reads this file can approve and promote in this home. Never use these keys for a\n"
    "# real company: take another TENURE_HOME, and make a trust root of your own with `tenure trust init`.\n"
)
REASON_OF_DATA = "Approved by the demonstration itself, to show the protocol: no board has looked at these data."
REASON = "Approved by the demonstration itself, to show the protocol: no person has read this card."


class Asker(TypedDict):
    """Who asks, as the doors take it."""

    staff_id: str
    key: Ed25519PrivateKey


def found_demo_trust(settings: Settings, project: str, clock: Callable[[], datetime]) -> None:
    """Make a trust root with two demo reviewers, unless this home has one already.

    A demonstration's trust root that was made before a service came to Tenure is followed by one that names it.
    """
    trust = Trust(settings)
    if trust.has_log:
        if trust.pinned is not None:
            _name_new_services(settings, clock)
        return
    service_keys(settings, ABOUT_PASSPHRASE)
    store, passphrase = KeyStore(settings.keys), read_passphrase(settings.passphrase_file)
    for name in (ROOT_KEY, ENGINEER, *REVIEWERS):
        if name not in store.names():
            store.new(name, passphrase)
    first_root(
        settings,
        quorums={project: len(REVIEWERS)},
        people=[
            *(Person(staff_id=name, public_key=store.public(name, passphrase)) for name in REVIEWERS),
            Person(staff_id=ENGINEER, public_key=store.public(ENGINEER, passphrase), roles=(Role.ENGINEER,)),
        ],
        root_keys=(store.load(ROOT_KEY, passphrase),),
        threshold=1,
        clock=clock,
    )


def _name_new_services(settings: Settings, clock: Callable[[], datetime]) -> None:
    """Sign the next trust root with the demonstration's root key, where somebody is missing; a real one is left alone."""
    root = SignedLog(settings, clock).unwitnessed().root
    if not root.is_demo or settings.trust_root_named:
        return
    draft = with_all_services(settings, root, clock())
    if not any(one.staff_id == ENGINEER for one in root.staff):
        store, passphrase = KeyStore(settings.keys), read_passphrase(settings.passphrase_file)
        if ENGINEER not in store.names():
            store.new(ENGINEER, passphrase)
        engineer = Person(staff_id=ENGINEER, public_key=store.public(ENGINEER, passphrase), roles=(Role.ENGINEER,))
        before = draft or following(root, clock())
        draft = replace(before, staff=(*before.staff, engineer.entry(clock())))
    if draft is not None:
        next_root(settings, draft, (demo_key(settings, ROOT_KEY),), clock)


def approve_as_demo(promotions: Promotions, settings: Settings, digest: str) -> None:
    """Let demo reviewers approve a package.

    Raises
    ------
    PromotionError: when this home's trust root is a real one: then people decide.
    """
    if not promotions.is_demo:
        raise PromotionError("This home has a trust root of its own, so its reviewers decide: tenure approve DIGEST.")
    for name in REVIEWERS:
        promotions.decide(digest, Verdict.APPROVE, REASON, staff_id=name, key=demo_key(settings, name))


def approve_data_as_demo(promotions: Promotions, settings: Settings) -> tuple[str, ...]:
    """Let the demonstration's engineer propose, and its reviewers approve, what nobody proposed of data; returns the names.

    Nothing happens where this home's trust root is a real one: then people decide.
    """
    if not promotions.is_demo:
        return ()
    waiting = [one.declaration.name for one in promotions.data_stands() if one.state in (DataState.NEW, DataState.CHANGED)]
    if waiting:
        promotions.propose_data(waiting, REASON_OF_DATA, **as_engineer(settings))
        for name in REVIEWERS:
            promotions.decide_data(waiting, Verdict.APPROVE, REASON_OF_DATA, staff_id=name, key=demo_key(settings, name))
    return tuple(waiting)


def ask_as_demo(promotions: Promotions, settings: Settings, models: Sequence[str]) -> str | None:
    """Let the demonstration's engineer ask for training; None where this home's trust root is a real one, or there is none."""
    if not promotions.is_demo:
        return None
    return promotions.ask_to_train(models, **as_engineer(settings))


def as_engineer(settings: Settings) -> Asker:
    """The demonstration's engineer, as whoever asks for training or promotion."""
    return {"staff_id": ENGINEER, "key": demo_key(settings, ENGINEER)}


def demo_key(settings: Settings, name: str) -> Ed25519PrivateKey:
    """A key of the demonstration, by its name."""
    return KeyStore(settings.keys).load(name, read_passphrase(settings.passphrase_file))
