"""However a table is written, it is read back as it was, or said not to be readable: never as something else."""

import csv
import gzip
import io
import re
from datetime import datetime

import duckdb
from hypothesis import given, settings
from hypothesis import strategies as st

from expectations.typed_rows import make_typed, register
from tenure.contracts import Files, Source
from tenure.received.batch import read
from tests.unit.expectations.verdicts import KEY

SOURCE = Source(
    name="orders",
    grain="one order",
    key=("order_id",),
    reader=Files(pattern="/orders/{day}.csv"),
    columns="""
        order_id     text    pseudonym  order
        note         text?   none       what was said
        paid         number? behaviour  what was paid
        items        whole?  behaviour  items bought
        ordered_at   time    behaviour  when
    """,  # type: ignore[arg-type]
)
# Letters that Windows-1252 has, and signs that stand between fields or around them.
NOTES = st.text(st.sampled_from("abcéüß£,;|\t'\" 0123456789.-\n"), max_size=12)
ROWS = st.lists(
    st.tuples(
        NOTES,
        st.none() | st.integers(-(10**9), 10**9).map(lambda cents: cents / 100),
        st.none() | st.integers(-(10**7), 10**7),
        st.datetimes(datetime(1990, 1, 1), datetime(2040, 1, 1)).map(lambda at: at.replace(microsecond=0, second=0)),  # noqa: DTZ001
    ),
    min_size=1,
    max_size=20,
)
TIMES = (
    "%Y-%m-%d %H:%M",
    "%Y-%m-%dT%H:%M:%S",
    "%d/%m/%Y %H:%M",
    "%m/%d/%Y %I:%M %p",
    "%d.%m.%Y %H:%M:%S",
    "%Y%m%d %H:%M",
    "%d %b %Y %H:%M",
)


def grouped(whole: str, sign: str) -> str:
    """Digits in groups of three."""
    return f"{int(whole):,}".replace(",", sign)


@settings(max_examples=60, deadline=None)
@given(
    rows=ROWS,
    separator=st.sampled_from(",;\t|"),
    numbers=st.sampled_from([(".", ""), (".", ","), (",", ""), (",", "."), (",", " "), (".", "'")]),
    times=st.sampled_from(TIMES),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "windows-1252"]),
    is_packed=st.booleans(),
    newline=st.sampled_from(["\n", "\r\n"]),
)
def test_a_table_in_any_dialect_is_read_back_or_told(
    rows: list[tuple[str, float | None, int | None, datetime]],
    separator: str,
    numbers: tuple[str, str],
    times: str,
    encoding: str,
    is_packed: bool,
    newline: str,
) -> None:
    """Every value that is read is the one that was written; a column of which some is not read says what was found."""
    decimal, thousands = numbers
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, delimiter=separator, lineterminator=newline)
    writer.writerow([column.name for column in SOURCE.columns])
    for i, (note, paid, items, at) in enumerate(rows):
        amount = ""
        if paid is not None:
            whole, cents = f"{abs(paid):.2f}".split(".")
            amount = "-" * (paid < 0) + grouped(whole, thousands) + decimal + cents
        count = "" if items is None else "-" * (items < 0) + grouped(str(abs(items)), thousands)
        writer.writerow([f"o{i}", note, amount, count, at.strftime(times)])
    content = buffer.getvalue().encode(encoding)

    received = read(gzip.compress(content) if is_packed else content, "csv.gz" if is_packed else "csv", SOURCE)

    with duckdb.connect(config={"threads": 1}) as connection:
        connection.execute("SET TimeZone = 'UTC'")
        make_typed(connection, SOURCE, register(connection, SOURCE, {KEY: received}), set())
        found = connection.execute("SELECT order_id, note, paid, items, ordered_at FROM typed ORDER BY row_number").fetchall()
    assert [row[0] for row in found] == [f"o{i}" for i in range(len(rows))]
    assert [row[1] for row in found] == [one_form(note) for note, *_ in rows]
    for at, column in enumerate(("paid", "items", "ordered_at"), start=2):
        written = [row[at - 1] for row in rows]
        read_back = [row[at] for row in found]
        unread = [(w, r) for w, r in zip(written, read_back, strict=True) if w != r]
        assert all(r is None for _, r in unread), (column, unread)
        assert not unread or received.told[column]


def one_form(note: str) -> str | None:
    """A text as it is kept: without blanks around it, breaks and tabs within as blanks."""
    return re.sub(r"[\t\r\n]+", " ", note).strip() or None
