"""What the records of a project's purposes and sources come to, taken up in their order: what is approved, and what is proposed.

Only records that may stand are taken up; which may is `data_use.py`'s to say, and so is when a declaration counts as approved.
"""

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
)
from governance.records.ledger import Ledger
from governance.records.log import Kind, Record
from governance.records.trust_root import TrustRoot
from tenure.errors import RefusedError
from tenure.purposes.declaration import Declaration


@dataclass(frozen=True, kw_only=True)
class Approved:
    """A declaration that was approved, or noted: by whom and when; `sequence` is the place of the record that made it so."""

    declaration: Declaration
    signed_by: tuple[str, ...]
    at: datetime
    sequence: int
    is_noted: bool = False


@dataclass(frozen=True, kw_only=True)
class Proposed:
    """A declaration as it was last proposed, with the reviewers whose decision on it stands."""

    declaration: Declaration
    proposal: str
    by: str
    reason: str
    at: datetime
    signed_by: tuple[str, ...]
    rejected_by: tuple[str, ...]
    rejections: tuple[str, ...]


class Walk:
    """The records of one project's data, taken up in order."""

    def __init__(self, ledger: Ledger) -> None:
        """Nothing is approved yet."""
        self._ledger = ledger
        self._proposals: dict[str, tuple[Record, DataProposal]] = {}
        # By proposal and declaration, each reviewer's last decision on it.
        self._last: dict[tuple[str, str], dict[str, Record]] = {}
        # Proposals of what was approved once, and ended when another of its name was.
        self._ended: set[tuple[str, str]] = set()
        self.approved: dict[tuple[str, str], Approved] = {}

    @property
    def has_purposes(self) -> bool:
        """Whether a purpose was proposed."""
        return any(not one.is_source for _, proposal in self._proposals.values() for one in proposal.declarations)

    def take(self, record: Record) -> None:
        """Take one up."""
        if record.kind is Kind.DATA_PROPOSED:
            self._proposals[record.envelope_digest] = (record, peek_data_proposal(record.signed))
        elif record.kind is Kind.DATA_NOTED:
            for one in peek_data_note(record.signed).declarations:
                noted = Approved(declaration=one, signed_by=(), at=record.at, sequence=record.sequence, is_noted=True)
                self.approved[one.kind, one.name] = noted
        else:
            self._decide(record, peek_data_decision(record.signed))

    def judge_all(self, root: Record) -> None:
        """Under another trust root, what has its signatures is approved: who rejected it may have left, or fewer be asked for."""
        for digest, (_, proposal) in self._proposals.items():
            for one in proposal.declarations:
                decisions = self._last.get((digest, one.digest), {}).values()
                newest = max((record.sequence for record in decisions), default=-1)
                there = self.approved.get((one.kind, one.name))
                # What was approved under its name since is not undone by whom a root trusts.
                if there is None or newest > there.sequence:
                    self._judge(digest, one, root)

    def _decide(self, record: Record, decision: DataDecision) -> None:
        """A decision: with it, declarations may be approved, by an earlier proposal too whose rejection it takes back."""
        _, decided = self._proposals[decision.proposal]
        for one in decided.declarations:
            if one.digest in decision.declarations and (decision.proposal, one.digest) not in self._ended:
                self._last.setdefault((decision.proposal, one.digest), {})[decision.identity] = record
                if decision.verdict is Verdict.APPROVE:
                    for proposal in self._open(one.digest):
                        self._judge(proposal, one, record)

    def _judge(self, proposal: str, one: Declaration, by: Record) -> None:
        """Approve a declaration where, once this record stands, enough of those trusted signed it and none rejects it."""
        # A decision changes no root, so the root behind a record is the one that it is judged by, a root's own record too.
        here = by.sequence + 1
        root = self._ledger.root_before(here)
        signed_by = self._signed_by(proposal, one.digest, root)
        project = self._proposals[proposal][1].project
        is_open = (proposal, one.digest) not in self._ended
        is_known = any(quorum.project == project for quorum in root.quorums)  # a later root may name it no more
        if is_open and is_known and len(signed_by) >= root.quorum(project) and not self._rejections(one.digest, root):
            self._end(self.approved.get((one.kind, one.name)), one.digest)
            self.approved[one.kind, one.name] = Approved(declaration=one, signed_by=signed_by, at=by.at, sequence=by.sequence)

    def _open(self, digest: str) -> list[str]:
        """The proposals of a declaration that have not ended."""
        holding = (name for name, (_, said) in self._proposals.items() if digest in digests_of(said))
        return [name for name in holding if (name, digest) not in self._ended]

    def _end(self, approved: Approved | None, by: str) -> None:
        """What another declaration of its name replaces is asked for anew, should it come back."""
        if approved is not None and approved.declaration.digest != by:
            ended = approved.declaration.digest
            self._ended |= {(name, ended) for name, (_, said) in self._proposals.items() if ended in digests_of(said)}

    def proposed(self, before: int) -> dict[str, Proposed]:
        """What was proposed, each declaration as it last was."""
        root = self._ledger.root_before(before) if self._proposals else None
        found = {}
        for digest, (record, proposal) in self._proposals.items():
            for one in proposal.declarations:
                if root is None or (digest, one.digest) in self._ended:
                    continue
                rejections = self._rejections(one.digest, root)
                found[one.digest] = Proposed(
                    declaration=one,
                    proposal=digest,
                    by=proposal.identity,
                    reason=proposal.reason,
                    at=record.at,
                    signed_by=self._signed_by(digest, one.digest, root),
                    rejected_by=tuple(rejections),
                    rejections=tuple(rejections.values()),
                )
        return found

    def _signed_by(self, proposal: str, digest: str, root: TrustRoot) -> tuple[str, ...]:
        """Who approves a declaration of a proposal, of those whom a root trusts."""
        last = self._last.get((proposal, digest), {})
        return tuple(who for who, record in last.items() if (said := _read(record, root)) and said.verdict is Verdict.APPROVE)

    def _rejections(self, digest: str, root: TrustRoot) -> dict[str, str]:
        """Who rejects a declaration, and why: of those whom a root trusts, each by their last word on any open proposal of it."""
        last: dict[str, Record] = {}
        for proposal in self._open(digest):
            for who, record in self._last.get((proposal, digest), {}).items():
                if who not in last or last[who].sequence < record.sequence:
                    last[who] = record
        read = {who: _read(record, root) for who, record in last.items()}
        return {who: said.reason for who, said in read.items() if said is not None and said.verdict is Verdict.REJECT}


def _read(record: Record, root: TrustRoot) -> DataDecision | None:
    """A decision, where a root trusts who signed it."""
    with suppress(RefusedError):
        return read_data_decision(record.signed, root, arrived=record.at)
    return None


def digests_of(proposal: DataProposal) -> set[str]:
    """The digests of what is proposed."""
    return {one.digest for one in proposal.declarations}
