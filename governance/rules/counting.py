"""Which approvals count: those that no promotion used or passed, each person's last, about exactly what is asked.

An approval ends with the next promotion, renewal or rollback of its model, whichever package that is about: what was weighed
when it was signed has changed. What makes enough of them is `quorum.py`.
"""

from contextlib import suppress
from datetime import datetime

from governance.records.approval import Approval, Subject, Verdict, read_approval
from governance.records.ledger import Ledger
from governance.records.log import Record
from governance.records.serving import decisions, newest_promotion, trainers_of
from tenure.errors import RefusedError
from tenure.promotions import Action
from tenure.refusals import Refusal, refused


def ended_by(ledger: Ledger, approval: Approval, record: Record, *, before: int) -> Record | None:
    """The promotion, renewal or rollback of an approval's model that stands behind it ahead of a place, if any."""
    newest = newest_promotion(ledger, approval.subject.project, approval.subject.model, before=before)
    return newest[0] if newest and newest[0].sequence > record.sequence else None


def open_approvals(ledger: Ledger, package_digest: str) -> tuple[tuple[Approval, Record], ...]:
    """Each person's last approval of a package that nothing has ended, oldest first; whether it counts is not asked."""
    last: dict[str, tuple[Approval, Record]] = {}
    for approval, record in decisions(ledger, before=ledger.size):
        if approval.subject.package_digest != package_digest or approval.verdict is not Verdict.APPROVE:
            continue
        if ended_by(ledger, approval, record, before=ledger.size) is None:
            last[approval.identity] = (approval, record)
    return tuple(last.values())


def counting_approvals(ledger: Ledger, subject: Subject, *, action: Action, now: datetime) -> tuple[tuple[Approval, Record], ...]:
    """The approvals on which this action with exactly this subject could rest now.

    None that has run out, that allows another action or covers other digests, or is by who trained the package or has left the
    trust root.
    """
    root = ledger.root
    trainers = trainers_of(ledger, subject.package_digest, before=ledger.size) - root.own_reviewers_at(now)
    return tuple(
        (approval, record)
        for approval, record in open_approvals(ledger, subject.package_digest)
        if (approval.subject, approval.action) == (subject, action)
        and now < approval.expires
        and approval.identity not in trainers
        and _holds(ledger, record, before=ledger.size)
    )


def check_new(ledger: Ledger, approval: Approval, *, at: datetime, place: int) -> None:
    """Refuse a decision that its reviewer has made already, and that still stands: pressed twice, it is one decision.

    A later approval or rejection by the same person makes room for another, and so does all that ends an approval.
    """
    own = [
        (earlier, record)
        for earlier, record in decisions(ledger, before=place)
        if (earlier.identity, earlier.subject.package_digest) == (approval.identity, approval.subject.package_digest)
    ]
    # From the newest, for a signature is dear to verify, and the newest that holds is the one that counts.
    earlier, record = next((one for one in reversed(own) if _holds(ledger, one[1], before=place)), (None, None))
    if earlier is None or record is None:
        return
    if (earlier.verdict, earlier.action, earlier.subject) != (approval.verdict, approval.action, approval.subject):
        return
    if earlier.verdict is Verdict.APPROVE and (
        earlier.expires <= at or ended_by(ledger, earlier, record, before=place) is not None
    ):
        return
    done = "approved" if earlier.verdict is Verdict.APPROVE else "rejected"
    until = f" and counts until {earlier.expires:%Y-%m-%d}" if earlier.verdict is Verdict.APPROVE else ""
    raise refused(
        Refusal.ALREADY_DECIDED,
        f"{approval.identity} {done} package {approval.subject.package_digest[:12]} already: record {record.sequence} of "
        f"{record.at:%Y-%m-%d %H:%M} UTC stands{until}. Nothing to do.",
    )


def _holds(ledger: Ledger, record: Record, *, before: int) -> bool:
    """Whether a decision is signed by somebody who is trusted there: who left the trust root approves nothing any more."""
    with suppress(RefusedError):
        read_approval(record.signed, ledger.root_before(before), now=record.at)
        return True
    return False
