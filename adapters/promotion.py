"""Promotion: the one door through which a package comes to serve, and the one through which the scorer reads it.

Every decision is a signed record of the promotion log; nothing else says who serves. Rules are in `tenure/promotion/`, bytes in
`package_store.py`, keys and pins in `trust.py`. What the gates ask of a promotion beyond the signatures is `open_questions.py`.
"""

import secrets
from collections.abc import Callable
from datetime import datetime

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from adapters.card_check import check_candidate_card
from adapters.open_questions import check_compared, check_judged
from adapters.package_store import PackageStore
from adapters.settings import Settings
from adapters.signed_log import ATTEMPTS, SignedLog
from adapters.trust import SERVICES
from tenure.errors import HeadMovedError, NoChampionError, PromotionError, RefusedError
from tenure.evidence import Evidence
from tenure.project import Project
from tenure.promotion import serving, verify
from tenure.promotion.approval import (
    LONGEST_DECISION,
    Approval,
    SignedApproval,
    Subject,
    Verdict,
    read_approval,
    sign_approval,
)
from tenure.promotion.canonical import check_reason, moment, sha256
from tenure.promotion.history import NO_OPEN_QUESTION, PromotionRecord, current, promotion_records, rollback_digest
from tenure.promotion.history import history as history_of
from tenure.promotion.ledger import Ledger
from tenure.promotion.log import Kind
from tenure.promotion.package import Package
from tenure.promotion.policy import Policy, policy_of
from tenure.promotion.propose import propose, subject_now
from tenure.promotion.refusals import Refusal, refused
from tenure.promotion.rules import check_record
from tenure.promotion.serving import Action
from tenure.promotion.statement import sign_statement, training_of
from tenure.promotion.trust import Role
from tenure.promotion.verify import HistoryReport

Clock = Callable[[], datetime]

_KINDS = {Action.PROMOTE: Kind.PROMOTED, Action.ROLLBACK: Kind.ROLLED_BACK}
_DECISIONS = {Verdict.APPROVE: Kind.APPROVAL, Verdict.REJECT: Kind.REJECTION}


