"""Asking: the signed requests on which services train and promote, and the statement of the training service that follows one.

What may be done on a request is `governance/rules/asked.py`; promotion itself is `promotion.py`.
"""

import secrets
from collections.abc import Sequence
from datetime import datetime

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from governance.doors.reading import PromotionReading
from governance.records.log import Kind
from governance.records.request import LONGEST_REQUEST, Asked, Request, peek_request, sign_request
from governance.records.statement import sign_statement, training_of
from governance.records.trust_root import Role
from governance.rules.asked import standing_order
from governance.stores.package_reading import evidence_of
from tenure.canonical import moment, sha256
from tenure.errors import PromotionError
from tenure.evidence import Evidence
from tenure.package import Package

SIGNED_AFTERWARDS = "signed for afterwards"


class Asking(PromotionReading):
    """The doors at which people ask, in their own name and with their own key."""

    def ask_to_train(
        self,
        models: Sequence[str],
        *,
        staff_id: str,
        key: Ed25519PrivateKey,
        by: str | None = None,
        until: datetime | None = None,
        reason: str = "",
    ) -> str:
        """Sign that models shall be trained, and append it to the log; returns the request's digest, for the run to carry.

        Parameters
        ----------
        by: the schedule or sensor that this lets ask, each time that it does; None for one training of each model now.
        until: when it ends; by default a person's own request ends after two days.

        Raises
        ------
        RefusedError: when the key is not that person's, or the person may not ask for training.
        """
        return self._ask(Asked.TRAIN, models, staff_id=staff_id, key=key, by=by, until=until, reason=reason)

    def sign_training(self, digest: str, *, staff_id: str, key: Ed25519PrivateKey) -> str:
        """Sign for the training of a draft, so that it may be approved by others; returns the statement's digest.

        Raises
        ------
        PromotionError: when it is no draft, or no such candidate is kept. RefusedError: as `ask_to_train`.
        """
        package, model = self._package(self.ledger(), digest)
        if not self.is_draft(package.digest):
            raise PromotionError(f"Package {package.digest[:12]} is no draft: its training was signed for. Nothing to do.")
        asked = self._ask(Asked.TRAIN, [model], staff_id=staff_id, key=key, package=package.digest)
        return self.state(package, evidence_of(package), run_id=SIGNED_AFTERWARDS, request=asked) or ""

    def order_for(self, by: str, model: str) -> str | None:
        """The digest of the standing order by which a schedule or sensor may ask for training now; None if nobody enabled it."""
        if not self.has_trust_root:
            return None
        ledger = self.ledger()
        found = standing_order(ledger, by, self._project.name, model, before=ledger.size)
        return found[0].envelope_digest if found and found[1].expires > moment(self._clock()) else None

    def state(self, package: Package, evidence: Evidence, *, run_id: str, request: str | None) -> str | None:
        """Sign what a package was made from with the training service's key, append it, and return the envelope's digest.

        Parameters
        ----------
        request: digest of the request on which it was trained; None leaves it a draft, for nobody signed for it.

        Returns
        -------
        None for a draft, and where there is no trust root: then nobody could check the signature, and nothing is signed.
        """
        if not self.has_trust_root or request is None:
            return None
        ledger = self.ledger()
        asked = ledger.named(request, Kind.REQUEST, before=ledger.size)
        if asked is None:
            raise PromotionError(f"No request {request[:12]} is in the promotion log. Ask for the training: tenure train --as.")
        training = training_of(
            package,
            evidence,
            policy_digest=self.policy(evidence.model.name).digest,
            request=request,
            trainer=peek_request(asked.signed).identity,
            run_id=run_id,
            finished=self._clock(),
        )
        envelope = sign_statement(package.digest, training, self._log.key(Role.TRAINER))
        self._log.append(Kind.STATEMENT, envelope)
        return sha256(envelope)

    def signed_request(
        self,
        action: Asked,
        models: Sequence[str],
        *,
        staff_id: str,
        key: Ed25519PrivateKey,
        package: str | None = None,
        by: str | None = None,
        until: datetime | None = None,
        reason: str = "",
    ) -> bytes:
        """A request in this installation, signed; nothing is appended."""
        self._check_reason(reason)
        issued = moment(self._clock())
        request = Request(
            action=action,
            installation=self.origin,
            project=self._project.name,
            models=tuple(models),
            package=package,
            by=by,
            reason=reason.strip(),
            identity=staff_id,
            issued=issued,
            expires=moment(until) if until else issued + LONGEST_REQUEST,
            nonce=secrets.token_hex(16),
        )
        return sign_request(request, key)

    def _ask(self, action: Asked, models: Sequence[str], **said: object) -> str:
        """Sign a request, append it, and return its digest."""
        envelope = self.signed_request(action, models, **said)  # type: ignore[arg-type]
        self._log.append(Kind.REQUEST, envelope)
        return sha256(envelope)
