"""Excepting: the doors at which an exception to a gate is proposed and decided on, in one's own name and with one's own key.

When one is in force, and what may rest on it, is `governance/rules/exceptions.py`.
"""

import secrets
from collections.abc import Sequence
from datetime import timedelta

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from governance.doors.open_questions import is_thin, too_thin
from governance.doors.reading import PromotionReading
from governance.records.approval import Verdict
from governance.records.exception import (
    ExceptionDecision,
    GateException,
    sign_exception,
    sign_exception_decision,
)
from governance.records.log import Kind
from governance.rules.exceptions import ExceptionStands, exceptions, in_force
from governance.stores.package_reading import evidence_of
from governance.stores.package_store import SHORTEST_PREFIX
from tenure.canonical import moment, sha256
from tenure.errors import PromotionError, SpecError
from tenure.excepted import NEVER, USUAL_DAYS, Bound, Excepted, check_exceptable, failing
from tenure.gate import Gate, GateResult
from tenure.names import meant


class Excepting(PromotionReading):
    """Proposing exceptions, deciding on them, and reading which there are."""

    def failing_bounds(self, digest: str, gate_name: str) -> tuple[str, tuple[Bound, ...]]:
        """The model of a candidate, and by how much it fails a gate: what an exception of it must cover.

        Raises
        ------
        SpecError: for what may never be excepted, and a gate that the model does not have. PromotionError: when the candidate
            does not fail it, or fails it for want of a figure.
        """
        package, model = self._package(self.ledger(), digest)
        gate, evidence = self._gate(model, gate_name), evidence_of(package)
        verdicts = {verdict.gate.name: verdict for verdict in evidence.decision.verdicts} if evidence.decision else {}
        verdict = verdicts.get(gate.name)
        if verdict is None or verdict.result not in (GateResult.FAIL, GateResult.EXCEPTED):
            said = f"says {verdict.result.value}" if verdict else "was not judged"
            raise PromotionError(
                f"Candidate {package.digest[:12]} does not fail the gate {gate.name}: it {said}. Nothing to except."
            )
        found = failing(gate, verdict.value, evidence.audit)
        if not found:
            raise PromotionError(
                f"Candidate {package.digest[:12]} fails the gate {gate.name} for want of a figure ({verdict.found}), and an "
                "exception takes one that it can bound. Train another."
            )
        return model, found

    def propose_exception(
        self,
        model: str,
        gate_name: str,
        bounds: Sequence[Bound],
        reason: str,
        *,
        days: int = USUAL_DAYS,
        staff_id: str,
        key: Ed25519PrivateKey,
    ) -> str:
        """Sign what is to be excepted and append it; returns the exception's digest, which reviewers sign.

        Raises
        ------
        SpecError: as `failing_bounds`. PromotionError: for a reason that says too little. RefusedError: when a rule is broken.
        """
        gate = self._gate(model, gate_name)
        self._check_reason(reason)
        _check_reasoned(reason)
        issued = moment(self._clock())
        exception = GateException(
            installation=self.origin,
            project=self._project.name,
            model=model,
            gate=gate.name,
            policy_digest=self.policy(model).digest,
            bounds=tuple(bounds),
            reason=reason.strip(),
            identity=staff_id,
            issued=issued,
            ends=issued + timedelta(days=days),
            nonce=secrets.token_hex(16),
        )
        envelope = sign_exception(exception, key)
        self._log.append(Kind.EXCEPTION, envelope)
        return sha256(envelope)

    def decide_exception(
        self, digest: str, verdict: Verdict, reason: str, *, staff_id: str, key: Ed25519PrivateKey
    ) -> ExceptionStands:
        """Sign a decision on a proposed exception with a reviewer's own key, append it, and return where it stands.

        Raises
        ------
        PromotionError: when there is none of that digest, or the reason says too little. RefusedError: when a rule is broken.
        """
        self._check_reason(reason)
        _check_reasoned(reason)
        found = self.exception(digest)
        decision = ExceptionDecision(
            installation=self.origin,
            exception=found.digest,
            verdict=verdict,
            reason=reason.strip(),
            identity=staff_id,
            issued=moment(self._clock()),
            nonce=secrets.token_hex(16),
        )
        self._log.append(Kind.EXCEPTED, sign_exception_decision(decision, key))
        return self.exception(found.digest)

    def exception(self, digest: str) -> ExceptionStands:
        """One exception of this project, by its digest or at least 8 letters that name only one."""
        known = self.exceptions()
        matches = [one for one in known if len(digest) >= SHORTEST_PREFIX and one.digest.startswith(digest.lower())]
        if len(matches) != 1:
            raise PromotionError(
                f"Expected one exception under {digest[:64]!r}, found {len(matches)}. Look: tenure exception list."
            )
        return matches[0]

    def exceptions(self, model: str | None = None) -> tuple[ExceptionStands, ...]:
        """Every exception of this project, or of one of its models, oldest first; none where there is no trust root yet."""
        if not self.has_trust_root:
            return ()
        return exceptions(self.ledger(), self._project.name, model, now=moment(self._clock()))

    def excepted_now(self, model: str) -> tuple[Excepted, ...]:
        """The exceptions in force for a model under the policy in force, for its gates to be judged with."""
        if not self.has_trust_root:
            return ()
        ledger, name = self.ledger(), self._project.name
        standing = in_force(ledger, name, model, self._policy(ledger, model).digest, now=moment(self._clock()))
        return tuple(one.facts for one in standing)

    def _gate(self, model: str, name: str) -> Gate:
        """A gate of a model of which there may be an exception."""
        spec = self._project.model(model)
        if name in NEVER:
            raise SpecError(
                f"There is no exception of {name!r}: {NEVER[name]}. None either of {', '.join(sorted(set(NEVER) - {name}))}."
            )
        known = {gate.name: gate for gate in spec.gates}
        if name not in known:
            raise SpecError(f"{model} has no gate {name!r}; it has {', '.join(known)}.{meant(name, list(known))}")
        check_exceptable(known[name])
        return known[name]


def _check_reasoned(reason: str) -> None:
    """Refuse a reason that cannot be read, or says too little."""
    if is_thin(reason):
        raise PromotionError(too_thin("An exception", reason))
