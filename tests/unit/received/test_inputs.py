"""What lies in a file, and what arrives: one table for each kind of cell, by both ways in.

A source that is declared reads each of these, and `tenure init` sees the same. What may mean two things, or nothing that is
known, is left unread and told. Ids are `test_ids.py`'s, and how whole files are written `test_shapes_of_files.py`'s.
"""

import io
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, time

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tenure.contracts import Files, Source, Text, columns_of
from tenure.proposing.looking import see
from tenure.received.batch import Received, read
from tests.unit.received.test_reading import SHOP, cells_of


def at(*parts: int) -> datetime:
    """A moment in UTC, without its zone."""
    return datetime(*parts)  # type: ignore[arg-type]  # noqa: DTZ001


def table_of(cases: Sequence[Sequence[str]], kind: str, name: str) -> tuple[Source, bytes]:
    """A source with a column for each case, and its file: to read one table takes as long as to read a cell."""
    personal = "pseudonym" if name.endswith("_id") else "behaviour"
    columns = "".join(f"\n{name.format(i)}  {kind}?  {personal}  a case" for i in range(len(cases)))
    source = Source(
        name="cases",
        grain="a row",
        key=("place",),
        event_time="on",
        reader=Files(pattern="/cases/{day}.csv"),
        columns=columns_of("cases", f"place  text  none  where\non  day  none  when{columns}"),
    )
    n = max(len(cells) for cells in cases)
    rows = [[str(i), "2010-12-13", *(cells[i] if i < len(cells) else "" for cells in cases)] for i in range(n)]
    lines = [",".join('"' + cell.replace('"', '""') + '"' for cell in row) for row in [[c.name for c in source.columns], *rows]]
    return source, "\n".join([*lines, ""]).encode()


def as_parquet(rows: pa.Table) -> bytes:
    """A file of Parquet, in which text is text."""
    buffer = io.BytesIO()
    pq.write_table(rows, buffer)
    return buffer.getvalue()


def read_in_all_ways(cases: Sequence[Sequence[str]], kind: str, name: str) -> list[list[list[object]]]:
    """The values of each case: where a source is declared, in a column of text of a Parquet file, and where init looks."""
    source, content = table_of(cases, kind, name)
    received = read(content, "csv", source)
    declared = [cells_of(received, source), cells_of(read(as_parquet(received.rows), "parquet", source), source)]
    seen = see([(content, "csv")]).rows.select([column.name for column in source.columns])
    ways = [*declared, list(zip(*(seen[name].to_pylist() for name in seen.column_names), strict=True))]
    return [[[row[2 + i] for row in rows][: len(cells)] for rows in ways] for i, cells in enumerate(cases)]


def told(cases: Sequence[str], kind: str, name: str) -> list[tuple[object, str]]:
    """What is read of each cell, and what is told of its column."""
    source, content = table_of([(cell,) for cell in cases], kind, name)
    received = read(content, "csv", source)
    (row,) = cells_of(received, source)
    return [(value, received.told.get(column.name, "")) for value, column in zip(row[2:], source.columns[2:], strict=True)]


def arrived(column: str, received: Received, source: Source = SHOP) -> list[object]:
    """The values of a column of the shop's."""
    place = [c.name for c in source.columns].index(column)
    return [row[place] for row in cells_of(received, source)]


