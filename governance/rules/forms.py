"""Forms: an earlier one is a record of its day, and nothing new may be signed in it.

Otherwise whoever kept an old program, or an old signature, could go around what the present form asks for. What the earlier
forms are is `governance/records/earlier.py`.
"""

from governance.records.approval import APPROVAL_TYPE
from governance.records.earlier import is_earlier
from governance.records.ledger import Ledger
from governance.records.log import Kind, Record
from governance.records.serving import PROMOTION_TYPE, REVOCATION_TYPE
from governance.records.signing import read_envelope
from governance.records.statement import peek_training
from tenure.refusals import Refusal, refused

PRESENT = {
    Kind.APPROVAL: APPROVAL_TYPE,
    Kind.REJECTION: APPROVAL_TYPE,
    Kind.PROMOTED: PROMOTION_TYPE,
    Kind.ROLLED_BACK: PROMOTION_TYPE,
    Kind.REVOKED: REVOCATION_TYPE,
}
# They say nothing of the time in which they were signed.
_OF_ANY_TIME = (Kind.ROOT, Kind.REVOKED)


def check_form(ledger: Ledger, kind: Kind, envelope: bytes, *, place: int) -> None:
    """Refuse a record of an earlier form that is to be appended, or stands behind one of the present form.

    A revocation can only stop, and was signed in its earlier form beside the others' present ones: where it stands, it stays.
    """
    if not _is_earlier(kind, envelope):
        return
    present = first_present(ledger, before=place)
    if place == ledger.size or (present is not None and kind is not Kind.REVOKED):
        raise refused(
            Refusal.EARLIER_FORM,
            f"A record that says {kind.value} is signed in the form of an earlier Tenure, in which nothing is signed "
            f"{'any more' if present is None else f'since record {present.sequence}'}. Sign it anew, with this version.",
        )


def first_present(ledger: Ledger, *, before: int) -> Record | None:
    """The first record of the present form ahead of a place: since then nothing is signed in an earlier one."""
    until = ledger.records[:before]
    return next((r for r in until if r.kind not in _OF_ANY_TIME and not _is_earlier(r.kind, r.signed)), None)


def _is_earlier(kind: Kind, signed: bytes) -> bool:
    """Whether a record of a kind has an earlier form."""
    if kind is Kind.STATEMENT:
        training = peek_training(signed)
        return training is not None and training.request is None
    if kind not in PRESENT:
        return False
    return is_earlier(read_envelope(signed, what=f"a record that says {kind.value}").payload_type, PRESENT[kind])
