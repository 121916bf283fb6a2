"""The trust root: who may do what, by which key and until when, signed offline by the holders of the root keys.

Roots form a chain: each names the digest of the one before it and is signed by the threshold of that one's keys, so whoever
holds any root can tell all later ones, and none can be slipped in before it. How roots are signed and read is `signed_root.py`'s.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import cached_property

from governance.records.signing import Envelope, key_id, verify
from tenure.canonical import check_hex, check_moment, check_text, encode, sha256
from tenure.refusals import Refusal, refused

# Staff ids that begin so are a demonstration's; the commands that make a real trust root refuse them.
DEMO_PREFIX = "demo-"
_STAFF_ID = re.compile(r"[a-z0-9][a-z0-9._-]*")


class Role(StrEnum):
    """What a key may sign."""

    ENGINEER = "engineer"  # a person who asks for training
    TRAINER = "trainer"  # the service that trains, and states what it made
    REVIEWER = "reviewer"
    OWN_REVIEWER = "own-reviewer"  # whose approval also counts on what they trained themselves
    PROMOTER = "promoter"
    LOG = "log"
    WITNESS = "witness"
    SCORER = "scorer"
    AUDITOR = "auditor"


@dataclass(frozen=True, kw_only=True)
class StaffKey:
    """One key of a person or service: a pseudonymous staff id, the raw public key in hex, its roles, when it may sign.

    A person with two keys has two entries with one `staff_id`. `valid_until` is excluded.
    """

    staff_id: str
    public_key: str
    roles: tuple[Role, ...]
    valid_from: datetime
    valid_until: datetime

    def __post_init__(self) -> None:
        """Refuse what could be spelled twice."""
        check_text("a staff id", self.staff_id)
        check_hex("a public key", self.public_key)
        check_moment("valid_from", self.valid_from)
        check_moment("valid_until", self.valid_until)

    @property
    def key_id(self) -> str:
        """The key's name, computed rather than stored: it cannot contradict the key."""
        return key_id(bytes.fromhex(self.public_key))

    def is_valid(self, at: datetime) -> bool:
        """Whether the key may sign at that time."""
        return self.valid_from <= at < self.valid_until


@dataclass(frozen=True, kw_only=True)
class Quorum:
    """How many different reviewers, none of them a trainer, must approve a package of a project."""

    project: str
    reviewers: int


@dataclass(frozen=True, kw_only=True)
class TrustRoot:
    """One version of the trust root.

    `root_keys` are raw public keys in hex, of which `threshold` sign the next version; `previous` is the digest of the
    version before, None for version 1.
    """

    version: int
    previous: str | None
    issued: datetime
    threshold: int
    root_keys: tuple[str, ...]
    quorums: tuple[Quorum, ...]
    staff: tuple[StaffKey, ...]

    @property
    def digest(self) -> str:
        """SHA-256 of the canonical bytes, in lower-case hex; this is what an installation pins."""
        return sha256(encode(self))

    @property
    def is_demo(self) -> bool:
        """Whether it was made for the demonstration: its reviewers' names say so, and it is signed."""
        return any(one.staff_id.startswith(DEMO_PREFIX) for one in self.staff if Role.REVIEWER in one.roles)

    @property
    def own_reviewers(self) -> frozenset[str]:
        """Staff ids of those who may approve what they trained: nobody, unless this trust root says so."""
        return frozenset(one.staff_id for one in self.staff if Role.OWN_REVIEWER in one.roles)

    def own_reviewers_at(self, at: datetime) -> frozenset[str]:
        """Those of them whose key of that role is valid at that time: a later key without the role does not inherit it."""
        return frozenset(one.staff_id for one in self.staff if Role.OWN_REVIEWER in one.roles and one.is_valid(at))

    def quorum(self, project: str) -> int:
        """Reviewers that a project asks for."""
        for quorum in self.quorums:
            if quorum.project == project:
                return quorum.reviewers
        raise refused(
            Refusal.NO_QUORUM_SET,
            f"Trust root {self.version} sets no quorum for project {project!r}, but for {[q.project for q in self.quorums]}. "
            f"Let the next one say how many reviewers it asks for: tenure trust move one, two or full, with --project {project}.",
        )

    def signer(self, envelope: Envelope, payload_type: str, roles: Sequence[Role], *, at: datetime, what: str) -> StaffKey:
        """The one person or service that signed an envelope, entitled to by role and time.

        Raises
        ------
        RefusedError: for an unknown key, a wrong signature, a role that may not sign this, a key outside its validity.
        """
        holders = self.signers(envelope, payload_type, roles, at=at, what=what)
        if len(holders) != 1:
            raise refused(
                Refusal.NOT_AN_ENVELOPE,
                f"Expected one signature on {what}, found {len(holders)}. Let each sign a record of their own.",
            )
        return holders[0]

    def signers(
        self, envelope: Envelope, payload_type: str, roles: Sequence[Role], *, at: datetime, what: str
    ) -> tuple[StaffKey, ...]:
        """Everybody who signed an envelope, each entitled to by role and time; raises as `signer` does."""
        verify(envelope, payload_type, self._public_keys, what=what)
        holders = tuple(self._holders[name] for name in envelope.key_ids)
        for holder in holders:
            self._check_entitled(holder, roles, at=at, what=what)
        return holders

    @cached_property
    def _holders(self) -> Mapping[str, StaffKey]:
        """Whose key it is, by its name."""
        return {one.key_id: one for one in self.staff}

    @cached_property
    def _public_keys(self) -> Mapping[str, bytes]:
        """The raw public keys, by name."""
        return {name: bytes.fromhex(one.public_key) for name, one in self._holders.items()}

    def _check_entitled(self, holder: StaffKey, roles: Sequence[Role], *, at: datetime, what: str) -> None:
        """Refuse a holder without the role, or outside the time of the key."""
        if not set(roles) & set(holder.roles):
            raise refused(
                Refusal.WRONG_ROLE,
                f"{holder.staff_id} signed {what}, being {' and '.join(r.value for r in holder.roles)}; expected "
                f"{' or '.join(r.value for r in roles)}. Ask somebody who is.",
            )
        if not holder.is_valid(at):
            raise refused(
                Refusal.KEY_NOT_VALID,
                f"The key of {holder.staff_id} signed {what} for {at:%Y-%m-%d %H:%M} UTC, but is valid from "
                f"{holder.valid_from:%Y-%m-%d %H:%M} until {holder.valid_until:%Y-%m-%d %H:%M}. "
                "Sign with a valid key, or renew it in a new trust root.",
            )


