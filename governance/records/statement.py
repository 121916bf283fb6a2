"""The statement: what a package was made from, signed by the training service as an in-toto Statement v1.

https://in-toto.io/Statement/v1: the subject is the package's manifest, the predicate our own. Who approved it is `approval.py`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from governance.records.signing import read_envelope, sign
from governance.records.trust_root import Role, TrustRoot
from tenure.canonical import canonical, check_hex, check_moment, check_text, decode, encode, moment, read_canonical
from tenure.errors import RefusedError
from tenure.evidence import Evidence
from tenure.package import MANIFEST_NAME, Package
from tenure.refusals import Refusal, refused

STATEMENT_TYPE = "application/vnd.in-toto+json"
PREDICATE_TYPE, EARLIER_PREDICATE = "urn:tenure:training:v2", "urn:tenure:training:v1"


@dataclass(frozen=True, kw_only=True)
class NamedDigest:
    """One thing that training read (a source's snapshot, the training set), or a gate and its result."""

    name: str
    value: str


@dataclass(frozen=True, kw_only=True)
class Training:
    """How a package came about: the predicate of its statement.

    `policy_digest` is the policy that the gates were judged by; `request` the envelope digest of the request in the log, and
    `trainer` the staff id of who signed it (before requests were signed: None, and whoever was named); `data` names each
    snapshot with its digest; `gates` each gate with its result, for readers: promotion recomputes them.
    """

    project: str
    model: str
    model_digest: str
    policy_digest: str
    code_commit: str
    lock_digest: str
    data: tuple[NamedDigest, ...]
    seed: int
    gates: tuple[NamedDigest, ...]
    request: str | None
    trainer: str
    run_id: str
    finished: datetime

    def __post_init__(self) -> None:
        """Refuse what could be spelled twice."""
        for name, value in (("the model digest", self.model_digest), ("the policy digest", self.policy_digest)):
            check_hex(name, value)
        for name, value in (("a project", self.project), ("a model", self.model), ("a trainer", self.trainer)):
            check_text(name, value)
        check_moment("finished", self.finished)


@dataclass(frozen=True, kw_only=True)
class Statement:
    """A verified statement: the package it speaks of, how that came about, who signed, and the envelope's digest."""

    package_digest: str
    training: Training
    signed_by: str
    envelope_digest: str

    @property
    def trainers(self) -> frozenset[str]:
        """Whose approval never counts: who started the run, and the service that signed."""
        return frozenset((self.training.trainer, self.signed_by))


def training_of(
    package: Package,
    evidence: Evidence,
    *,
    policy_digest: str,
    request: str,
    trainer: str,
    run_id: str,
    finished: datetime,
) -> Training:
    """What the evidence says a package was made from, as the statement holds it."""
    sources = [NamedDigest(name=source.name, value=source.content_digest) for source in evidence.data.sources]
    rows = evidence.data.test_rows_digest
    measured = [] if rows is None else [NamedDigest(name="test_rows", value=rows)]
    verdicts = evidence.decision.verdicts if evidence.decision else ()
    return Training(
        project=evidence.model.project,
        model=evidence.model.name,
        model_digest=package.model_digest,
        policy_digest=policy_digest,
        code_commit=evidence.environment.code_commit,
        lock_digest=evidence.environment.lock_digest,
        data=(NamedDigest(name="training_set", value=evidence.data.training_set_digest), *measured, *sources),
        seed=evidence.model.seed,
        gates=tuple(NamedDigest(name=verdict.gate.name, value=verdict.result.value) for verdict in verdicts),
        request=request,
        trainer=trainer,
        run_id=run_id,
        finished=moment(finished),
    )


def sign_statement(package_digest: str, training: Training, key: Ed25519PrivateKey) -> bytes:
    """Sign what a package was made from, with the training service's key; returns the envelope."""
    return sign(statement_bytes(package_digest, training), STATEMENT_TYPE, [key])


def statement_bytes(package_digest: str, training: Training) -> bytes:
    """The in-toto statement as canonical JSON."""
    # Half a tenth of a second to import; the scorer reads statements without it.
    from google.protobuf.json_format import MessageToDict
    from in_toto_attestation.v1.resource_descriptor import ResourceDescriptor
    from in_toto_attestation.v1.statement import Statement as InToto

    check_hex("a package digest", package_digest)
    check_hex("a request", training.request or "")
    predicate = read_canonical(encode(training), what="what training says")
    subject = ResourceDescriptor(name=MANIFEST_NAME, digest={"sha256": package_digest}).pb
    statement = InToto([subject], PREDICATE_TYPE, predicate)
    statement.validate()
    return canonical(MessageToDict(statement.pb))


def read_statement(data: bytes, root: TrustRoot, *, at: datetime) -> Statement:
    """Read and verify a statement under the trust root in force at that time.

    Raises
    ------
    RefusedError: for a changed envelope, a signer without the trainer's role, or content that is no statement of ours.
    """
    envelope = read_envelope(data, what="the training statement")
    signer = root.signer(envelope, STATEMENT_TYPE, [Role.TRAINER], at=at, what="the training statement")
    digest, training = _content(data)
    return Statement(package_digest=digest, training=training, signed_by=signer.staff_id, envelope_digest=envelope.digest)


@lru_cache(maxsize=4096)
def _content(data: bytes) -> tuple[str, Training]:
    """The package that a statement speaks of, and what it says of it; the same bytes always say the same."""
    content = read_canonical(read_envelope(data, what="the training statement").payload, what="a training statement")
    try:
        (subject,) = content["subject"]
        digest = str(subject["digest"]["sha256"])
        check_hex("the subject's digest", digest)
        training = _training(content)
        is_exact = _shape(digest, content["predicate"], content["predicateType"]) == content
    except (KeyError, TypeError, ValueError):
        is_exact = False
    if not is_exact:
        raise refused(
            Refusal.OTHER_STATEMENT,
            f"Expected an in-toto statement about one {MANIFEST_NAME} with predicate {PREDICATE_TYPE}, found another shape. "
            "Train again with this version of Tenure.",
        )
    return digest, training


@lru_cache(maxsize=4096)
def peek_training(data: bytes) -> Training | None:
    """What a statement says of training, its signature unchecked; None if it is none of ours."""
    try:
        return _training(read_canonical(read_envelope(data, what="the training statement").payload, what="a training statement"))
    except (KeyError, TypeError, ValueError, RefusedError):
        return None


def _training(content: Mapping[str, Any]) -> Training:
    """The predicate of a statement of either form; of the earlier, which named no request, the request is None."""
    what, predicate = "the predicate of a training statement", content["predicate"]
    if content["predicateType"] == EARLIER_PREDICATE and "request" not in predicate:
        return decode(Training, canonical({**predicate, "request": None}), what=what)
    check_hex("a request", predicate["request"] or "")
    return decode(Training, canonical(predicate), what=what)


@lru_cache(maxsize=4096)
def peek_package(data: bytes) -> str | None:
    """The package that a statement speaks of, its signature unchecked; None if it speaks of none."""
    try:
        content = read_canonical(read_envelope(data, what="the training statement").payload, what="a training statement")
        return str(content["subject"][0]["digest"]["sha256"])
    except (KeyError, TypeError, IndexError):
        return None


def _shape(digest: str, predicate: object, predicate_type: str) -> dict[str, object]:
    """The only shape of a statement that is accepted."""
    return {
        "_type": "https://in-toto.io/Statement/v1",
        "subject": [{"name": MANIFEST_NAME, "digest": {"sha256": digest}}],
        "predicateType": predicate_type if predicate_type == EARLIER_PREDICATE else PREDICATE_TYPE,
        "predicate": predicate,
    }
