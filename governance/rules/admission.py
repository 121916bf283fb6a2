"""The rules that a record must keep to stand in the log.

One set for all: the promoter keeps them before it appends, the scorer checks them before it loads, and `tenure verify` for the
whole history. What the records are is `serving.py` and `approval.py`.
"""

from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime

from governance.records.approval import (
    Approval,
    SignedApproval,
    Subject,
    Verdict,
    check_independent,
    check_quorum,
    check_unopposed,
    read_approval,
)
from governance.records.erasure import read_erasure
from governance.records.ledger import Ledger
from governance.records.log import Kind
from governance.records.serving import (
    Promotion,
    check_not_revoked,
    decisions,
    promotions,
    read_promotion,
    read_revocation,
    statements,
    trainers_of,
    used_approvals,
    version_of,
)
from governance.records.statement import Statement, read_statement
from governance.records.trust_root import TrustRoot, read_first_root, read_next_root
from governance.rules.delivered import check_delivery
from tenure.errors import RefusedError
from tenure.promotions import Action
from tenure.refusals import Refusal, refused

ROLLBACK_APPROVERS = 1
_KIND_OF = {Action.PROMOTE: Kind.PROMOTED, Action.ROLLBACK: Kind.ROLLED_BACK}
_KIND_OF_VERDICT = {Verdict.APPROVE: Kind.APPROVAL, Verdict.REJECT: Kind.REJECTION}


def check_record(ledger: Ledger, kind: Kind, envelope: bytes, *, at: datetime, place: int | None = None) -> None:
    """Refuse a record that must not stand at a place of the log: by default at its end, where it is to be appended.

    Raises
    ------
    RefusedError: naming the rule that it breaks.
    """
    here = ledger.size if place is None else place
    match kind:
        case Kind.ROOT:
            _check_root(ledger, envelope, here)
        case Kind.STATEMENT:
            read_statement(envelope, ledger.root_before(here), at=at)
        case Kind.APPROVAL | Kind.REJECTION:
            _check_decision(ledger, kind, envelope, at, here)
        case Kind.PROMOTED | Kind.ROLLED_BACK:
            check_promotion(ledger, kind, envelope, at=at, place=here)
        case Kind.REVOKED:
            read_revocation(envelope, ledger.root_before(here), at=at)
        case Kind.DELIVERED:
            check_delivery(ledger, envelope, at=at, place=here)
        case Kind.ERASED:
            read_erasure(envelope, ledger.root_before(here), at=at)


def check_promotion(ledger: Ledger, kind: Kind, envelope: bytes, *, at: datetime, place: int) -> Promotion:
    """Verify a promotion or rollback with everything that it rests on, as of its place in the log.

    Raises
    ------
    RefusedError: naming the rule that it breaks.
    """
    root = ledger.root_before(place)
    promotion = read_promotion(envelope, root, at)
    if (promotion.subject.project, promotion.subject.model) != (promotion.project, promotion.model):
        raise refused(
            Refusal.OTHER_NAME,
            f"A promotion of {promotion.project}.{promotion.model} rests on a subject of {promotion.subject.project}."
            f"{promotion.subject.model}. Promote the package under its own name.",
        )
    if _KIND_OF[promotion.action] is not kind:
        raise refused(
            Refusal.ALTERED_RECORD, f"A record that says {kind.value} holds a signed {promotion.action.value}. Restore the log."
        )
    statement = _check_statement(ledger, promotion, place)
    _check_succession(ledger, promotion, place)
    trainers = trainers_of(ledger, promotion.subject.package_digest, before=place) | statement.trainers
    named = _named_approvals(ledger, promotion, place)
    needed = approvals_needed(promotion.action, root, promotion.project)
    check_quorum(named, promotion.subject, needed=needed, trainers=trainers, now=promotion.decided_at)
    check_unopposed(_decisions_that_stand(ledger, promotion.subject.package_digest, place), promotion.subject)
    check_not_revoked(ledger, promotion.subject.package_digest, before=place)
    if promotion.action is Action.ROLLBACK:
        _check_served(ledger, promotion, place)
    return promotion


