"""Candidates of a model: which of them waits for people, and why none of the others does.

Of several that could come to serve, the newest stands for all of them. What was read of a package is kept beside the stamp of its
files, so that a package that was touched since is read, and checked, again.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from pathlib import Path

from governance.rules.quorum import rejected_by
from governance.stores.package_reading import asking, decision_of
from governance.stores.package_store import Candidate, PackageStore
from home.sight import Sight
from tenure.errors import TenureError
from tenure.gates import Outcome
from tenure.promotions import PromotionRecord


class State(StrEnum):
    """Where a candidate that never served stands."""

    WAITS = "waits for people"
    OLDER = "a newer one waits"
    REJECTED = "rejected"
    DRAFT = "a draft: nobody signed for its training, so nobody can approve it"
    REFUSED = "refused by the gates"
    UNREADABLE = "unreadable"


@dataclass(frozen=True, kw_only=True)
class Kept:
    """A candidate kept after what serves, which never served itself; `why` says of an unreadable one what is wrong."""

    candidate: Candidate
    state: State
    outcome: Outcome | None = None
    why: str = ""

    @property
    def digest(self) -> str:
        """Its digest."""
        return self.candidate.digest


@dataclass(frozen=True, kw_only=True)
class Queue:
    """The candidates of a model that came after what serves, newest first."""

    model: str
    kept: tuple[Kept, ...]

    @property
    def first(self) -> Kept | None:
        """The one that waits for people; None where none does."""
        return next(iter(self.of(State.WAITS)), None)

    def of(self, *states: State) -> tuple[Kept, ...]:
        """Those in these states, newest first."""
        return tuple(one for one in self.kept if one.state in states)

    def without(self, unreadable: Kept, why: str) -> "Queue":
        """The queue once one of them turned out to be unreadable; the next one then stands first."""
        left = [one for one in self.kept if one.digest != unreadable.digest]
        odd = Kept(candidate=unreadable.candidate, state=State.UNREADABLE, why=why)
        stood = unreadable.state is State.WAITS
        following = next((one for one in left if one.state is State.OLDER), None) if stood else None
        raised = [
            Kept(candidate=one.candidate, state=State.WAITS, outcome=one.outcome) if one is following else one for one in left
        ]
        return Queue(model=self.model, kept=tuple(sorted([*raised, odd], key=lambda one: -one.candidate.kept_at_seconds)))


def queue(sight: Sight, model: str) -> Queue:
    """Every candidate of a model that came after what serves, each byte of it checked, with where it stands."""
    packages, found = sight.workplace.packages, list[Kept]()
    newer = newer_candidates(packages, sight.project, model, sight.history(model))
    for candidate in reversed(newer):
        found.append(_kept(sight, packages, candidate, newer=found))
    return Queue(model=model, kept=tuple(found))


def newer_candidates(
    packages: PackageStore, project: str, model: str, promotions: Sequence[PromotionRecord]
) -> tuple[Candidate, ...]:
    """Candidates of a model kept after the one that serves, oldest first; all of them before the first promotion.

    Parameters
    ----------
    promotions: those of the model, oldest first.
    """
    kept, served = packages.candidates(project, model), {record.package_digest for record in promotions}
    since = 0.0
    if promotions:
        champion = promotions[-1]
        # Where its candidate is gone, the hour of its promotion stands for that of its training.
        times = [one.kept_at_seconds for one in kept if one.digest == champion.package_digest]
        since = times[0] if times else champion.decided_at.timestamp()
    return tuple(one for one in kept if one.digest not in served and one.kept_at_seconds >= since)


def _kept(sight: Sight, packages: PackageStore, candidate: Candidate, *, newer: Sequence[Kept]) -> Kept:
    """One candidate, after those that are newer."""
    home = sight.workplace.settings.home
    try:
        outcome = _outcome(home, candidate, packages.stamp(candidate))
    except TenureError as error:
        return Kept(candidate=candidate, state=State.UNREADABLE, why=str(error))
    return Kept(candidate=candidate, state=_state(sight, candidate.digest, outcome, newer), outcome=outcome)


def _state(sight: Sight, digest: str, outcome: Outcome, newer: Sequence[Kept]) -> State:
    """Where a candidate that can be read stands."""
    if outcome is Outcome.REFUSED:
        return State.REFUSED
    if sight.ledger is not None and digest not in sight.stated:
        return State.DRAFT
    if rejected_by(sight.decisions(digest), digest):
        return State.REJECTED
    return State.OLDER if any(one.state is State.WAITS for one in newer) else State.WAITS


@lru_cache(maxsize=1024)
def _outcome(home: Path, candidate: Candidate, _stamp: object) -> Outcome:
    """What the gates decided, once every byte of the package was checked, and that people have something to read."""
    package = PackageStore(home).read_candidate(candidate)
    asking(package)
    return decision_of(package).outcome
