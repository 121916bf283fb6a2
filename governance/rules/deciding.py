"""The rules that a reviewer's decision must keep to stand in the log, and those by which a rejection stands."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from governance.records.approval import Approval, Subject, Verdict, read_approval
from governance.records.ledger import Ledger
from governance.records.log import Kind
from governance.records.serving import decisions, promotions, statements, trainers_of
from governance.records.statement import Statement
from governance.rules.counting import check_new
from governance.rules.forms import check_form
from governance.rules.quorum import check_independent
from governance.rules.stated import check_about, fits, no_statement
from tenure.errors import RefusedError
from tenure.promotions import Action, action_on
from tenure.refusals import Refusal, refused

_KIND_OF_VERDICT = {Verdict.APPROVE: Kind.APPROVAL, Verdict.REJECT: Kind.REJECTION}


def check_decision(ledger: Ledger, kind: Kind, envelope: bytes, at: datetime, place: int) -> None:
    """A decision is signed by a reviewer, once, about a package that is known, and no trainer approves their own."""
    approval = read_approval(envelope, ledger.root_before(place), now=at).approval
    check_form(ledger, kind, envelope, place=place)
    if _KIND_OF_VERDICT[approval.verdict] is not kind:
        raise refused(
            Refusal.ALTERED_RECORD, f"A record that says {kind.value} holds a signed {approval.verdict.value}. Restore the log."
        )
    if not approval.is_earlier:
        ledger.check_here(approval.subject.installation)
    if any(earlier.nonce == approval.nonce for earlier, _ in decisions(ledger, before=place)):
        raise refused(
            Refusal.REPLAYED,
            f"This decision of {approval.identity} is in the log already. Each decision counts once: sign a new one.",
        )
    known = list(statements(ledger, approval.subject.package_digest, before=place))
    # What served before requests were signed was stated without one; anything else without one is a draft.
    if not known or not (approval.is_earlier or _was_asked_for(ledger, approval.subject, known, place)):
        raise no_statement(approval.subject.package_digest)
    # A rejection can only stop, so it takes no statement that fits; nobody can lock it out by stating something else.
    if approval.verdict is Verdict.APPROVE and not any(fits(one, approval.subject) for one in known):
        check_about(known[-1], approval.subject)
    trainers = trainers_of(ledger, approval.subject.package_digest, before=place)
    check_independent(approval, trainers - ledger.root_before(place).own_reviewers_at(at))
    if not approval.is_earlier:
        check_new(ledger, approval, at=at, place=place)
        _check_possible(ledger, approval, place)


def _was_asked_for(ledger: Ledger, subject: Subject, known: Sequence[Statement], place: int) -> bool:
    """Whether somebody signed for the training of a package, or it has served."""
    if any(statement.training.request is not None for statement in known):
        return True
    served = promotions(ledger, subject.project, subject.model, before=place)
    return any(promotion.subject.package_digest == subject.package_digest for _, promotion in served)


def _check_possible(ledger: Ledger, approval: Approval, place: int) -> None:
    """An approval allows what can be done with the package as things stand; a rejection may answer anything."""
    subject = approval.subject
    served = [p.subject.package_digest for _, p in promotions(ledger, subject.project, subject.model, before=place)]
    possible = action_on(subject.package_digest, served)
    # What has served may go through a whole promotion again, as anything new.
    is_possible = approval.action is possible or (approval.action is Action.PROMOTE and possible is Action.ROLLBACK)
    if approval.verdict is Verdict.APPROVE and approval.action is not None and not is_possible:
        raise refused(
            Refusal.OTHER_ACTION,
            f"{approval.identity} approved to {approval.action.in_words} package {subject.package_digest[:12]}, but as things "
            f"stand one can only {possible.in_words} it. Look at what serves, then decide on that.",
        )


def decisions_that_stand(ledger: Ledger, package_digest: str, place: int) -> Iterator[Approval]:
    """Decisions on a package ahead of a place, oldest first: every rejection, and approvals that may stand where they do.

    A rejection counts unproved, for it can only stop; an approval takes one back only if its reviewer signed it afterwards and
    for here: one from before, repeated, or from another installation's log is signed, too.
    """
    for decision, record in decisions(ledger, before=place):
        if decision.subject.package_digest != package_digest:
            continue
        if decision.verdict is Verdict.APPROVE:
            try:
                check_decision(ledger, record.kind, record.signed, record.at, record.sequence)
            except RefusedError:
                continue
        yield decision
