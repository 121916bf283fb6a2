"""Promotion records as callers know them, read from a verified log.

What the log's own records are is `tenure/promotion/serving.py`; what became of a package is `tenure/promotion/records.py`.
"""

from tenure.promotion.ledger import Ledger
from tenure.promotion.log import Kind
from tenure.promotion.records import PromotionRecord
from tenure.promotion.serving import peek_promotion

# A signed promotion always says why; where no gate left a question open and nobody gave a reason, it says this.
NO_OPEN_QUESTION = "No gate left a question open."


def promotion_records(ledger: Ledger) -> tuple[PromotionRecord, ...]:
    """Every promotion and rollback of every model, oldest first, counted from 1; an empty reason where none was needed."""
    promotions = [peek_promotion(record.signed) for record in ledger.of_kind(Kind.PROMOTED, Kind.ROLLED_BACK, before=ledger.size)]
    return tuple(
        PromotionRecord(
            sequence=sequence,
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
        for sequence, promotion in enumerate(promotions, start=1)
    )
