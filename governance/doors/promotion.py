"""Promotion: the one door through which a package comes to serve.

Every decision is a signed record of the promotion log; nothing else says who serves. Rules are in `governance/rules/`, bytes,
keys and pins in `governance/stores/`; the scorer's door is `reading.py`. What the gates ask of a promotion beyond the signatures
is `open_questions.py`.
"""

import secrets

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from governance.doors.asking import Asking
from governance.doors.auditing import Auditing
from governance.doors.candidates import CandidateChecks
from governance.doors.data_use import DataUsing
from governance.doors.erasures import Erasing
from governance.doors.excepting import Excepting
from governance.doors.open_questions import check_compared, check_judged, check_reasoned
from governance.doors.people_deciding import PeopleDeciding
from governance.doors.retaining import Retaining
from governance.records import serving
from governance.records.approval import (
    LONGEST_DECISION,
    Approval,
    SignedApproval,
    Verdict,
    read_approval,
    sign_approval,
)
from governance.records.ledger import Ledger, with_entry
from governance.records.log import SALT_BYTES, Kind, new_entry
from governance.records.request import Asked
from governance.records.trust_root import Role
from governance.rules.admission import KIND_OF, check_record
from governance.rules.counting import open_approvals
from governance.rules.history import promotion_records
from governance.rules.propose import propose
from governance.stores.signed_log import ATTEMPTS
from governance.stores.trust import SERVICES
from tenure.canonical import moment, sha256
from tenure.errors import HeadMovedError, PromotionError
from tenure.package import Package
from tenure.promotions import Action, PromotionRecord, current, rollback_digest
from tenure.promotions import history as history_of
from tenure.refusals import Refusal, refused

_DECISIONS = {Verdict.APPROVE: Kind.APPROVAL, Verdict.REJECT: Kind.REJECTION}


