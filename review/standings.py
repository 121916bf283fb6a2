"""Where packages stand: which serve, which wait and for whom, which were refused. Readings of store and log for several pages.

What a card shows of a standing is `model_cards/standing.py`; the rules are `governance/rules/`.
"""

from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from pathlib import Path

from governance.records.approval import Subject
from governance.rules.policy import Policy, subject_of
from governance.stores.package_reading import asking, decision_of, evidence_of
from governance.stores.package_store import Candidate, PackageStore
from home.waiting import newer_candidates
from model_cards.changes import changes
from model_cards.paths import as_tree
from review.room import Room
from review.sight import Sight
from review.votes import Votes, count_votes
from tenure.errors import PackageError, TenureError
from tenure.evidence import Evidence
from tenure.gates import Outcome
from tenure.promotions import PromotionRecord


@dataclass(frozen=True, kw_only=True)
class Reading:
    """What the list of candidates needs of a package: its evidence, and its outcome at the gates."""

    digest: str
    model: str
    evidence: Evidence
    outcome: Outcome

    @property
    def trained_at(self) -> datetime:
        """When it was trained."""
        return self.evidence.model.trained_at


@dataclass(frozen=True, kw_only=True)
class Waiting:
    """A candidate that waits for people; `trainers` are those who may not approve it, `owner` the role that answers for it."""

    reading: Reading
    votes: Votes
    trainers: frozenset[str]
    owner: str
    changed: str


@dataclass(frozen=True, kw_only=True)
class Unreadable:
    """A candidate that cannot be shown; `why` is a sentence."""

    model: str
    digest: str
    why: str


def waiting(sight: Sight) -> tuple[tuple[Waiting, ...], tuple[Unreadable, ...]]:
    """Candidates newer than what serves that no gate refused, longest waiting first; and those that cannot be read."""
    room, found, unreadable = sight.room, [], []
    for spec in room.workplace.project.models:
        for candidate in newer_candidates(room.workplace.packages, room.project, spec.name, sight.history(spec.name)):
            try:
                reading = read(room, candidate)
                subject = _subject_now(sight, reading)
            except TenureError as error:
                unreadable.append(Unreadable(model=spec.name, digest=candidate.digest, why=str(error)))
                continue
            if reading.outcome is not Outcome.REFUSED:
                found.append(_waiting(sight, reading, subject))
    return tuple(sorted(found, key=lambda w: w.reading.trained_at)), tuple(unreadable)


def read(room: Room, candidate: Candidate) -> Reading:
    """A candidate's reading; made again as soon as anything in its folder was written to."""
    stamp = room.workplace.packages.stamp(candidate)
    return _read(room.workplace.settings.home, candidate.digest, candidate.model, stamp)


def champion_evidence(room: Room, record: PromotionRecord | None) -> Evidence | None:
    """The evidence of the package that serves; None before the first promotion."""
    return None if record is None else evidence_of(room.workplace.packages.load(record.package_digest))


def in_one_line(evidence: Evidence, champion: Evidence | None) -> str:
    """What changed since the champion, for a list."""
    if champion is None:
        return "the first of its model"
    found = changes(as_tree(evidence), as_tree(champion))
    if not found:
        return "nothing on its card differs from the champion's"
    first = [f"{c['what']} {c['before']} → {c['now']}" for c in found]
    figures = {metric.title for metric in evidence.evaluation.metrics}
    best = next((line for line, c in zip(first, found, strict=True) if c["what"] in figures), None)
    rest = [line for line in first[:1] if line != best]
    return f"{len(found)} differences: " + "; ".join([*rest, *([best] if best else [])])


def _waiting(sight: Sight, reading: Reading, subject: Subject | None) -> Waiting:
    """One candidate with its votes."""
    return Waiting(
        reading=reading,
        votes=count_votes(sight, sight.standing(reading.model, reading.digest, reading.outcome), subject),
        trainers=sight.trainers(reading.digest),
        owner=reading.evidence.model.owner,
        changed=_changed(sight, reading),
    )


def _changed(sight: Sight, reading: Reading) -> str:
    """What changed since the champion; where the champion cannot be read, its own page says why."""
    try:
        before = champion_evidence(sight.room, sight.champion(reading.model))
    except PackageError:
        return "the champion's package cannot be read, so nothing is compared"
    return in_one_line(reading.evidence, before)


def _subject_now(sight: Sight, reading: Reading) -> Subject | None:
    """What a decision on a candidate that never served covers; None before there is a trust root."""
    policy = sight.policy(reading.model)
    if sight.ledger is None or policy is None:
        return None
    return _subject(sight.room.workplace.settings.home, reading.digest, policy, sight.ledger.origin)


@lru_cache(maxsize=256)
def _subject(home: Path, digest: str, policy: Policy, installation: str) -> Subject:
    """What a decision on a candidate that never served covers, every byte of it checked."""
    return subject_of(PackageStore(home).candidate(digest), policy, installation=installation)


@lru_cache(maxsize=256)
def _read(home: Path, digest: str, model: str, stamp: object) -> Reading:  # noqa: ARG001 - what equal readings have in common
    """Read a candidate, every byte checked."""
    package = PackageStore(home).candidate(digest)
    return Reading(digest=digest, model=model, evidence=asking(package), outcome=decision_of(package).outcome)
