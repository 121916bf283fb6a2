"""Drafts: the record that a promoter would sign, put together from the package, the policy and what stands in the log.

A draft decides nothing. `rules.check_record` refuses it, before it is appended and ever after, if a rule is broken.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from governance.records.approval import Subject
from governance.records.ledger import Ledger
from governance.records.serving import Promotion, promotions, statements, version_of
from governance.rules.admission import approvals_needed, served_as
from governance.rules.counting import counting_approvals, open_approvals
from governance.rules.exceptions import check_rests
from governance.rules.history import NO_OPEN_QUESTION
from governance.rules.levels import check_level_told
from governance.rules.policy import Policy, evidence_in, recompute, subject_of
from governance.rules.stated import fits, no_statement
from tenure.canonical import moment
from tenure.package import Package
from tenure.promotions import Action, action_on
from tenure.refusals import Refusal, refused


def action_now(ledger: Ledger, policy: Policy, package: Package) -> Action:
    """What it would be to let a package serve as things stand: to promote it, to renew it, or to roll back to it."""
    served = promotions(ledger, policy.project, policy.model, before=ledger.size)
    return action_on(package.digest, [promotion.subject.package_digest for _, promotion in served])


def subject_now(ledger: Ledger, package: Package, policy: Policy, action: Action) -> Subject:
    """What a decision on a package covers: under the policy in force or, for a rollback, under the one of when it served."""
    served = served_as(ledger, policy.project, policy.model, package.digest) if action is Action.ROLLBACK else ()
    if served:
        return replace(served[-1].subject, installation=ledger.origin)
    return subject_of(package, _judged_under(policy, package, action), installation=ledger.origin)


def _judged_under(policy: Policy, package: Package, action: Action) -> Policy:
    """The policy that a package must have been judged under: the one in force; what is renewed, with the people of its day.

    Its gates and lines are those in force all the same. How many must sign a renewal, and whether who trained it may be one of
    them, is for the trust root in force to say, by the rules of the log, whatever was asked when it was trained.
    """
    told = evidence_in(package).policy if action is Action.RENEW else None
    if told is None:
        return policy
    then = replace(policy, reviewers=told.reviewers, one_person_may=told.one_person_may)
    return then if then.digest == told.digest else policy


def propose(
    ledger: Ledger, package: Package, policy: Policy, *, action: Action, request: str, reason: str, identity: str, now: datetime
) -> Promotion:
    """Draft a promotion, a renewal or a rollback of a package.

    Parameters
    ----------
    ledger: the verified log as it stands. package: verified bytes. policy: the one in force for the model.
    request: envelope digest of the request in the log. identity: the promoter's staff id. now: with its zone.

    Raises
    ------
    RefusedError: when the gates, recomputed from the package's evidence, do not give its decision or refuse it; when it has
        no training statement; when a rollback goes to a package that never served.
    """
    earlier = [promotion for _, promotion in promotions(ledger, policy.project, policy.model, before=ledger.size)]
    if action is Action.ROLLBACK:
        origin = _last_promotion(earlier, package, policy)
        # What served was judged under the policy of its day, and its approvals named that one.
        subject, outcome = replace(origin.subject, installation=ledger.origin), origin.outcome
    else:
        judged = _judged_under(policy, package, action)
        outcome, subject = recompute(package, judged).outcome, subject_of(package, judged, installation=ledger.origin)
        evidence = evidence_in(package)
        check_level_told(evidence, ledger.root, policy.project, package.digest)
        check_rests(ledger, evidence, policy.project, policy.model, policy.digest, now=moment(now))
    known = list(statements(ledger, package.digest, before=ledger.size))
    if not known:
        raise no_statement(package.digest)
    statement = next((one for one in reversed(known) if fits(one, subject)), known[-1])
    needed = approvals_needed(action, ledger.root, policy.project)
    decided = moment(now)
    return Promotion(
        action=action,
        project=policy.project,
        model=policy.model,
        version=version_of(earlier, package.digest),
        subject=subject,
        request=request,
        statement=statement.envelope_digest,
        approvals=_approvals(ledger, subject, action=action, needed=needed, now=decided),
        expected_previous=earlier[-1].subject.package_digest if earlier else None,
        outcome=outcome,
        reason=reason.strip() or NO_OPEN_QUESTION,
        identity=identity,
        decided_at=decided,
        review_by=decided + timedelta(days=subject.serves_days),
    )


def _last_promotion(earlier: Sequence[Promotion], package: Package, policy: Policy) -> Promotion:
    """How the package last came to serve."""
    for promotion in reversed(earlier):
        if promotion.subject.package_digest == package.digest:
            return promotion
    raise refused(
        Refusal.NEVER_SERVED,
        f"Package {package.digest[:12]} has never served as {policy.project}.{policy.model}. Promote it with its whole quorum.",
    )


def _approvals(ledger: Ledger, subject: Subject, *, action: Action, needed: int, now: datetime) -> tuple[str, ...]:
    """Envelope digests of the approvals that count, if they are enough; otherwise of all, so that the refusal says why not."""
    counting = counting_approvals(ledger, subject, action=action, now=now)
    chosen = counting if len(counting) >= needed else open_approvals(ledger, subject.package_digest)
    return tuple(record.envelope_digest for _, record in chosen)
