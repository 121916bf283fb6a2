"""The rules of purposes and sources: what may stand in the log of them, and which of what a project declares is approved.

A declaration is approved once as many different reviewers signed one proposal of it as a promotion of its project takes, none
of them who proposed it (unless the trust root lets that person approve what they trained), while nobody's rejection stands. A
rejection is of the declaration: proposing the same again leaves it standing. Who counts is who is trusted when all that came
together: where the last signature came, or where a trust root came by which it is enough. As with a promotion, who leaves later
does not take it back. It holds until another of its name is approved, so what was approved long ago does not come back unasked.

Sources that trainings had read before there were approvals are noted once for a project by the training service. A note counts
only ahead of every proposal of the project, and of sources alone that a signed statement of training ahead of it names: whoever
writes into the lake has signed nothing.
"""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

from governance.records.approval import Verdict
from governance.records.data_use import (
    DataDecision,
    DataProposal,
    peek_data_decision,
    peek_data_note,
    peek_data_proposal,
    read_data_decision,
    read_data_note,
    read_data_proposal,
)
from governance.records.ledger import Ledger
from governance.records.log import Kind, Record
from governance.records.statement import peek_training, read_statement
from governance.rules.data_walk import Approved, Proposed, Walk, digests_of
from tenure.errors import RefusedError
from tenure.purposes.declaration import PROPOSE, Declaration
from tenure.refusals import Refusal, refused

KINDS = (Kind.DATA_PROPOSED, Kind.DATA_DECIDED, Kind.DATA_NOTED)
# What a statement of training names beside sources.
_NO_SOURCE = ("training_set", "test_rows")


@dataclass(frozen=True, kw_only=True)
class DataUse:
    """What the log says of a project's purposes and sources: what is approved, by name, and what was last proposed, by digest.

    `has_purposes` tells whether a purpose that lists columns was ever proposed: from then on none is said in words alone.
    """

    approved: dict[tuple[str, str], Approved]
    proposed: dict[str, Proposed]
    n_records: int
    has_purposes: bool

    def standing(self, declaration: Declaration) -> Approved | None:
        """The approval of exactly this, if it holds: nobody's rejection stands, and none of its name was approved since."""
        found = self.approved.get((declaration.kind, declaration.name))
        if found is None or found.declaration.digest != declaration.digest:
            return None
        proposed = self.proposed.get(declaration.digest)
        return None if proposed is not None and proposed.rejected_by else found

    def before(self, declaration: Declaration) -> Approved | None:
        """What was approved under its name, where that is something else."""
        found = self.approved.get((declaration.kind, declaration.name))
        return found if found is not None and found.declaration.digest != declaration.digest else None


def check_of_data(ledger: Ledger, kind: Kind, envelope: bytes, *, at: datetime, place: int) -> None:
    """A proposal, a decision on one, or a note may stand at a place of the log."""
    match kind:
        case Kind.DATA_PROPOSED:
            check_data_proposal(ledger, envelope, at=at, place=place)
        case Kind.DATA_DECIDED:
            check_data_decision(ledger, envelope, at=at, place=place)
        case Kind.DATA_NOTED:
            check_data_note(ledger, envelope, at=at, place=place)
        case _:
            raise ValueError(f"no record of data: {kind}")


def check_data_proposal(ledger: Ledger, envelope: bytes, *, at: datetime, place: int) -> None:
    """A proposal is signed by somebody who may propose, for this installation and a project of its trust root, once."""
    root = ledger.root_before(place)
    proposal = read_data_proposal(envelope, root, arrived=at)
    ledger.check_here(proposal.installation)
    root.quorum(proposal.project)
    if any(peek_data_proposal(r.signed).nonce == proposal.nonce for r in ledger.of_kind(Kind.DATA_PROPOSED, before=place)):
        raise refused(
            Refusal.REPLAYED, f"This proposal of {proposal.identity} is in the log already. Each counts once: sign a new one."
        )