# Cells of a column of numbers with a fraction, and their values.
NUMBERS: list[tuple[tuple[str, ...], tuple[float, ...]]] = [
    (("2,55", "1000,00"), (2.55, 1000)),
    (("2,5", "7", "1000"), (2.5, 7, 1000)),
    (("0,125", "2"), (0.125, 2)),
    (("1,000.00", "2.55"), (1000, 2.55)),
    (("1.000,00", "2,55"), (1000, 2.55)),
    (("1 000,00", "2,55"), (1000, 2.55)),
    (("1\u00a0000,00", "2,55"), (1000, 2.55)),
    (("1\u202f000,00", "2,55"), (1000, 2.55)),
    (("1'000.00", "2.55"), (1000, 2.55)),
    (("1\u2019000.00", "2.55"), (1000, 2.55)),
    (("1,00,000.00", "2.55"), (100000, 2.55)),
    (("1,000,000", "2,500,000"), (1e6, 2.5e6)),
    (("1.000.000", "2.500.000"), (1e6, 2.5e6)),
    (("£2.55", "£1"), (2.55, 1)),
    (("-£2.55", "£-1.00"), (-2.55, -1)),
    (("2,55 €", "1.000,00 €"), (2.55, 1000)),
    (("(2.55)", "1.00"), (-2.55, 1)),
    (("(£2.55)", "£(1.25)", "£1.00"), (-2.55, -1.25, 1)),
    (("2.55-", "1.00"), (-2.55, 1)),
    (("1.000,25-", "2,00"), (-1000.25, 2)),
    (("\u22122.55", "\u20131.25"), (-2.55, -1.25)),
    (("+2.55", ".5", "5."), (2.55, 0.5, 5)),
    (("1.5E3", "2.5e2"), (1500, 250)),
    (("\t2.55", "\u00a01.25\u00a0", "3.5\u200b", "\ufeff4.5"), (2.55, 1.25, 3.5, 4.5)),
    (('="2.55"', "1.25"), (2.55, 1.25)),
    (("2.55 GBP", "-1 GBP"), (2.55, -1)),
    (("GBP 2.55", "GBP1,000.00", "(GBP 3.00)"), (2.55, 1000, -3)),
    (("2,55 EUR", "1.000,00 EUR"), (2.55, 1000)),
    (("US$ 2.55", "-US$1.25"), (2.55, -1.25)),
    (("2,50 kr", "1 000,00 kr"), (2.5, 1000)),
    (("Rs. 100", "Rs 200"), (100, 200)),
    (("R$ 2,55", "R$ 1.000,00-"), (2.55, -1000)),
    (("CHF 1'000.00", "CHF 2.55"), (1000, 2.55)),
    (("12%", "2.3%", "0%", "0", "-5 %", "100%"), (0.12, 0.023, 0, 0, -0.05, 1)),
    (("12,5 %", "7 %", "1.000,5 %"), (0.125, 0.07, 10.005)),
    (("(12%)", "3%"), (-0.12, 0.03)),
]  # fmt: skip
# Cells of a column of moments; ISO 8601 as it is, all else as its cells prove.
TIMES: list[tuple[tuple[str, ...], tuple[datetime, ...]]] = [
    (("2010/12/13 08:26", "2010-1-3 8:26"), (at(2010, 12, 13, 8, 26), at(2010, 1, 3, 8, 26))),
    (("01/12/2010 08:26", "13/12/2010 9:00"), (at(2010, 12, 1, 8, 26), at(2010, 12, 13, 9))),
    (("12/01/2010 08:26", "12/13/2010 9:00"), (at(2010, 12, 1, 8, 26), at(2010, 12, 13, 9))),
    (("13.12.2010 08:26", "1.2.2010 08:26"), (at(2010, 12, 13, 8, 26), at(2010, 2, 1, 8, 26))),
    (("2010.12.13 08:26",), (at(2010, 12, 13, 8, 26),)),
    (("20101201",), (at(2010, 12, 1),)),
    (("20101201 0826", "20101201 2359"), (at(2010, 12, 1, 8, 26), at(2010, 12, 1, 23, 59))),
    (("20101201T082600", "20101201T082601"), (at(2010, 12, 1, 8, 26), at(2010, 12, 1, 8, 26, 1))),
    (("13/12/2010 8:26 PM", "13/12/2010 12:26 AM"), (at(2010, 12, 13, 20, 26), at(2010, 12, 13, 0, 26))),
    (("13/12/2010 8:26pm",), (at(2010, 12, 13, 20, 26),)),
    (("2010-12-13 08:26 PM", "2010-12-13 08:26 AM"), (at(2010, 12, 13, 20, 26), at(2010, 12, 13, 8, 26))),
    (("13 Dec 2010 08:26", "13-Dec-2010 08:27"), (at(2010, 12, 13, 8, 26), at(2010, 12, 13, 8, 27))),
    (("December 13, 2010 08:26",), (at(2010, 12, 13, 8, 26),)),
    (("2010-12-13 24:00:00", "2010-12-13 08:26"), (at(2010, 12, 14), at(2010, 12, 13, 8, 26))),
    (("2010-12-13T08:26:00.123456789",), (at(2010, 12, 13, 8, 26, 0, 123456),)),
    (("2010-12-13 08:26", "14/12/2010 09:00"), (at(2010, 12, 13, 8, 26), at(2010, 12, 14, 9))),
    (("2010-12-13\u00a008:26", "2010-12-13 08:26\u200b", "\ufeff2010-12-13  08:26"), (at(2010, 12, 13, 8, 26),) * 3),
    (("2010-12-13T08:26:00Z", "2010-12-13t08:26:00z", "2010-12-13 08:26 UTC"), (at(2010, 12, 13, 8, 26),) * 3),
    (("2010-12-13T08:26+01:00", "2010-12-13 08:26:00 +0100", "2010-12-13 08:26:00+01"), (at(2010, 12, 13, 7, 26),) * 3),
    (("2010-12-13 08:26:00 UTC+01:00", "2010-12-13 07:26:00 GMT"), (at(2010, 12, 13, 7, 26),) * 2),
    (("2010-12-13 08:26 Europe/Paris", "2010-12-13T08:26:00+01:00[Europe/Paris]"), (at(2010, 12, 13, 7, 26),) * 2),
    (("13-Dec-10 08:26", "13-DEC-2010 08:27:00"), (at(2010, 12, 13, 8, 26), at(2010, 12, 13, 8, 27))),
    (("13-Dec-10", "3-Jan-11"), (at(2010, 12, 13), at(2011, 1, 3))),
    (("13 Dec 10", "01 Jan 99"), (at(2010, 12, 13), at(1999, 1, 1))),
    (("13-DEC-10 08:26:00 PM",), (at(2010, 12, 13, 20, 26),)),
    (("Mon, 13 Dec 2010 08:26:00 +0000", "Mon, 3 Jan 2011 08:26:00 -0530"), (at(2010, 12, 13, 8, 26), at(2011, 1, 3, 13, 56))),
    (("Mon, 13 Dec 2010 08:26:00 GMT", "13 Dec 2010 08:26 +0100"), (at(2010, 12, 13, 8, 26), at(2010, 12, 13, 7, 26))),
    (("13/Dec/2010:08:26:00 +0100",), (at(2010, 12, 13, 7, 26),)),
    (("Mon Dec 13 08:26:00 2010", "Mon Jan  3 09:00:00 2011"), (at(2010, 12, 13, 8, 26), at(2011, 1, 3, 9))),
    (("Dec 13 2010 8:26AM", "Dec  3 2010 12:26PM"), (at(2010, 12, 13, 8, 26), at(2010, 12, 3, 12, 26))),
    (("Monday, December 13, 2010",), (at(2010, 12, 13),)),
    (("13-DEC-10 08.26.00.123456 PM", "14-DEC-10 12.26.00 AM"), (at(2010, 12, 13, 20, 26, 0, 123456), at(2010, 12, 14, 0, 26))),
    (("13-DEC-10 08.26.00.123456000 PM",), (at(2010, 12, 13, 20, 26, 0, 123456),)),
    (("2010-12-13-08.26.00.123456",), (at(2010, 12, 13, 8, 26, 0, 123456),)),
    (("20101213T082600Z",), (at(2010, 12, 13, 8, 26),)),
    (("13/12/2010 08:26+01:00", "14/12/2010 08:26 +0100"), (at(2010, 12, 13, 7, 26), at(2010, 12, 14, 7, 26))),
    (("13.12.2010 08:26:00 UTC", "14.12.2010 08:26:00"), (at(2010, 12, 13, 8, 26), at(2010, 12, 14, 8, 26))),
    (("2010-12-13 08:26:00 America/Argentina/Buenos_Aires",), (at(2010, 12, 13, 11, 26),)),
]  # fmt: skip


