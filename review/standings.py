"""Where packages stand: which serve, which wait and for whom, which were refused. Readings of store and log for several pages.

What a card shows of a standing is `model_cards/standing.py`; the rules are `tenure/promotion/`.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

from adapters.package_store import Candidate, PackageStore
from model_cards.changes import changes
from review.room import Room
from review.sight import Sight
from tenure.gates import Outcome
from tenure.promotion.approval import CARD, Approval, Verdict
from tenure.promotion.package import DECISION_NAME
from tenure.promotion.records import PromotionRecord

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
class Votes:
    """The decisions on a package, each person's last one."""

    needed: int
    approved: tuple[str, ...]
    rejected: tuple[str, ...]

    @property
    def missing(self) -> int:
        """How many approvals are still needed."""
        return max(0, self.needed - len(self.approved))

    @property
    def is_ready(self) -> bool:
        """Whether it may be promoted, as far as people are concerned."""
        return not self.rejected and not self.missing

    @property
    def in_words(self) -> str:
        """How far it is."""
        if self.rejected:
            return f"rejected by {', '.join(self.rejected)}"
        if self.is_ready:
            return f"approved by {', '.join(self.approved)}; may be promoted"
        by = f" ({', '.join(self.approved)})" if self.approved else ""
        return f"{len(self.approved)} of {self.needed} approvals{by}"


@dataclass(frozen=True, kw_only=True)
class Waiting:
    """A candidate that waits for people."""

    reading: Reading
    votes: Votes
    trainer: str
    changed: str


def waiting(sight: Sight) -> tuple[Waiting, ...]:
    """Candidates that no gate refused, newer than what serves and never served, longest waiting first."""
    room, found = sight.room, []
    for spec in room.workplace.project.models:
        served = {record.package_digest for record in sight.history(spec.name)}
        kept = room.workplace.packages.candidates(room.project, spec.name)
        serving = sight.champion(spec.name)
        since = next((c.kept_at_seconds for c in kept if serving and c.digest == serving.package_digest), 0.0)
        for candidate in kept:
            if candidate.digest in served or candidate.kept_at_seconds < since:
                continue
            reading = read(room, candidate)
            if reading.outcome is not Outcome.REFUSED:
                found.append(_waiting(sight, reading, serving))
    return tuple(sorted(found, key=lambda w: w.reading.trained_at))


def read(room: Room, candidate: Candidate) -> Reading:
    """A candidate's reading; bytes that a digest names never change, so it is made once."""
    return _read(room.workplace.settings.home, candidate.digest, candidate.model)


def votes(decisions: Sequence[Approval], *, needed: int, now: datetime) -> Votes:
    """Who approves and who rejects, by each person's last decision; an approval that has run out no longer counts."""
    last = {decision.identity: decision for decision in decisions}
    return Votes(
        needed=needed,
        approved=tuple(sorted(n for n, d in last.items() if d.verdict is Verdict.APPROVE and d.expires > now)),
        rejected=tuple(sorted(n for n, d in last.items() if d.verdict is Verdict.REJECT)),
    )


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


def _waiting(sight: Sight, reading: Reading, serving: PromotionRecord | None) -> Waiting:
    """One candidate with its votes."""
    return Waiting(
        reading=reading,
        votes=votes(sight.decisions(reading.digest), needed=sight.quorum, now=sight.room.now()),
        trainer=str(reading.card["identity"]["owner"]),
        changed=in_one_line(reading.card, champion_card(sight.room, serving)),
    )


@lru_cache(maxsize=64)
def parsed(content: bytes) -> Card:
    """A card's content; equal bytes are read once, and nobody changes what was read."""
    card: Card = json.loads(content)
    return card


@lru_cache(maxsize=256)
def _read(home: Path, digest: str, model: str) -> Reading:
    """Read a candidate, every byte checked."""
    from pydantic import TypeAdapter

    from tenure.gates import Decision

    package = PackageStore(home).candidate(digest)
    card = parsed(package.file(CARD))
    decision = TypeAdapter(Decision).validate_json(package.file(DECISION_NAME))
    trained_at = datetime.fromisoformat(card["evidence"]["model"]["trained_at"])
    return Reading(digest=digest, model=model, card=card, outcome=decision.outcome, trained_at=trained_at)
