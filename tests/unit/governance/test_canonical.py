"""One spelling per record."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone

import pytest

from tenure.canonical import LONGEST_RECORD_BYTES, check_hex, check_moment, decode, encode, moment, read_canonical
from tenure.errors import RefusedError


@dataclass(frozen=True, kw_only=True)
class Note:
    """A record to spell."""

    text: str
    number: int
    at: datetime


NOTE = Note(text="é", number=3, at=datetime(2026, 11, 1, 9, tzinfo=UTC))
SPELLED = '{"at":"2026-11-01T09:00:00Z","number":3,"text":"é"}'.encode()


def test_a_record_has_the_spelling_of_rfc_8785() -> None:
    """Keys in order, no space, letters as they are."""
    assert encode(NOTE) == SPELLED
    assert decode(Note, SPELLED, what="a note") == NOTE
    assert read_canonical(SPELLED, what="a note")["number"] == 3


@pytest.mark.parametrize(
    "other",
    [
        SPELLED + b"\n",
        SPELLED.replace(b":3", b": 3"),
        SPELLED.replace(b":3", b":3.0"),
        SPELLED.replace(b":3", b":3e0"),
        SPELLED.replace("é".encode(), b"\\u00e9"),
        SPELLED.replace(b'"number":3', b'"number":3,"number":3'),
        b'{"number":3,"at":"2026-11-01T09:00:00Z","text":"x"}',
        b"[1]",
        b"{",
        b"\xff",
        b'{"n":NaN}',
        b'{"n":9007199254740993}',
        b'{"t":"\\ud800"}',
        b"[" * 100_000,
        b'{"t":"' + b"x" * LONGEST_RECORD_BYTES + b'"}',
    ],
)
def test_like_meaning_in_other_bytes_is_refused(other: bytes) -> None:
    """A signature or digest is over bytes, so two spellings would be two truths."""
    for read in (lambda: read_canonical(other, what="a note"), lambda: decode(Note, other, what="a note")):
        with pytest.raises(RefusedError) as refusal:
            read()
        assert refusal.value.refusal == "not canonical"


@pytest.mark.parametrize(
    "other",
    [
        b'{"at":"2026-11-01T09:00:00Z","extra":1,"number":3,"text":"x"}',
        b'{"at":"2026-11-01T09:00:00Z","number":"3","text":"x"}',
        b'{"at":"2026-11-01T09:00:00+00:00","number":3,"text":"x"}',
        b'{"at":1793523600,"number":3,"text":"x"}',
        b'{"number":3,"text":"x"}',
    ],
)
def test_canonical_json_of_another_shape_is_refused(other: bytes) -> None:
    """An unknown key or a converted type would be signed for and not be read."""
    read_canonical(other, what="a note")

    with pytest.raises(RefusedError, match="Expected a note"):
        decode(Note, other, what="a note")


@pytest.mark.parametrize("value", ["AB" * 32, "ab" * 31, "ab" * 32 + "\n", "xy" * 32, ""])
def test_a_digest_is_lower_case_hex(value: str) -> None:
    """Letter case changes the bytes of a record and not its meaning."""
    check_hex("a digest", "ab" * 32)

    with pytest.raises(ValueError, match="lower-case hex"):
        check_hex("a digest", value)


def test_a_moment_is_utc_in_whole_seconds() -> None:
    """One moment, one spelling."""
    at = datetime(2026, 11, 1, 10, 0, 0, 5, tzinfo=timezone(timedelta(hours=1)))

    assert moment(at) == datetime(2026, 11, 1, 9, tzinfo=UTC)
    check_moment("at", moment(at))
    for other in (at, at.astimezone(UTC), datetime(2026, 11, 1)):  # noqa: DTZ001 - one without a zone is the point
        with pytest.raises(ValueError, match="UTC and whole seconds"):
            check_moment("at", other)
    with pytest.raises(ValueError, match="with its zone"):
        moment(datetime(2026, 11, 1))  # noqa: DTZ001
