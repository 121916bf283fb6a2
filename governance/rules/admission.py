"""The rules that a record must keep to stand in the log.

One set for all: the promoter keeps them before it appends, the scorer checks them before it loads, and `tenure verify` for the
whole history. What the records are is `serving.py` and `approval.py`.
"""

from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import datetime

from governance.records.access_audited import read_access_audited
from governance.records.approval import SignedApproval, peek_approval, read_approval
from governance.records.erasure import read_erasure
from governance.records.ledger import Ledger
from governance.records.log import Kind
from governance.records.person_decided import read_person_decided
from governance.records.request import Asked
from governance.records.serving import (
    Promotion,
    check_not_revoked,
    promotions,
    read_promotion,
    read_revocation,
    trainers_of,
    used_approvals,
    version_of,
)
from governance.records.signed_root import read_first_root, read_next_root
from governance.records.statement import Statement, read_statement
from governance.records.trust_root import TrustRoot
from governance.rules.asked import check_asked_to_serve, check_asked_to_train, check_request
from governance.rules.counting import ended_by
from governance.rules.data_use import check_of_data
from governance.rules.deciding import check_decision, decisions_that_stand
from governance.rules.delivered import check_delivery
from governance.rules.exceptions import check_of_exception, check_stated
from governance.rules.forms import check_form
from governance.rules.history import NO_OPEN_QUESTION
from governance.rules.quorum import check_quorum, check_unopposed
from governance.rules.retention import check_retention
from governance.rules.stated import check_about, no_statement
from tenure.errors import RefusedError
from tenure.promotions import Action
from tenure.refusals import Refusal, refused

ROLLBACK_APPROVERS = 1
KIND_OF = {Action.PROMOTE: Kind.PROMOTED, Action.RENEW: Kind.PROMOTED, Action.ROLLBACK: Kind.ROLLED_BACK}
_READ: Mapping[Kind, Callable[..., object]] = {
    Kind.ERASED: read_erasure,
    Kind.PERSON_DECIDED: read_person_decided,
    Kind.RETENTION: check_retention,
    Kind.ACCESS_AUDITED: read_access_audited,
}


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
        case Kind.REQUEST:
            check_request(ledger, envelope, at=at, place=here)
        case Kind.STATEMENT:
            _read_statement(ledger, envelope, at, here)
        case Kind.APPROVAL | Kind.REJECTION:
            check_decision(ledger, kind, envelope, at, here)
        case Kind.PROMOTED | Kind.ROLLED_BACK:
            check_promotion(ledger, kind, envelope, at=at, place=here)
        case Kind.REVOKED:
            check_form(ledger, kind, envelope, place=here)
            read_revocation(envelope, ledger, at=at, place=here)
        case Kind.DELIVERED:
            check_delivery(ledger, envelope, at=at, place=here)
        case Kind.EXCEPTION | Kind.EXCEPTED:
            check_of_exception(ledger, kind, envelope, at=at, place=here)
        case Kind.ERASED | Kind.PERSON_DECIDED | Kind.RETENTION | Kind.ACCESS_AUDITED:
            _READ[kind](envelope, ledger, at=at, place=here)
        case _:
            check_of_data(ledger, kind, envelope, at=at, place=here)


def check_promotion(ledger: Ledger, kind: Kind, envelope: bytes, *, at: datetime, place: int) -> Promotion:
    """Verify a promotion or rollback with everything that it rests on, as of its place in the log.

    Raises
    ------
    RefusedError: naming the rule that it breaks.
    """
    root = ledger.root_before(place)
    promotion = read_promotion(envelope, root, at)
    if not promotion.is_earlier:
        ledger.check_here(promotion.subject.installation)
    if (promotion.subject.project, promotion.subject.model) != (promotion.project, promotion.model):
        raise refused(
            Refusal.OTHER_NAME,
            f"A promotion of {promotion.project}.{promotion.model} rests on a subject of {promotion.subject.project}."
            f"{promotion.subject.model}. Promote the package under its own name.",
        )
    if KIND_OF[promotion.action] is not kind:
        raise refused(
            Refusal.ALTERED_RECORD, f"A record that says {kind.value} holds a signed {promotion.action.value}. Restore the log."
        )
    check_form(ledger, kind, envelope, place=place)
    statement = _check_statement(ledger, promotion, place)
    _check_succession(ledger, promotion, place)
    _check_asked(ledger, promotion, statement, place)
    # What goes back to serving was judged in its day; an exception that ended since is told, and stops no rollback.
    if promotion.action is not Action.ROLLBACK:
        check_stated(ledger, statement, now=promotion.decided_at, place=place)
    trainers = trainers_of(ledger, promotion.subject.package_digest, before=place) | statement.trainers
    named = _named_approvals(ledger, promotion, place)
    check_quorum(
        named,
        promotion.subject,
        action=None if promotion.is_earlier else promotion.action,
        needed=approvals_needed(promotion.action, root, promotion.project),
        trainers=trainers - root.own_reviewers_at(promotion.decided_at),
        now=promotion.decided_at,
    )
    check_unopposed(decisions_that_stand(ledger, promotion.subject.package_digest, place), promotion.subject)
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


