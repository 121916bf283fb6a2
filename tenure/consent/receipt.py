"""Consent receipts: records of ISO/IEC TS 27560:2023 as JSON, read as statements of each purpose that they name.

The specification names the elements and leaves their nesting to profiles, so each is looked for in its section and at the top:
`record_id` and `pii_principal_id` of the header, the `purposes` of the processing section, and the `events`, each with
`event_state` and `event_time`. Words of the Data Privacy Vocabulary (`dpv:ConsentGiven`) are read as plain ones (`given`).
"""

import json
import re
from collections.abc import Collection, Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from tenure.consent.recorded import Statement
from tenure.consent.rule import Said
from tenure.errors import ConsentError

_HEADERS = ("record_header", "record_metadata", "receipt_metadata", "header")
_PROCESSING = ("pii_processing", "processing")
_GIVEN = frozenset({"given", "renewed", "explicitly given"})
# Whatever ended or was never given counts as a withdrawal; what was only asked for says nothing yet.
_ENDED = frozenset({"withdrawn", "revoked", "refused", "expired", "invalidated", "terminated", "invalid"})
_OPEN = frozenset({"requested", "request deferred", "unknown"})


def read_receipt(content: bytes, *, name: str, purposes: Collection[str]) -> tuple[Statement, ...]:
    """The statements of a receipt: one for each event and purpose.

    Parameters
    ----------
    name: of the file, for errors. purposes: those that the project has; a receipt must name them so.

    Raises
    ------
    ConsentError: for what is no receipt, a purpose that the project does not have, and consent that ends by the clock.
    """
    try:
        told = json.loads(content)
    except ValueError:
        raise ConsentError(f"{name} is no consent receipt: expected JSON of ISO/IEC TS 27560, found other bytes.") from None
    if not isinstance(told, dict):
        raise ConsentError(f"{name} is no consent receipt: expected one JSON object, found {type(told).__name__}.")
    number, person = (_text(told, key, name) for key in ("record_id", "pii_principal_id"))
    named = tuple(_purposes(told, name))
    if unknown := sorted(set(named) - set(purposes)):
        raise ConsentError(
            f"{name} is of purpose {unknown[0]!r}; the project has {', '.join(sorted(purposes)) or 'none'}. Name its purposes so."
        )
    return tuple(
        Statement(customer_id=person, purpose=purpose, said=said, happened_at=at, evidence=f"consent receipt {number}")
        for said, at in _events(told, name)
        for purpose in named
    )


def _section(told: Mapping[str, Any], names: tuple[str, ...]) -> Iterator[Mapping[str, Any]]:
    """The receipt itself, and its sections of these names, of which there may be several."""
    yield told
    for name in names:
        found = told.get(name)
        yield from (one for one in (found if isinstance(found, list) else [found]) if isinstance(one, dict))


def _text(told: Mapping[str, Any], key: str, name: str) -> str:
    """A word of the header."""
    found = next((section[key] for section in _section(told, _HEADERS) if section.get(key)), None)
    if not isinstance(found, str | int) or isinstance(found, bool) or not str(found).isprintable():
        raise ConsentError(f"{name} is no consent receipt: it has no {key} (ISO/IEC TS 27560, record header).")
    return str(found)


def _purposes(told: Mapping[str, Any], name: str) -> Iterator[str]:
    """What the receipt says it is for, each once."""
    lists = [section["purposes"] for section in _section(told, _PROCESSING) if isinstance(section.get("purposes"), list)]
    found = [one.get("purpose") if isinstance(one, dict) else one for each in lists for one in each]
    if not found or not all(isinstance(one, str) and one for one in found):
        raise ConsentError(f"{name} is no consent receipt: it names no purposes (ISO/IEC TS 27560, PII processing).")
    yield from dict.fromkeys(one for one in found if isinstance(one, str))


def _events(told: Mapping[str, Any], name: str) -> Iterator[tuple[Said, datetime]]:
    """What happened, and when."""
    found = told.get("events", told.get("event"))
    events = [one for one in (found if isinstance(found, list) else [found]) if isinstance(one, dict)]
    if not events:
        raise ConsentError(f"{name} is no consent receipt: it has no events (ISO/IEC TS 27560, event section).")
    for event in events:
        state = _plain(str(event.get("event_state", "")))
        if state in _OPEN:
            continue
        if state not in _GIVEN | _ENDED:
            raise ConsentError(
                f"{name} has an event in a state that is none of ISO/IEC TS 27560: expected given, withdrawn, refused."
            )
        if state in _GIVEN and event.get("validity_duration"):
            raise ConsentError(
                f"{name} gives consent for a time (validity_duration), and nothing here ends consent by the clock. Leave it out, "
                "and deliver the event by which it expires when it does."
            )
        yield (Said.GIVEN if state in _GIVEN else Said.WITHDRAWN), _moment(event.get("event_time"), name)


def _plain(state: str) -> str:
    """A state as a plain word: `dpv:ConsentGiven` and `https://w3id.org/dpv#RenewedConsentGiven` are given."""
    word = re.split("[:#/]", state)[-1]
    words = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", word).replace("_", " ").lower().split()
    plain = " ".join(one for one in words if one != "consent")
    return "renewed" if plain == "renewed given" else plain


def _moment(text: object, name: str) -> datetime:
    """When it happened; a time without a zone is UTC."""
    try:
        at = datetime.fromisoformat(str(text))
    except ValueError:
        raise ConsentError(f"{name} has an event without a time: expected event_time such as 2026-11-28T10:00:00Z.") from None
    return at if at.tzinfo else at.replace(tzinfo=UTC)
