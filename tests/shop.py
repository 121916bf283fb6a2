"""A shop with real doors: candidates whose evidence agrees, a demonstration's trust, and everything on a real disk."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pyarrow as pa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from adapters.settings import Settings, catalogue_in
from governance.doors.demonstration import (
    REVIEWERS,
    Asker,
    approve_data_as_demo,
    as_engineer,
    ask_as_demo,
    demo_key,
    found_demo_trust,
)
from governance.doors.promotion import Promotions
from governance.records.approval import Verdict
from governance.stores.measured_rows import MeasuredRowsStore
from governance.stores.package_store import PackageStore
from model_cards.card import Words, as_bytes, card_page
from tenure.challenger import fit_challenger
from tenure.evidence import DataFacts, Evidence
from tenure.gate import Gate, GateKind
from tenure.loading import load_project
from tenure.open_points import judge
from tenure.outcomes import Kind
from tenure.package import Package, model_digest
from tenure.parameters import LightGBMParameters
from tenure.populations import recency_column
from tenure.project import Project
from tenure.promotions import PromotionRecord
from tenure.timeline import SnapshotSplit, days_between
from tenure.training_set import stack
from tests import company
from tests.audited import FILLED
from tests.measured import lines_for, measured, rows
from tests.unit.model_cards.sample import ROLES, evidence, narrative

NOW = datetime(2026, 11, 22, 8, 30, tzinfo=UTC)
SCORING_MODEL = "a model that scores"
RANKS = Gate(name="ranks well", kind=GateKind.FLOOR, metric="roc_auc", limit=0.8)
RANKS_TOO_LITTLE = replace(RANKS, limit=0.9)
HOLDS = Gate(name="probabilities hold", kind=GateKind.CEILING, metric="expected_calibration_error", limit=0.03)
FAIR = Gate(name="fair", kind=GateKind.AUDIT, metric="")
NOT_WORSE = Gate(name="not worse", kind=GateKind.NOT_WORSE_THAN_CHAMPION, metric="roc_auc", limit=0.01)
# Stands in the place of a model's digest, in a card that many candidates share.
_NO_DIGEST = b"5e7f" * 16
WORDS = as_bytes(Words(narrative=narrative(), roles=ROLES))


def settings_at(home: Path) -> Settings:
    """Everything below one folder."""
    return Settings(
        home=home,
        tracking_uri=catalogue_in(home),
        inbox=home / "inbox",
        n_threads=2,
        host="127.0.0.1",
        dagster_port=3000,
        mlflow_port=5000,
    )


@cache
def shop_project(gates: tuple[Gate, ...]) -> Project:
    """A project named `shop` over the year of the made-up evidence, whose models all have these gates."""
    known = replace(load_project(company.PACKAGE), first_day=date(2017, 1, 1), last_day=date(2017, 12, 31))
    return replace(as_evidenced(known, gates), name="shop")


def as_evidenced(project: Project, gates: tuple[Gate, ...]) -> Project:
    """A project that asks for what the made-up evidence holds: these gates and one more, one audited attribute, its words."""
    models = tuple(
        replace(
            spec,
            gates=(*gates, HOLDS) if spec.kind is Kind.PROPENSITY else (),
            protected=("age",),
            narrative=narrative(),
        )
        for spec in project.models
    )
    return replace(project, models=models, audit_lines=lines_for(gates), authors=ROLES)


@dataclass(frozen=True)
class Shop:
    """One home; its gates are those of every model."""

    home: Path
    gates: tuple[Gate, ...] = (RANKS,)
    now: datetime = NOW
    log: str | None = None
    learnt: DataFacts | None = None

    @property
    def settings(self) -> Settings:
        """Its places."""
        return replace(settings_at(self.home), promotion_log_named=self.log)

    @property
    def doors(self) -> Promotions:
        """Its doors, whose clock stands still."""
        return Promotions(self.settings, shop_project(self.gates), lambda: self.now)

    def founded(self, *, is_approved: bool = False) -> "Shop":
        """The shop, once it has its trust; with `is_approved` its purposes and sources are approved, too."""
        found_demo_trust(self.settings, "shop", lambda: self.now)
        if is_approved:
            approve_data_as_demo(self.doors, self.settings)
        keep_rows(self.home)
        return self

    def keep(self, content: str, *, model: str = company.PROPENSITY, champion: Package | None = None) -> Package:
        """Keep a candidate, held against that champion, without a statement."""
        files = files_of(content, model, self.gates, champion, learnt=self.learnt)
        return PackageStore(self.home).keep_candidate("shop", model, files)

    def train(self, content: str, *, model: str = company.PROPENSITY, champion: Package | None = None) -> Package:
        """Keep a candidate with its signed statement."""
        package = self.keep(content, model=model, champion=champion)
        known = evidence_of(content, model, self.gates, champion, learnt=self.learnt)
        self.state(package, known)
        return package

    def state(self, package: Package, known: Evidence) -> None:
        """Let the demonstration's engineer ask for its training, and the training service state it."""
        asked = ask_as_demo(self.doors, self.settings, [known.model.name])
        self.doors.state(package, known, run_id="run-1", request=asked)

    def promote(self, digest: str, reason: str = "") -> PromotionRecord:
        """Let the demonstration's engineer ask for a promotion or a renewal."""
        return self.doors.promote(digest, reason, **self.engineer)

    def rollback(self, reason: str, to_digest: str | None = None, model: str = company.PROPENSITY) -> PromotionRecord:
        """Let the demonstration's engineer ask for a rollback."""
        return self.doors.rollback("shop", model, reason, to_digest, **self.engineer)

    @property
    def engineer(self) -> Asker:
        """Who asks; before there is trust, somebody whom nobody knows."""
        if self.doors.has_trust_root:
            return as_engineer(self.settings)
        return {"staff_id": "staff-1", "key": Ed25519PrivateKey.generate()}

    def approve(
        self,
        package: Package,
        who: Sequence[str] = REVIEWERS,
        verdict: Verdict = Verdict.APPROVE,
        reason: str = "calibrated, and read by both",
    ) -> None:
        """Let reviewers decide, by default both approve."""
        for name in who:
            self.doors.decide(package.digest, verdict, reason, staff_id=name, key=demo_key(self.settings, name))

    def approved(self, content: str, *, model: str = company.PROPENSITY, champion: Package | None = None) -> Package:
        """A candidate with everything that promotion takes."""
        package = self.train(content, model=model, champion=champion)
        self.approve(package)
        return package

    def serving(self, content: str, *, model: str = company.PROPENSITY) -> Package:
        """A package that came to serve."""
        package = self.approved(content, model=model)
        self.promote(package.digest, "as agreed")
        return package