class Promotions(Asking, Auditing, CandidateChecks, DataUsing, Excepting, Erasing, PeopleDeciding, Retaining):
    """The doors of one installation: what writes appends a signed record, `champion` reads what the records allow."""

    def promote(self, candidate_digest: str, reason: str = "", *, staff_id: str, key: Ed25519PrivateKey) -> PromotionRecord:
        """Let a candidate serve from now on, or what serves already until another review.

        Parameters
        ----------
        candidate_digest: the digest of a kept candidate, or at least 8 letters that name only one.
        reason: why it may serve; required when the gates left a question open.
        staff_id: who asks for it, and signs so with their own key; the promoter signs the promotion.

        Raises
        ------
        RefusedError: when a rule of governed promotion is broken, above all the quorum of reviewers.
        PromotionError: when there is no trust root, the gates refused it, no such candidate is kept, or the reason is missing or
            is not one line that can be read.
        HeadMovedError: when another package came to serve meanwhile.
        PackageError: when its bytes are not what its digest says.
        """
        self._check_reason(reason)
        ledger = self.ledger()
        package, model = self._package(ledger, candidate_digest)
        check_judged(package, reason)
        self.check_card(ledger, package, model)
        self.check_measured(ledger, package, model, with_draws=True)
        standing = current(promotion_records(ledger), self._project.name, model)
        serves = standing is not None and standing.package_digest == package.digest
        action = Action.RENEW if serves else Action.PROMOTE
        return self._let_serve(action, ledger, model, package, reason, staff_id=staff_id, key=key)

    def rollback(
        self,
        project: str,
        model: str,
        reason: str,
        to_digest: str | None = None,
        *,
        staff_id: str,
        key: Ed25519PrivateKey,
    ) -> PromotionRecord:
        """Let a package serve again that has served before: by default the one that the present champion replaced.

        A reviewer must have approved it afresh, for this; `staff_id` asks for it, with their own key.

        Raises
        ------
        PromotionError: when no reason is given that can be read on one line, or there is nothing to go back to.
        RefusedError: when nobody approved it since it last came to serve, or another rule is broken.
        """
        self._check_own(project, f"Model {project}.{model}")
        self._check_reason(reason)
        if not reason.strip():
            raise PromotionError(f"A rollback of {project}.{model} needs a reason: tell it with --reason.")
        ledger = self.ledger()
        package = self._store.load(rollback_digest(promotion_records(ledger), project, model, to_digest))
        return self._let_serve(Action.ROLLBACK, ledger, model, package, reason, staff_id=staff_id, key=key)

    def decide(
        self,
        digest: str,
        verdict: Verdict,
        reason: str,
        *,
        staff_id: str,
        key: Ed25519PrivateKey,
        action: Action | None = None,
    ) -> SignedApproval:
        """Sign a decision over exactly this package's digests with a reviewer's own key, and append it to the log.

        Parameters
        ----------
        action: what it allows; by default what is possible with the package as things stand.

        Raises
        ------
        RefusedError: when the key is not that reviewer's, the reviewer trained the package or has decided so already, or
            another rule is broken.
        PromotionError: when the reason is not one line that can be read, or says too little for a card with open points.
        """
        self._check_reason(reason)
        ledger = self.ledger()
        asked, subject = self._asked(ledger, digest, action)
        if verdict is Verdict.APPROVE:
            package, model = self._package(ledger, digest)
            check_reasoned(package, reason)
            if asked is not Action.ROLLBACK:
                self.check_excepted(ledger, package, model)
            self.check_card(ledger, package, model)
            self.check_measured(ledger, package, model, with_draws=False)
        issued = moment(self._clock())
        approval = Approval(
            subject=subject,
            action=asked,
            verdict=verdict,
            reason=reason.strip(),
            identity=staff_id,
            role=Role.REVIEWER,
            issued=issued,
            expires=issued + LONGEST_DECISION,
            nonce=secrets.token_hex(16),
        )
        envelope = sign_approval(approval, key)
        after = self._log.append(_DECISIONS[verdict], envelope, after=ledger)
        return read_approval(envelope, after.root, now=issued)

    def revoke(self, digest: str, reason: str, *, staff_id: str, key: Ed25519PrivateKey) -> serving.Revocation:
        """Forbid a package to serve from now on; the scorer refuses it at its next load.

        Raises
        ------
        PromotionError: when the reason is not one line that can be read.
        """
        self._check_reason(reason)
        package, _ = self._package(self.ledger(), digest)
        revocation = serving.Revocation(
            installation=self.origin,
            package_digest=package.digest,
            reason=reason.strip(),
            identity=staff_id,
            issued=moment(self._clock()),
        )
        self._log.append(Kind.REVOKED, serving.sign_revocation(revocation, key))
        return revocation

    def _let_serve(
        self, action: Action, ledger: Ledger, model: str, package: Package, reason: str, *, staff_id: str, key: Ed25519PrivateKey
    ) -> PromotionRecord:
        """Append request and promotion if the rules allow both, copying the bytes first; one of many at one time wins."""
        promoter, project = self._log.key(Role.PROMOTER), self._project.name
        asked = self.signed_request(
            Asked(action.value), [model], staff_id=staff_id, key=key, package=package.digest, reason=reason
        )
        looked_at = current(promotion_records(ledger), project, model)
        for _ in range(ATTEMPTS):
            now = self._clock()
            standing = current(promotion_records(ledger), project, model)
            renews = action is Action.RENEW and bool(open_approvals(ledger, package.digest))
            _check_unmoved(looked_at, standing, package, renews=renews)
            if standing and action is not Action.ROLLBACK and _is_to_beat(ledger, standing, package):
                check_compared(package, standing, reason)
            check_record(ledger, Kind.REQUEST, asked, at=moment(now))
            wanted = with_entry(ledger, new_entry(ledger.size, Kind.REQUEST, asked, at=moment(now), salt=bytes(SALT_BYTES)))
            draft = propose(
                wanted,
                package,
                self._policy(ledger, model),
                action=action,
                request=sha256(asked),
                reason=reason,
                identity=SERVICES[Role.PROMOTER],
                now=now,
            )
            envelope = serving.sign_promotion(draft, promoter)
            check_record(wanted, KIND_OF[action], envelope, at=moment(now))
            self._store.admit(package)
            try:
                after = self._log.append_after(ledger.head, [(Kind.REQUEST, asked), (KIND_OF[action], envelope)], now)
            except HeadMovedError:
                ledger = self.ledger()
                continue
            return history_of(promotion_records(after), project, model)[-1]
        raise HeadMovedError(f"The promotion log grew {ATTEMPTS} times while this promotion was decided. Try again.")


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
