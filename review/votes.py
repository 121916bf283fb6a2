"""How far people are with a package, counted as the promoter counts."""

from dataclasses import dataclass

from governance.records.approval import Subject
from governance.rules.admission import approvals_needed
from governance.rules.counting import counting_approvals
from governance.rules.quorum import rejected_by
from home.sight import Sight
from model_cards.standing import Standing, Status
from tenure.promotions import Action

_MAY = {
    Action.PROMOTE: "may be promoted",
    Action.RENEW: "may serve until another review, once it is promoted again",
    Action.ROLLBACK: "may serve again, by a rollback",
}
_ACTIONS = {Status.CHAMPION: Action.RENEW, Status.RETIRED: Action.ROLLBACK}


@dataclass(frozen=True, kw_only=True)
class Votes:
    """Who approves and who rejects what can be done with a package as things stand; approvals that do not count are left out."""

    action: Action
    needed: int
    approved: tuple[str, ...]
    rejected: tuple[str, ...]

    @property
    def missing(self) -> int:
        """How many approvals are still needed."""
        return max(0, self.needed - len(self.approved))

    @property
    def is_ready(self) -> bool:
        """Whether it may serve, as far as people are concerned."""
        return not self.rejected and not self.missing

    @property
    def in_words(self) -> str:
        """How far it is."""
        if self.rejected:
            return f"rejected by {', '.join(self.rejected)}"
        if self.is_ready:
            may = _MAY[self.action]
            return f"approved by {', '.join(self.approved)}; {may}"
        by = f" ({', '.join(self.approved)})" if self.approved else ""
        return f"{len(self.approved)} of {self.needed} approvals{by}"


def count_votes(sight: Sight, standing: Standing, subject: Subject | None) -> Votes:
    """Count the votes on a package: for its renewal where it serves, for a rollback where it has, else for a promotion."""
    action = _ACTIONS.get(standing.status, Action.PROMOTE)
    if sight.ledger is None or sight.root is None or subject is None:
        return Votes(action=action, needed=1, approved=(), rejected=())
    counting = counting_approvals(sight.ledger, subject, action=action, now=sight.workplace.clock())
    return Votes(
        action=action,
        needed=approvals_needed(action, sight.root, sight.project),
        approved=tuple(sorted(approval.identity for approval, _ in counting)),
        rejected=rejected_by(sight.decisions(subject.package_digest), subject.package_digest),
    )
