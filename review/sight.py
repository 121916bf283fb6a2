"""One look at the promotion log: opened and verified once for a page, and read from there.

Everything here is a reading; whoever writes goes through `promotions`, which looks again for itself.
"""

from dataclasses import dataclass
from functools import cached_property

from model_cards.standing import Standing, standing_of
from review.room import Room
from tenure.gates import Outcome
from tenure.promotion.approval import Approval, Subject
from tenure.promotion.ledger import Ledger
from tenure.promotion.package import Package
from tenure.promotion.policy import policy_of
from tenure.promotion.propose import subject_now
from tenure.promotion.recorded import promotion_records
from tenure.promotion.records import PromotionRecord, current, history
from tenure.promotion.serving import decisions_on, trainers_of
from tenure.promotion.trust import TrustRoot


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
        """The promotion of a model that stands."""
        return current(self.records, self.room.project, model)

    def decisions(self, digest: str) -> tuple[Approval, ...]:
        """Approvals and rejections of a package, oldest first."""
        return decisions_on(self.ledger, digest) if self.ledger else ()

    def trainers(self, digest: str) -> frozenset[str]:
        """Whose approval of a package never counts."""
        return trainers_of(self.ledger, digest, before=self.ledger.size) if self.ledger else frozenset()

    def subject(self, package: Package, model: str) -> Subject | None:
        """What a decision on a package covers; None before there is a trust root."""
        if self.ledger is None:
            return None
        project = self.room.workplace.project
        return subject_now(self.ledger, package, policy_of(project, project.model(model), reviewers=self.quorum))

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
