"""Where a challenger stands: the only thing a page shows that its card does not hold, for it changes after compilation.

It is read from the promotion log, which is verified by whoever opened it.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING

from tenure.gates import Outcome
from tenure.promotion.history import PromotionRecord

if TYPE_CHECKING:
    from tenure.promotion.approval import Approval
    from tenure.promotion.ledger import Ledger


class Status(StrEnum):
    """What a model version is at present."""

    CANDIDATE = "candidate"
    CHAMPION = "champion"
    RETIRED = "retired"
    REFUSED = "refused"
    REVOKED = "revoked"


class Force(StrEnum):
    """Whether a decision of a reviewer counts at present."""

    COUNTS = "counts"
    REPLACED = "replaced by a later decision"
    EXPIRED = "ran out"


@dataclass(frozen=True, kw_only=True)
class Decided:
    """A reviewer's signed decision, as a page shows it; `digests` are what it covers, by name."""

    staff_id: str
    role: str
    verdict: str
    reason: str
    issued: datetime
    expires: datetime
    digests: tuple[tuple[str, str], ...]
    force: Force = Force.COUNTS


@dataclass(frozen=True, kw_only=True)
class Revoked:
    """Who forbade a package to serve, when and why."""

    staff_id: str
    at: datetime
    reason: str


@dataclass(frozen=True, kw_only=True)
class Standing:
    """A version's place in the registry; `reason` is what was said when it was promoted despite open questions.

    `approved_by` are the staff ids of those who approve it, `decided` every decision, oldest first, and `n_needed` how many
    must approve (None where there is no trust root); `is_demo` says that they are a demonstration's, made of software.
    `version` is None for what never served. `revoked` is set if, and only if, the status says so.
    `review_by` is when people must have looked at a serving version again; `is_overdue` that they have not.
    """

    status: Status
    version: int | None = None
    package_digest: str | None = None
    promoted_at: datetime | None = None
    reason: str | None = None
    previous_version: int | None = None
    approved_by: tuple[str, ...] = ()
    is_demo: bool = False
    decided: tuple[Decided, ...] = ()
    n_needed: int | None = None
    review_by: datetime | None = None
    is_overdue: bool = False
    revoked: Revoked | None = None


def standing_of(
    digest: str,
    outcome: Outcome,
    records: Sequence[PromotionRecord],
    ledger: "Ledger | None",
    *,
    project: str,
    now: datetime,
) -> Standing:
    """Where a package stands.

    Parameters
    ----------
    outcome: what the gates said of it. records: the promotions of its model, oldest first.
    ledger: the verified log that they are from; None before there is a trust root.
    """
    own = [record for record in records if record.package_digest == digest]
    if not own:
        status = Status.REFUSED if outcome is Outcome.REFUSED else Status.CANDIDATE
        found = Standing(status=status, package_digest=digest)
    else:
        latest = own[-1]
        found = Standing(
            status=Status.CHAMPION if records[-1].package_digest == digest else Status.RETIRED,
            version=latest.version,
            package_digest=digest,
            promoted_at=latest.decided_at,
            reason=latest.reason or None,
            previous_version=next((r.version for r in reversed(records) if r.sequence < latest.sequence), None),
        )
    if ledger is None:
        return found
    return replace(_governed(found, digest, records, ledger, now), n_needed=ledger.root_before(ledger.size).quorum(project))


def _governed(found: Standing, digest: str, records: Sequence[PromotionRecord], ledger: "Ledger", now: datetime) -> Standing:
    """A standing with the decisions on the package, its revocation and, if it serves, its review date."""
    from tenure.promotion.serving import decisions_on, newest_promotion, revocation_of
    from tenure.promotion.trust import DEMO_PREFIX

    decisions, is_open = decisions_on(ledger, digest), found.status is Status.CANDIDATE
    revocation, review_by = revocation_of(ledger, digest, before=ledger.size), None
    if found.status is Status.CHAMPION and (newest := newest_promotion(ledger, records[-1].project, records[-1].model)):
        review_by = newest[1].review_by
    governed = replace(
        found,
        # What a promotion rested on stays shown when it can be used for no other.
        approved_by=_approved_by([one for one in decisions if not is_open or one.expires > now]),
        is_demo=any(one.identity.startswith(DEMO_PREFIX) for one in decisions),
        decided=_decided(decisions, now if is_open else None),
        review_by=review_by,
        is_overdue=review_by is not None and review_by <= now,
    )
    if revocation is None:
        return governed
    revoked = Revoked(staff_id=revocation.identity, at=revocation.issued, reason=revocation.reason)
    return replace(governed, status=Status.REVOKED, revoked=revoked, review_by=None, is_overdue=False)


def _decided(decisions: "Sequence[Approval]", now: datetime | None) -> tuple[Decided, ...]:
    """Decisions as a page shows them; a later one of the same person replaces the earlier, and `now` ends what ran out."""
    last = {one.identity: position for position, one in enumerate(decisions)}
    return tuple(
        Decided(
            staff_id=one.identity,
            role=one.role.value,
            verdict=one.verdict.value,
            reason=one.reason,
            issued=one.issued,
            expires=one.expires,
            digests=tuple(
                (name, getattr(one.subject, f"{name}_digest")) for name in ("package", "model", "card", "audit", "policy")
            ),
            force=_force(one, now, is_last=last[one.identity] == position),
        )
        for position, one in enumerate(decisions)
    )


def _force(one: "Approval", now: datetime | None, *, is_last: bool) -> Force:
    """Whether a decision counts."""
    if not is_last:
        return Force.REPLACED
    return Force.EXPIRED if now is not None and one.expires <= now else Force.COUNTS


def _approved_by(decisions: "Sequence[Approval]") -> tuple[str, ...]:
    """Staff ids of those whose last decision on a package is to approve it, in the order in which they decided."""
    from tenure.promotion.approval import Verdict

    last = {decision.identity: decision.verdict for decision in decisions}
    return tuple(name for name, verdict in last.items() if verdict is Verdict.APPROVE)
