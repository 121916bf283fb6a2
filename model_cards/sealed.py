"""A candidate's card as the promoter asks of it: to the last byte what its evidence, the project's words and the champion give.

`verify.py` holds any card against the evidence inside it; here the evidence is the package's, and people's words the project's.
"""

import json
from collections.abc import Mapping
from typing import Any

import rfc8785

from model_cards.compile import compile_card
from model_cards.verify import compare_values
from tenure.errors import CardError
from tenure.evidence import Evidence
from tenure.statements import Narrative


def seal_card(card: Mapping[str, Any]) -> bytes:
    """A compiled card as packages hold it: RFC 8785 canonical JSON."""
    return rfc8785.dumps(json.loads(json.dumps(card)))


def check_sealed_card(
    content: bytes,
    evidence: Evidence,
    narrative: Narrative,
    roles: Mapping[str, str],
    *,
    champion_card: Mapping[str, Any] | None,
) -> None:
    """Refuse a card that was not compiled from exactly this.

    Parameters
    ----------
    content: the bytes of `card.json`. champion_card: the card of the champion that the decision was made against.

    Raises
    ------
    CardError: naming the first place that differs.
    """
    expected = seal_card(compile_card(evidence, narrative, roles, champion_card=champion_card))
    if content == expected:
        return
    try:
        found = json.loads(content)
    except (ValueError, RecursionError):
        found = None
    compare_values(json.loads(expected), found, "card")
    raise CardError("The card holds the right words in another spelling: it was written by another tool. Train again.")
