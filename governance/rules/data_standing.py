"""Where a project's purposes and sources stand: what it declares now, held against what the log says was approved.

What makes a declaration approved is `data_use.py`.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from governance.records.approval import Verdict
from governance.records.ledger import Ledger
from governance.rules.data_use import DataUse, data_use, read_by_trainings
from governance.rules.data_walk import Approved, Proposed
from tenure.project import Project
from tenure.purposes.declaration import APPROVE, PROPOSE, Change, Declaration, changes, is_own, of_purpose, of_source


class DataState(StrEnum):
    """Where a purpose or a source stands."""

    APPROVED = "approved"
    NOTED = "counts as approved"
    EARLIER = "was read before approvals"
    PROPOSED = "proposed"
    REJECTED = "rejected"
    CHANGED = "changed"
    NEW = "not proposed"


@dataclass(frozen=True, kw_only=True)
class DataStands:
    """A purpose or a source as the project declares it, and what the log says of it.

    Parameters
    ----------
    approval: what makes it approved; None where nothing does.
    proposed: how it was last proposed; None where nobody has.
    before: what is approved under its name, where that is something else.
    needed: how many different reviewers must approve it; 0 where there is no trust root.
    is_earlier: whether trainings had read it before there were approvals, which the next step that asks notes in the log.
    """

    declaration: Declaration
    approval: Approved | None
    proposed: Proposed | None
    before: Approved | None
    needed: int
    is_earlier: bool = False

    @property
    def state(self) -> DataState:
        """What is the matter with it."""
        if self.approval is not None:
            return DataState.NOTED if self.approval.is_noted else DataState.APPROVED
        if self.is_earlier:
            return DataState.EARLIER
        if self.proposed is not None:
            return DataState.REJECTED if self.proposed.rejected_by else DataState.PROPOSED
        return DataState.CHANGED if self.before is not None else DataState.NEW

    @property
    def is_approved(self) -> bool:
        """Whether data may be used so."""
        return self.approval is not None or self.is_earlier

    @property
    def changes(self) -> tuple[Change, ...]:
        """What it says otherwise than what is approved under its name."""
        return () if self.before is None else changes(self.before.declaration, self.declaration)

    @property
    def in_words(self) -> str:
        """Where it stands, as a line."""
        said = self.proposed
        match self.state:
            case DataState.APPROVED if self.approval is not None:
                return f"approved by {' and '.join(self.approval.signed_by)} on {self.approval.at:%Y-%m-%d}"
            case DataState.NOTED if self.approval is not None:
                return f"counts as approved, for trainings had read it before {self.approval.at:%Y-%m-%d}; nobody signed it"
            case DataState.EARLIER:
                return "counts as approved, for trainings had read it before there were approvals; nobody signed it"
            case DataState.PROPOSED if said is not None:
                by = f", approved by {' and '.join(said.signed_by)}" if said.signed_by else ""
                return f"proposed by {said.by} on {said.at:%Y-%m-%d}{by} ({len(said.signed_by)} of {self.needed})"
            case DataState.REJECTED if said is not None:
                return f"rejected by {' and '.join(said.rejected_by)}: {'; '.join(said.rejections)}"
            case DataState.CHANGED if self.before is not None:
                return f"changed since it was approved on {self.before.at:%Y-%m-%d}; nobody proposed the change"
        return "nobody proposed it"

    @property
    def what_next(self) -> str:
        """What to do so that it is approved."""
        if self.state is DataState.REJECTED:
            return "Settle it with them: only their own later approval takes a rejection back. Or declare it otherwise."
        if self.state is DataState.PROPOSED:
            return f"Reviewers approve it: {APPROVE}."
        return f"Propose it: {PROPOSE}. Whoever may approve their own does both by: {APPROVE}."


def is_to_propose(one: DataStands) -> bool:
    """Whether nobody has proposed it, and nobody signed it: what only counts as approved may be signed, too."""
    return one.proposed is None and one.state in (DataState.NEW, DataState.CHANGED, DataState.NOTED, DataState.EARLIER)


def waits_for(one: DataStands, staff_id: str, verdict: Verdict, *, is_own: bool) -> bool:
    """Whether a reviewer can still decide so on what was proposed; `is_own` where they may approve what they proposed."""
    said = one.proposed
    if said is None or staff_id in (said.signed_by if verdict is Verdict.APPROVE else said.rejected_by):
        return False
    if verdict is Verdict.REJECT:
        return True
    return (one.approval is None or one.approval.is_noted) and (said.by != staff_id or is_own)


def may_decide(one: DataStands, staff_id: str, verdict: Verdict, *, is_own: bool) -> bool:
    """Whether a reviewer can decide so now: on what was proposed or, where they may approve their own, on what nobody did."""
    is_theirs = is_own and verdict is Verdict.APPROVE and is_to_propose(one)
    return is_theirs or waits_for(one, staff_id, verdict, is_own=is_own)


def declared(project: Project) -> Iterator[Declaration]:
    """What a project declares: its purposes that say which columns they read, and its sources but for Tenure's own."""
    yield from (of_purpose(purpose, project.consents) for purpose in project.purposes if not purpose.is_in_words)
    yield from (of_source(source) for source in project.sources if not is_own(source))


def data_stands(ledger: Ledger | None, project: str, wanted: Sequence[Declaration]) -> tuple[DataStands, ...]:
    """Where declarations of a project stand; `ledger` is None where there is no trust root yet."""
    use = DataUse(approved={}, proposed={}, n_records=0, has_purposes=False) if ledger is None else data_use(ledger, project)
    needed = 0 if ledger is None else ledger.root.quorum(project)
    before = frozenset() if ledger is None or use.n_records else read_by_trainings(ledger, project, before=ledger.size)
    return tuple(
        DataStands(
            declaration=one,
            approval=use.standing(one),
            proposed=use.proposed.get(one.digest),
            before=use.before(one),
            needed=needed,
            is_earlier=one.is_source and one.name in before,
        )
        for one in wanted
    )