def approvals_needed(action: Action, root: TrustRoot, project: str) -> int:
    """How many reviewers must approve: the project's quorum, or one for a package that served before."""
    return ROLLBACK_APPROVERS if action is Action.ROLLBACK else root.quorum(project)


def served_as(ledger: Ledger, project: str, model: str, package_digest: str) -> tuple[Promotion, ...]:
    """The promotions by which a package served as a model, oldest first; records that must not stand are none of them."""
    found = []
    for record, promotion in promotions(ledger, project, model, before=ledger.size):
        if promotion.subject.package_digest == package_digest:
            with suppress(RefusedError):
                found.append(check_promotion(ledger, record.kind, record.signed, at=record.at, place=record.sequence))
    return tuple(found)


def _check_root(ledger: Ledger, envelope: bytes, place: int) -> None:
    """The first trust root is the pinned one or leads to it; each later one follows the one before."""
    if place == 0:
        read_first_root(envelope, pinned=ledger.pinned if ledger.size == 0 else None)
    else:
        read_next_root(envelope, after=ledger.root_before(place))


def _check_decision(ledger: Ledger, kind: Kind, envelope: bytes, at: datetime, place: int) -> None:
    """A decision is signed by a reviewer, once, about a package that is known, and no trainer approves their own."""
    approval = read_approval(envelope, ledger.root_before(place), now=at).approval
    if _KIND_OF_VERDICT[approval.verdict] is not kind:
        raise refused(
            Refusal.ALTERED_RECORD, f"A record that says {kind.value} holds a signed {approval.verdict.value}. Restore the log."
        )
    if any(earlier.nonce == approval.nonce for earlier, _ in decisions(ledger, before=place)):
        raise refused(
            Refusal.REPLAYED,
            f"This decision of {approval.identity} is in the log already. Each decision counts once: sign a new one.",
        )
    known = list(statements(ledger, approval.subject.package_digest, before=place))
    if not known:
        raise no_statement(approval.subject.package_digest)
    # A rejection can only stop, so it takes no statement that fits; nobody can lock it out by stating something else.
    if approval.verdict is Verdict.APPROVE and not any(fits(one, approval.subject) for one in known):
        _check_about(known[-1], approval.subject)
    check_independent(approval, trainers_of(ledger, approval.subject.package_digest, before=place))


def _check_statement(ledger: Ledger, promotion: Promotion, place: int) -> Statement:
    """The statement that a promotion names is in the log and speaks of its package, model and policy."""
    record = ledger.named(promotion.statement, Kind.STATEMENT, before=place)
    if record is None:
        raise no_statement(promotion.subject.package_digest)
    statement = read_statement(record.signed, ledger.root_before(record.sequence), at=record.at)
    names = (promotion.project, promotion.model)
    if (statement.training.project, statement.training.model) != names:
        raise refused(
            Refusal.OTHER_STATEMENT,
            f"Package {promotion.subject.package_digest[:12]} was trained as {statement.training.project}."
            f"{statement.training.model}, not as {'.'.join(names)}. Promote it under its own name.",
        )
    _check_about(statement, promotion.subject)
    return statement


def fits(statement: Statement, subject: Subject) -> bool:
    """Whether a statement speaks of the subject's package, model and policy."""
    with suppress(RefusedError):
        _check_about(statement, subject)
        return True
    return False


def _check_about(statement: Statement, subject: Subject) -> None:
    """A statement speaks of the subject's package, model and policy."""
    training = statement.training
    if (training.project, training.model) != (subject.project, subject.model):
        raise refused(
            Refusal.OTHER_NAME,
            f"The package was trained as {training.project}.{training.model}, but the decision is about {subject.project}."
            f"{subject.model}. Decide on it under its own name.",
        )
    if (statement.package_digest, training.model_digest) != (subject.package_digest, subject.model_digest):
        raise refused(
            Refusal.OTHER_STATEMENT,
            f"The training statement speaks of package {statement.package_digest[:12]} with model {training.model_digest[:12]}, "
            f"not of {subject.package_digest[:12]} with {subject.model_digest[:12]}. Bring the package's own statement.",
        )
    if training.policy_digest != subject.policy_digest:
        raise refused(
            Refusal.OTHER_POLICY,
            f"Package {subject.package_digest[:12]} was judged under policy {training.policy_digest[:12]}, but "
            f"{subject.policy_digest[:12]} is asked for. Train it again under the policy in force.",
        )


