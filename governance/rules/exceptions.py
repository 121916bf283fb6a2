"""The rules of exceptions: what may stand in the log, when one is in force, and that nothing rests on any other.

An exception is in force once as many different reviewers signed it as a promotion of its project takes, none of them who proposed
it (unless the trust root lets that person approve what they trained), while nobody's rejection stands, and until it ends. Who
counts is who is trusted at the place that asks, as with approvals.
"""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from governance.records.approval import Verdict
from governance.records.exception import (
    ExceptionDecision,
    GateException,
    peek_exception,
    peek_exception_decision,
    read_exception,
    read_exception_decision,
)
from governance.records.ledger import Ledger
from governance.records.log import Kind, Record
from governance.records.statement import Statement
from tenure.errors import RefusedError
from tenure.evidence import Evidence
from tenure.excepted import Excepted
from tenure.gate import GateResult
from tenure.refusals import Refusal, refused


class State(StrEnum):
    """What is the matter with an exception at present."""

    PROPOSED = "proposed"
    IN_FORCE = "in force"
    REJECTED = "rejected"
    ENDED = "ended"


@dataclass(frozen=True, kw_only=True)
class ExceptionStands:
    """An exception as the log has it at some place and time; `signed_by` counts, `needed` of them make it one in force."""

    digest: str
    exception: GateException
    signed_by: tuple[str, ...]
    rejected_by: tuple[str, ...]
    needed: int
    state: State

    @property
    def in_words(self) -> str:
        """Where it stands, as a line."""
        if self.state is State.REJECTED:
            return f"rejected by {' and '.join(self.rejected_by)}"
        by = f", signed by {' and '.join(self.signed_by)}" if self.signed_by else ""
        return f"{self.state}{by} ({len(self.signed_by)} of {self.needed})"

    @property
    def facts(self) -> Excepted:
        """As evidence keeps it."""
        said = self.exception
        return Excepted(
            digest=self.digest,
            gate=said.gate,
            bounds=said.bounds,
            reason=said.reason,
            proposed_by=said.identity,
            signed_by=self.signed_by,
            since=said.issued.date(),
            until=said.ends.date(),
        )


def check_of_exception(ledger: Ledger, kind: Kind, envelope: bytes, *, at: datetime, place: int) -> None:
    """A proposal, or a decision on one, may stand at a place of the log."""
    check = check_exception if kind is Kind.EXCEPTION else check_exception_decision
    check(ledger, envelope, at=at, place=place)


def check_exception(ledger: Ledger, envelope: bytes, *, at: datetime, place: int) -> None:
    """A proposal is signed by somebody who may propose, for this installation, once."""
    exception = read_exception(envelope, ledger.root_before(place), arrived=at)
    ledger.check_here(exception.installation)
    if any(peek_exception(r.signed).nonce == exception.nonce for r in ledger.of_kind(Kind.EXCEPTION, before=place)):
        raise refused(
            Refusal.REPLAYED, f"This exception of {exception.identity} is in the log already. Each counts once: sign a new one."
        )


def check_exception_decision(ledger: Ledger, envelope: bytes, *, at: datetime, place: int) -> None:
    """A decision is signed by a reviewer who did not propose it, once, about an exception that stands and has not ended."""
    root = ledger.root_before(place)
    decision = read_exception_decision(envelope, root, arrived=at)
    ledger.check_here(decision.installation)
    who, digest = decision.identity, decision.exception
    record = ledger.named(digest, Kind.EXCEPTION, before=place)
    if record is None:
        raise refused(
            Refusal.NO_EXCEPTION,
            f"{who} decided on exception {digest[:12]}, which is not in the log before it. Look at what is proposed: tenure "
            "exception list.",
        )
    check_exception(ledger, record.signed, at=record.at, place=record.sequence)
    exception, earlier = peek_exception(record.signed), list(_decisions(ledger, digest, before=place))
    if any(one.nonce == decision.nonce for one in _all_decisions(ledger, before=place)):
        raise refused(Refusal.REPLAYED, f"This decision of {who} is in the log already. Each counts once: sign a new one.")
    if exception.ends <= at:
        raise refused(
            Refusal.EXCEPTION_ENDED,
            f"Exception {digest[:12]} ended on {exception.ends:%Y-%m-%d}; nobody can sign it any more. Propose another.",
        )
    if decision.verdict is Verdict.APPROVE and who == exception.identity and who not in root.own_reviewers_at(at):
        raise refused(Refusal.SELF_APPROVAL, f"{who} proposed exception {digest[:12]} and cannot sign it. Ask another reviewer.")
    own = [one for one in earlier if one.identity == who]
    if own and own[-1].verdict is decision.verdict:
        raise refused(
            Refusal.ONE_PERSON_TWICE,
            f"{who} decided so on exception {digest[:12]} already. One person counts once, whatever their keys: ask another.",
        )


def exceptions(
    ledger: Ledger, project: str, model: str | None, *, now: datetime, before: int | None = None
) -> tuple[ExceptionStands, ...]:
    """Every exception of a project's model, or of all its models, that may stand in the log, oldest first, as of a place."""
    here = ledger.size if before is None else before
    found = []
    for record in ledger.of_kind(Kind.EXCEPTION, before=here):
        said = peek_exception(record.signed)
        if said.project == project and model in (None, said.model):
            with suppress(RefusedError):
                check_exception(ledger, record.signed, at=record.at, place=record.sequence)
                found.append(_stands(ledger, record, said, now=now, before=here))
    return tuple(found)


