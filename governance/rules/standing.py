"""Where a package stands, as the promotion log says; the log is verified by whoever opened it."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from governance.records.approval import Approval, Verdict
from governance.records.ledger import Ledger
from governance.records.serving import newest_promotion, revocation_of
from governance.records.trust_root import DEMO_PREFIX
from governance.rules.levels import level_of
from model_cards.standing import Decided, Force, Revoked, Standing, Status
from tenure.gates import Outcome
from tenure.promotions import PromotionRecord


def standing_of(
    digest: str,
    outcome: Outcome,
    records: Sequence[PromotionRecord],
    ledger: Ledger | None,
    *,
    decisions: Sequence[Approval],
    project: str,
    now: datetime,
) -> Standing:
    """Where a package stands.

    Parameters
    ----------
    outcome: what the gates said of it. records: the promotions of its model, oldest first.
    ledger: the verified log that they are from; None before there is a trust root.
    decisions: those on the package that stand in it (`deciding.py`).
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
    governed = _governed(found, digest, records, ledger, decisions, now)
    # What serves or served was approved under the trust root of its day.
    root = ledger.root_before(own[-1].place) if own else ledger.root
    return replace(governed, n_needed=root.quorum(project), level=level_of(root, project))


def _governed(
    found: Standing,
    digest: str,
    records: Sequence[PromotionRecord],
    ledger: Ledger,
    decisions: Sequence[Approval],
    now: datetime,
) -> Standing:
    """A standing with the decisions on the package, its revocation and, if it serves, its review date."""
    is_open = found.status is Status.CANDIDATE
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


def _decided(decisions: Sequence[Approval], now: datetime | None) -> tuple[Decided, ...]:
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
                (name, getattr(one.subject, f"{field}_digest"))
                for name, field in (
                    ("package", "package"),
                    ("model", "model"),
                    ("card", "card"),
                    ("evidence", "audit"),
                    ("policy", "policy"),
                )
            ),
            force=_force(one, now, is_last=last[one.identity] == position),
        )
        for position, one in enumerate(decisions)
    )


def _force(one: Approval, now: datetime | None, *, is_last: bool) -> Force:
    """Whether a decision counts."""
    if not is_last:
        return Force.REPLACED
    return Force.EXPIRED if now is not None and one.expires <= now else Force.COUNTS


def _approved_by(decisions: Sequence[Approval]) -> tuple[str, ...]:
    """Staff ids of those whose last decision on a package is to approve it, in the order in which they decided."""
    last = {decision.identity: decision.verdict for decision in decisions}
    return tuple(name for name, verdict in last.items() if verdict is Verdict.APPROVE)