def _check_succession(ledger: Ledger, promotion: Promotion, place: int) -> None:
    """A promotion follows the one that stands, under the version that is next or the package's own."""
    earlier = [p for _, p in promotions(ledger, promotion.project, promotion.model, before=place)]
    serving = earlier[-1].subject.package_digest if earlier else None
    digest = promotion.subject.package_digest
    if promotion.expected_previous != serving:
        raise refused(
            Refusal.PREVIOUS_DIFFERS,
            f"The promotion expects {(promotion.expected_previous or 'nothing')[:12]} to serve until now, but "
            f"{(serving or 'nothing')[:12]} does. Look at what serves, then decide again.",
        )
    # To promote what serves already, on fresh approvals, renews it until another review; to roll back to it means nothing.
    if digest == serving and promotion.action is Action.ROLLBACK:
        raise refused(
            Refusal.ALREADY_SERVES,
            f"Package {digest[:12]} already serves as {promotion.project}.{promotion.model}. Nothing to do.",
        )
    if promotion.version != version_of(earlier, digest):
        raise refused(
            Refusal.PREVIOUS_DIFFERS,
            f"Package {digest[:12]} must be version {version_of(earlier, digest)}, found {promotion.version}. Promote it anew.",
        )


def _named_approvals(ledger: Ledger, promotion: Promotion, place: int) -> list[SignedApproval]:
    """The approvals that a promotion names: in the log before it, verified as of then, and used for nothing else."""
    used = used_approvals(ledger, before=place)
    named = []
    for digest in promotion.approvals:
        record = ledger.named(digest, Kind.APPROVAL, Kind.REJECTION, before=place)
        if record is None:
            raise refused(
                Refusal.APPROVAL_NOT_IN_LOG,
                f"The promotion rests on approval {digest[:12]}, which is not in the log before it. "
                "It was dropped or never recorded: record it, or restore the log.",
            )
        if digest in used:
            raise refused(
                Refusal.REPLAYED,
                f"Approval {digest[:12]} has been used for an earlier promotion. Serving again takes a fresh one.",
            )
        # By the people trusted now: who was removed from the trust root since then approves nothing.
        named.append(read_approval(record.signed, ledger.root_before(place), now=record.at))
    return named


def _decisions_that_stand(ledger: Ledger, package_digest: str, place: int) -> Iterator[Approval]:
    """Decisions on a package ahead of a place, oldest first: every rejection, and approvals whose signature holds.

    A rejection counts unproved, for it can only stop; an approval takes one back only if its reviewer signed it.
    """
    for decision, record in decisions(ledger, before=place):
        if decision.subject.package_digest != package_digest:
            continue
        if decision.verdict is Verdict.APPROVE:
            try:
                read_approval(record.signed, ledger.root_before(record.sequence), now=record.at)
            except RefusedError:
                continue
        yield decision


def _check_served(ledger: Ledger, rollback: Promotion, place: int) -> None:
    """A rollback goes to a package that was itself promoted, and rightly so."""
    for record, earlier in promotions(ledger, rollback.project, rollback.model, before=place):
        if record.kind is Kind.PROMOTED and earlier.subject.package_digest == rollback.subject.package_digest:
            check_promotion(ledger, record.kind, record.signed, at=record.at, place=record.sequence)
            return
    raise refused(
        Refusal.NEVER_SERVED,
        f"Package {rollback.subject.package_digest[:12]} has never served as {rollback.project}.{rollback.model}. "
        "A package that is new goes through promotion, with its whole quorum.",
    )


def no_statement(package_digest: str) -> RefusedError:
    """Nobody has said where a package comes from."""
    return refused(
        Refusal.NO_STATEMENT,
        f"The log holds no signed training statement for package {package_digest[:12]}. Record the one that training made.",
    )