def check_data_decision(ledger: Ledger, envelope: bytes, *, at: datetime, place: int) -> None:
    """A decision is signed by a reviewer who did not propose it, once, about declarations that were proposed."""
    root = ledger.root_before(place)
    decision = read_data_decision(envelope, root, arrived=at)
    ledger.check_here(decision.installation)
    who = decision.identity
    proposal = _proposal_of(ledger, decision, before=place)
    earlier = [peek_data_decision(r.signed) for r in ledger.of_kind(Kind.DATA_DECIDED, before=place)]
    if any(one.nonce == decision.nonce for one in earlier):
        raise refused(Refusal.REPLAYED, f"This decision of {who} is in the log already. Each counts once: sign a new one.")
    if decision.verdict is Verdict.APPROVE and who == proposal.identity and who not in root.own_reviewers_at(at):
        raise refused(
            Refusal.SELF_APPROVAL, f"{who} proposed {_named(proposal, decision)} and cannot approve it. Ask another reviewer."
        )
    for digest in decision.declarations:
        own = [one for one in earlier if (one.identity, one.proposal) == (who, decision.proposal) and digest in one.declarations]
        if own and own[-1].verdict is decision.verdict:
            raise refused(
                Refusal.ONE_PERSON_TWICE,
                f"{who} decided so on {_named(proposal, decision)} already. One person counts once, whatever their keys: ask "
                "another.",
            )


def check_data_note(ledger: Ledger, envelope: bytes, *, at: datetime, place: int) -> None:
    """A note is signed by the training service, once for a project, before any proposal, of sources that trainings had read."""
    note = read_data_note(envelope, ledger.root_before(place), arrived=at)
    ledger.check_here(note.installation)
    if any(project_of(record) == note.project for record in ledger.of_kind(*KINDS, before=place)):
        raise refused(
            Refusal.NOT_EARLIER,
            f"Sources of {note.project} are proposed and approved in this log already; none is noted as earlier any more. Have "
            f"new ones approved: {PROPOSE}.",
        )
    read = read_by_trainings(ledger, note.project, before=place)
    if other := sorted(one.name for one in note.declarations if one.name not in read):
        raise refused(
            Refusal.NOT_EARLIER,
            f"No training of {note.project} that is signed for in this log had read {', '.join(other)}, so nobody can tell that "
            f"it was there before. Have it approved: {PROPOSE}.",
        )


def read_by_trainings(ledger: Ledger, project: str, *, before: int) -> frozenset[str]:
    """The sources that signed statements of training ahead of a place name as read for a project."""
    names: set[str] = set()
    for record in ledger.of_kind(Kind.STATEMENT, before=before):
        training = peek_training(record.signed)
        if training is None or training.project != project:
            continue
        with suppress(RefusedError):
            read_statement(record.signed, ledger.root_before(record.sequence), at=record.at)
            names |= {one.name for one in training.data if one.name not in _NO_SOURCE}
    return frozenset(names)


def data_use(ledger: Ledger, project: str, *, before: int | None = None) -> DataUse:
    """What the log says of a project's purposes and sources, as of a place; records that must not stand say nothing."""
    here = ledger.size if before is None else before
    walk = Walk(ledger)
    n_records = 0
    for record in ledger.of_kind(*KINDS, Kind.ROOT, before=here):
        if record.kind is Kind.ROOT:
            walk.judge_all(record)
        elif project_of(record) == project:
            n_records += 1
            with suppress(RefusedError):
                check_of_data(ledger, record.kind, record.signed, at=record.at, place=record.sequence)
                walk.take(record)
    return DataUse(approved=walk.approved, proposed=walk.proposed(here), n_records=n_records, has_purposes=walk.has_purposes)


def project_of(record: Record) -> str:
    """The project that a record of data is of."""
    if record.kind is Kind.DATA_PROPOSED:
        return peek_data_proposal(record.signed).project
    if record.kind is Kind.DATA_DECIDED:
        return peek_data_decision(record.signed).project
    return peek_data_note(record.signed).project


def _proposal_of(ledger: Ledger, decision: DataDecision, *, before: int) -> DataProposal:
    """The proposal that a decision is about, which stands and holds all that it names."""
    record = ledger.named(decision.proposal, Kind.DATA_PROPOSED, before=before)
    proposal = None if record is None else peek_data_proposal(record.signed)
    there = set() if proposal is None else digests_of(proposal)
    if record is None or proposal is None or proposal.project != decision.project or not set(decision.declarations) <= there:
        raise refused(
            Refusal.NO_PROPOSAL,
            f"{decision.identity} decided on what proposal {decision.proposal[:12]} does not hold, or which is not in the log "
            "before it. Look at what is proposed: tenure data list.",
        )
    check_data_proposal(ledger, record.signed, at=record.at, place=record.sequence)
    return proposal


def _named(proposal: DataProposal, decision: DataDecision) -> str:
    """What a decision is about, in a sentence."""
    return " and ".join(_called(proposal, decision))


def _called(proposal: DataProposal, decision: DataDecision) -> Iterator[str]:
    """Each declaration by its name."""
    return (one.called for one in proposal.declarations if one.digest in decision.declarations)
