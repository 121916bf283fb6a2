"""How a batch is written is found, said, and never guessed; what is no table is named as what it is."""

import bz2
import gzip
import io
import lzma
import zipfile
from dataclasses import replace
from datetime import datetime

import duckdb
import pytest

from expectations.typed_rows import make_typed, register
from tenure.contracts import Files, PersonalData, Source, Text, columns_of
from tenure.errors import SpecError
from tenure.received.batch import Received, read
from tenure.received.opened import Unreadable
from tests.unit.expectations.verdicts import KEY

SHOP = Source(
    name="orders",
    grain="one order",
    key=("order_id",),
    reader=Files(pattern="/orders/{day}.csv"),
    columns=columns_of(
        "orders",
        """
        order_id     text    pseudonym  order
        customer_id  text?   pseudonym  customer; empty for guests
        paid         number  behaviour  what was paid
        items        whole   behaviour  items bought
        ordered_at   time    behaviour  when
        """,
    ),
)
PLAIN = "order_id,customer_id,paid,items,ordered_at\nA1,7,2.55,1,2010-12-13 08:26\nA2,8,1000,2000,2010-12-13 09:00\n"
ROWS = [("A1", "7", 2.55, 1, datetime(2010, 12, 13, 8, 26)), ("A2", "8", 1000.0, 2000, datetime(2010, 12, 13, 9))]  # noqa: DTZ001


def cells_of(received: Received, source: Source = SHOP) -> list[tuple[object, ...]]:
    """The rows in the contract's types."""
    with duckdb.connect() as connection:
        connection.execute("SET TimeZone = 'UTC'")
        make_typed(connection, source, register(connection, source, {KEY: received}), set())
        names = ", ".join(f'"{column.name}"' for column in source.columns)
        return connection.execute(f"SELECT {names} FROM typed ORDER BY row_number").fetchall()


