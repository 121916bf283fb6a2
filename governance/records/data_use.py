"""Purposes and sources as signed records: what is proposed to be held or done, reviewers' decisions, and what was there before.

A proposal allows nothing; a decision names it, and of what it proposes the declarations that it is about, each by its digest.
When enough of them stand is `governance/rules/data_use.py`.
"""

from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from governance.records.approval import NONCE_LETTERS, Verdict
from governance.records.signing import read_envelope, sign
from governance.records.trust_root import Role, TrustRoot
from tenure.canonical import SKEW, check_hex, check_moment, check_text, decode, encode
from tenure.purposes.declaration import Declaration
from tenure.refusals import Refusal, refused

PROPOSAL_TYPE = "application/vnd.tenure.data-proposal+json"
DECISION_TYPE = "application/vnd.tenure.data-decision+json"
NOTE_TYPE = "application/vnd.tenure.data-note+json"
PROPOSERS = (Role.ENGINEER, Role.REVIEWER)


@dataclass(frozen=True, kw_only=True)
class DataProposal:
    """Purposes and sources of a project of an installation, whole, as somebody proposes that they be approved, and why.

    `identity` is the pseudonymous staff id of who proposes them; `nonce` is 32 letters of random hex.
    """

    installation: str
    project: str
    declarations: tuple[Declaration, ...]
    reason: str
    identity: str
    issued: datetime
    nonce: str

    def __post_init__(self) -> None:
        """Refuse what could be spelled twice, and a proposal of nothing."""
        _check_names(self.installation, self.project, self.identity)
        _check_each_once(self.declarations)
        check_hex("a nonce", self.nonce, letters=NONCE_LETTERS)
        check_moment("issued", self.issued)


@dataclass(frozen=True, kw_only=True)
class DataDecision:
    """A reviewer's decision on declarations, by their digests, of a proposal, which `proposal` names by its envelope's digest."""

    installation: str
    project: str
    proposal: str
    declarations: tuple[str, ...]
    verdict: Verdict
    reason: str
    identity: str
    issued: datetime
    nonce: str

    def __post_init__(self) -> None:
        """Refuse what could be spelled twice, and a decision on nothing."""
        _check_names(self.installation, self.project, self.identity)
        check_hex("a proposal", self.proposal)
        for digest in self.declarations:
            check_hex("a declaration", digest)
        if list(self.declarations) != sorted(set(self.declarations)) or not self.declarations:
            raise ValueError("expected digests of declarations in order, each once")
        check_hex("a nonce", self.nonce, letters=NONCE_LETTERS)
        check_moment("issued", self.issued)


@dataclass(frozen=True, kw_only=True)
class DataNote:
    """Sources that trainings had read before there were approvals, under the contracts that they had when this was noted."""

    installation: str
    project: str
    declarations: tuple[Declaration, ...]
    identity: str
    issued: datetime

    def __post_init__(self) -> None:
        """Refuse what could be spelled twice, and what is no source."""
        _check_names(self.installation, self.project, self.identity)
        _check_each_once(self.declarations)
        if not all(one.is_source for one in self.declarations):
            raise ValueError("expected sources alone")
        check_moment("issued", self.issued)


def sign_data_proposal(proposal: DataProposal, key: Ed25519PrivateKey) -> bytes:
    """Sign a proposal with the person's own key; returns the envelope."""
    return sign(encode(proposal), PROPOSAL_TYPE, [key])


def sign_data_decision(decision: DataDecision, key: Ed25519PrivateKey) -> bytes:
    """Sign a decision with the reviewer's own key; returns the envelope."""
    return sign(encode(decision), DECISION_TYPE, [key])


def sign_data_note(note: DataNote, key: Ed25519PrivateKey) -> bytes:
    """Sign a note with the training service's key; returns the envelope."""
    return sign(encode(note), NOTE_TYPE, [key])


