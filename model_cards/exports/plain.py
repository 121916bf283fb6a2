"""The card as plain JSON: the content from which its page was drawn, and beside it where the card stands."""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Any

from model_cards.standing import Standing


def export(card: Mapping[str, Any], standing: Standing) -> dict[str, Any]:
    """Card and standing."""
    return {"card": dict(card), "standing": _as_json(asdict(standing))}


def _as_json(value: Any) -> Any:
    """Moments as text, the rest as it is."""
    if isinstance(value, Mapping):
        return {key: _as_json(inner) for key, inner in value.items()}
    if isinstance(value, (list, tuple)):
        return [_as_json(inner) for inner in value]
    return value.isoformat() if isinstance(value, datetime) else value
