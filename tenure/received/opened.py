"""What bytes are: a table that can be read, packed or not, or something else, which is named as what it is."""

import bz2
import gzip
import io
import json
import lzma
import zipfile
import zlib
from dataclasses import dataclass
from enum import StrEnum

import pyarrow as pa


class Kind(StrEnum):
    """How rows stand in bytes."""

    PARQUET = "Parquet"
    JSON = "JSON"
    TEXT = "text"


class Unreadable(Exception):  # noqa: N818 - a verdict on a batch, not an error of ours
    """A batch that cannot be read; the message is the reason. It never leaves those who judge: it becomes a verdict."""


@dataclass(frozen=True)
class Opened:
    """Unpacked bytes, their kind, and how they were packed, in words."""

    content: bytes
    kind: Kind
    packed: tuple[str, ...] = ()


_MARKS = (
    (b"\x1f\x8b", "gzip"),
    (b"BZh", "bzip2"),
    (b"\xfd7zXZ\x00", "xz"),
    (b"\x28\xb5\x2f\xfd", "zstd"),
    (b"PK\x03\x04", "ZIP"),
)
_OTHERS = (
    (b"\xd0\xcf\x11\xe0", "an old Excel workbook (.xls)"),
    (b"%PDF", "a PDF"),
    (b"SQLite format 3", "an SQLite database"),
    (b"ORC", "an ORC file"),
    (b"Obj\x01", "an Avro file"),
)
_DEEP = 3


def opened(content: bytes, format: str) -> Opened:
    """Unpack a batch, and say what it is; its name only decides where its bytes leave it open.

    Raises
    ------
    Unreadable: for nothing at all, and for what is no table.
    """
    packed: list[str] = []
    for _ in range(_DEEP):
        how = next((name for mark, name in _MARKS if content.startswith(mark)), None)
        if how is None:
            break
        packed.append(how)
        content = _unpacked(content, how)
    if not content:
        raise Unreadable("The file is empty: it has 0 bytes, not even a header. Deliver it again.")
    return Opened(content, _kind(content, format), tuple(packed))


def members(content: bytes) -> dict[str, bytes]:
    """The files in a ZIP of several tables, by name; nothing for whatever else it is."""
    if not content.startswith(b"PK\x03\x04"):
        return {}
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            names = _tables_in(archive)
            return {name: archive.read(name) for name in sorted(names)} if len(names) > 1 else {}
    except (zipfile.BadZipFile, RuntimeError, zlib.error, OSError, EOFError):
        return {}


def _tables_in(archive: zipfile.ZipFile) -> list[str]:
    """The names of what may be tables; a workbook is refused by its name."""
    names = [info.filename for info in archive.infolist() if not info.is_dir() and not info.filename.startswith("__MACOSX/")]
    if "[Content_Types].xml" in names:
        raise Unreadable("Expected a table as text or Parquet, found an Excel workbook (.xlsx). Save the sheet as CSV UTF-8.")
    return names


def _unpacked(content: bytes, how: str) -> bytes:
    """One layer of packing taken off."""
    try:
        match how:
            case "gzip":
                return gzip.decompress(content)
            case "bzip2":
                return bz2.decompress(content)
            case "xz":
                return lzma.decompress(content)
            case "zstd":
                return bytes(pa.CompressedInputStream(pa.BufferReader(content), "zstd").read())
            case _:
                return _only_file(content)
    except (OSError, EOFError, zlib.error, lzma.LZMAError, zipfile.BadZipFile, pa.ArrowException, RuntimeError):
        raise Unreadable(
            f"Expected a whole {how} file, found {len(content)} bytes that cannot be unpacked: it is damaged, truncated or "
            "locked by a password. Deliver it again."
        ) from None


def _only_file(content: bytes) -> bytes:
    """The one file in a ZIP."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        names = _tables_in(archive)
        if len(names) != 1:
            raise Unreadable("Expected a ZIP file with a table in it, found an empty one. Deliver it again.")
        return archive.read(names[0])


def _kind(content: bytes, format: str) -> Kind:
    """The kind of unpacked bytes."""
    if content[:4] == b"PAR1" or format.endswith("parquet"):
        return Kind.PARQUET
    other = next((what for mark, what in _OTHERS if content.startswith(mark)), None)
    start = content[:2048].lstrip(b"\xef\xbb\xbf \t\r\n")
    if start[:1] == b"<":
        is_page = any(mark in start.lower() for mark in (b"<html", b"<!doctype html", b"<table", b"<body"))
        other = (
            "a web page (HTML): a page of a login, or a table that a program exported as one" if is_page else "an XML document"
        )
    if other is not None:
        raise Unreadable(f"Expected a table as text or Parquet, found {other}. Deliver the table itself.")
    if any(format.startswith(kind) for kind in ("json", "ndjson")) or _is_json(start):
        return Kind.JSON
    return Kind.TEXT


def _is_json(start: bytes) -> bool:
    """Whether text begins as JSON does: an object on the first line, or a list of them."""
    first = start.split(b"\n", 1)[0].strip()
    if first.startswith(b"{"):
        try:
            return isinstance(json.loads(first), dict)
        except ValueError:
            return len(start) >= 2000 and b'":' in first
    return first.startswith(b"[") and start[1:].lstrip().startswith(b"{")