WHOLES: list[tuple[tuple[str, ...], tuple[int, ...]]] = [
    (("7", "2.0", "3.00"), (7, 2, 3)),
    (("1,000.00", "2"), (1000, 2)),
    (("1 000", "2 000"), (1000, 2000)),
    (("2,500,000", "1,000"), (2500000, 1000)),
    (("(7)", "7-"), (-7, -7)),
]


@pytest.mark.parametrize(
    ("kind", "name", "cases"), [("number", "paid_{}", NUMBERS), ("time", "at_{}", TIMES), ("whole", "items_{}", WHOLES)]
)
def test_a_cell_has_its_value_however_it_is_written(
    kind: str, name: str, cases: list[tuple[tuple[str, ...], tuple[object, ...]]]
) -> None:
    """By every way in: a day that init sees is its beginning."""
    found = read_in_all_ways([cells for cells, _ in cases], kind, name)

    for (cells, values), ways in zip(cases, found, strict=True):
        for way in ways:
            assert [datetime.combine(v, time()) if type(v) is date else v for v in way] == list(values), cells


TOLD = [
    ("paid", "1,000", "found numbers such as 9,999, in which the sign may mark thousands or decimals"),
    ("items", "1.000", "found numbers such as 9.999, in which the sign may mark thousands or decimals"),
    ("items", "12%", "found such as 99%. Deliver plain numbers, or declare the column as text and derive the number from it"),
    ("paid", "2.55 bottles", "found such as 9.99 aaaaaaa"),
    ("paid", "12‰", "found such as 99‰"),
    ("paid", "255p", "found such as 999a"),
    ("paid", "2.5k", "found such as 9.9a"),
    ("paid", "#DIV/0!", "found such as #aaa/9!"),
    ("paid", "\uff11\uff12", "expected a number such as 1234.5"),
    ("paid", "0x1F", "found such as 9a9a"),
    ("ordered_at", "01/12/2010 08:26", "in which day and month cannot be told apart. Say which comes first"),
    ("ordered_at", "01.12.2010", "in which day and month cannot be told apart"),
    ("ordered_at", "13/12/10", "found such as 99/99/99. Declare how it is written"),
    ("ordered_at", "12/13/10 8:26 AM", "found such as 99/99/99 99:99 aa. Declare how it is written"),
    ("ordered_at", "2010-W50-1", "found such as 9999-a99-99. Declare"),
    ("ordered_at", "/Date(1292228760000)/", "found such as /aaaa(9999999999999)/"),
    ("paid", "1/2", "found such as 9/9"),
    ("paid", "½", "expected a number such as 1234.5"),
    ("items", "3 pcs", "found such as 9 aaa"),
    ("ordered_at", "13-Dec-45", "years of two digits from 40 to 69, which may be of either"),
    ("ordered_at", "32-Dec-10", "expected %d-%b-%y; found mostly 99-aaa-99"),
    ("ordered_at", "13-déc-10", "names of months are read in English alone"),
    ("ordered_at", "13/12/2010 08:26 CET", "an abbreviation stands for several zones"),
    ("ordered_at", "Mon, 13 Dec 2010 08:26:00 EST", "an abbreviation stands for several zones"),
    ("ordered_at", "1291191960", 'a count since 1970? Declare the column as whole, and the time as derived from it: derived={"'),
    ("ordered_at", "1291191960000", '"make_timestamp(column * 1000)"'),
    ("ordered_at", "1291191960000000", '"make_timestamp(column)"'),
    ("ordered_at", "1291191960000000000", '"make_timestamp_ns(column)"'),
    ("ordered_at", "40525.351", "days as Excel counts them? Declare the column as number"),
    ("ordered_at", "13 décembre 2010", "names of months are read in English alone"),
    ("ordered_at", "13. Dezember 2010", "names of months are read in English alone"),
    ("ordered_at", "2010-12-13 08:26 CET", "an abbreviation stands for several zones"),
    ("ordered_at", "2010-12-13 08:26:00 EST", "an abbreviation stands for several zones"),
    ("ordered_at", "2010-06-13 08:26:00 BST", "declare the zone of the source"),
    ("ordered_at", "2010-12-13 08:26:00 Not/AZone", "expected a day or time such as 2020-12-31 08:26"),
    ("ordered_at", "13/12/2010 24:00", "expected %d/%m/%Y %H:%M"),
    ("ordered_at", "2010-12-13 25:00", "found some that are none"),
    ("ordered_at", "2010-02-30", "found some that are none"),
    ("ordered_at", "20101301", "found such as 99999999"),
    ("ordered_at", "13/12/2010 13:26 PM", "expected %d/%m/%Y %I:%M %p"),
    ("ordered_at", "today", "found such as aaaaa"),
]  # fmt: skip


