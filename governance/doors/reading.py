"""What the promotion log says of one installation: who serves, by which decisions, under which policy. Nothing here writes.

`champion` is the door through which the scorer reads; what lets a package serve is `promotion.py`.
"""

from collections.abc import Callable
from datetime import datetime

from adapters.settings import Settings
from governance.records import serving
from governance.records.approval import Approval, Subject
from governance.records.ledger import Ledger
from governance.rules import verify
from governance.rules.admission import approvals_needed
from governance.rules.counting import counting_approvals
from governance.rules.deciding import decisions_that_stand
from governance.rules.history import promotion_records
from governance.rules.policy import Policy, policy_of
from governance.rules.propose import action_now, subject_now
from governance.rules.verify import HistoryReport
from governance.stores.package_store import SHORTEST_PREFIX, PackageStore
from governance.stores.signed_log import SignedLog
from tenure.canonical import check_reason, moment
from tenure.errors import NoChampionError, PromotionError, RefusedError
from tenure.package import Package
from tenure.project import Project
from tenure.promotions import Action, PromotionRecord, current, rollback_digest
from tenure.promotions import history as history_of
from tenure.refusals import Refusal

Clock = Callable[[], datetime]


class PromotionReading:
    """The log and the packages of one installation, as they are read."""

    def __init__(
        self, settings: Settings, project: Project, clock: Clock, refuse_words: Callable[[str], None] = lambda _: None
    ) -> None:
        """Bind the doors to the places of an installation.

        Parameters
        ----------
        clock: returns the present moment with its zone.
        refuse_words: raises for a reason that may not be kept, such as one that names a customer.
        """
        self._project, self._clock, self._refuse_words = project, clock, refuse_words
        self._store, self._log = PackageStore(settings.home), SignedLog(settings, clock)

    def _check_reason(self, reason: str) -> None:
        """Refuse a reason that cannot be read, or may not be kept: every one that is signed goes through here."""
        check_reason(reason)
        self._refuse_words(reason)

    def rollback_digest(self, project: str, model: str, wanted: str | None = None) -> str:
        """The full digest of the package that a rollback would go to, for its reviewer to approve."""
        return rollback_digest(self.records(), project, model, wanted)

    def champion(self, project: str, model: str) -> Package:
        """The package that serves, proved before a byte of it is parsed.

        The log's tree and signatures under the pinned trust root, the witness's copy, the quorum, revocations and the review
        date are checked first, then every byte against the digest that was approved.

        Raises
        ------
        NoChampionError: before the first promotion.
        RefusedError: naming the rule that is broken. PackageError: naming the file that is not what was approved.
        """
        if not self.has_trust_root:
            raise _no_champion(project, model)
        ledger = self.ledger()
        try:
            found = verify.champion(ledger, project, model, now=moment(self._clock()))
        except RefusedError as error:
            if error.refusal == Refusal.NEVER_PROMOTED.value:
                raise _no_champion(project, model) from None
            raise
        files, manifest = self._store.read(found.package_digest)
        return verify.authorise(found, files, manifest)

    def champion_to_beat(self, project: str, model: str) -> tuple[PromotionRecord, Package] | None:
        """The promotion that stands and its package, proved as `champion` proves it, for a challenger to be held against.

        An overdue review does not matter here: a successor is trained all the same. None before the first promotion, and when
        the package that served was revoked, for nothing serves then.

        Raises
        ------
        RefusedError: naming the rule that is broken. PackageError: naming the file that is not what was approved.
        """
        ledger = self.ledger() if self.has_trust_root else None
        found = verify.last_promoted(ledger, project, model) if ledger else None
        if ledger is None or found is None or serving.revocation_of(ledger, found.package_digest, before=ledger.size):
            return None
        files, manifest = self._store.read(found.package_digest)
        record = history_of(promotion_records(ledger), project, model)[-1]
        return record, verify.authorise(found, files, manifest)

    def champion_record(self, project: str, model: str) -> PromotionRecord:
        """The promotion that stands; raises NoChampionError before the first. Only `champion` proves its quorum."""
        record = current(self.records(), project, model)
        if record is None:
            raise _no_champion(project, model)
        return record

    def records(self) -> tuple[PromotionRecord, ...]:
        """Every promotion of every model, oldest first, from the verified log; none where there is no trust root yet."""
        return promotion_records(self.ledger()) if self.has_trust_root else ()

    def subject(self, digest: str, action: Action | None = None) -> Subject:
        """What a decision on a package signs: under the policy in force or, for a rollback, the one of when it served."""
        return self._asked(self.ledger(), digest, action)[1]

    def action(self, digest: str) -> Action:
        """What it would be to let a package serve as things stand."""
        return self._asked(self.ledger(), digest, None)[0]

    def is_draft(self, digest: str) -> bool:
        """Whether nobody signed for the training of a package, by its full digest, so that nobody can approve it."""
        if not self.has_trust_root:
            return True
        ledger = self.ledger()
        stated = serving.statements(ledger, digest, before=ledger.size)
        served = any(record.package_digest == digest for record in promotion_records(ledger))
        return not served and not any(one.training.request is not None for one in stated)

    def decisions(self, digest: str) -> tuple[Approval, ...]:
        """Rejections of a package, by its full digest, and approvals that may stand where they do, oldest first."""
        if not self.has_trust_root:
            return ()
        ledger = self.ledger()
        return tuple(decisions_that_stand(ledger, digest, ledger.size))

    def counting_approvals(self, subject: Subject, action: Action) -> tuple[Approval, ...]:
        """The approvals on which this action with exactly this subject could rest now."""
        found = counting_approvals(self.ledger(), subject, action=action, now=moment(self._clock()))
        return tuple(approval for approval, _ in found)

    def needed(self, action: Action) -> int:
        """How many different reviewers must approve an action with a package of this project."""
        return approvals_needed(action, self.ledger().root, self._project.name)

    def policy(self, model: str) -> Policy:
        """The policy in force for a model of this project."""
        return self._policy(self.ledger(), model)

    def ledger(self) -> Ledger:
        """The log, verified under the pinned trust root and held against the longest copy that the witness kept.

        Raises
        ------
        RefusedError: when the log is not as it was signed, or not as the witness saw it.
        PromotionError: when no trust root was made yet.
        """
        return self._log.ledger()

    def history(self) -> HistoryReport:
        """Prove every record of the log against the rules of its day, and against every copy of the witness."""
        return self._log.history()

    @property
    def witness_caveat(self) -> str:
        """What the witness of this installation cannot rule out, in a sentence; empty where it has a place of its own."""
        return self._log.witness_caveat

    @property
    def origin(self) -> str:
        """The name of this installation's log, as every checkpoint repeats it."""
        return self._log.origin

    @property
    def pin_caveat(self) -> str:
        """What the pin of this installation cannot rule out, in a sentence; empty where it is given by the environment."""
        return self._log.pin_caveat

    @property
    def has_trust_root(self) -> bool:
        """Whether a trust root is pinned, or should be because there is a log, or the witness saw one."""
        return self._log.has_trust_root

    @property
    def is_demo(self) -> bool:
        """Whether the trust root was made for the demonstration."""
        return self.has_trust_root and self._log.unwitnessed().root.is_demo

    def _candidate(self, digest: str) -> tuple[Package, str]:
        """A candidate of this project and its model, by digest or prefix."""
        found = self._store.find(digest)
        self._check_own(found.project, f"Candidate {found.digest[:12]}")
        return self._store.candidate(found.digest), found.model

    def _asked(self, ledger: Ledger, digest: str, action: Action | None) -> tuple[Action, Subject]:
        """The action that is asked for, by default the one that is possible, and what a decision on it covers."""
        package, model = self._package(ledger, digest)
        policy = self._policy(ledger, model)
        chosen = action or action_now(ledger, policy, package)
        return chosen, subject_now(ledger, package, policy, chosen)

    def _policy(self, ledger: Ledger, model: str) -> Policy:
        """The policy in force, with the quorum of the trust root in force."""
        return policy_of(self._project, self._project.model(model), ledger.root)

    def _package(self, ledger: Ledger, digest: str) -> tuple[Package, str]:
        """A package of this project and its model, by digest or prefix: a candidate, or one that served and is kept alone."""
        try:
            return self._candidate(digest)
        except PromotionError:
            served = {r.package_digest: r.model for r in promotion_records(ledger) if r.project == self._project.name}
            matches = [known for known in served if len(digest) >= SHORTEST_PREFIX and known.startswith(digest.lower())]
            if len(matches) != 1:
                raise
            return self._store.load(matches[0]), served[matches[0]]

    def _check_own(self, project: str, what: str) -> None:
        """Refuse what belongs to another project, whose policy is not known here."""
        if project != self._project.name:
            raise PromotionError(f"{what} belongs to project {project!r}, not {self._project.name!r}. Name it with --project.")


def _no_champion(project: str, model: str) -> NoChampionError:
    """Nothing serves yet."""
    return NoChampionError(
        f"Model {project}.{model} has no champion. Train it, read its card, have it approved, then promote it: "
        "tenure promote DIGEST."
    )
