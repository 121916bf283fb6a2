"""A made-up house for tests of promotion: people with keys, packages whose evidence agrees, and a log in memory."""

import hashlib
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cache
from types import MappingProxyType

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from governance.records.approval import Approval, Verdict, sign_approval
from governance.records.request import Asked, Request
from governance.records.serving import Revocation
from governance.records.signed_root import sign_root
from governance.records.signing import public_bytes
from governance.records.statement import NamedDigest, Training, sign_statement
from governance.records.trust_root import Quorum, Role, StaffKey, TrustRoot
from governance.rules.policy import Policy, subject_of
from model_cards.card import Words, as_bytes, card_page
from tenure.audit import AuditLines
from tenure.canonical import sha256
from tenure.evidence import Evidence
from tenure.open_points import judge
from tenure.package import Package, build_manifest, model_digest, seal
from tenure.promotions import Action
from tests.audited import FILLED, audited
from tests.unit.model_cards.sample import ROLES, decision, evidence, narrative
from tests.unit.model_cards.sample_measured import evaluation

PROJECT, MODEL, ORIGIN = "shop", "lapse_28d", "log.example"
START = datetime(2026, 11, 1, 9, tzinfo=UTC)
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
# Who holds which key. Anna has two; Dora asks for training and also reviews.
PEOPLE: Mapping[str, tuple[str, tuple[Role, ...]]] = {
    "training": ("service-training", (Role.TRAINER,)),
    "anna": ("staff-anna", (Role.REVIEWER,)),
    "anna2": ("staff-anna", (Role.REVIEWER,)),
    "ben": ("staff-ben", (Role.REVIEWER,)),
    "carla": ("staff-carla", (Role.REVIEWER,)),
    "dora": ("staff-dora", (Role.ENGINEER, Role.REVIEWER)),
    "erik": ("staff-erik", (Role.ENGINEER,)),
    "promoter": ("service-promoter", (Role.PROMOTER,)),
    "log": ("service-log", (Role.LOG,)),
    "witness": ("service-witness", (Role.WITNESS,)),
    "scorer": ("service-scorer", (Role.SCORER,)),
    "auditor": ("staff-auditor", (Role.AUDITOR,)),
}
BILL_BYTES = b'{"bomFormat":"CycloneDX"}'
ROOT_HOLDERS = ("root1", "root2", "root3")


@cache
def key(name: str) -> Ed25519PrivateKey:
    """The key of that name, the same in every run."""
    return Ed25519PrivateKey.from_private_bytes(hashlib.sha256(name.encode()).digest())


def public(name: str) -> str:
    """Its public half, as a trust root lists it."""
    return public_bytes(key(name)).hex()


def staff(name: str, **changes: object) -> StaffKey:
    """One person's entry, valid for a year."""
    staff_id, roles = PEOPLE[name]
    entry = StaffKey(
        staff_id=staff_id, public_key=public(name), roles=roles, valid_from=START - DAY, valid_until=START + 365 * DAY
    )
    return replace(entry, **changes)


def trust_root(**changes: object) -> TrustRoot:
    """The first trust root: two of three holders, two reviewers."""
    first = TrustRoot(
        version=1,
        previous=None,
        issued=START - DAY,
        threshold=2,
        root_keys=tuple(public(name) for name in ROOT_HOLDERS),
        quorums=(Quorum(project=PROJECT, reviewers=2),),
        staff=tuple(staff(name) for name in PEOPLE),
    )
    return replace(first, **changes)


def signed_root(root: TrustRoot, *holders: str) -> bytes:
    """A root with signatures, by default of two holders."""
    return sign_root(root, [key(name) for name in holders or ROOT_HOLDERS[:2]])


@cache
def policy() -> Policy:
    """The policy that the sample evidence was judged by."""
    gates = tuple(verdict.gate for verdict in decision(evaluation("propensity", champion=True)).verdicts)
    return Policy(
        project=PROJECT,
        model=MODEL,
        gates=gates,
        audit_lines=AuditLines(),
        protected=("age",),
        reviewers=2,
        one_person_may=False,
        review_within_days=120,
    )


