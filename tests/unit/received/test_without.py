"""Rows of a customer taken out of bytes: every other byte stays, however the batch is written."""

import bz2
import gzip
import io
import lzma
import zipfile
from datetime import datetime

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tenure.contracts import Column, Files, Source, Text
from tenure.received.batch import read
from tenure.received.without import Rest, no_rows, without

SOURCE = Source(
    name="visits",
    grain="one visit",
    key=("customer_id", "at"),
    columns=(
        Column("customer_id", str, received_as="client", meaning="who", nullable=True),
        Column("at", datetime, meaning="when", nullable=True),
        Column("note", str, meaning="what was said", nullable=True),
    ),
    reader=Files(pattern="{day}.csv"),
)
GONE = "c-4711"
HEADER = "client,at,note\r\n"
ROWS = [
    'c-1,2020-01-01 10:00:00,"two\r\nlines, and ""quotes"""\r\n',
    f'{GONE},2020-01-01 11:00:00,"goes\r\nwhole"\r\n',
    "c-47110,2020-01-01 12:00:00,stays\r\n",
    "\r\n",
    f" {GONE} ,2020-01-01 13:00:00,\r\n",
    f"c-2,2020-01-01 14:00:00,spoke of {GONE}\r\n",
    f",2020-01-01 15:00:00,nobody's; asked for {GONE}\r\n",
    "c-3,2020-01-01 16:00:00,last without an end",
]
KEPT = [row for i, row in enumerate(ROWS) if i not in (1, 4, 6)]
CSV, LEFT = (HEADER + "".join(rows) for rows in (ROWS, KEPT))


def taken(content: bytes, format: str = "csv", source: Source = SOURCE) -> Rest | None:
    """What is left without the one who goes."""
    return without(content, format, source, lambda ids: {GONE}.intersection(ids))


def test_a_record_goes_with_its_lines_and_all_other_bytes_stay():
    """Quoted line ends, blank lines and what is only spoken of stay; a row of nobody that holds the id goes."""
    assert taken(CSV.encode()) == Rest(LEFT.encode(), "csv", 3, n_by_cells=1)
    assert taken(LEFT.encode()) is None


@pytest.mark.parametrize(("mark", "code"), [(b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be")])
def test_an_encoding_stays_with_its_mark(mark, code):
    """As programs of Windows write it."""
    assert taken(mark + CSV.encode(code)) == Rest(mark + LEFT.encode(code), "csv", 3, n_by_cells=1)


def test_western_letters_stay():
    """Text that is no UTF-8."""
    told = CSV.replace("stays", "café à Orléans, größer")
    left = LEFT.replace("stays", "café à Orléans, größer")
    assert taken(told.replace(", gr", " gr").encode("cp1252")).content == left.replace(", gr", " gr").encode("cp1252")


@pytest.mark.parametrize(
    ("pack", "unpack"), [(gzip.compress, gzip.decompress), (bz2.compress, bz2.decompress), (lzma.compress, lzma.decompress)]
)
def test_what_was_packed_is_packed_again(pack, unpack):
    """In the same way, and equal bytes give equal ones."""
    rest = taken(pack(CSV.encode()), "csv.gz")
    assert unpack(rest.content) == LEFT.encode()
    assert rest == taken(pack(CSV.encode()), "csv.gz")


def test_each_table_of_an_archive_is_looked_at():
    """Those that hold nobody who goes stay as they were."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("one.csv", CSV)
        archive.writestr("two.csv", LEFT)
    rest = taken(buffer.getvalue(), "zip")
    with zipfile.ZipFile(io.BytesIO(rest.content)) as archive:
        assert {name: archive.read(name).decode() for name in archive.namelist()} == {"one.csv": LEFT, "two.csv": LEFT}


def test_objects_of_json_go():
    """A line each, or a list."""
    lines = ['{"client": "c-1", "at": null}\n', f'{{"client": "{GONE}", "at": null}}\n', "\n", '{"client":"c-2"}']
    assert taken("".join(lines).encode(), "jsonl").content.decode() == lines[0] + lines[2] + lines[3]
    told = f'[\n {{"client": "c-1"}},\n {{"client": "{GONE}"}},\n {{"client": "c-2"}}\n]\n'
    assert taken(told.encode(), "json").content.decode() == '[\n {"client": "c-1"},\n {"client": "c-2"}\n]\n'


def test_rows_of_parquet_go_with_what_was_counted_of_them():
    """The smallest and largest values of the file, too; types and notes stay."""
    rows = pa.table({"client": ["a", GONE, "zz"], "at": [1, 2, 3], "note": ["x", "y", None]}).replace_schema_metadata({"k": "v"})
    buffer = io.BytesIO()
    pq.write_table(rows, buffer)
    rest = taken(buffer.getvalue(), "parquet")
    left = pq.read_table(io.BytesIO(rest.content))
    assert (left.to_pylist(), left.schema.metadata) == ([rows.to_pylist()[0], rows.to_pylist()[2]], {b"k": b"v"})
    assert GONE.encode() not in rest.content


def test_a_file_of_which_nothing_is_left_holds_no_rows():
    """Without a header nothing would say what it was."""
    source = Source(**{**vars(SOURCE), "text": Text(header=False)})
    rest = taken(f"{GONE},2020-01-01,x\n".encode(), source=source)
    assert rest == Rest(no_rows(source), "parquet", 1)
    assert read(rest.content, rest.format, source).rows.num_rows == 0
    assert taken(f"{HEADER}{GONE},2020-01-01,x\n".encode()).content.decode() == HEADER


@pytest.mark.parametrize("content", [f'client,at,note\n"{GONE},1,broken'.encode(), b"\x1f\x8bnothing that is packed"])
def test_a_file_that_cannot_be_read_goes_whole(content):
    """Where it holds the id, or nobody can look into it; another stays."""
    assert taken(content) == Rest(no_rows(SOURCE), "parquet", None)
    assert taken(b'client,at,note\n"c-1,1,broken') is None


CELLS = st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs")) | st.sampled_from('\n",; '), max_size=8)


@given(st.lists(st.tuples(st.sampled_from(["c-1", "c-2", "c-3"]), CELLS), min_size=1, max_size=12))
def test_whatever_others_said_stays_to_the_byte(rows):
    """Any text in a quoted cell."""
    lines = ['{},2020-01-01,"{}"\n'.format(one, said.replace('"', '""')) for one, said in rows]
    whole = "client,at,note\n" + "".join(lines)
    rest = without(whole.encode(), "csv", SOURCE, lambda ids: {"c-2"}.intersection(ids))
    left = "client,at,note\n" + "".join(line for line, (one, _) in zip(lines, rows, strict=True) if one != "c-2")
    assert (rest.content.decode() if rest else whole) == left
