"""Making and renewing the trust root: its first version with the services' keys and the log's first record, then each next one.

What a sound trust root is, and who must sign it, are the rules of `governance/records/trust_root.py`.
"""

import secrets
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from adapters.settings import Settings
from adapters.whole_files import make_folder
from governance.records.log import Kind, head_of
from governance.records.signed_root import read_first_root, sign_root
from governance.records.signing import public_bytes
from governance.records.trust_root import DEMO_PREFIX, Quorum, Role, StaffKey, TrustRoot, check_root
from governance.stores.key_store import KeyStore
from governance.stores.signed_log import SignedLog
from governance.stores.trust import SERVICES, Trust, passphrase_file, read_passphrase
from tenure.canonical import moment
from tenure.errors import PromotionError, SpecError

KEYS_LAST = timedelta(days=366)
ABOUT_PASSPHRASE = (
    "# The passphrase of the services' signing keys in this folder, made by `tenure trust init`.\n"
    "# Whoever reads it can sign as these services. Keep it where only they can, and name it by TENURE_PASSPHRASE_FILE.\n"
)


@dataclass(frozen=True, kw_only=True)
class Person:
    """Somebody whom a trust root shall name, by pseudonymous staff id: the public key in hex, and what it may sign."""

    staff_id: str
    public_key: str
    roles: tuple[Role, ...] = (Role.REVIEWER,)

    def entry(self, now: datetime) -> StaffKey:
        """The person's entry, valid for a year from now."""
        since = moment(now)
        return StaffKey(
            staff_id=self.staff_id,
            public_key=self.public_key,
            roles=self.roles,
            valid_from=since,
            valid_until=since + KEYS_LAST,
        )


def people_named(reviewers: Sequence[str], engineers: Sequence[str], auditors: Sequence[str] = ()) -> tuple[Person, ...]:
    """People as they are named on a command line, STAFF_ID=PUBLIC_KEY each; who is named twice has both roles.

    Raises
    ------
    SpecError: for another spelling, a demonstration's name, or two keys for one person.
    """
    found: dict[str, Person] = {}
    by_role = ((Role.REVIEWER, reviewers), (Role.ENGINEER, engineers), (Role.AUDITOR, auditors))
    for text, role in ((text, role) for role, texts in by_role for text in texts):
        staff_id, _, public_key = (part.strip() for part in text.partition("="))
        is_key = len(public_key) == 64 and set(public_key) <= set("0123456789abcdef")
        if not staff_id or staff_id.startswith(DEMO_PREFIX) or not is_key:
            raise SpecError(
                f"Expected STAFF_ID=PUBLIC_KEY with 64 letters of lower-case hex, and a staff id that does not begin with "
                f"{DEMO_PREFIX!r}; found {text[:40]!r}."
            )
        known = found.get(staff_id, Person(staff_id=staff_id, public_key=public_key, roles=()))
        if known.public_key != public_key:
            raise SpecError(
                f"{staff_id} is named with two keys, {known.public_key[:8]}… and {public_key[:8]}…. Name one: only a key that "
                "its holder told you is theirs."
            )
        found[staff_id] = replace(known, roles=tuple(sorted({*known.roles, role})))
    return tuple(found.values())


def with_person(root: TrustRoot, person: Person, now: datetime) -> TrustRoot:
    """The draft of the next trust root, in which a person has these roles besides their own, by this key alone.

    Another key of theirs leaves the trust root: it was lost, or is being replaced, and what it signed unused counts no more.
    """
    own = [one for one in root.staff if one.staff_id == person.staff_id]
    roles = tuple(sorted({*person.roles, *(role for one in own for role in one.roles)}))
    others = tuple(one for one in root.staff if one.staff_id != person.staff_id)
    return following(root, now, staff=(*others, replace(person, roles=roles).entry(now)))


def first_root(
    settings: Settings,
    *,
    quorums: Mapping[str, int],
    people: Sequence[Person],
    root_keys: Sequence[Ed25519PrivateKey],
    threshold: int,
    clock: Callable[[], datetime],
) -> TrustRoot:
    """Make trust root 1, signed by all its root keys, and begin the log with it.

    Raises
    ------
    PromotionError: when there is a log already. RefusedError: when the trust root would contradict itself.
    """
    holders = [public_bytes(key).hex() for key in root_keys]
    root = draft_first_root(settings, quorums=quorums, people=people, holders=holders, threshold=threshold, clock=clock)
    begin(settings, root, sign_root(root, root_keys), clock)
    return root


def draft_first_root(
    settings: Settings,
    *,
    quorums: Mapping[str, int],
    people: Sequence[Person],
    holders: Sequence[str],
    threshold: int,
    clock: Callable[[], datetime],
) -> TrustRoot:
    """The draft of trust root 1 with the services' keys, which are made; nothing is signed or begun.

    Parameters
    ----------
    quorums: how many reviewers each project asks for. people: reviewers and engineers, with their public keys.
    holders: root keys in hex, of which `threshold` sign this version and the next.

    Raises
    ------
    PromotionError: when there is a log already. RefusedError: when the trust root would contradict itself.
    """
    _check_can_begin(settings)
    now = moment(clock())
    without_services = TrustRoot(
        version=1,
        previous=None,
        issued=now,
        threshold=threshold,
        root_keys=tuple(holders),
        quorums=tuple(Quorum(project=project, reviewers=n) for project, n in sorted(quorums.items())),
        staff=tuple(person.entry(now) for person in people),
    )
    # Before a key is made: what is refused leaves nothing behind.
    check_root(without_services)
    services = tuple(_service(role, key, now) for role, key in service_keys(settings).items())
    return replace(without_services, staff=(*services, *without_services.staff))


