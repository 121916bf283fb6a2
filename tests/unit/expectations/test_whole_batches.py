"""Batches that are withheld whole: another shape, unreadable bytes, damaged files."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pyarrow as pa
import pytest

from expectations.validate import validate
from tenure.errors import SpecError
from tests.unit.expectations.verdicts import FIRST_DAY, FIRST_KEY, KEY, MakeRows, MakeSource, Validate, only

SCHEMA_BREAKS: dict[str, tuple[Callable[[pa.Table], pa.Table], str]] = {
    "missing column": (
        lambda t: t.drop_columns("spend"),
        r"Column 'spend' \(what was paid\) is missing; found 'member', 'visit_id'",
    ),
    "extra column": (lambda t: t.append_column("iban", t["member"]), "Column 'iban' is not in the contract"),
    "renamed column": (
        lambda t: t.rename_columns(["membr", "visit_id", "spend", "items", "channel", "visited_at"]),
        "did you mean 'member' by 'membr'",
    ),
    "column under the contract's name": (
        lambda t: t.rename_columns(["customer_id", "visit_id", "spend", "items", "channel", "visited_at"]),
        "did you mean 'member' by 'customer_id'",
    ),
    "wrong type": (
        lambda t: t.set_column(2, "spend", t["spend"].cast(pa.bool_())),
        r"Column 'spend' has the wrong type: expected number \(float\), found truth value",
    ),
    "time as number": (
        lambda t: t.set_column(5, "visited_at", t["visited_at"].cast(pa.int64())),
        "Column 'visited_at' has the wrong type: expected time",
    ),
    "no rows": (lambda t: t.slice(0, 0), "Expected at least 1 rows, found none: the batch is empty"),
    "everything twice": (lambda t: pa.concat_tables([t, t]), "found 20 repeated keys in 40 rows"),
    "ten times the volume": (
        lambda t: pa.concat_tables([t.set_column(1, "visit_id", pa.array([f"{j}-{i}" for i in range(20)])) for j in range(60)]),
        "Expected at most 1000 rows, found 1200: the batch is too large. The shop is small.",
    ),
    "NaN flood": (
        lambda t: t.set_column(2, "spend", pa.array([float("nan")] * 15 + [1.0] * 5)),
        r"Expected at most 50% of rows to break a rule, found 15 of 20 \(75.0%\): spend.required 15",
    ),
    "all ids missing": (
        lambda t: t.set_column(0, "member", pa.nulls(20)),
        r"found 20 of 20 \(100.0%\): customer_id.required 20",
    ),
}


def test_what_is_never_read_is_in_no_table_of_the_lake(deliver: Callable[..., Path], rows: MakeRows, visits: MakeSource) -> None:
    """A name that a company cannot leave out of its files: the contract says so, and neither good rows nor bad ones hold it."""
    table = pa.table(rows(day=KEY - timedelta(days=1)))
    table = table.append_column("surname", table["member"]).set_column(2, "spend", pa.array([float("nan")] + [1.0] * 19))

    found = validate(
        replace(visits(), unread=("surname",)), {KEY: deliver(table, key=KEY)}, first_key=FIRST_KEY, first_day=FIRST_DAY
    )
    assert found.days[0].is_released
    assert (found.kept.num_rows, found.quarantined.num_rows) == (19, 1)
    assert "surname" not in str([found.kept.schema.names, found.quarantined.to_pylist()])
    with pytest.raises(SpecError, match="found member among its columns"):
        replace(visits(), unread=("member",))


def test_a_break_of_the_whole_batch_withholds_that_day_alone(
    deliver: Callable[..., Path], rows: MakeRows, visits: MakeSource
) -> None:
    """Each bad day is withheld with its reason; the day beside them is released whole, in the same call."""
    keys = {name: KEY + timedelta(days=i) for i, name in enumerate(("good", *SCHEMA_BREAKS))}
    delivered = {name: pa.table(rows(day=key - timedelta(days=1))) for name, key in keys.items()}
    damaged = {name: damage(delivered[name]) for name, (damage, _) in SCHEMA_BREAKS.items()}
    paths = {key: deliver(damaged.get(name, delivered[name]), key=key) for name, key in keys.items()}

    found = validate(visits(), paths, first_key=FIRST_KEY, first_day=FIRST_DAY)

    days = dict(zip(keys, found.days, strict=True))
    assert (days["good"].is_released, days["good"].n_kept) == (True, 20)
    assert set(found.kept["day"].to_pylist()) == {keys["good"]}
    for name, (_, message) in SCHEMA_BREAKS.items():
        assert days[name].n_kept == 0
        assert re.search(message, days[name].in_words), (name, days[name].in_words)
        where = f"visits, events of {keys[name] - timedelta(days=1)} (batch {keys[name]}): withheld."
        assert days[name].in_words.startswith(where)


BYTES: dict[str, tuple[bytes, str, str]] = {
    "empty file": (b"", "parquet", "The file is empty: it has 0 bytes"),
    "empty CSV": (b"", "csv", "The file is empty: it has 0 bytes"),
    "not Parquet": (b"member,visit_id\n1,2\n", "parquet", "Expected a Parquet file, found 20 bytes that do not begin as one"),
    "open quote": (b'member,visit_id\n12,"abc\n', "csv", "cannot be split into fields"),
    "blank lines": (b"\n\n", "csv", "found no line that holds anything"),
}


@pytest.mark.parametrize("name", BYTES)
def test_bytes_that_cannot_be_read_withhold_the_day(validated: Validate, name: str) -> None:
    """What is wrong with the file is said, without quoting it."""
    content, format, message = BYTES[name]

    day = only(validated(content, format=format))

    assert re.search(message, " ".join(day.withheld))
    assert day.n_received == 0


@pytest.mark.parametrize("share", [0.1, 0.5, 0.99])
def test_truncated_parquet_withholds_the_day(
    deliver: Callable[..., Path], validated: Validate, rows: MakeRows, share: float
) -> None:
    """A file that breaks off is refused, wherever it breaks off."""
    whole = deliver(rows()).read_bytes()

    (reason,) = only(validated(whole[: int(len(whole) * share)])).withheld

    assert "it is truncated" in reason


def test_parquet_damaged_in_the_middle_withholds_the_day(
    deliver: Callable[..., Path], validated: Validate, rows: MakeRows
) -> None:
    """Bytes turned over in a data page do not pass for data."""
    whole = bytearray(deliver(rows()).read_bytes())
    whole[4:60] = bytes(255 - byte for byte in whole[4:60])

    assert not only(validated(bytes(whole))).is_released


def test_parquet_with_latin_1_text_withholds_the_day(validated: Validate, rows: MakeRows) -> None:
    """Text that claims to be UTF-8 and is not would break whoever reads it later."""
    table = pa.table(rows())
    latin = pa.array(["caf\u00e9".encode("latin-1")] * 20, pa.binary()).view(pa.string())

    (reason,) = only(validated(table.set_column(1, "visit_id", latin))).withheld

    assert "Expected text in UTF-8" in reason


def test_a_csv_without_header_does_not_leak_its_first_row(validated: Validate) -> None:
    """Without a header the first customer stands where names should be; the message does not repeat it."""
    (reason,) = only(validated(b"8675309,v1,1.0,1,shop,2020-03-04\n8675310,v2,1.0,1,shop,2020-03-04\n", format="csv")).withheld

    assert "is the header row there?" in reason
    assert "8675309" not in reason
