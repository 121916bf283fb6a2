"""Whole files as they lie about: read as the tables that they are, or named as what they are, by both ways in."""

import bz2
import io
import json
import pickle
import tarfile
import zipfile
from dataclasses import replace

import pyarrow as pa
import pyarrow.feather
import pytest

from expectations.shape import breaks_of_shape
from tenure.errors import SourceError
from tenure.proposing.looking import see
from tenure.received.batch import n_rows_of, read
from tenure.received.opened import Unreadable
from tests.unit.received.test_reading import PLAIN, ROWS, SHOP, cells_of, packed

HEADER, BODY = PLAIN.split("\n", 1)
OBJECTS = [dict(zip(HEADER.split(","), line.split(","), strict=True)) for line in BODY.splitlines()]


def zipped(**files: str) -> bytes:
    """A ZIP of several files."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, text in files.items():
            archive.writestr(name.replace("_", "."), text)
    return buffer.getvalue()


def tarred() -> bytes:
    """A packed tar archive of one file."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz") as archive:
        info = tarfile.TarInfo("orders.csv")
        info.size = len(PLAIN)
        archive.addfile(info, io.BytesIO(PLAIN.encode()))
    return buffer.getvalue()


def feather() -> bytes:
    """A file of Arrow."""
    buffer = io.BytesIO()
    pyarrow.feather.write_feather(pa.table({"order_id": ["A1"]}), buffer)
    return buffer.getvalue()


SAME: dict[str, bytes] = {
    "Excel's line for tabs": b"sep=\t\n" + PLAIN.replace(",", "\t").encode(),
    "Excel's line with BOM and CRLF": b"\xef\xbb\xbfsep=;\r\n" + PLAIN.replace(",", ";").replace("\n", "\r\n").encode(),
    "Excel's line with CR alone": b"sep=;\r" + PLAIN.replace(",", ";").replace("\n", "\r").encode(),
    "a header that is a comment": b"#" + PLAIN.encode(),
    "comments after the header": f"{HEADER}\n# exported, by a till\n{BODY}# 2 rows\n".encode(),
    "blank lines first": b"\n\n" + PLAIN.encode(),
    "lines of separators first": b",,,,\n" + PLAIN.encode(),
    "UTF-16, big end first": b"\xfe\xff" + PLAIN.encode("utf-16-be"),
    "a list of JSON": json.dumps(OBJECTS).encode(),
    "a list of JSON over lines": json.dumps(OBJECTS, indent=2).encode(),
    "JSON in UTF-16": json.dumps(OBJECTS).encode("utf-16"),
    "JSON with a BOM": b"\xef\xbb\xbf" + json.dumps(OBJECTS).encode(),
    "a ZIP of two files": zipped(a_csv=f"{HEADER}\n{BODY.splitlines()[0]}\n", b_csv=f"{HEADER}\n{BODY.splitlines()[1]}\n"),
}


@pytest.mark.parametrize("name", SAME)
def test_a_table_is_found_in_its_file(name: str) -> None:
    """Where it is declared, and where init looks."""
    found = read(SAME[name], "csv", SHOP)

    assert cells_of(found) == ROWS
    assert see([(SAME[name], "csv")]).rows.num_rows == len(ROWS)


def test_an_id_that_begins_as_a_comment_is_an_id() -> None:
    """Shops number their orders so; a line of them that was cut short is a broken row, and no comment."""
    content = f"{HEADER}\n#{BODY.replace(chr(10) + 'A2', chr(10) + '#A2')}#A3,9\n".encode()

    found = read(content, "csv", SHOP)

    assert [row[0] for row in cells_of(found)] == ["#A1", "#A2", "#A3"]
    assert (found.fits.to_pylist(), found.said) == ([True, True, False], ())
    assert [n_rows_of(each, "csv", SHOP.text) for each in (content, SAME["comments after the header"])] == [3, 2]

    # Also where every one of them is broken.
    found = read(f"{HEADER}\n#1,9\n#2,8\n".encode(), "csv", SHOP)
    assert (found.fits.to_pylist(), found.said) == ([False, False], ())