def begin(settings: Settings, root: TrustRoot, envelope: bytes, clock: Callable[[], datetime]) -> None:
    """Begin the log with trust root 1, under a name made at random, and pin its digest.

    Raises
    ------
    PromotionError: when there is a log already. RefusedError: when too few holders signed; nothing is begun.
    """
    _check_can_begin(settings)
    read_first_root(envelope, pinned=root.digest)
    now = moment(clock())
    if not settings.promotion_log_named:
        make_folder(settings.home / "store")
    # Pinned first: should the process die in between, an empty log is begun anew, while a log without a pin is refused.
    Trust(settings).pin(root.digest, origin=f"tenure-{secrets.token_hex(8)}")
    SignedLog(settings, clock).append_after(head_of(()), [(Kind.ROOT, envelope)], now)


def _check_can_begin(settings: Settings) -> None:
    """Refuse to begin where a log is, was, or is expected."""
    trust = Trust(settings)
    if trust.has_log:
        raise PromotionError(
            "There is a promotion log here already, and its trust root stays. For one company more: tenure trust move one, two "
            "or full, with --project. For people: tenure trust add-reviewer, or tenure trust next."
        )
    if trust.was_witnessed:
        raise PromotionError(
            f"The witness at {settings.witness} saw a promotion log of this home, but there is none now. Restore it from a "
            "backup. To begin anew on purpose, take another TENURE_HOME and another TENURE_WITNESS."
        )
    if settings.trust_root_named:
        raise PromotionError("TENURE_TRUST_ROOT names a trust root already. Unset it to make another one here.")


def next_root(settings: Settings, root: TrustRoot, root_keys: Sequence[Ed25519PrivateKey], clock: Callable[[], datetime]) -> None:
    """Sign a trust root that follows the one in force, append it to the log, and pin it; as `add_root`."""
    add_root(settings, root, sign_root(root, root_keys), clock)


def add_root(settings: Settings, root: TrustRoot, envelope: bytes, clock: Callable[[], datetime]) -> None:
    """Append a signed trust root to the log, and pin it.

    Raises
    ------
    RefusedError: when it does not follow the one in force, contradicts itself, or too few root keys signed.
    """
    SignedLog(settings, clock).append(Kind.ROOT, envelope)
    Trust(settings).pin(root.digest)


def following(root: TrustRoot, now: datetime, **changes: object) -> TrustRoot:
    """The draft of the version after a root."""
    changed: TrustRoot = replace(root, **changes)  # type: ignore[arg-type]
    return replace(changed, version=root.version + 1, previous=root.digest, issued=moment(now))


def renewed(root: TrustRoot, names: Collection[str], now: datetime) -> TrustRoot:
    """The draft of the next trust root, in which these people's and services' keys are valid for another year from now.

    Raises
    ------
    SpecError: when nobody of that name is in the trust root.
    """
    unknown = sorted(set(names) - {one.staff_id for one in root.staff})
    if unknown:
        known = ", ".join(dict.fromkeys(one.staff_id for one in root.staff))
        raise SpecError(f"The trust root names nobody called {', '.join(unknown)}. It names {known}.")
    until = moment(now) + KEYS_LAST
    staff = tuple(replace(one, valid_until=until) if one.staff_id in names else one for one in root.staff)
    return following(root, now, staff=staff)


def with_all_services(settings: Settings, root: TrustRoot, now: datetime) -> TrustRoot | None:
    """The draft of the next trust root that also names the services which the one in force does not; None if it names all.

    For a trust root made before a service came to Tenure; keys that do not exist yet are made.
    """
    named = {role for one in root.staff for role in one.roles}
    absent = {role: key for role, key in service_keys(settings).items() if role not in named}
    if not absent:
        return None
    return following(root, now, staff=(*root.staff, *(_service(role, key, moment(now)) for role, key in absent.items())))


def _service(role: Role, public_key: str, now: datetime) -> StaffKey:
    """A service's entry, valid for a year from now."""
    return StaffKey(staff_id=SERVICES[role], public_key=public_key, roles=(role,), valid_from=now, valid_until=now + KEYS_LAST)


def service_keys(settings: Settings, about_passphrase: str = ABOUT_PASSPHRASE) -> dict[Role, str]:
    """The public keys of the services; keys that do not exist yet are made, and a passphrase with them."""
    store = KeyStore(settings.keys)
    if not settings.passphrase_file_named and not settings.passphrase_file.exists():
        make_folder(settings.keys)
        passphrase_file(settings.passphrase_file).write_new(f"{about_passphrase}{secrets.token_hex(16)}\n".encode())
    passphrase = read_passphrase(settings.passphrase_file)
    for name in SERVICES.values():
        if name not in store.names():
            store.new(name, passphrase)
    return {role: public_bytes(store.load(name, passphrase)).hex() for role, name in SERVICES.items()}
