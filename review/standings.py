"""Where packages stand: which serve, which wait and for whom, which were refused. Readings of store and log for several pages.

What a card shows of a standing is `model_cards/standing.py`; the rules are `governance/rules/`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

from governance.records.approval import CARD, Subject
from governance.rules.policy import Policy, subject_of
from governance.stores.package_reading import decision_of, read_card
from governance.stores.package_store import Candidate, PackageStore
from home.waiting import newer_candidates
from model_cards.changes import changes
from model_cards.paths import typed
from model_cards.schema import validate_card
from review.room import Room
from review.sight import Sight
from review.votes import Votes, count_votes
from tenure.errors import CardError, PackageError, TenureError
from tenure.gates import Outcome
from tenure.promotions import PromotionRecord

Card = Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class Reading:
    """What the list of candidates needs of a package: its card, its outcome at the gates, when it was trained."""

    digest: str
    model: str
    card: Card
    outcome: Outcome
    trained_at: datetime


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
    """A candidate's reading; bytes that a digest names never change, so it is made once."""
    return _read(room.workplace.settings.home, candidate.digest, candidate.model)


@lru_cache(maxsize=64)
def card_to_show(content: bytes) -> Card:
    """The card of a package that never served, every part of it of the shape that pages read; equal bytes are read once.

    Raises
    ------
    PackageError: when it is no JSON object. CardError: when it does not keep today's schema, naming the place.
    """
    card = parsed(content)
    try:
        validate_card(card)
        typed(card)
    except RecursionError:
        raise CardError("The card is nested without end, so it was written by another tool. Train the model again.") from None
    return card


def champion_card(room: Room, record: PromotionRecord | None) -> Card | None:
    """The card of the package that serves; None before the first promotion."""
    if record is None:
        return None
    return parsed(room.workplace.packages.load(record.package_digest).file(CARD))


def in_one_line(card: Card, before: Card | None) -> str:
    """What changed since the champion, for a list."""
    if before is None:
        return "the first of its model"
    found = changes(card["evidence"], before)
    if not found:
        return "nothing on its card differs from the champion's"
    first = [f"{c['what']} {c['before']} → {c['now']}" for c in found]
    figures = {m["title"] for m in card["evidence"]["evaluation"]["metrics"]}
    best = next((line for line, c in zip(first, found, strict=True) if c["what"] in figures), None)
    rest = [line for line in first[:1] if line != best]
    return f"{len(found)} differences: " + "; ".join([*rest, *([best] if best else [])])


def _waiting(sight: Sight, reading: Reading, subject: Subject | None) -> Waiting:
    """One candidate with its votes."""
    return Waiting(
        reading=reading,
        votes=count_votes(sight, sight.standing(reading.model, reading.digest, reading.outcome), subject),
        trainers=sight.trainers(reading.digest),
        owner=str(reading.card["identity"]["owner"]),
        changed=_changed(sight, reading),
    )


def _changed(sight: Sight, reading: Reading) -> str:
    """What changed since the champion; where the champion cannot be read, its own page says why."""
    try:
        before = champion_card(sight.room, sight.champion(reading.model))
    except PackageError:
        return "the champion's package cannot be read, so nothing is compared"
    return in_one_line(reading.card, before)


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


@lru_cache(maxsize=64)
def parsed(content: bytes) -> Card:
    """A card's content; equal bytes are read once, and nobody changes what was read."""
    return read_card(content)


@lru_cache(maxsize=256)
def _read(home: Path, digest: str, model: str) -> Reading:
    """Read a candidate, every byte checked."""
    package = PackageStore(home).candidate(digest)
    card = card_to_show(package.file(CARD))
    trained_at = datetime.fromisoformat(card["evidence"]["model"]["trained_at"])
    return Reading(digest=digest, model=model, card=card, outcome=decision_of(package).outcome, trained_at=trained_at)
