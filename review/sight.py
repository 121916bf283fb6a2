"""One look at the promotion log: opened and verified once for a page, and read from there.

Everything here is a reading; whoever writes goes through `promotions`, which looks again for itself.
"""

from dataclasses import dataclass
from functools import cached_property

from governance.records.approval import Approval, Subject
from governance.records.ledger import Ledger
from governance.records.serving import Revocation, decisions_on, revocation_of, trainers_of
from governance.records.trust_root import TrustRoot
from governance.rules.history import promotion_records
from governance.rules.policy import Policy, policy_of
from governance.rules.propose import action_now, subject_now
from governance.rules.standing import standing_of
from model_cards.standing import Standing
from review.room import Room
from tenure.gates import Outcome
from tenure.package import Package
from tenure.promotions import PromotionRecord, current, history


@dataclass(frozen=True)
class Sight:
    """The log as one page sees it; `ledger` is None before there is a trust root."""

    room: Room
    ledger: Ledger | None

    @cached_property
    def records(self) -> tuple[PromotionRecord, ...]:
        """Every promotion, oldest first."""
        return promotion_records(self.ledger) if self.ledger else ()

    @property
    def root(self) -> TrustRoot | None:
        """The trust root in force."""
        return self.ledger.root_before(self.ledger.size) if self.ledger else None

    @property
    def is_demo(self) -> bool:
        """Whether the trust root was made for the demonstration."""
        return self.root is not None and self.root.is_demo

    @property
    def quorum(self) -> int:
        """How many reviewers must approve."""
        return self.root.quorum(self.room.project) if self.root else 1

    def history(self, model: str) -> tuple[PromotionRecord, ...]:
        """Promotions of one model, oldest first."""
        return history(self.records, self.room.project, model)

    def champion(self, model: str) -> PromotionRecord | None:
        """The promotion of a model that stands, also when its package was revoked since."""
        return current(self.records, self.room.project, model)

    def champion_to_beat(self, model: str) -> PromotionRecord | None:
        """The promotion that a candidate should have been compared with: none where the package that served was revoked."""
        standing = self.champion(model)
        return standing if standing and self.revocation(standing.package_digest) is None else None

    def revocation(self, digest: str) -> Revocation | None:
        """Who revoked a package and why; None if nobody did."""
        return revocation_of(self.ledger, digest, before=self.ledger.size) if self.ledger else None

    def decisions(self, digest: str) -> tuple[Approval, ...]:
        """Approvals and rejections of a package, oldest first."""
        return decisions_on(self.ledger, digest) if self.ledger else ()

    def trainers(self, digest: str) -> frozenset[str]:
        """Whose approval of a package never counts."""
        return trainers_of(self.ledger, digest, before=self.ledger.size) if self.ledger else frozenset()

    def policy(self, model: str) -> Policy | None:
        """The policy in force for a model; None before there is a trust root."""
        project = self.room.workplace.project
        return policy_of(project, project.model(model), reviewers=self.quorum) if self.root else None

    def subject(self, package: Package, model: str) -> Subject | None:
        """What a decision on a package covers; None before there is a trust root."""
        policy = self.policy(model)
        if self.ledger is None or policy is None:
            return None
        return subject_now(self.ledger, package, policy, action_now(self.ledger, policy, package))

    def standing(self, model: str, digest: str, outcome: Outcome) -> Standing:
        """Where a package stands, with everything that the log says of it."""
        return standing_of(digest, outcome, self.history(model), self.ledger, project=self.room.project, now=self.room.now())


def look(room: Room) -> Sight:
    """Open the log and verify it.

    Raises
    ------
    RefusedError: when the log is not as it was signed, or not as the witness saw it.
    """
    doors = room.workplace.promotions
    return Sight(room, doors.ledger() if doors.has_trust_root else None)