def _read_statement(ledger: Ledger, envelope: bytes, at: datetime, place: int) -> Statement:
    """A statement is signed by the training service and, once requests were signed, names the one that it acted on."""
    check_form(ledger, Kind.STATEMENT, envelope, place=place)
    statement = read_statement(envelope, ledger.root_before(place), at=at)
    if statement.training.request is not None:
        check_asked_to_train(ledger, statement, place=place, now=at)
    return statement


def _check_asked(ledger: Ledger, promotion: Promotion, statement: Statement, place: int) -> None:
    """Somebody asked for a promotion in their own name, giving its reason, and somebody for the training of the package."""
    if promotion.request is None:
        return
    digest, names = promotion.subject.package_digest, (promotion.project, promotion.model)
    request = check_asked_to_serve(
        ledger,
        promotion.request,
        Asked(promotion.action.value),
        project=promotion.project,
        model=promotion.model,
        package=digest,
        place=place,
        now=promotion.decided_at,
    )
    if promotion.reason != (request.reason or NO_OPEN_QUESTION):
        raise refused(
            Refusal.OTHER_REQUEST,
            f"The promotion of package {digest[:12]} gives another reason than {request.identity} signed. Ask for it again.",
        )
    served = (earlier.subject.package_digest for _, earlier in promotions(ledger, *names, before=place))
    if statement.training.request is None and digest not in served:
        raise no_statement(digest)


def _check_statement(ledger: Ledger, promotion: Promotion, place: int) -> Statement:
    """The statement that a promotion names is in the log and speaks of its package, model and policy."""
    record = ledger.named(promotion.statement, Kind.STATEMENT, before=place)
    if record is None:
        raise no_statement(promotion.subject.package_digest)
    statement = _read_statement(ledger, record.signed, record.at, record.sequence)
    names = (promotion.project, promotion.model)
    if (statement.training.project, statement.training.model) != names:
        raise refused(
            Refusal.OTHER_STATEMENT,
            f"Package {promotion.subject.package_digest[:12]} was trained as {statement.training.project}."
            f"{statement.training.model}, not as {'.'.join(names)}. Promote it under its own name.",
        )
    check_about(statement, promotion.subject)
    return statement


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
    # To promote what serves renewed it, before renewals had a name of their own; to roll back to it means nothing.
    renews = promotion.action is Action.RENEW or (promotion.is_earlier and promotion.action is Action.PROMOTE)
    if digest == serving and not renews:
        raise refused(
            Refusal.ALREADY_SERVES,
            f"Package {digest[:12]} already serves as {promotion.project}.{promotion.model}. Nothing to do; to let it serve past "
            "its review, have its renewal approved.",
        )
    if digest != serving and promotion.action is Action.RENEW:
        raise refused(
            Refusal.PREVIOUS_DIFFERS,
            f"Package {digest[:12]} does not serve as {promotion.project}.{promotion.model}, so there is nothing to renew. "
            "Have its promotion approved.",
        )
    if promotion.version != version_of(earlier, digest):
        raise refused(
            Refusal.PREVIOUS_DIFFERS,
            f"Package {digest[:12]} must be version {version_of(earlier, digest)}, found {promotion.version}. Promote it anew.",
        )


def _named_approvals(ledger: Ledger, promotion: Promotion, place: int) -> list[SignedApproval]:
    """The approvals that a promotion names: in the log before it, verified as of then, and neither used nor passed."""
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
        end = None if promotion.is_earlier else ended_by(ledger, peek_approval(record.signed), record, before=place)
        if end is not None:
            raise refused(
                Refusal.ENDED,
                f"Approval {digest[:12]} ended with record {end.sequence}, by which another package or time came to serve as "
                f"{promotion.project}.{promotion.model}. Read the card as things stand now, and have it approved anew.",
            )
        # By the people trusted now: who was removed from the trust root since then approves nothing.
        named.append(read_approval(record.signed, ledger.root_before(place), now=record.at))
    return named


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