def keep_rows(home: Path) -> dict[bool, str]:
    """Keep the test rows of every candidate in a home: without a champion's figures and with them; their roots."""
    return {champion: MeasuredRowsStore(home).keep(rows(champion=champion), lambda: b"salt" * 4) for champion in (False, True)}


@cache
def roots() -> dict[bool, str]:
    """The roots of the test rows."""
    with TemporaryDirectory() as home:
        return keep_rows(Path(home))


def model_files(content: str) -> dict[str, bytes]:
    """The files of a model: a made-up one, or by its own name one that scores."""
    return scoring_model() if content == SCORING_MODEL else {"model/booster.txt": content.encode()}


@cache
def scoring_model() -> dict[str, bytes]:
    """A model that was fitted to customers who leave the likelier the longer they were away."""
    spec = shop_project(()).model(company.PROPENSITY)
    spec = replace(spec, parameters=LightGBMParameters(n_rounds=5, learning_rate=0.1, num_leaves=4, min_data_in_leaf=20))
    days = days_between(date(2017, 1, 20), date(2017, 2, 5), step_days=4)
    split = SnapshotSplit(fit=days[:2], calibration=days[2:4], test=days[4:5], test_known_until=date(2017, 3, 5))
    rng = np.random.default_rng(7)
    labelled = []
    for day in days:
        recency = rng.integers(1, 56, 200).astype(float)
        inputs = {f.name: rng.random(200) for f in spec.inputs}
        inputs |= {name: rng.choice(words, 200) for name, words in company.WORDS.items()}
        inputs[recency_column(company.EVENTS)] = recency
        customers = {"day": pa.array([day] * 200, pa.date32()), "customer_id": [f"{i:04}" for i in range(200)], **inputs}
        labelled.append(pa.table({**customers, "event": rng.random(200) < recency / 60, "duration": pa.array([28] * 200)}))
    return dict(fit_challenger(stack(labelled, spec, split, features_version=0), spec, project="shop", n_threads=1).model_files())


@cache
def evidence_of(
    content: str,
    model: str,
    gates: tuple[Gate, ...],
    champion: Package | None,
    *,
    project: str = "shop",
    as_of: date | None = None,
    learnt: DataFacts | None = None,
) -> Evidence:
    """Evidence of a candidate with the decision that its gates give; `as_of` is the day that it was trained with,
    `learnt` from what, where that matters.

    Nothing is open, unless a gate asks for the audit: then its customers are too few to say.
    """
    spec = shop_project(gates).model(model)
    made = measured(evidence(), spec, champion=(1, champion.digest) if champion else None)
    data = replace(learnt or made.data, test_rows_digest=roots()[champion is not None])
    digest = model_digest(model_files(content))
    facts = replace(made.model, project=project, name=model, model_digest=digest, as_of=as_of or made.model.as_of)
    undecided = replace(made, model=facts, data=data)
    return replace(undecided, decision=judge(spec.gates, undecided, card=FILLED))


@cache
def files_of(
    content: str,
    model: str,
    gates: tuple[Gate, ...],
    champion: Package | None,
    *,
    project: str = "shop",
    as_of: date | None = None,
    learnt: DataFacts | None = None,
) -> dict[str, bytes]:
    """Files as training seals them."""
    known = evidence_of(content, model, gates, champion, project=project, as_of=as_of, learnt=learnt)
    card = _card_of_any(model, gates, champion, project=project, as_of=as_of, learnt=learnt)
    digest = known.model.model_digest.encode()
    return {
        **model_files(content),
        "evidence.json": as_bytes(known),
        "words.json": WORDS,
        "card.html": card.replace(_NO_DIGEST, digest).replace(_NO_DIGEST[:12], digest[:12]),
    }


@cache
def _card_of_any(
    model: str,
    gates: tuple[Gate, ...],
    champion: Package | None,
    *,
    project: str,
    as_of: date | None,
    learnt: DataFacts | None,
) -> bytes:
    """The card of such candidates, compiled once: they differ in their model's digest alone."""
    known = evidence_of("", model, gates, champion, project=project, as_of=as_of, learnt=learnt)
    nobody = replace(known, model=replace(known.model, model_digest=_NO_DIGEST.decode()))
    card = card_page(as_bytes(nobody), WORDS, None if champion is None else champion.file("evidence.json"))
    rest = card.replace(_NO_DIGEST, b"").replace(_NO_DIGEST[:12], b"")
    assert _NO_DIGEST[:8] not in rest, "a card names another part of the digest, so each must be compiled"
    return card
