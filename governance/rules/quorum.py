"""The quorum: what makes enough different reviewers' decisions, each about exactly this, an approval of it.

What a decision is and who signed it is `governance/records/approval.py`; which of them still stand is `counting.py`.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime

from governance.records.approval import Approval, SignedApproval, Subject, Verdict
from tenure.canonical import SKEW
from tenure.promotions import Action
from tenure.refusals import Refusal, refused


def check_time(approval: Approval, *, now: datetime) -> None:
    """Refuse a decision that was signed after `now` by more than clocks differ, or that has run out."""
    if approval.issued > now + SKEW:
        raise refused(
            Refusal.NOT_YET_ISSUED,
            f"The decision of {approval.identity} is dated {approval.issued:%Y-%m-%d %H:%M} UTC, later than now, "
            f"{now:%Y-%m-%d %H:%M}. Set both clocks right, then sign again.",
        )
    if approval.expires <= now:
        raise refused(
            Refusal.EXPIRED,
            f"The decision of {approval.identity} could be used until {approval.expires:%Y-%m-%d %H:%M} UTC; it is "
            f"{now:%Y-%m-%d %H:%M}. Read the card again and sign anew.",
        )


def check_subject(approval: Approval, subject: Subject) -> None:
    """Refuse a decision that is about something else, naming what differs."""
    if approval.subject.installation != subject.installation:
        raise refused(
            Refusal.OTHER_INSTALLATION,
            f"{approval.identity} decided for the installation {approval.subject.installation or 'of no name'}, but this is "
            f"{subject.installation or 'one without a name'}. A decision counts where it was made alone: sign here.",
        )
    if (approval.subject.project, approval.subject.model) != (subject.project, subject.model):
        raise refused(
            Refusal.OTHER_NAME,
            f"{approval.identity} decided on a package of {approval.subject.project}.{approval.subject.model}, but this is one "
            f"of {subject.project}.{subject.model}. A decision counts for the model that it names alone: sign for this one.",
        )
    if approval.subject.serves_days != subject.serves_days:
        raise refused(
            Refusal.OTHER_POLICY,
            f"{approval.identity} let the package serve {approval.subject.serves_days} days until its review, but this is "
            f"{subject.serves_days}. Read the policy in force, then sign.",
        )
    differing: tuple[tuple[str, Refusal, str], ...] = (
        ("policy_digest", Refusal.OTHER_POLICY, "policy"),
        ("card_digest", Refusal.OTHER_CARD, "card"),
        ("audit_digest", Refusal.OTHER_AUDIT, "audit"),
        ("model_digest", Refusal.OTHER_MODEL, "model"),
        ("package_digest", Refusal.OTHER_PACKAGE, "package"),
    )
    if approval.subject.package_digest != subject.package_digest and approval.subject.model_digest != subject.model_digest:
        differing = differing[-1:]  # another candidate altogether; its card and audit differ of course
    for name, refusal, words in differing:
        signed, found = getattr(approval.subject, name), getattr(subject, name)
        if signed != found:
            raise refused(
                refusal,
                f"{approval.identity} decided on {words} {signed[:12]}, but this is {words} {found[:12]}. "
                f"A decision counts for what was read alone: read this {words}, then sign.",
            )


def check_action(approval: Approval, action: Action | None) -> None:
    """Refuse a decision that allows another action; `action` is None for what was signed before decisions named one."""
    if approval.action is action:
        return
    if approval.action is None:
        raise refused(
            Refusal.EARLIER_FORM,
            f"{approval.identity} decided on {_package(approval.subject)} before decisions said which action they allow, so it "
            "allows none any more. Read the card again and sign anew.",
        )
    raise refused(
        Refusal.OTHER_ACTION,
        f"{approval.identity} approved to {approval.action.in_words} {_package(approval.subject)}, and this is to "
        f"{action.in_words if action else 'do what no decision named then'}. An approval allows the action that it names alone: "
        "have it approved for this one.",
    )


def check_quorum(
    named: Sequence[SignedApproval],
    subject: Subject,
    *,
    action: Action | None,
    needed: int,
    trainers: frozenset[str],
    now: datetime,
) -> frozenset[str]:
    """Refuse unless enough different people, none of them a trainer, approve exactly this.

    Parameters
    ----------
    named: the verified approvals that a promotion rests on.
    action: what they must allow; None for a promotion of before decisions named it.
    now: when they are used, that is, the time of the promotion.

    Returns
    -------
    The staff ids of those who approve.
    """
    for approval in (one.approval for one in named):
        if approval.verdict is not Verdict.APPROVE:
            raise refused(Refusal.REJECTED, f"{approval.identity} rejected {_package(subject)}: a rejection approves nothing.")
        check_action(approval, action)
        check_subject(approval, subject)
        check_time(approval, now=now)
        check_independent(approval, trainers)
    people = frozenset(one.approval.identity for one in named)
    if len(people) < needed <= len(named):
        raise refused(
            Refusal.ONE_PERSON_TWICE,
            f"{_package(subject).capitalize()} has {len(named)} approvals, but of {len(people)} people "
            f"({', '.join(sorted(people))}); {needed} are needed. One person counts once, whatever their keys: ask another.",
        )
    if len(people) < needed:
        asked = "one reviewer is needed" if needed == 1 else f"{needed} different reviewers are needed"
        raise refused(
            Refusal.TOO_FEW_APPROVALS,
            f"{_package(subject).capitalize()} is approved by {', '.join(sorted(people)) or 'nobody'}, but {asked}"
            f"{f' to {action.in_words} it' if action else ''}. Ask for what is missing: tenure approve.",
        )
    return people


def check_independent(approval: Approval, trainers: frozenset[str]) -> None:
    """Refuse an approval by who trained the package."""
    if approval.verdict is Verdict.APPROVE and approval.identity in trainers:
        raise refused(
            Refusal.SELF_APPROVAL,
            f"{approval.identity} trained {_package(approval.subject)} and cannot approve it. Ask another reviewer.",
        )


def check_unopposed(decisions: Iterable[Approval], subject: Subject) -> None:
    """Refuse a package that somebody rejected and has not approved since.

    Parameters
    ----------
    decisions: all decisions, oldest first; those on other packages are passed over. A rejection does not run out.
    """
    if against := rejected_by(decisions, subject.package_digest):
        raise refused(
            Refusal.REJECTED,
            f"{', '.join(against)} rejected {_package(subject)}. Settle it with them: only their own later approval takes a "
            "rejection back.",
        )


def rejected_by(decisions: Iterable[Approval], package_digest: str) -> tuple[str, ...]:
    """Staff ids of those whose last decision on a package, of decisions in order, is to reject it."""
    last = {one.identity: one.verdict for one in decisions if one.subject.package_digest == package_digest}
    return tuple(sorted(name for name, verdict in last.items() if verdict is Verdict.REJECT))


def _package(subject: Subject) -> str:
    """The package in a sentence."""
    return f"package {subject.package_digest[:12]}"
