"""The history of promotions, read from the log.

The records themselves are `governance/records/serving.py`; whether they may stand in the log is `admission.py`.
"""

from governance.records.ledger import Ledger
from governance.records.log import Kind
from governance.records.request import peek_request
from governance.records.serving import peek_promotion
from tenure.promotions import PromotionRecord

# A signed promotion always says why; where no gate left a question open and nobody gave a reason, it says this.
NO_OPEN_QUESTION = "No gate left a question open."


def promotion_records(ledger: Ledger) -> tuple[PromotionRecord, ...]:
    """Every promotion and rollback of every model, oldest first, counted from 1; an empty reason where none was needed."""
    asked = {r.envelope_digest: peek_request(r.signed).identity for r in ledger.of_kind(Kind.REQUEST, before=ledger.size)}
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
            asked_by=asked.get(promotion.request or ""),
        )
        for sequence, record in enumerate(records, start=1)
        for promotion in [peek_promotion(record.signed)]
    )
