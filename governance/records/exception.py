"""Exceptions as signed records: what somebody proposes to except from one gate of one model, and each reviewer's decision on it.

A proposal excepts nothing; a decision names it by its digest. When enough of them stand is `governance/rules/exceptions.py`.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from governance.records.approval import NONCE_LETTERS, Verdict
from governance.records.signing import read_envelope, sign
from governance.records.trust_root import Role, TrustRoot
from tenure.canonical import SKEW, check_hex, check_moment, check_text, decode, encode
from tenure.excepted import LONGEST_DAYS, NEVER, Bound
from tenure.refusals import Refusal, refused

EXCEPTION_TYPE = "application/vnd.tenure.exception+json"
DECISION_TYPE = "application/vnd.tenure.exception-decision+json"
LONGEST_EXCEPTION = timedelta(days=LONGEST_DAYS)
PROPOSERS = (Role.ENGINEER, Role.REVIEWER)


@dataclass(frozen=True, kw_only=True)
class GateException:
    """What is to be excepted: where, of which model's which gate under which policy, how bad it may be, why, and until when.

    `identity` is the pseudonymous staff id of who proposes it; `nonce` is 32 letters of random hex. `ends` is excluded.
    """

    installation: str
    project: str
    model: str
    gate: str
    policy_digest: str
    bounds: tuple[Bound, ...]
    reason: str
    identity: str
    issued: datetime
    ends: datetime
    nonce: str

    def __post_init__(self) -> None:
        """Refuse what could be spelled twice, and an exception without a bound."""
        names = (("an installation", self.installation), ("a project", self.project), ("a model", self.model))
        for name, value in (*names, ("a gate", self.gate), ("an identity", self.identity)):
            check_text(name, value)
        check_hex("a policy digest", self.policy_digest)
        check_hex("a nonce", self.nonce, letters=NONCE_LETTERS)
        check_moment("issued", self.issued)
        check_moment("ends", self.ends)
        if not self.bounds:
            raise ValueError("expected an exception to say how bad the figures may be")


@dataclass(frozen=True, kw_only=True)
class ExceptionDecision:
    """A reviewer's decision on a proposed exception, which `exception` names by its envelope's digest."""

    installation: str
    exception: str
    verdict: Verdict
    reason: str
    identity: str
    issued: datetime
    nonce: str

    def __post_init__(self) -> None:
        """Refuse what could be spelled twice."""
        for name, value in (("an installation", self.installation), ("an identity", self.identity)):
            check_text(name, value)
        check_hex("an exception", self.exception)
        check_hex("a nonce", self.nonce, letters=NONCE_LETTERS)
        check_moment("issued", self.issued)


def sign_exception(exception: GateException, key: Ed25519PrivateKey) -> bytes:
    """Sign a proposal with the person's own key; returns the envelope."""
    return sign(encode(exception), EXCEPTION_TYPE, [key])


def sign_exception_decision(decision: ExceptionDecision, key: Ed25519PrivateKey) -> bytes:
    """Sign a decision with the reviewer's own key; returns the envelope."""
    return sign(encode(decision), DECISION_TYPE, [key])


def read_exception(data: bytes, root: TrustRoot, *, arrived: datetime) -> GateException:
    """Read and verify a proposal that reached the log at time `arrived`, under the trust root in force.

    Raises
    ------
    RefusedError: for a changed envelope, another signer than it names, somebody who may not propose, another date than the log's,
        an end that is too far off, no reason, and what may never be excepted.
    """
    envelope, exception = read_envelope(data, what="the exception"), peek_exception(data)
    signer = root.signer(envelope, EXCEPTION_TYPE, PROPOSERS, at=exception.issued, what="the exception")
    _check_own(signer.staff_id, exception.identity, exception.reason, "exception")
    _check_dated(exception.issued, arrived, "exception")
    if not timedelta() < exception.ends - exception.issued <= LONGEST_EXCEPTION:
        raise refused(
            Refusal.COUNTS_TOO_LONG,
            f"The exception of {exception.identity} would last from {exception.issued:%Y-%m-%d} until {exception.ends:%Y-%m-%d}; "
            f"expected at most {LONGEST_EXCEPTION.days} days. Propose a nearer end.",
        )
    if exception.gate in NEVER:
        raise refused(Refusal.NEVER_EXCEPTED, f"There is no exception of {exception.gate!r}: {NEVER[exception.gate]}.")
    return exception


def read_exception_decision(data: bytes, root: TrustRoot, *, arrived: datetime) -> ExceptionDecision:
    """Read and verify a decision that reached the log at time `arrived`; raises RefusedError as `read_exception` does."""
    envelope, decision = read_envelope(data, what="the decision on an exception"), peek_exception_decision(data)
    what = "the decision on an exception"
    signer = root.signer(envelope, DECISION_TYPE, [Role.REVIEWER], at=decision.issued, what=what)
    _check_own(signer.staff_id, decision.identity, decision.reason, "decision on an exception")
    _check_dated(decision.issued, arrived, "decision on an exception")
    return decision


@lru_cache(maxsize=1024)
def peek_exception(data: bytes) -> GateException:
    """Read a proposal whose signature is checked elsewhere."""
    return decode(GateException, read_envelope(data, what="the exception").payload, what="an exception")


@lru_cache(maxsize=1024)
def peek_exception_decision(data: bytes) -> ExceptionDecision:
    """Read a decision whose signature is checked elsewhere."""
    envelope = read_envelope(data, what="the decision on an exception")
    return decode(ExceptionDecision, envelope.payload, what="a decision on an exception")


def _check_own(signer: str, named: str, reason: str, what: str) -> None:
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
