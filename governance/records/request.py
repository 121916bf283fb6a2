"""Requests: what a person asks for in their own name, signed with their own key, before a service does it.

The services train and promote; a request says who wanted it, of what, and until when it may be acted on. A standing order is
the request of a person who lets a schedule or a sensor ask for training. What may be done on one is `governance/rules/asked.py`.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from functools import lru_cache

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from governance.records.approval import NONCE_LETTERS
from governance.records.signing import read_envelope, sign
from governance.records.trust_root import Role, TrustRoot
from tenure.canonical import SKEW, check_hex, check_moment, check_text, decode, encode
from tenure.refusals import Refusal, refused

REQUEST_TYPE = "application/vnd.tenure.request+json"
LONGEST_REQUEST, LONGEST_ORDER = timedelta(days=2), timedelta(days=366)


class Asked(StrEnum):
    """What is asked for."""

    TRAIN = "train"
    PROMOTE = "promote"
    RENEW = "renew"
    ROLLBACK = "rollback"


# A package is trained by engineers; that it serves may be asked for by reviewers too, once enough of them have approved it.
ROLES_OF = dict.fromkeys(Asked, (Role.ENGINEER, Role.REVIEWER)) | {Asked.TRAIN: (Role.ENGINEER,)}


@dataclass(frozen=True, kw_only=True)
class Request:
    """What somebody asks for: in which installation, of which models or package, why, and until when it may be acted on.

    `package` is what shall serve, or what was trained already and is signed for afterwards; None asks for a training to come.
    `by` names the schedule or sensor of a standing order; None where the person asks. `identity` is a pseudonymous staff id;
    `nonce` is 32 letters of random hex. `expires` is excluded.
    """

    action: Asked
    installation: str
    project: str
    models: tuple[str, ...]
    package: str | None
    by: str | None
    reason: str
    identity: str
    issued: datetime
    expires: datetime
    nonce: str

    def __post_init__(self) -> None:
        """Refuse what could be spelled twice, and what contradicts itself."""
        names = (("an installation", self.installation), ("a project", self.project), ("an identity", self.identity))
        for name, value in (*names, *(("a model", model) for model in self.models)):
            check_text(name, value)
        check_moment("issued", self.issued)
        check_moment("expires", self.expires)
        check_hex("a nonce", self.nonce, letters=NONCE_LETTERS)
        if self.package is not None:
            check_hex("a package digest", self.package)
        if self.by is not None:
            check_text("a schedule or sensor", self.by)
        if not self.models or len(set(self.models)) != len(self.models):
            raise ValueError("expected a request to name models, each once")
        if self.action is not Asked.TRAIN and (self.package is None or self.by is not None or len(self.models) != 1):
            raise ValueError("expected one package of one model, asked for by a person")
        if self.by is not None and self.package is not None:
            raise ValueError("expected a standing order for trainings to come")


def sign_request(request: Request, key: Ed25519PrivateKey) -> bytes:
    """Sign a request with the person's own key; returns the envelope."""
    return sign(encode(request), REQUEST_TYPE, [key])


def read_request(data: bytes, root: TrustRoot, *, arrived: datetime) -> Request:
    """Read and verify a request that reached the log at time `arrived`, under the trust root in force.

    Raises
    ------
    RefusedError: for a changed envelope, another signer than it names, somebody who may not ask for this, a key that was not
        valid, another date than the log's, or one that could be acted on for too long.
    """
    envelope, request = read_envelope(data, what="the request"), peek_request(data)
    signer = root.signer(envelope, REQUEST_TYPE, ROLES_OF[request.action], at=request.issued, what="the request")
    if signer.staff_id != request.identity:
        raise refused(
            Refusal.OTHER_PERSON,
            f"The request names {request.identity}, but {signer.staff_id} signed it. Ask in your own name, with your own key.",
        )
    if abs(request.issued - arrived) > SKEW:
        raise refused(
            Refusal.TIME_RUNS_BACK,
            f"The request of {request.identity} is dated {request.issued:%Y-%m-%d %H:%M} UTC, but reached the log at "
            f"{arrived:%Y-%m-%d %H:%M}. Set both clocks right, then sign again.",
        )
    longest = LONGEST_REQUEST if request.by is None else LONGEST_ORDER
    if not timedelta() <= request.expires - request.issued <= longest:
        raise refused(
            Refusal.COUNTS_TOO_LONG,
            f"The request of {request.identity} could be acted on from {request.issued:%Y-%m-%d} until "
            f"{request.expires:%Y-%m-%d}; expected at most {longest.days} days. Sign again.",
        )
    return request


@lru_cache(maxsize=4096)
def peek_request(data: bytes) -> Request:
    """Read a request whose signature is checked elsewhere; the same bytes always give the same one."""
    return decode(Request, read_envelope(data, what="the request").payload, what="a request")