@cache
def evidence_of(content: str, *, model: str = MODEL) -> Evidence:
    """Evidence that names the model's own digest, with the decision that its gates give."""
    made = replace(evidence(governed=True), audit=audited())
    facts = replace(made.model, project=PROJECT, name=model, model_digest=model_digest({"model/booster.txt": content.encode()}))
    judged = judge(policy().gates, made, card=FILLED)
    assert made.environment.bill is not None
    bill = replace(made.environment.bill, digest=sha256(BILL_BYTES))
    assert made.policy is not None
    return replace(
        made,
        model=facts,
        environment=replace(made.environment, bill=bill),
        policy=replace(made.policy, digest=policy().digest),
        decision=judged,
    )


@cache
def files_of(content: str, *, model: str = MODEL) -> Mapping[str, bytes]:
    """Files as training seals them; made once, for nobody changes them in place."""
    return MappingProxyType(files_telling(evidence_of(content, model=model), content))


def files_telling(known: Evidence, content: str) -> dict[str, bytes]:
    """The files of a package whose evidence says this."""
    told, words = as_bytes(known), as_bytes(Words(narrative=narrative(), roles=ROLES))
    return {
        "model/booster.txt": content.encode(),
        "sbom.json": BILL_BYTES,
        "evidence.json": told,
        "words.json": words,
        "card.html": card_page(told, words, None),
    }


@cache
def package(content: str = "tree one", *, model: str = MODEL) -> Package:
    """A candidate."""
    return seal(files_of(content, model=model))


def manifest(of: Package) -> bytes:
    """The manifest as stored."""
    return build_manifest(of.files).canonical


def training(of: Package, **changes: object) -> Training:
    """What its training says, by default started by Dora."""
    said = Training(
        project=PROJECT,
        model=MODEL,
        model_digest=of.model_digest,
        policy_digest=policy().digest,
        code_commit="1f6e" * 10,
        lock_digest="ab" * 32,
        data=(NamedDigest(name="transactions", value="cd" * 32),),
        seed=20170101,
        gates=(NamedDigest(name="ranks_well", value="pass"),),
        request="ee" * 32,
        trainer="staff-dora",
        run_id="run-1",
        finished=START,
    )
    return replace(said, **changes)


def statement(of: Package, *, signer: str = "training", **changes: object) -> bytes:
    """A signed statement."""
    return sign_statement(of.digest, training(of, **changes), key(signer))


def approval(of: Package, who: str, *, at: datetime, **changes: object) -> Approval:
    """A decision of a person, by default to approve a promotion here, good for a week."""
    made = Approval(
        subject=subject_of(of, policy(), installation=ORIGIN),
        action=Action.PROMOTE,
        verdict=Verdict.APPROVE,
        reason="calibrated, and better than what serves",
        identity=PEOPLE[who][0],
        role=Role.REVIEWER,
        issued=at,
        expires=at + 7 * DAY,
        nonce=sha256(f"{who}{at}{of.digest}".encode())[:32],
    )
    return replace(made, **changes)


def revocation(of: Package, who: str, *, at: datetime, **changes: object) -> Revocation:
    """What a person forbids."""
    made = Revocation(
        installation=ORIGIN, package_digest=of.digest, reason="its data were wrong", identity=PEOPLE[who][0], issued=at
    )
    return replace(made, **changes)


def request(asked: Asked, who: str, *, at: datetime, **changes: object) -> Request:
    """What a person asks for, by default a training to come."""
    made: dict[str, object] = {
        "action": asked,
        "installation": ORIGIN,
        "project": PROJECT,
        "models": (MODEL,),
        "package": None,
        "by": None,
        "reason": "",
        "identity": PEOPLE[who][0],
        "issued": at,
        "expires": at + DAY,
        "nonce": sha256(f"{asked}{who}{at}".encode())[:32],
    }
    return Request(**{**made, **changes})


def approve(of: Package, who: str, *, at: datetime, **changes: object) -> bytes:
    """A signed decision."""
    return sign_approval(approval(of, who, at=at, **changes), key(who))