def read_data_proposal(data: bytes, root: TrustRoot, *, arrived: datetime) -> DataProposal:
    """Read and verify a proposal that reached the log at time `arrived`, under the trust root in force.

    Raises
    ------
    RefusedError: for a changed envelope, another signer than it names, somebody who may not propose, another date than the log's,
        and no reason.
    """
    envelope, proposal = read_envelope(data, what="the proposal of data"), peek_data_proposal(data)
    signer = root.signer(envelope, PROPOSAL_TYPE, PROPOSERS, at=proposal.issued, what="the proposal of data")
    _check_own(signer.staff_id, proposal.identity, "proposal of data", proposal.reason)
    _check_dated(proposal.issued, arrived, "proposal of data")
    return proposal


def read_data_decision(data: bytes, root: TrustRoot, *, arrived: datetime) -> DataDecision:
    """Read and verify a decision that reached the log at time `arrived`; raises RefusedError as `read_data_proposal` does."""
    envelope, decision = read_envelope(data, what="the decision on data"), peek_data_decision(data)
    signer = root.signer(envelope, DECISION_TYPE, [Role.REVIEWER], at=decision.issued, what="the decision on data")
    _check_own(signer.staff_id, decision.identity, "decision on data", decision.reason)
    _check_dated(decision.issued, arrived, "decision on data")
    return decision


def read_data_note(data: bytes, root: TrustRoot, *, arrived: datetime) -> DataNote:
    """Read and verify a note by the training service; raises RefusedError as `read_data_proposal` does."""
    envelope, note = read_envelope(data, what="the note of sources"), peek_data_note(data)
    signer = root.signer(envelope, NOTE_TYPE, [Role.TRAINER], at=note.issued, what="the note of sources")
    _check_own(signer.staff_id, note.identity, "note of sources", "as they were")
    _check_dated(note.issued, arrived, "note of sources")
    return note


@lru_cache(maxsize=1024)
def peek_data_proposal(data: bytes) -> DataProposal:
    """Read a proposal whose signature is checked elsewhere; the same bytes always give the same one."""
    envelope = read_envelope(data, what="the proposal of data")
    return decode(DataProposal, envelope.payload, what="a proposal of data")


@lru_cache(maxsize=1024)
def peek_data_decision(data: bytes) -> DataDecision:
    """Read a decision whose signature is checked elsewhere."""
    envelope = read_envelope(data, what="the decision on data")
    return decode(DataDecision, envelope.payload, what="a decision on data")


@lru_cache(maxsize=256)
def peek_data_note(data: bytes) -> DataNote:
    """Read a note whose signature is checked elsewhere."""
    return decode(DataNote, read_envelope(data, what="the note of sources").payload, what="a note of sources")


def _check_names(installation: str, project: str, identity: str) -> None:
    """Refuse empty names."""
    for name, value in (("an installation", installation), ("a project", project), ("an identity", identity)):
        check_text(name, value)


def _check_each_once(declarations: tuple[Declaration, ...]) -> None:
    """Refuse no declarations, and two of one thing."""
    names = [(one.kind, one.name) for one in declarations]
    if not names or len(set(names)) < len(names):
        raise ValueError("expected purposes and sources, each once")


def _check_own(signer: str, named: str, what: str, reason: str) -> None:
    """Who signed is who is named, and says why."""
    if signer != named:
        raise refused(Refusal.OTHER_PERSON, f"The {what} names {named}, but {signer} signed it. Sign in your own name.")
    if not reason.strip():
        raise refused(Refusal.NO_REASON, f"The {what} by {named} gives no reason. Say why, and sign again.")


def _check_dated(issued: datetime, arrived: datetime, what: str) -> None:
    """Refuse a date of its own that is not the log's."""
    if abs(issued - arrived) > SKEW:
        raise refused(
            Refusal.TIME_RUNS_BACK,
            f"The {what} is dated {issued:%Y-%m-%d %H:%M} UTC, but reached the log at {arrived:%Y-%m-%d %H:%M}. "
            "Set both clocks right, then sign again.",
        )