@pytest.mark.parametrize(("column", "kind"), [("paid", "number"), ("items", "whole"), ("ordered_at", "time")])
def test_what_cannot_be_told_is_left_unread_and_told(column: str, kind: str) -> None:
    """In words that say what was expected, how it looked, and what to do."""
    cases = [(cell, words) for of, cell, words in TOLD if of == column]

    for (cell, words), (value, said) in zip(cases, told([cell for cell, _ in cases], kind, "a_{}"), strict=True):
        assert (value, words in said) == (None, True), (cell, value, said)


@pytest.mark.parametrize(
    ("cells", "values", "words"),
    [
        (("£2.55", "€1.00"), [None, None], "found £ and € beside them, which no sum may mix"),
        (("2.55 GBP", "EUR 1.00", "3"), [None, None, 3.0], "found EUR and GBP beside them, which no sum may mix"),
        (("12%", "3%", "5"), [0.12, 0.03, None], "a plain 12 beside 12% may mean either"),
        (("12%", "3", "5"), [None, 3.0, 5.0], "a plain 12 beside 12% may mean either"),
        (("2.55", "2,55"), [2.55, None], "found such as 9,99"),
    ],
)
def test_what_contradicts_itself_is_told(cells: tuple[str, ...], values: list[object], words: str) -> None:
    """Rather than added up."""
    source, content = table_of([cells], "number", "paid_{}")
    received = read(content, "csv", source)

    assert arrived("paid_0", received, source) == values
    assert words in received.told["paid_0"]


def test_a_lone_point_beside_decimal_commas_may_be_thousands() -> None:
    """Where another column of the same file has its decimals after a comma, 1.000 is not one without being asked."""
    source = replace(SHOP, columns=(*SHOP.columns, replace(SHOP.column("paid"), name="fee")))
    content = b"order_id;customer_id;paid;items;ordered_at;fee\nA1;7;1.000;1;2010-12-13 08:26;2,55\n"
    declared = replace(source, text=Text(decimal=",", thousands="."))

    doubtful = read(content, "csv", source)

    assert arrived("paid", doubtful, source) == [None]
    assert "in which the sign may mark thousands or decimals" in doubtful.told["paid"]
    assert arrived("paid", read(content, "csv", declared), declared) == [1000.0]
