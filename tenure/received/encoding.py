"""From bytes to text: the encoding as declared, or as the bytes themselves give it away."""

import codecs
import unicodedata

from tenure.received.opened import Unreadable

_MARKED = (
    (codecs.BOM_UTF8, "utf-8-sig", "UTF-8"),
    (codecs.BOM_UTF16_LE, "utf-16", "UTF-16"),
    (codecs.BOM_UTF16_BE, "utf-16", "UTF-16"),
)
# What is neither UTF-8 nor UTF-16 was as a rule written by Windows in western Europe and America.
_WESTERN = "windows-1252"
# Of text one character in so many may be a control character that is none of the usual ones; of anything else more are.
_RARE, _LOOKED_AT, _USUAL = 30, 4096, "\t\n\r\f\x1a"


def decoded(content: bytes, declared: str | None) -> tuple[str, str]:
    """The text, and the encoding's name where it is not plain UTF-8.

    Raises
    ------
    Unreadable: naming the first line that is not in the encoding.
    """
    text, name = _decoded(content, declared)
    start = text[:_LOOKED_AT]
    if sum(unicodedata.category(c) == "Cc" and c not in _USUAL for c in start) * _RARE > len(start):
        raise Unreadable("Expected a table as text or Parquet, found bytes that are no text. Deliver the table itself.")
    return text, name


def _decoded(content: bytes, declared: str | None) -> tuple[str, str]:
    """The text in the encoding that is declared or found, and its name."""
    if declared is not None:
        return _text(content, declared, declared), declared
    for mark, encoding, name in _MARKED:
        if content.startswith(mark):
            return _text(content, encoding, name), "" if name == "UTF-8" else name
    if half := _half_zero(content):
        return _text(content, half, "UTF-16"), "UTF-16"
    try:
        return content.decode("utf-8"), ""
    except UnicodeDecodeError as error:
        if _is_damaged(content):
            raise Unreadable(_where(content, error.start, "UTF-8")) from None
    return _text(content, _WESTERN, "UTF-8 or Windows-1252"), "Windows-1252"


def _text(content: bytes, encoding: str, name: str) -> str:
    """Bytes in one encoding."""
    try:
        return content.decode(encoding)
    except UnicodeDecodeError as error:
        raise Unreadable(_where(content, error.start, name)) from None


def _where(content: bytes, start: int, name: str) -> str:
    """What is wrong, and on which line."""
    line = content.count(b"\n", 0, start) + 1
    return (
        f"Expected text in {name}, found bytes that are not, from line {line} on. "
        "Declare the source's encoding, text=Text(encoding=…), or write the file as UTF-8 and deliver it again."
    )


def _is_damaged(content: bytes) -> bool:
    """Whether it is UTF-8 with broken places, and not another encoding, in which hardly a letter would be right by chance."""
    text = content.decode("utf-8", errors="replace")
    n_broken = text.count("\ufffd")
    return sum(not c.isascii() for c in text) - n_broken > n_broken


def _half_zero(content: bytes) -> str:
    """UTF-16 without its mark: of western text every second byte is zero."""
    start = content[:1024]
    if len(start) >= 8 and start[1::2].count(0) > 0.8 * len(start[1::2]):
        return "utf-16-le"
    if len(start) >= 8 and start[::2].count(0) > 0.8 * len(start[::2]):
        return "utf-16-be"
    return ""