class Promotions:
    """The doors of one installation: what writes appends a signed record, `champion` reads what the records allow."""

    def __init__(self, settings: Settings, project: Project, clock: Clock) -> None:
        """Bind the doors to the places of an installation; `clock` returns the present moment with its zone."""
        self._project, self._clock = project, clock
        self._store, self._log = PackageStore(settings.home), SignedLog(settings, clock)

    def promote(self, candidate_digest: str, reason: str = "") -> PromotionRecord:
        """Let a candidate serve from now on.

        Parameters
        ----------
        candidate_digest: the digest of a kept candidate, or at least 8 letters that name only one.
        reason: why it may serve; required when the gates left a question open.

        Raises
        ------
        RefusedError: when a rule of governed promotion is broken, above all the quorum of reviewers.
        PromotionError: when there is no trust root, the gates refused it, no such candidate is kept, or the reason is missing or
            is not one line that can be read.
        HeadMovedError: when another package came to serve meanwhile.
        PackageError: when its bytes are not what its digest says.
        """
        check_reason(reason)
        package, model = self._candidate(candidate_digest)
        check_judged(package, reason)
        self.check_card(package, model)
        return self._let_serve(Action.PROMOTE, model, package, reason)

    def rollback(self, project: str, model: str, reason: str, to_digest: str | None = None) -> PromotionRecord:
        """Let a package serve again that has served before: by default the one that the present champion replaced.

        A reviewer must have approved it afresh, for this.

        Raises
        ------
        PromotionError: when no reason is given that can be read on one line, or there is nothing to go back to.
        RefusedError: when nobody approved it since it last came to serve, or another rule is broken.
        """
        self._check_own(project, f"Model {project}.{model}")
        check_reason(reason)
        if not reason.strip():
            raise PromotionError(f"A rollback of {project}.{model} needs a reason: tell it with --reason.")
        package = self._store.load(self.rollback_digest(project, model, to_digest))
        return self._let_serve(Action.ROLLBACK, model, package, reason)

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

    def subject(self, digest: str) -> Subject:
        """The digests that a decision on a package signs: under the policy in force or, once it served, the one of then."""
        ledger = self.ledger()
        package, model = self._package(ledger, digest)
        return subject_now(ledger, package, self._policy(ledger, model))

    def decide(self, digest: str, verdict: Verdict, reason: str, *, staff_id: str, key: Ed25519PrivateKey) -> SignedApproval:
        """Sign a decision over exactly this package's digests with a reviewer's own key, and append it to the log.

        Raises
        ------
        RefusedError: when the key is not that reviewer's, the reviewer trained the package, or another rule is broken.
        PromotionError: when the reason is not one line that can be read.
        """
        check_reason(reason)
        if verdict is Verdict.APPROVE:
            self.check_card(*self._package(self.ledger(), digest))
        issued = moment(self._clock())
        approval = Approval(
            subject=self.subject(digest),
            verdict=verdict,
            reason=reason.strip(),
            identity=staff_id,
            role=Role.REVIEWER,
            issued=issued,
            expires=issued + LONGEST_DECISION,
            nonce=secrets.token_hex(16),
        )
        envelope = sign_approval(approval, key)
        ledger = self._log.append(_DECISIONS[verdict], envelope)
        return read_approval(envelope, ledger.root_before(ledger.size), now=issued)

    def check_card(self, package: Package, model: str) -> None:
        """Refuse a candidate whose card is not, to the last byte, what its evidence gives in this project's words.

        What served was approved in the words of its day, and is not asked again.
        """
        if all(record.package_digest != package.digest for record in self.records()):
            check_candidate_card(package, self._store, self._project, self._project.model(model))

    def decisions(self, digest: str) -> tuple[Approval, ...]:
        """Approvals and rejections of a package, by its full digest, oldest first."""
        if not self.has_trust_root:
            return ()
        return serving.decisions_on(self.ledger(), digest)

    def counting_approvals(self, subject: Subject) -> tuple[Approval, ...]:
        """The approvals of exactly this subject on which a promotion could rest now."""
        found = serving.counting_approvals(self.ledger(), subject, now=moment(self._clock()))
        return tuple(approval for approval, _ in found)

    def quorum(self, project: str) -> int:
        """How many different reviewers must approve a package of the project."""
        ledger = self.ledger()
        return ledger.root_before(ledger.size).quorum(project)

    def policy(self, model: str) -> Policy:
        """The policy in force for a model of this project."""
        return self._policy(self.ledger(), model)

    def state(self, package: Package, evidence: Evidence, *, run_id: str, trainer: str | None = None) -> str | None:
        """Sign what a package was made from with the training service's key, append it, and return the envelope's digest.

        Parameters
        ----------
        trainer: staff id of who started the run; by default the service itself, as for a scheduled run.

        Returns
        -------
        None where there is no trust root: then nobody could check the signature, and nothing is signed.
        """
        if not self.has_trust_root:
            return None
        key = self._log.key(Role.TRAINER)
        training = training_of(
            package,
            evidence,
            policy_digest=self.policy(evidence.model.name).digest,
            trainer=trainer or SERVICES[Role.TRAINER],
            run_id=run_id,
            finished=self._clock(),
        )
        envelope = sign_statement(package.digest, training, key)
        self._log.append(Kind.STATEMENT, envelope)
        return sha256(envelope)

    def revoke(self, digest: str, reason: str, *, staff_id: str, key: Ed25519PrivateKey) -> serving.Revocation:
        """Forbid a package to serve from now on; the scorer refuses it at its next load.

        Raises
        ------
        PromotionError: when the reason is not one line that can be read.
        """
        check_reason(reason)
        package, _ = self._package(self.ledger(), digest)
        revocation = serving.Revocation(
            package_digest=package.digest, reason=reason.strip(), identity=staff_id, issued=moment(self._clock())
        )
        self._log.append(Kind.REVOKED, serving.sign_revocation(revocation, key))
        return revocation

    def ledger(self) -> Ledger:
        """The log, verified under the pinned trust root and held against the newest copy that the witness kept.

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
        if not self.has_trust_root:
            return False
        ledger = self._log.unwitnessed()
        return ledger.root_before(ledger.size).is_demo

    def _let_serve(self, action: Action, model: str, package: Package, reason: str) -> PromotionRecord:
        """Append the record if the rules allow it, copying the bytes first; one of many at one time wins."""
        key, project = self._log.key(Role.PROMOTER), self._project.name
        looked_at = current(self.records(), project, model)
        for _ in range(ATTEMPTS):
            now, ledger = self._clock(), self.ledger()
            standing = current(promotion_records(ledger), project, model)
            renews = action is Action.PROMOTE and bool(serving.fresh_approvals(ledger, package.digest))
            _check_unmoved(looked_at, standing, package, renews=renews)
            if standing and action is Action.PROMOTE and _is_to_beat(ledger, standing, package):
                check_compared(package, standing, reason)
            draft = propose(
                ledger,
                package,
                self._policy(ledger, model),
                action=action,
                reason=reason.strip() or NO_OPEN_QUESTION,
                identity=SERVICES[Role.PROMOTER],
                now=now,
            )
            envelope = serving.sign_promotion(draft, key)
            check_record(ledger, _KINDS[action], envelope, at=moment(now))
            self._store.admit(package)
            try:
                after = self._log.append_after(ledger.head, _KINDS[action], envelope, now)
            except HeadMovedError:
                continue
            return history_of(promotion_records(after), project, model)[-1]
        raise HeadMovedError(f"The promotion log grew {ATTEMPTS} times while this promotion was decided. Try again.")

    def _candidate(self, digest: str) -> tuple[Package, str]:
        """A candidate of this project and its model, by digest or prefix."""
        found = self._store.find(digest)
        self._check_own(found.project, f"Candidate {found.digest[:12]}")
        return self._store.candidate(found.digest), found.model

    def _policy(self, ledger: Ledger, model: str) -> Policy:
        """The policy in force, with the quorum of the trust root in force."""
        reviewers = ledger.root_before(ledger.size).quorum(self._project.name)
        return policy_of(self._project, self._project.model(model), reviewers=reviewers)

    def _package(self, ledger: Ledger, digest: str) -> tuple[Package, str]:
        """A package of this project and its model, by digest or prefix: a candidate, or one that served and is kept alone."""
        served = {r.package_digest: r.model for r in promotion_records(ledger) if r.project == self._project.name}
        matches = [known for known in served if len(digest) >= 8 and known.startswith(digest.lower())]
        if len(matches) == 1:
            return self._store.load(matches[0]), served[matches[0]]
        return self._candidate(digest)

    def _check_own(self, project: str, what: str) -> None:
        """Refuse what belongs to another project, whose policy is not known here."""
        if project != self._project.name:
            raise PromotionError(f"{what} belongs to project {project!r}, not {self._project.name!r}. Name it with --project.")


def _is_to_beat(ledger: Ledger, standing: PromotionRecord, package: Package) -> bool:
    """Whether a candidate should have been compared with what stands: another package, which was not revoked."""
    revocation = serving.revocation_of(ledger, standing.package_digest, before=ledger.size)
    return standing.package_digest != package.digest and revocation is None


def _check_unmoved(
    looked_at: PromotionRecord | None, standing: PromotionRecord | None, package: Package, *, renews: bool
) -> None:
    """Refuse when another package came to serve meanwhile, or this one serves already and nobody approved it afresh."""
    if standing and standing.package_digest == package.digest and not renews:
        raise refused(
            Refusal.ALREADY_SERVES,
            f"Package {package.digest[:12]} already serves as {standing.project}.{standing.model}, version {standing.version}, "
            f"since {standing.decided_at:%Y-%m-%d %H:%M} UTC. Nothing to do; to let it serve past its review, have it approved "
            "afresh, then promote it again.",
        )
    if standing != looked_at:
        raise HeadMovedError(
            f"Another package came to serve as {standing.project if standing else ''}.{standing.model if standing else ''} "
            "while this promotion was decided. Look again at what stands, then try again."
        )


def _no_champion(project: str, model: str) -> NoChampionError:
    """Nothing serves yet."""
    return NoChampionError(
        f"Model {project}.{model} has no champion. Train it, read its card, have it approved, then promote it: "
        "tenure promote DIGEST."
    )
