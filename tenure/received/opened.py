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


_ZIP = (b"PK\x03\x04", b"PK\x05\x06")
_MARKS = (
    (b"\x1f\x8b", "gzip"),
    (b"BZh", "bzip2"),
    (b"\xfd7zXZ\x00", "xz"),
    (b"\x28\xb5\x2f\xfd", "zstd"),
    (_ZIP, "ZIP"),
)
_OTHERS = (
    (b"\xd0\xcf\x11\xe0", "an old Excel workbook (.xls)"),
    (b"%PDF", "a PDF"),
    (b"SQLite format 3", "an SQLite database"),
    (b"ORC", "an ORC file"),
    (b"Obj\x01", "an Avro file"),
    ((b"ARROW1", b"FEA1"), "an Arrow or Feather file"),
    (b"\x89HDF", "an HDF5 file"),
    ((b"$FL2", b"$FL3"), "an SPSS file"),
    (b"<stata_dta>", "a Stata file"),
    (b"7z\xbc\xaf\x27\x1c", "a 7-Zip archive"),
    (b"Rar!", "a RAR archive"),
    (b"\x04\x22\x4d\x18", "an LZ4 file"),
    ((b"\x89PNG", b"\xff\xd8\xff", b"GIF8"), "a picture"),
    (b"{\\rtf", "an RTF document"),
    (b"%!PS", "a PostScript document"),
    (b"version https://git-lfs", "what Git LFS writes in place of a file"),
)
_DEEP = 3
# What a ZIP holds that is a document of a program.
_DOCUMENTS = (
    ("[Content_Types].xml", "an Excel workbook (.xlsx). Save the sheet as CSV UTF-8."),
    ("content.xml", "a spreadsheet of OpenDocument (.ods). Save the sheet as CSV UTF-8."),
)
_TAR, _TAR_AT = b"ustar", 257


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
    if not content.startswith(_ZIP):
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
    for name, what in _DOCUMENTS:
        if name in names:
            raise Unreadable(f"Expected a table as text or Parquet, found {what}")
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
    except (OSError, EOFError, ValueError, zlib.error, lzma.LZMAError, zipfile.BadZipFile, pa.ArrowException, RuntimeError):
        raise Unreadable(
            f"Expected a whole {how} file, found {len(content)} bytes that cannot be unpacked: it is damaged, truncated or "
            "locked by a password. Deliver it again."
        ) from None


def _only_file(content: bytes) -> bytes:
    """The one file in a ZIP."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        names = _tables_in(archive)
        if len(names) != 1:
            found = f"{len(names)} files in it" if names else "an empty one"
            raise Unreadable(f"Expected a ZIP file with a table in it, found {found}. Deliver it again.")
        return archive.read(names[0])


def _kind(content: bytes, format: str) -> Kind:
    """The kind of unpacked bytes."""
    if content[:4] == b"PAR1" or format.endswith("parquet"):
        return Kind.PARQUET
    other = next((what for mark, what in _OTHERS if content.startswith(mark)), None)
    if content[_TAR_AT:].startswith(_TAR):
        other = "a tar archive"
    start = _start(content)
    if other is None and start[:1] == b"<":
        is_page = any(mark in start.lower() for mark in (b"<html", b"<!doctype html", b"<table", b"<body"))
        other = (
            "a web page (HTML): a page of a login, or a table that a program exported as one" if is_page else "an XML document"
        )
    if other is not None:
        raise Unreadable(f"Expected a table as text or Parquet, found {other}. Deliver the table itself.")
    if any(format.startswith(kind) for kind in ("json", "ndjson")) or _is_json(start):
        return Kind.JSON
    return Kind.TEXT


def _start(content: bytes) -> bytes:
    """How text begins, without blanks and the mark of its encoding; of UTF-16 as UTF-8."""
    start = content[:4096]
    wide = {0: "utf-16-be", 1: "utf-16-le"}
    for mark, encoding in ((b"\xfe\xff", wide[0]), (b"\xff\xfe", wide[1])):
        if start.startswith(mark):
            start = start[2:].decode(encoding, errors="ignore").encode()
    for zero, encoding in wide.items():
        if len(start) > 3 and start[zero] == start[zero + 2] == 0 and start[1 - zero]:
            start = start.decode(encoding, errors="ignore").encode()
    return start[:2048].lstrip(b"\xef\xbb\xbf \t\r\n")


def _is_json(start: bytes) -> bool:
    """Whether text begins as JSON does: an object, whole or on the first line, or a list."""
    first = start.split(b"\n", 1)[0].strip()
    if first.startswith(b"{"):
        try:
            return isinstance(json.loads(first), dict)
        except ValueError:
            return first == b"{" or (len(start) >= 2000 and b'":' in first)
    # A name in brackets is a column's, as one database writes it.
    return first.startswith(b"[") and (start[1:].lstrip()[:1] in (b"{", b"]", b"[") or first == b"[")
