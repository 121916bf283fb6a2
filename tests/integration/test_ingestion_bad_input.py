"""Bad input: a real day of receipt lines, damaged in every way the world knows, one way a day, all delivered at once."""

import io
import re
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv
import pyarrow.parquet as pq
import pytest

from adapters.raw_store import RawStore
from adapters.readers import event_day_of, read_batches
from expectations.validate import validate
from projects.complete_journey.sources.transactions import SOURCE
from tenure.timeline import days_between
from tenure.validation import Validation

FIRST_DAY, FIRST_KEY = date(2017, 1, 1), date(2017, 1, 2)
NOW = datetime(2018, 1, 1, tzinfo=UTC)

Damage = Callable[[pa.Table], pa.Table | bytes]


def put(column: str, values: list[object], dtype: pa.DataType | None = None) -> Damage:
    """Replace the first cells of a column."""

    def damage(rows: pa.Table) -> pa.Table:
        cells = values + rows[column].to_pylist()[len(values) :]
        i = rows.schema.names.index(column)
        return rows.set_column(i, column, pa.array(cells, dtype or rows.schema.field(column).type))

    return damage


def as_parquet(rows: pa.Table) -> bytes:
    """Rows as a Parquet file."""
    buffer = io.BytesIO()
    pq.write_table(rows, buffer)
    return buffer.getvalue()


def as_csv(rows: pa.Table) -> bytes:
    """Rows as a CSV file."""
    buffer = io.BytesIO()
    pyarrow.csv.write_csv(rows, buffer)
    return buffer.getvalue()


def ten_times(rows: pa.Table) -> pa.Table:
    """Ten times the lines, on other receipts."""
    parts = [put("basket_id", [b * 10 + j for b in rows["basket_id"].to_pylist()])(rows) for j in range(10)]
    return pa.concat_tables(parts)


# Damage that withholds the day, and what the reason says.
WITHHELD: dict[str, tuple[Damage, str]] = {
    "missing column": (
        lambda t: t.drop_columns("quantity"),
        r"Column 'quantity' \(units of the product on the line\) is missing",
    ),
    "extra column": (lambda t: t.append_column("email", t["week"]), "Column 'email' is not in the contract"),
    "renamed column": (
        lambda t: t.rename_columns([{"household_id": "hh_id"}.get(n, n) for n in t.schema.names]),
        "did you mean 'household_id' by 'hh_id'",
    ),
    "wrong type": (
        lambda t: t.set_column(5, "sales_value", t["sales_value"].cast(pa.bool_())),
        r"Column 'sales_value' has the wrong type: expected number \(float\), found truth value",
    ),
    "empty file": (lambda _: b"", "The file is empty: it has 0 bytes"),
    "no lines": (lambda t: t.slice(0, 0), "Expected at least 900 rows, found none"),
    "truncated Parquet": (lambda t: as_parquet(t)[:20_000], "it is truncated"),
    "everything twice": (
        lambda t: pa.concat_tables([t, t]),
        r"repeated keys in \d+ rows \(50.0%\). Was the batch appended to itself",
    ),
    "NaN flood": (put("sales_value", [float("nan")] * 1_500), r"rows to break a rule, found 1500 of \d+ .*spend.required 1500"),
    "ten times the volume": (ten_times, r"Expected at most 15000 rows, found \d{5}: the batch is too large"),
}

# Damage to some lines, how many, and the rule under which they are quarantined.
QUARANTINED: dict[str, tuple[Damage, int, str]] = {
    "duplicate keys": (lambda t: pa.concat_tables([t, t.slice(0, 2)]), 2, "unique_key"),
    "absurd spend": (put("sales_value", [1e9, -5.0, float("inf")]), 3, "spend.range"),
    "absurd quantity": (put("quantity", [10**12, -1]), 2, "quantity.range"),
    "future and epoch dates": (
        put("transaction_timestamp", [datetime(2031, 1, 1), datetime(1970, 1, 1)]),  # noqa: DTZ001 - UTC without zone
        2,
        "purchased_at.in_batch_days",
    ),
    "missing household": (put("household_id", [None] * 3), 3, "customer_id.required"),
    "malformed household": (put("household_id", [-7, 0]), 2, "customer_id.pattern"),
}

# Text in place of a household's number.
NASTY = ["1; DROP TABLE typed; --", "' OR '1'='1", "../../etc/passwd", '=HYPERLINK("x")', "12a", "9" * 500, "\u0661\u0662"]


