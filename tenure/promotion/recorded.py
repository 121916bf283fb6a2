"""Between callers' records and the log's: promotions as callers know them, and training as a statement says it.

What the log's own records are is `tenure/promotion/serving.py`; what became of a package is `tenure/promotion/records.py`.
"""

from collections.abc import Sequence
from datetime import datetime

from tenure.errors import PromotionError
from tenure.evidence import Evidence
from tenure.promotion import records as known
from tenure.promotion.canonical import moment
from tenure.promotion.ledger import Ledger
from tenure.promotion.log import Kind
from tenure.promotion.package import Package
from tenure.promotion.records import PromotionRecord
from tenure.promotion.serving import peek_promotion
from tenure.promotion.statement import NamedDigest, Training

# A signed promotion always says why; where no gate left a question open and nobody gave a reason, it says this.
NO_OPEN_QUESTION = "No gate left a question open."


def promotion_records(ledger: Ledger) -> tuple[PromotionRecord, ...]:
    """Every promotion and rollback of every model, oldest first, counted from 1; an empty reason where none was needed."""
    records = list(ledger.of_kind(Kind.PROMOTED, Kind.ROLLED_BACK, before=ledger.size))
    return tuple(
        PromotionRecord(
            sequence=sequence,
            place=record.sequence,
            action=promotion.action,
            project=promotion.project,
            model=promotion.model,
            version=promotion.version,
            package_digest=promotion.subject.package_digest,
            model_digest=promotion.subject.model_digest,
            previous_digest=promotion.expected_previous,
            reason="" if promotion.reason == NO_OPEN_QUESTION else promotion.reason,
            decided_at=promotion.decided_at,
            outcome=promotion.outcome,
        )
        for sequence, record in enumerate(records, start=1)
        for promotion in [peek_promotion(record.signed)]
    )


def served_before(records: Sequence[PromotionRecord], project: str, model: str, wanted: str | None) -> str:
    """The full digest of the package to go back to: the one named, by a prefix, or the one that served before.

    Raises
    ------
    PromotionError: when there is none, or the name fits none or several; the message names those there are.
    """
    if wanted is None:
        target = known.rollback_target(records, project, model)
        if target is None:
            raise PromotionError(
                f"Expected an earlier champion of {project}.{model} to go back to, found none. Promote another candidate."
            )
        return target
    served = {record.package_digest: record.version for record in known.history(records, project, model)}
    matches = [digest for digest in served if len(wanted) >= 8 and digest.startswith(wanted.lower())]
    if len(matches) != 1:
        names = ", ".join(f"{digest[:12]} (version {version})" for digest, version in served.items()) or "none"
        raise PromotionError(
            f"Expected a package that has served as {project}.{model}, found {wanted!r}. "
            f"Packages that have: {names}. A new candidate goes through tenure promote."
        )
    return matches[0]


def training_of(
    package: Package, evidence: Evidence, *, policy_digest: str, trainer: str, run_id: str, finished: datetime
) -> Training:
    """What the evidence says a package was made from, as the statement holds it."""
    sources = [NamedDigest(name=source.name, value=source.content_digest) for source in evidence.data.sources]
    verdicts = evidence.decision.verdicts if evidence.decision else ()
    return Training(
        project=evidence.model.project,
        model=evidence.model.name,
        model_digest=package.model_digest,
        policy_digest=policy_digest,
        code_commit=evidence.environment.code_commit,
        lock_digest=evidence.environment.lock_digest,
        data=(NamedDigest(name="training_set", value=evidence.data.training_set_digest), *sources),
        seed=evidence.model.seed,
        gates=tuple(NamedDigest(name=verdict.gate.name, value=verdict.result.value) for verdict in verdicts),
        trainer=trainer,
        run_id=run_id,
        finished=moment(finished),
    )
