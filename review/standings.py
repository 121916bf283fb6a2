"""Where packages stand: which serve, which wait and for whom, which were refused. Readings of store and log for several pages.

What a card shows of a standing is `model_cards/standing.py`; the rules are `governance/rules/`.
"""

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from governance.records.approval import Subject
from governance.rules.policy import Policy, subject_of
from governance.stores.package_reading import asking, evidence_of
from governance.stores.package_store import Candidate, PackageStore
from home.candidates import Kept, Queue, State, queue
from home.sight import Sight
from home.workplace import Workplace
from review.comparison import compare
from review.votes import Votes, count_votes
from tenure.errors import PackageError, TenureError
from tenure.evidence import Evidence, ModelFacts
from tenure.gates import Outcome
from tenure.promotions import PromotionRecord


@dataclass(frozen=True, kw_only=True)
class Waiting:
    """A candidate that waits for people; `barred` trained it and may not approve it.

    `n_older` wait behind it, of the same model.
    """

    digest: str
    model: ModelFacts
    votes: Votes
    barred: frozenset[str]
    changed: str
    n_older: int


@dataclass(frozen=True, kw_only=True)
class Overview:
    """What waits, longest first; and the candidates of each model, with why the others do not."""

    waiting: tuple[Waiting, ...]
    queues: tuple[Queue, ...]

    def of(self, state: State) -> tuple[Kept, ...]:
        """Candidates of every model in a state, newest first."""
        return tuple(one for queue in self.queues for one in queue.of(state))


def overview(sight: Sight) -> Overview:
    """Every candidate newer than what serves; of each model one waits at most, and one that cannot be shown does not."""
    found, queues = [], []
    for spec in sight.workplace.project.models:
        mine = queue(sight, spec.name)
        while first := mine.first:
            try:
                found.append(_waiting(sight, first, n_older=len(mine.of(State.OLDER))))
                break
            except TenureError as error:
                mine = mine.without(first, str(error))
        queues.append(mine)
    return Overview(waiting=tuple(sorted(found, key=lambda w: w.model.trained_at)), queues=tuple(queues))


def _waiting(sight: Sight, first: Kept, *, n_older: int) -> Waiting:
    """One candidate with its votes."""
    packages, home = sight.workplace.packages, sight.workplace.settings.home
    stamp, policy = packages.stamp(first.candidate), sight.policy(first.candidate.model)
    evidence = _evidence(home, first.candidate, stamp)
    subject = _subject(home, first.candidate, stamp, policy, sight.ledger.origin) if sight.ledger and policy else None
    standing = sight.standing(first.candidate.model, first.digest, first.outcome or Outcome.REFUSED)
    return Waiting(
        digest=first.digest,
        model=evidence.model,
        votes=count_votes(sight, standing, subject),
        barred=sight.barred(first.digest),
        changed=_changed(sight, evidence),
        n_older=n_older,
    )


def champion_evidence(workplace: Workplace, record: PromotionRecord | None) -> Evidence | None:
    """The evidence of the package that serves; None before the first promotion."""
    return None if record is None else evidence_of(workplace.packages.load(record.package_digest))


def in_one_line(evidence: Evidence, champion: Evidence | None) -> str:
    """How a candidate compares with the champion, for a list: figures of different days are never held against each other."""
    if champion is None:
        return "the first of its model"
    found = compare(evidence, champion)
    n = found.n_differences
    return f"{found.in_words}. {n or 'No'} difference{'' if n == 1 else 's'} in data, inputs, fit and audits"


def _changed(sight: Sight, evidence: Evidence) -> str:
    """What changed since the champion; where the champion cannot be read, its own page says why."""
    try:
        before = champion_evidence(sight.workplace, sight.champion(evidence.model.name))
    except PackageError:
        return "the champion's package cannot be read, so nothing is compared"
    return in_one_line(evidence, before)


@lru_cache(maxsize=64)
def _subject(home: Path, candidate: Candidate, _stamp: object, policy: Policy, installation: str) -> Subject:
    """What a decision on a candidate that never served covers, every byte of it checked."""
    return subject_of(PackageStore(home).read_candidate(candidate), policy, installation=installation)


@lru_cache(maxsize=64)
def _evidence(home: Path, candidate: Candidate, _stamp: object) -> Evidence:
    """What a candidate rests on, every byte checked; one whose files were touched since is read again."""
    return asking(PackageStore(home).read_candidate(candidate))