def check_root(root: TrustRoot) -> None:
    """Refuse a trust root whose own sentences contradict one another."""
    fault = next((words for is_fault, words in _faults(root) if is_fault), None)
    if fault:
        raise refused(Refusal.UNSOUND_ROOT, f"Trust root {root.version} {fault}. Correct it and have it signed again.")


def _faults(root: TrustRoot) -> tuple[tuple[bool, str], ...]:
    """Everything that makes a root unsound, and how to say it."""
    keys = [staff.public_key for staff in root.staff]
    projects = [quorum.project for quorum in root.quorums]
    return (
        (root.version < 1 or (root.version == 1) != (root.previous is None), "must name the version before it, unless first"),
        (len(set(root.root_keys)) != len(root.root_keys), "lists a root key twice"),
        (not 1 <= root.threshold <= len(root.root_keys), "asks for more root signatures than it has keys, or for none"),
        (
            not all(map(_is_key, (*root.root_keys, *keys))),
            "holds a text that is no Ed25519 public key, or one that anybody can sign for",
        ),
        (
            any(not _STAFF_ID.fullmatch(staff.staff_id) for staff in root.staff),
            "names somebody by other than lower-case letters, digits, dots and hyphens, so that two could look alike",
        ),
        (len(set(keys)) != len(keys), "gives one key to two people, so that nobody could tell who signed"),
        (bool(set(keys) & set(root.root_keys)), "uses a root key for daily work; root keys stay offline"),
        (any(not s.roles or s.valid_until <= s.valid_from for s in root.staff), "names somebody without a role or without time"),
        (any(len(set(s.roles)) != len(s.roles) for s in root.staff), "names a role twice for one key"),
        (
            _one_holds(root, Role.REVIEWER, Role.PROMOTER),
            "lets one person review and promote; give the promoter a name of its own",
        ),
        (_one_holds(root, Role.LOG, Role.WITNESS), "lets one keep the log and be its witness; a witness is somebody else"),
        (len(set(projects)) != len(projects), "sets two quorums for one project"),
        (any(quorum.reviewers < 1 for quorum in root.quorums), "lets a project do without any reviewer"),
    )


def _one_holds(root: TrustRoot, one: Role, other: Role) -> bool:
    """Whether some staff id has both roles, by whatever keys."""
    holders = ({staff.staff_id for staff in root.staff if role in staff.roles} for role in (one, other))
    return not set.isdisjoint(*holders)


def _is_key(text: str) -> bool:
    """Whether a text is the hex of a raw public key by which only the holder of a private key can sign."""
    try:
        check_hex("a public key", text)
    except ValueError:
        return False
    y = int.from_bytes(bytes.fromhex(text), "little") % (1 << 255)
    return y < _FIELD and y not in _SMALL_ORDER


# Ed25519 (RFC 8032): points of order 1, 2, 4 and 8, by y, whatever the sign of x. Under such a key anybody can sign anything.
_FIELD = 2**255 - 19
_SMALL_ORDER = frozenset(
    (
        0,
        1,
        _FIELD - 1,
        int.from_bytes(bytes.fromhex("26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05"), "little"),
        int.from_bytes(bytes.fromhex("c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a"), "little"),
    )
)
