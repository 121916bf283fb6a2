"""One spelling per record: RFC 8785 canonical JSON out, and in only what is spelled so.

Whatever is signed or hashed goes through here. What the records mean belongs to the modules that declare them.
"""

import hashlib
import json
import re
import unicodedata
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import TYPE_CHECKING, Any, TypeVar

import rfc8785

from tenure.errors import PromotionError
from tenure.refusals import Refusal, refused

if TYPE_CHECKING:
    from pydantic import TypeAdapter

T = TypeVar("T")

LONGEST_RECORD_BYTES = 1 << 20
SKEW = timedelta(minutes=5)  # how far two honest clocks may be apart
_FIRST_YEAR, _LAST_YEAR = 1970, 9000
_HEX = re.compile("[0-9a-f]*")
_DIRECTIONS = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_BLANK = frozenset("\u115f\u1160\u2800\u3164\uffa0")  # letters and signs by category, drawn as nothing


def canonical(content: Mapping[str, Any]) -> bytes:
    """RFC 8785 bytes of plain JSON values; raises ValueError for what JSON cannot say exactly (NaN, integers past 2**53)."""
    return rfc8785.dumps(dict(content))


def read_canonical(data: bytes, *, what: str) -> dict[str, Any]:
    """Read one JSON object, accepting its canonical bytes alone.

    Raises
    ------
    RefusedError: when the bytes are no JSON object, or another spelling of one (spaces, key order, letter case of escapes,
        a key twice).
    """
    content: Any = None
    spelled_anew = b""
    try:
        content = parse_json(data)
        spelled_anew = rfc8785.dumps(content)
    except (ValueError, RecursionError):
        content = None
    if not isinstance(content, dict) or spelled_anew != data:
        raise refused(
            Refusal.NOT_CANONICAL,
            f"Expected {what} in RFC 8785 canonical JSON of at most {LONGEST_RECORD_BYTES} bytes, found other bytes. "
            "They were edited or written by another tool: restore them from a backup.",
        )
    return content


def parse_json(data: bytes) -> Any:
    """Read JSON of any spelling; for callers that hold the bytes against their own spelling of what they read."""
    check_length(data)
    return json.loads(data)


def check_length(data: bytes) -> None:
    """Refuse bytes that no record can have, before they are parsed."""
    if len(data) > LONGEST_RECORD_BYTES:
        raise ValueError(f"expected at most {LONGEST_RECORD_BYTES} bytes")


def encode(record: object) -> bytes:
    """The canonical bytes of a frozen dataclass."""
    return canonical(record_reader(type(record)).dump_python(record, mode="json"))


def decode(kind: type[T], data: bytes, *, what: str) -> T:
    """Read a frozen dataclass from its canonical bytes, and from no other bytes of like meaning.

    Raises
    ------
    RefusedError: when the bytes are not exactly what `encode` gives for the record they hold.
    """
    from pydantic import ValidationError

    try:
        check_length(data)
        record = record_reader(kind).validate_json(data)
        is_exact = encode(record) == data
    except (ValueError, RecursionError) as error:
        faults = f"{error.error_count()} faults" if isinstance(error, ValidationError) else type(error).__name__
        raise refused(
            Refusal.NOT_CANONICAL,
            f"Expected {what}, found other bytes ({faults}). "
            "It was edited, or written by another version of Tenure: restore it, or upgrade.",
        ) from None
    # Unknown keys and converted types vanish in reading; only their absence from the second spelling shows them.
    if not is_exact:
        raise refused(Refusal.NOT_CANONICAL, f"Expected {what}, found keys or spellings beside it. It was edited: restore it.")
    return record


def record_reader(kind: type[T]) -> "TypeAdapter[T]":
    """The reader and writer of a dataclass as JSON; built once, for that takes longer than reading."""
    untyped: type = kind
    return _adapter(untyped)


@cache
def _adapter(kind: type) -> "TypeAdapter[Any]":
    """The reader and writer of a dataclass, built once."""
    from pydantic import TypeAdapter

    return TypeAdapter(kind)


def sha256(data: bytes) -> str:
    """Digest in lower-case hex, the only spelling of a digest that is accepted."""
    return hashlib.sha256(data).hexdigest()


def check_hex(name: str, value: str, *, letters: int = 64) -> None:
    """Refuse a digest, key or nonce that is not lower-case hex of the given length."""
    if len(value) != letters or not _HEX.fullmatch(value):
        raise ValueError(f"expected {name} in {letters} letters of lower-case hex")


def check_moment(name: str, value: datetime) -> None:
    """Refuse a time that is not UTC in whole seconds (one moment, one spelling), or too far off to be reckoned with."""
    if value.tzinfo is None or value.utcoffset() != timedelta(0) or value.microsecond:
        raise ValueError(f"expected {name} in UTC and whole seconds")
    if not _FIRST_YEAR <= value.year <= _LAST_YEAR:
        raise ValueError(f"expected {name} between {_FIRST_YEAR} and {_LAST_YEAR}")


def moment(now: datetime) -> datetime:
    """A time with its zone as records hold it: UTC, whole seconds."""
    if now.tzinfo is None:
        raise ValueError("expected a time with its zone, found one without")
    return now.astimezone(UTC).replace(microsecond=0)


def check_text(name: str, value: str) -> None:
    """Refuse an empty name."""
    if not value.strip() or not value.isprintable():
        raise ValueError(f"expected {name}, found no printable text")


def check_reason(reason: str) -> None:
    """Refuse a reason that would not read as what was signed: shown in a terminal, a log or a table, it is one line of words.

    An empty reason passes: whether one is needed is for whoever asks.

    Raises
    ------
    PromotionError: for control characters (line breaks and terminal codes among them), signs that reverse the direction of
        writing, halves of letters, and a reason of which nothing can be seen.
    """
    odd = sorted({f"U+{ord(letter):04X}" for letter in reason if _is_odd(letter)})
    if odd:
        raise PromotionError(
            "A reason is one line of words, for it is signed and shown as it is: found line breaks or signs that cannot be seen "
            f"({', '.join(odd[:5])}). Write it without them."
        )
    if reason.strip() and not any(_is_seen(letter) for letter in reason):
        raise PromotionError("Expected a reason that can be read, found only signs that cannot be seen. Say why, in words.")


def _is_odd(letter: str) -> bool:
    """Whether a character moves the writing: controls, surrogates, line and paragraph ends, and changes of direction."""
    return unicodedata.category(letter) in ("Cc", "Cs", "Zl", "Zp") or letter in _DIRECTIONS


def _is_seen(letter: str) -> bool:
    """Whether a character leaves a mark by itself."""
    return unicodedata.category(letter)[0] in "LNPS" and letter not in _BLANK