@pytest.fixture(scope="module")
def outcome(tmp_path_factory: pytest.TempPathFactory) -> tuple[dict[str, date], Validation, Validation]:
    """Every kind of damage on a day of its own from 2017-05-01, good days between them, landed and validated together."""
    names = [*WITHHELD, *QUARANTINED, "Latin-1 text", "nasty text"]
    keys = days_between(date(2017, 5, 2), date(2017, 5, 2) + timedelta(days=2 * len(names)))
    key_of = dict(zip(names, keys[1::2], strict=True))
    folder = tmp_path_factory.mktemp("ingestion")
    good = list(read_batches(SOURCE, keys, FIRST_KEY, project="p"))
    whole = {key: content for key, content, _ in good}
    placed = folder / "inbox" / "p" / "transactions"
    placed.mkdir(parents=True)
    for name, key in key_of.items():
        content, format = damaged(name, pq.read_table(io.BytesIO(whole[key])))
        (placed / f"{event_day_of(key)}.{format}").write_bytes(content)
    delivered = read_batches(SOURCE, sorted(key_of.values()), FIRST_KEY, project="p", inbox=folder / "inbox")
    bad = sorted([*delivered, *(batch for batch in good if batch[0] not in key_of.values())])
    return key_of, judged(folder / "bad", bad), judged(folder / "good", good)


def damaged(name: str, rows: pa.Table) -> tuple[bytes, str]:
    """The damaged batch and its format."""
    if name == "Latin-1 text":
        return as_csv(put("store_id", ["caf\u00e9"], pa.string())(texts(rows))).decode().encode("latin-1"), "csv"
    if name == "nasty text":
        return as_csv(put("household_id", list(NASTY))(texts(rows))), "csv"
    damage = WITHHELD[name][0] if name in WITHHELD else QUARANTINED[name][0]
    content = damage(rows)
    return (content if isinstance(content, bytes) else as_parquet(content)), "parquet"


def texts(rows: pa.Table) -> pa.Table:
    """Ids as text, as a CSV has them."""
    for name in ("household_id", "store_id"):
        rows = rows.set_column(rows.schema.names.index(name), name, rows[name].cast(pa.string()))
    return rows


def judged(root: Path, batches: list[tuple[date, bytes, str]]) -> Validation:
    """Land and validate."""
    store = RawStore(root)
    receipts = store.land_many("p", "transactions", batches, NOW)
    return validate(SOURCE, {r.key: store.batch_of(r) for r in receipts}, first_key=FIRST_KEY, first_day=FIRST_DAY)


def test_each_broken_delivery_is_withheld_with_its_reason(outcome: tuple[dict[str, date], Validation, Validation]) -> None:
    """What, where, expected, found: in words, and nothing of the day is released."""
    key_of, bad, _ = outcome
    days = {day.key: day for day in bad.days}
    reasons = {name: message for name, (_, message) in WITHHELD.items()}

    for name, message in reasons.items():
        day = days[key_of[name]]
        assert re.search(message, " ".join(day.withheld)), (name, day.in_words)
        assert day.in_words.startswith(f"transactions, events of {event_day_of(day.key)} (batch {day.key}): withheld.")
        assert day.n_kept == 0
    assert {day.key for day in bad.withheld_days} == {key_of[name] for name in reasons}


def test_each_bad_line_is_quarantined_alone(outcome: tuple[dict[str, date], Validation, Validation]) -> None:
    """Exactly the damaged lines go, under the rule's name, and the day goes on."""
    key_of, bad, good = outcome
    days, undamaged = {day.key: day for day in bad.days}, {day.key: day for day in good.days}

    for name, (_, n_rows, rule) in QUARANTINED.items():
        day = days[key_of[name]]
        assert (day.is_released, day.n_quarantined, dict(day.broken_rules)[rule]) == (True, n_rows, n_rows), (name, day.in_words)
        assert day.n_kept == undamaged[day.key].n_kept - (0 if name == "duplicate keys" else n_rows)


def test_text_of_another_encoding_is_read_and_said(outcome: tuple[dict[str, date], Validation, Validation]) -> None:
    """One accent costs its own row, where the contract does not know it, and not the day."""
    key_of, bad, _ = outcome
    day = next(day for day in bad.days if day.key == key_of["Latin-1 text"])

    assert (day.is_released, dict(day.broken_rules), day.read_as) == (True, {"store_id.pattern": 1}, "Windows-1252")


def test_nasty_text_is_quarantined_as_it_came(outcome: tuple[dict[str, date], Validation, Validation]) -> None:
    """SQL, paths and formulas in values are values: they are kept for inspection and never run."""
    key_of, bad, _ = outcome
    key = key_of["nasty text"]
    rows = [row for row in bad.quarantined.to_pylist() if row["day"] == key]

    assert [row["customer_id"] for row in rows] == NASTY
    assert {tuple(row["rules"]) for row in rows} == {("customer_id.pattern",)}


def test_the_days_between_are_what_they_are_without_damage(outcome: tuple[dict[str, date], Validation, Validation]) -> None:
    """Nothing else is lost: good days are released row for row as in an undamaged delivery."""
    key_of, bad, good = outcome
    damaged_keys = pa.array(key_of.values(), pa.date32())

    def rest(found: Validation) -> pa.Table:
        return found.kept.filter(pc.invert(pc.is_in(found.kept["day"], damaged_keys)))

    assert good.withheld_days == ()
    assert rest(bad).num_rows > 0
    assert rest(bad) == rest(good)