REFUSED: dict[str, tuple[bytes, str]] = {
    "a page in UTF-16": ("<!DOCTYPE html><html>Sign in</html>".encode("utf-16"), r"found a web page \(HTML\)"),
    "a page after a comment": (b"<!-- 1 -->\n<html></html>", r"found a web page \(HTML\)"),
    "a spreadsheet of OpenDocument": (packed("content.xml"), r"found a spreadsheet of OpenDocument \(.ods\)"),
    "an empty ZIP": (zipped(), "found an empty one"),
    "half a ZIP": (packed("orders.csv")[:60], "Expected a whole ZIP file"),
    "half a bzip2": (bz2.compress(PLAIN.encode())[:30], "Expected a whole bzip2 file"),
    "a tar archive": (tarred(), "found a tar archive"),
    "a RAR archive": (b"Rar!\x1a\x07\x00xxxx", "found a RAR archive"),
    "a 7-Zip archive": (b"7z\xbc\xaf\x27\x1cxxxx", "found a 7-Zip archive"),
    "an Arrow file": (feather(), "found an Arrow or Feather file"),
    "an HDF5 file": (b"\x89HDF\r\n\x1a\nxxxx", "found an HDF5 file"),
    "a Stata file": (b"<stata_dta><header></header>", "found a Stata file"),
    "a picture": (b"\x89PNG\r\n\x1a\n\x00\x00", "found a picture"),
    "a text document": (b"{\\rtf1\\ansi Orders}", "found an RTF document"),
    "a pointer": (b"version https://git-lfs.github.com/spec/v1\noid sha256:a\nsize 1\n", "what Git LFS writes in place"),
    "a pickle": (pickle.dumps({"order_id": ["A1"]}), "found bytes that are no text"),
    "wrapped JSON": (json.dumps({"data": OBJECTS}).encode(), "found values within values in row 1. Deliver a list of rows"),
    "JSON by columns": (b'{"order_id": ["A1"], "paid": [2.55]}', "found values within values in row 1"),
    "JSON of lists": (b'[["order_id", "paid"], ["A1", 2.55]]', "found no object in row 1"),
    "a title": (b"Orders of December\n" + PLAIN.encode(), "found it on line 2, with other text before it"),
    "a comment of another kind": (b"// exported\n" + PLAIN.encode(), "found it on line 2, with other text before it"),
    "an open quote": (b'"order_id,paid\nA1,2\n', "cannot be split into fields"),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
def test_a_file_that_is_no_table_is_named(name: str) -> None:
    """In the same words where it is declared and where init looks."""
    content, words = REFUSED[name]

    with pytest.raises(Unreadable, match=words):
        read(content, "csv", SHOP)
    with pytest.raises(SourceError, match=words):
        see([(content, "csv")])


BROKEN: dict[str, tuple[bytes, str]] = {
    "an error in JSON": (b'{"error": "Unauthorized"}', "are these the rows, or a message in their place?"),
    "an error in JSON over lines": (b'{\n  "error": "Unauthorized",\n  "code": 401\n}', "are these the rows, or a message"),
    "an error in words": (b"Error 500: internal server error\n", "on its only line: is it a message in place of the table?"),
    "another separator": (PLAIN.replace(",", "^").encode(), r"declare it: text=Text(separator=…)"),
    "a name of its own": (PLAIN.replace("paid", "Preis (€)").encode(), "Column 'Preis (€)' is not in the contract"),
    "names twice": (PLAIN.replace("items", "paid").encode(), "Column 'paid' is there 2 times"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_file_with_other_columns_says_which(name: str) -> None:
    """Without a value of the file."""
    content, words = BROKEN[name]

    reasons = " ".join(breaks_of_shape(SHOP, read(content, "csv", SHOP)))

    assert words in reasons
    assert "Unauthorized" not in reasons


@pytest.mark.parametrize("content", [HEADER.encode() + b"\n", b"[]", HEADER.replace(",", ";").encode()])
def test_a_table_without_rows_is_one(content: bytes) -> None:
    """How many rows a day has at least is the contract's to say."""
    found = read(content, "csv", SHOP)

    assert (found.rows.num_rows, breaks_of_shape(SHOP, found)) == (0, ())


def test_a_name_is_found_whatever_shows_nothing_in_it() -> None:
    """Blanks of any width, marks of the encoding and soft hyphens are no part of a column's name; neither is its case."""
    names = ["\ufeff Order_ID", "customer\u200b_id", "Paid\u00a0", "ITEMS", "ordered\u00ad_at"]
    source = replace(SHOP, columns=(*SHOP.columns[:2], replace(SHOP.columns[2], received_as="amount paid"), *SHOP.columns[3:]))

    found = read("\n".join([",".join(names), BODY]).encode(), "csv", SHOP)

    assert cells_of(found) == ROWS
    assert found.said == ("names of columns but for case and blanks",)
    header = HEADER.replace("paid", "Amount\u00a0 paid")
    assert cells_of(read(f"{header}\n{BODY}".encode(), "csv", source), source) == ROWS