def packed(name: str) -> bytes:
    """A ZIP of one file, as a mailed export is."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr(name, PLAIN)
    return buffer.getvalue()


def lines(*written: str, header: str = "order_id,customer_id,paid,items,ordered_at") -> bytes:
    """A file of lines."""
    return ("\n".join((header, *written)) + "\n").encode()


SAME: dict[str, tuple[bytes, str]] = {
    "plain": (PLAIN.encode(), ""),
    "BOM and CRLF": (b"\xef\xbb\xbf" + PLAIN.replace("\n", "\r\n").encode(), ""),
    "CR alone": (PLAIN.replace("\n", "\r").encode(), ""),
    "UTF-16": (PLAIN.encode("utf-16"), "UTF-16"),
    "UTF-16 without its mark": (PLAIN.encode("utf-16-le"), "UTF-16"),
    "gzip": (gzip.compress(PLAIN.encode()), "gzip"),
    "bzip2": (bz2.compress(PLAIN.encode()), "bzip2"),
    "xz": (lzma.compress(PLAIN.encode()), "xz"),
    "ZIP": (packed("orders.csv"), "ZIP"),
    "semicolons and decimal commas": (PLAIN.replace(",", ";").replace(".", ",").encode(), "semicolons, numbers with a decimal"),
    "tabs": (PLAIN.replace(",", "\t").encode(), "tabs"),
    "bars": (PLAIN.replace(",", "|").encode(), "bars"),
    "Excel's own line": (b"sep=;\n" + PLAIN.replace(",", ";").encode(), "semicolons, without 1 line before the header"),
    "comments": (b"# exported\n# by a till\n" + PLAIN.encode(), "without 2 lines before the header"),
    "header in another case": (PLAIN.replace("order_id,", "ORDER_ID,").encode(), "but for case and blanks"),
    "blanks after commas": (PLAIN.replace(",", ", ").encode(), ""),
    "pandas index": (b",".join((b"", PLAIN.encode())).replace(b"\nA1", b"\n4,A1").replace(b"\nA2", b"\n9,A2"), "the index"),
    "a separator at the end": (PLAIN.replace("\n", ",\n").encode(), "the last column, which has no name"),
    "single quotes": (
        lines("'A1','7','2.55','1','2010-12-13 08:26'", "'A2','8','1000','2000','2010-12-13 09:00'",
              header="'order_id','customer_id','paid','items','ordered_at'"), "",
    ),
    "day first": (lines("A1,7,2.55,1,13/12/2010 08:26", "A2,8,1000,2000,13/12/2010 9:00"), "times as %d/%m/%Y %H:%M"),
    "month first": (lines("A1,7,2.55,1,12/13/2010 8:26 AM", "A2,8,1000,2000,12/13/2010 9:00 AM"), "times as %m/%d/%Y %I:%M %p"),
    "digits run together": (lines("A1,7,2.55,1,20101213082600", "A2,8,1000,2000,20101213090000"), "times as %Y%m%d%H%M%S"),
    "a month's name": (lines("A1,7,2.55,1,13 Dec 2010 08:26", "A2,8,1000,2000,13 Dec 2010 09:00"), "times as %d %b %Y %H:%M"),
    "a month's whole name": (
        lines('A1,7,2.55,1,"December 13, 2010 8:26 AM"', 'A2,8,1000,2000,"December 13, 2010 9:00 AM"'),
        "times as %B %d, %Y %I:%M %p",
    ),
    "thousands": (lines('A1,7,2.55,1,2010-12-13 08:26', 'A2,8,"1,000.00","2,000",2010-12-13 09:00'), "thousands apart by ','"),
    "pounds": (lines("A1,7,£2.55,1,2010-12-13 08:26", "A2,8,£1000,2000,2010-12-13 09:00"), "without their currency's sign"),
    "ids as pandas writes them": (lines("A1,7.0,2.55,1,2010-12-13 08:26", "A2,8.0,1000,2000,2010-12-13 09:00"), "of zero"),
    "JSON lines": (
        b'{"order_id":"A1","customer_id":7,"paid":2.55,"items":1,"ordered_at":"2010-12-13T08:26:00"}\n'
        b'{"order_id":"A2","customer_id":"8","paid":1000,"items":2000,"ordered_at":"2010-12-13T09:00:00Z"}\n', "JSON",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", SAME)
def test_the_same_rows_are_read_however_they_are_written(name: str) -> None:
    """What was found is said."""
    content, said = SAME[name]

    received = read(content, "csv", SHOP)

    expected = ROWS if name != "thousands" else [ROWS[0], (*ROWS[1][:3], None, ROWS[1][4])]
    assert cells_of(received) == expected
    assert said in ", ".join(received.said)
    assert bool(said) == bool(received.said)


def test_windows_text_is_read_and_said() -> None:
    """One pound sign or accent in an export of Windows costs nothing."""
    received = read("order_id,customer_id,paid,items,ordered_at\nCafé £,7,1,1,2010-12-13\n".encode("windows-1252"), "csv", SHOP)

    assert (cells_of(received)[0][0], received.said) == ("Café £", ("Windows-1252",))


def test_text_without_a_header_is_taken_in_the_contracts_order() -> None:
    """As the owner says; any number of blanks may stand between fields."""
    source = replace(SHOP, text=Text(header=False))

    received = read(b" A1  7   2.55     1  20101213\n A2 8  1000  2000 20101214\n", "txt", source)

    assert [row[:4] for row in cells_of(received, source)] == [row[:4] for row in ROWS]
    assert received.said == ("blanks", "times as %Y%m%d")


# What cannot be told apart is null, and told with a masked example.
TOLD = {
    "day or month": ("paid", lines("A1,7,2.5,1,01/02/2010"), "ordered_at", "99/99/9999, in which day and month cannot be told"),
    "both": ("paid", lines("A1,7,2.5,1,13/02/2010", "A2,7,2.5,1,02/13/2010"), "ordered_at", "some with the day first and some"),
    "two digits of a year": ("paid", lines("A1,7,2.5,1,13/12/10"), "ordered_at", "found such as 99/99/99. Declare"),
    "seconds": ("paid", lines("A1,7,2.5,1,1291191960"), "ordered_at", "a count since 1970? Declare the column as whole"),
    "words": ("paid", lines("A1,7,2.5,1,yesterday"), "ordered_at", "found such as aaaaaaaaa"),
    "thousands or decimals": (
        "ordered_at",
        lines('A1,7,"1,000",1,2010-12-13'),
        "paid",
        "such as 9,999, in which the sign may mark",
    ),
}


@pytest.mark.parametrize("name", TOLD)
def test_what_may_mean_two_things_is_told_and_not_guessed(name: str) -> None:
    """With the format expected, and what was found without a customer's value."""
    other, content, column, words = TOLD[name]

    received = read(content, "csv", SHOP)

    row = dict(zip([c.name for c in SHOP.columns], cells_of(received)[0], strict=True))
    assert (row[column], row[other] is None) == (None, False)
    assert words in received.told[column]


