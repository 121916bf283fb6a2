"""Where things stand: one look at the promotion log and the packages of a workplace, from which every page and command reads.

The log is opened and verified once a look. Everything here is a reading; whoever writes goes through `promotions`, which looks
again for itself.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from governance.records.approval import Approval, Subject
from governance.records.ledger import Ledger
from governance.records.log import Kind
from governance.records.serving import Revocation, revocation_of, trainers_of
from governance.records.statement import peek_package, peek_training
from governance.records.trust_root import Role, TrustRoot
from governance.rules.deciding import decisions_that_stand
from governance.rules.ending import ending_keys
from governance.rules.exceptions import ExceptionStands, exceptions
from governance.rules.history import promotion_records
from governance.rules.levels import level_of
from governance.rules.policy import Policy, policy_of
from governance.rules.propose import action_now, subject_now
from governance.rules.standing import standing_of
from home.workplace import Workplace
from model_cards.standing import Standing
from tenure.gates import Outcome
from tenure.levels import Level
from tenure.package import Package
from tenure.promotions import PromotionRecord, current, history

_RUN_ID = re.compile("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


@dataclass(frozen=True)
class Sight:
    """The log as one look sees it; `ledger` is None before there is a trust root."""

    workplace: Workplace
    ledger: Ledger | None

    @property
    def project(self) -> str:
        """The project's name."""
        return self.workplace.project.name

    @cached_property
    def records(self) -> tuple[PromotionRecord, ...]:
        """Every promotion, oldest first."""
        return promotion_records(self.ledger) if self.ledger else ()

    @property
    def root(self) -> TrustRoot | None:
        """The trust root in force."""
        return self.ledger.root if self.ledger else None

    @cached_property
    def keys_ending(self) -> tuple[str, ...]:
        """Which keys end soon or have ended, in words."""
        return tuple(one.in_words for one in ending_keys(self.root, self.workplace.clock())) if self.root else ()

    def exceptions(self, model: str) -> tuple[ExceptionStands, ...]:
        """Exceptions to gates of a model, oldest first."""
        return exceptions(self.ledger, self.project, model, now=self.workplace.clock()) if self.ledger else ()

    @property
    def is_demo(self) -> bool:
        """Whether the trust root was made for the demonstration."""
        return self.root is not None and self.root.is_demo

    @property
    def is_governed(self) -> bool:
        """Whether the trust root says who approves in this company: one of a home with others may not be named yet."""
        return self.root is not None and any(one.project == self.project for one in self.root.quorums)

    @property
    def level(self) -> Level | None:
        """The level of governance in force; None before a trust root says so."""
        return level_of(self.root, self.project) if self.root and self.is_governed else None

    @property
    def quorum(self) -> int:
        """How many reviewers must approve."""
        return self.root.quorum(self.project) if self.root and self.is_governed else 1

    def history(self, model: str) -> tuple[PromotionRecord, ...]:
        """Promotions of one model, oldest first."""
        return history(self.records, self.project, model)

    def champion(self, model: str) -> PromotionRecord | None:
        """The promotion of a model that stands, also when its package was revoked since."""
        return current(self.records, self.project, model)

    def champion_to_beat(self, model: str) -> PromotionRecord | None:
        """The promotion that a candidate should have been compared with: none where the package that served was revoked."""
        standing = self.champion(model)
        return standing if standing and self.revocation(standing.package_digest) is None else None

    def revocation(self, digest: str) -> Revocation | None:
        """Who revoked a package and why; None if nobody did."""
        return revocation_of(self.ledger, digest, before=self.ledger.size) if self.ledger else None

    @cached_property
    def _decided(self) -> dict[str, tuple[Approval, ...]]:
        """Decisions by package, of those that were asked for."""
        return {}

    def decisions(self, digest: str) -> tuple[Approval, ...]:
        """Rejections of a package, and approvals that may stand where they do, oldest first."""
        if digest not in self._decided:
            self._decided[digest] = tuple(decisions_that_stand(self.ledger, digest, self.ledger.size)) if self.ledger else ()
        return self._decided[digest]

    @cached_property
    def stated(self) -> frozenset[str | None]:
        """Packages of which somebody signed what they were made from; no other can be approved."""
        found = self.ledger.of_kind(Kind.STATEMENT, before=self.ledger.size) if self.ledger else ()
        return frozenset(peek_package(record.signed) for record in found)

    def trainers(self, digest: str) -> frozenset[str]:
        """Whose approval of a package never counts."""
        return trainers_of(self.ledger, digest, before=self.ledger.size) if self.ledger else frozenset()

    def barred(self, digest: str) -> frozenset[str]:
        """Who may not approve a package, because they trained it and the trust root does not say that they may all the same."""
        own = self.root.own_reviewers_at(self.workplace.clock()) if self.root else frozenset()
        return self.trainers(digest) - own

    def entitled(self, roles: Sequence[Role]) -> frozenset[str]:
        """Whom the trust root lets sign as one of these now."""
        now, staff = self.workplace.clock(), self.root.staff if self.root else ()
        return frozenset(one.staff_id for one in staff if set(roles) & set(one.roles) and one.is_valid(now))

    def training_run(self, digest: str) -> str:
        """The run that trained a package, by its newest statement; empty where it names none, as when signed afterwards."""
        found = self.ledger.of_kind(Kind.STATEMENT, before=self.ledger.size) if self.ledger else ()
        own = [peek_training(record.signed) for record in found if peek_package(record.signed) == digest]
        return next((one.run_id for one in reversed(own) if one is not None and _RUN_ID.fullmatch(one.run_id)), "")

    def policy(self, model: str) -> Policy | None:
        """The policy in force for a model; None before there is a trust root."""
        project = self.workplace.project
        return policy_of(project, project.model(model), self.root) if self.root else None

    def subject(self, package: Package, model: str) -> Subject | None:
        """What a decision on a package covers; None before there is a trust root."""
        policy = self.policy(model)
        if self.ledger is None or policy is None:
            return None
        return subject_now(self.ledger, package, policy, action_now(self.ledger, policy, package))

    def standing(self, model: str, digest: str, outcome: Outcome) -> Standing:
        """Where a package stands, with everything that the log says of it."""
        return standing_of(
            digest,
            outcome,
            self.history(model),
            self.ledger,
            decisions=self.decisions(digest),
            project=self.project,
            now=self.workplace.clock(),
        )


def look(workplace: Workplace) -> Sight:
    """Open the log and verify it.

    Raises
    ------
    RefusedError: when the log is not as it was signed, or not as the witness saw it.
    """
    doors = workplace.promotions
    return Sight(workplace, doors.ledger() if doors.has_trust_root else None)