def in_force(
    ledger: Ledger, project: str, model: str, policy_digest: str, *, now: datetime, before: int | None = None
) -> tuple[ExceptionStands, ...]:
    """The exceptions of a model on which a decision under this policy may rest now."""
    known = exceptions(ledger, project, model, now=now, before=before)
    return tuple(one for one in known if one.state is State.IN_FORCE and one.exception.policy_digest == policy_digest)


def check_rests(ledger: Ledger, evidence: Evidence, project: str, model: str, policy_digest: str, *, now: datetime) -> None:
    """Refuse a candidate that rests on an exception which is not, as its evidence tells it, in force now.

    Raises
    ------
    RefusedError: naming the exception, and what is the matter with it.
    """
    known = {one.digest: one for one in exceptions(ledger, project, None, now=now)}
    for told in evidence.exceptions:
        stands = known.get(told.digest)
        if stands is None:
            raise refused(
                Refusal.NO_EXCEPTION,
                f"The card rests on exception {told.digest[:12]} of the gate {told.gate}, which nobody in this log proposed for "
                f"{project}. Train again.",
            )
        _check_in_force(stands, model, policy_digest)
        # Signatures may have come since; everything else is as it was signed.
        signed = set(told.signed_by)
        if not signed <= set(stands.signed_by) or _without_signers(told) != _without_signers(stands.facts):
            raise refused(
                Refusal.OTHER_EXCEPTION,
                f"The card tells exception {told.digest[:12]} of the gate {told.gate} otherwise than it was signed. Train again.",
            )


def check_stated(ledger: Ledger, statement: Statement, *, now: datetime, place: int) -> None:
    """Refuse a package that training stated as excepted from a gate, where no exception of that gate is in force.

    The log's own rule, for the scorer and whoever verifies: how bad the figures may be is held against the evidence at promotion.
    """
    training = statement.training
    gates = [one.name for one in training.gates if one.value == GateResult.EXCEPTED.value]
    if not gates:
        return
    standing = in_force(ledger, training.project, training.model, training.policy_digest, now=now, before=place)
    for gate in gates:
        if gate not in {one.exception.gate for one in standing}:
            raise refused(
                Refusal.NO_EXCEPTION,
                f"Package {statement.package_digest[:12]} fails the gate {gate} and was stated as excepted, but no exception of "
                f"it is in force for {training.project}.{training.model} under policy {training.policy_digest[:12]}. Propose "
                "one, or train another.",
            )


def _check_in_force(stands: ExceptionStands, model: str, policy_digest: str) -> None:
    """Refuse an exception of another model or policy, one that ended or was rejected, and one that too few signed."""
    said, name = stands.exception, f"Exception {stands.digest[:12]} of the gate {stands.exception.gate}"
    if said.model != model:
        raise refused(
            Refusal.OTHER_EXCEPTION, f"{name} is one of {said.project}.{said.model}, not of {model}. Propose one for this model."
        )
    if said.policy_digest != policy_digest:
        raise refused(
            Refusal.OTHER_POLICY,
            f"{name} was signed under policy {said.policy_digest[:12]}, and {policy_digest[:12]} is in force. Propose another.",
        )
    if stands.state is State.ENDED:
        raise refused(
            Refusal.EXCEPTION_ENDED,
            f"{name} ended on {said.ends:%Y-%m-%d}, so the gate refuses again. Train one that passes it, or propose another "
            "exception and train again.",
        )
    if stands.state is State.REJECTED:
        raise refused(Refusal.REJECTED, f"{name} was rejected by {', '.join(stands.rejected_by)}. Nothing rests on it any more.")
    if stands.state is State.PROPOSED:
        raise refused(
            Refusal.TOO_FEW_APPROVALS,
            f"{name} is signed by {len(stands.signed_by)} of {stands.needed} reviewers. Have it signed: tenure exception sign.",
        )


def _stands(ledger: Ledger, record: Record, said: GateException, *, now: datetime, before: int) -> ExceptionStands:
    """One exception as of a place: each reviewer's last decision counts, if they are trusted there."""
    root, last = ledger.root_before(before), dict[str, Verdict]()
    for decided in ledger.of_kind(Kind.EXCEPTED, before=before):
        if peek_exception_decision(decided.signed).exception != record.envelope_digest:
            continue
        with suppress(RefusedError):
            check_exception_decision(ledger, decided.signed, at=decided.at, place=decided.sequence)
            # Who was removed from the trust root since then excepts nothing.
            decision = read_exception_decision(decided.signed, root, arrived=decided.at)
            last[decision.identity] = decision.verdict
    signed_by = tuple(who for who, verdict in last.items() if verdict is Verdict.APPROVE)
    rejected_by = tuple(who for who, verdict in last.items() if verdict is Verdict.REJECT)
    needed = root.quorum(said.project)
    state = State.IN_FORCE if len(signed_by) >= needed else State.PROPOSED
    state = State.REJECTED if rejected_by else state
    return ExceptionStands(
        digest=record.envelope_digest,
        exception=said,
        signed_by=signed_by,
        rejected_by=rejected_by,
        needed=needed,
        state=State.ENDED if said.ends <= now else state,
    )


def _decisions(ledger: Ledger, digest: str, *, before: int) -> Iterator[ExceptionDecision]:
    """Decisions on an exception ahead of a place, oldest first; their signatures are not checked here."""
    return (one for one in _all_decisions(ledger, before=before) if one.exception == digest)


def _all_decisions(ledger: Ledger, *, before: int) -> Iterator[ExceptionDecision]:
    """Decisions on any exception ahead of a place."""
    return (peek_exception_decision(record.signed) for record in ledger.of_kind(Kind.EXCEPTED, before=before))


def _without_signers(told: Excepted) -> Excepted:
    """All of an exception but who has signed it."""
    return replace(told, signed_by=())