REFUSED = {
    "nothing": (b"", "The file is empty: it has 0 bytes"),
    "a web page": (b"<!DOCTYPE html><html><body>Sign in</body></html>", r"found a web page \(HTML\)"),
    "a table as a page": (b"<table><tr><td>order_id</td></tr></table>", r"found a web page \(HTML\)"),
    "XML": (b'<?xml version="1.0"?><rows/>', "found an XML document"),
    "a PDF": (b"%PDF-1.7 ...", "found a PDF"),
    "an old workbook": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", r"an old Excel workbook \(.xls\)"),
    "a workbook": (packed("[Content_Types].xml"), r"found an Excel workbook \(.xlsx\)"),
    "bytes": (b"ab\x00\x01\x02cd,ef\n", "found bytes that are no text"),
    "broken gzip": (gzip.compress(PLAIN.encode())[:40], "Expected a whole gzip file"),
    "broken UTF-8": (
        "order_id\né\né\né\n".encode() + b"\xff\n",
        "Expected text in UTF-8, found bytes that are not, from line 5 on",
    ),
    "a title": (b"Orders of December\n" + PLAIN.encode(), "Expected the header on the first line, found it on line 2"),
    "nested JSON": (b'{"order_id": {"a": 1}}\n', "found values within values in row 1"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_no_table_is_named_as_what_it_is(name: str) -> None:
    """Whatever its name ends in."""
    content, words = REFUSED[name]

    with pytest.raises(Unreadable, match=words):
        read(content, "csv", SHOP)


def test_a_word_for_nothing_that_the_contract_allows_is_a_value() -> None:
    """Somebody may sell a product named None."""
    columns = (replace(SHOP.columns[1], allowed=("None", "7")), *(c for c in SHOP.columns if c.name != "customer_id"))

    rows = cells_of(read(lines("A1,None,1,1,2010-12-13"), "csv", replace(SHOP, columns=columns)), replace(SHOP, columns=columns))

    assert rows[0][0] == "None"


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"encoding": "latin-99"}, "There is no encoding 'latin-99'"),
        ({"separator": ";;"}, "expected one character"),
        ({"decimal": "'"}, "The decimal of a text"),
        ({"thousands": ",", "decimal": ","}, "Thousands and decimals are both marked by ','"),
        ({"times": "dd/mm/yyyy"}, 'such as "%d/%m/%Y %H:%M"'),
    ],
)
def test_what_no_text_can_be_read_by_is_refused(changes: dict[str, str], words: str) -> None:
    """Where it is declared."""
    with pytest.raises(SpecError, match=words):
        Text(**changes)  # type: ignore[arg-type]


def test_a_table_of_columns_says_which_line_is_wrong() -> None:
    """Every wrong line, with what was expected."""
    with pytest.raises(SpecError) as raised:
        columns_of("orders", "\n a  txt  none  what\n b  text  sudonym  who\n c  text\n d  number[0..5]  none  fine\n")

    words = str(raised.value)
    assert "line 2 (a): There is no type 'txt' (did you mean 'text'?)" in words
    assert "line 3 (b): Nothing is personal as 'sudonym' (did you mean 'pseudonym'?)" in words
    assert "line 4 (c): Expected a name, a type" in words
    assert "line 5" not in words


def test_a_table_of_columns_holds_what_a_column_may() -> None:
    """The company's own name, bounds, values allowed, and whether it may be empty."""
    first, second, third = columns_of(
        "s",
        """
        spend=sales_value  number[-0.5..1e3]  behaviour  what was paid
        channel="Sold by"  text{shop|web}?    none       where
        n                  whole[0..]         none       how many
        """,
    )

    assert (first.source_name, first.bounds, first.personal) == ("sales_value", (-0.5, 1000.0), PersonalData.BEHAVIOUR)
    assert (second.source_name, second.allowed, second.nullable) == ("Sold by", ("shop", "web"), True)
    assert (third.minimum, third.maximum) == (0.0, None)
