"""The card: a pure function of evidence, of what people wrote, and of the evidence of the champion that it was held against.

Its page is what reviewers read and sign. A package keeps those bytes, and they are shown as they were: a newer renderer makes the
cards of new candidates alone.
"""

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from model_cards.compile import compile_card
from model_cards.html import render_html
from tenure.canonical import record_reader
from tenure.evidence import Evidence
from tenure.statements import Narrative


@dataclass(frozen=True, kw_only=True)
class Words:
    """What people wrote for a model's card, as the project states it; `roles` are its roles, short name to title."""

    narrative: Narrative
    roles: dict[str, str]


def as_bytes(record: Evidence | Words) -> bytes:
    """Evidence or words as a package keeps them: JSON, one record a file."""
    return record_reader(type(record)).dump_json(record, indent=1)


@lru_cache(maxsize=16)
def card_content(evidence: bytes, words: bytes, champion: bytes | None) -> dict[str, Any]:
    """What the card says, from the bytes that packages keep; equal bytes are compiled once, and nobody changes the result.

    Raises
    ------
    CardError: as `compile_card`. ValueError: when the bytes are no such records.
    """
    said = record_reader(Words).validate_json(words)
    against = None if champion is None else record_reader(Evidence).validate_json(champion)
    return compile_card(record_reader(Evidence).validate_json(evidence), said.narrative, said.roles, champion=against)


@lru_cache(maxsize=16)
def card_page(evidence: bytes, words: bytes, champion: bytes | None) -> bytes:
    """The page of the card: the bytes that people read and sign. Raises what `card_content` raises."""
    return render_html(card_content(evidence, words, champion)).encode()
