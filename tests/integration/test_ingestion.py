"""Ingestion: from a company's delivery to landed bytes and judged rows, on real files in a temporary folder."""

import importlib
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv
import pyarrow.parquet as pq
import pytest

import adapters.readers.package
from adapters.raw_store import RawStore
from adapters.readers import UndeliveredError, empty_batch, event_day_of, read_batches
from expectations.validate import validate
from tenure.contracts import Files, PackageTables, Source
from tenure.errors import SourceError
from tenure.timeline import days_between
from tenure.validation import Validation

FIRST_DAY, FIRST_KEY = date(2017, 1, 1), date(2017, 1, 2)
KEY = date(2017, 11, 6)
NOON = datetime(2017, 11, 6, 12, tzinfo=UTC)
LATER = NOON + timedelta(hours=1)


def source_named(name: str) -> Source:
    """A source of the demo company."""
    source = importlib.import_module(f"projects.complete_journey.sources.{name}").SOURCE
    assert isinstance(source, Source)
    return source


TRANSACTIONS = source_named("transactions")


def judged(store: RawStore, source: Source, keys: tuple[date, ...]) -> Validation:
    """Validate what the store holds for these keys."""
    receipts = {key: store.receipt("p", source.name, key) for key in keys}
    paths = {key: store.batch_of(receipt) for key, receipt in receipts.items() if receipt is not None}
    return validate(source, paths, first_key=FIRST_KEY, first_day=FIRST_DAY)


@pytest.fixture
def store(tmp_path: Path) -> RawStore:
    """An empty store."""
    return RawStore(tmp_path / "raw")


@pytest.mark.parametrize("name", ["households", "products", "campaigns", "coupon_redemptions"])
def test_the_small_sources_of_2017_pass_whole(store: RawStore, name: str) -> None:
    """No day withheld and no row quarantined over the whole year."""
    source, keys = source_named(name), days_between(FIRST_KEY, date(2018, 1, 1))
    receipts = store.land_many("p", name, read_batches(source, keys, FIRST_KEY, project="p"), NOON)

    found = judged(store, source, keys)

    assert found.withheld_days == ()
    assert found.quarantined.num_rows == 0
    n_rows = {"households": 801, "products": 92_331, "campaigns": 6_589, "coupon_redemptions": 2_102}[name]
    assert (found.kept.num_rows, sum(receipt.n_rows or 0 for receipt in receipts)) == (n_rows, n_rows)
    # A source without dates arrives with the first key; campaigns that were running already do so too.
    assert source.is_static == (receipts[0].n_rows == n_rows)


def test_unusual_days_of_2017_pass_whole(store: RawStore) -> None:
    """The first day, a day at half the volume, the closed day, the busiest and a day of every other month are released."""
    odd = [date(2017, 1, 2), date(2017, 11, 25), date(2017, 12, 24), date(2017, 12, 26), date(2018, 1, 1)]
    keys = tuple(sorted({*odd, *days_between(FIRST_KEY, date(2018, 1, 1), step_days=61)}))
    store.land_many("p", "transactions", read_batches(TRANSACTIONS, keys, FIRST_KEY, project="p"), NOON)

    found = judged(store, TRANSACTIONS, keys)

    assert found.withheld_days == ()
    assert found.quarantined.num_rows < 0.001 * found.n_received
    n_received = {day.key: day.n_received for day in found.days}
    assert (n_received[date(2017, 11, 25)], n_received[date(2017, 12, 24)], n_received[date(2017, 12, 26)]) == (1_869, 7_110, 0)


def test_the_partial_day_at_the_end_of_the_extract_would_be_withheld(store: RawStore) -> None:
    """A day with 534 lines is not a day; were it asked for, the volume band would say so."""
    key = date(2018, 1, 2)
    store.land_many("p", "transactions", read_batches(TRANSACTIONS, [key], FIRST_KEY, project="p"), NOON)

    (day,) = judged(store, TRANSACTIONS, (key,)).days

    assert "Expected at least 900 rows, found 534" in day.in_words


def test_many_days_are_cut_as_one_day_is_and_always_to_the_same_bytes() -> None:
    """What a key holds does not depend on what else was asked for."""
    keys = days_between(FIRST_KEY, date(2017, 2, 1))
    batches = {key: content for key, content, _ in read_batches(TRANSACTIONS, keys, FIRST_KEY, project="p")}

    for key in (FIRST_KEY, date(2017, 1, 17), date(2017, 2, 1)):
        ((_, content, format),) = read_batches(TRANSACTIONS, [key], FIRST_KEY, project="p")
        assert (content, format) == (batches[key], "parquet")
        days = pc.unique(pc.cast(pq.read_table(pa.BufferReader(content))["transaction_timestamp"], pa.date32())).to_pylist()
        assert days == [event_day_of(key)]


def inbox_file(tmp_path: Path, key: date, format: str) -> Path:
    """Where a person puts a day's batch."""
    folder = tmp_path / "inbox" / "p" / "transactions"
    folder.mkdir(parents=True, exist_ok=True)
    return folder / f"{event_day_of(key)}.{format}"


def test_a_person_may_deliver_a_day_again(tmp_path: Path, store: RawStore) -> None:
    """A damaged delivery is withheld, the repaired one replaces it, and the first stays on record."""
    ((_, content, _),) = read_batches(TRANSACTIONS, [KEY], FIRST_KEY, project="p")
    whole = pq.read_table(pa.BufferReader(content))
    pq.write_table(whole.drop_columns("sales_value"), inbox_file(tmp_path, KEY, "parquet"))
    keys = (KEY - timedelta(days=1), KEY)
    read = lambda: read_batches(TRANSACTIONS, keys, FIRST_KEY, project="p", inbox=tmp_path / "inbox")  # noqa: E731

    store.land_many("p", "transactions", read(), NOON)
    before = judged(store, TRANSACTIONS, keys)
    inbox_file(tmp_path, KEY, "parquet").unlink()
    pyarrow.csv.write_csv(whole, inbox_file(tmp_path, KEY, "csv"))
    store.land_many("p", "transactions", read(), LATER)
    after = judged(store, TRANSACTIONS, keys)

    assert [day.is_released for day in before.days] == [True, False]
    assert "Column 'sales_value' (what the store received for the line, after discounts) is missing" in before.days[1].in_words
    assert [day.is_released for day in after.days] == [True, True]
    # The day before was landed once and is what it was.
    assert after.days[0] == before.days[0]
    assert store.receipt("p", "transactions", keys[0]).landed_at == NOON
    assert [receipt.landed_at for receipt in store.history("p", "transactions", KEY)] == [NOON]
    assert after.kept.num_rows == before.kept.num_rows + whole.num_rows


def test_two_files_for_one_day_are_refused(tmp_path: Path) -> None:
    """Nobody knows which of them is meant; the days beside it are given all the same."""
    for format in ("parquet", "csv"):
        inbox_file(tmp_path, KEY, format).write_bytes(b"x")
    inbox_file(tmp_path, KEY + timedelta(days=1), "csv").write_bytes(b"y")
    batches = read_batches(TRANSACTIONS, (KEY, KEY + timedelta(days=1)), FIRST_KEY, project="p", inbox=tmp_path / "inbox")

    assert next(batches) == (KEY + timedelta(days=1), b"y", "csv")
    with pytest.raises(
        UndeliveredError, match=r"Expected one file for 2017-11-05 .* found 2017-11-05.csv, 2017-11-05.parquet"
    ) as found:
        next(batches)
    assert (list(found.value.unclear), found.value.missing) == ([KEY], {})


def test_a_file_of_another_format_is_refused(tmp_path: Path) -> None:
    """A spreadsheet is not passed over in silence."""
    inbox_file(tmp_path, KEY, "xlsx").write_bytes(b"x")

    with pytest.raises(SourceError, match=r"ending in .parquet, .csv, .* packed or not; found 2017-11-05.xlsx"):
        list(read_batches(TRANSACTIONS, [KEY], FIRST_KEY, project="p", inbox=tmp_path / "inbox"))


def test_a_package_read_in_parts_gives_the_same_bytes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of each day, the first one with all that was before it."""
    keys = [day for day in days_between(KEY, date(2017, 11, 14)) if day.day != 9]
    whole = list(read_batches(TRANSACTIONS, keys, KEY, project="p"))
    monkeypatch.setattr(adapters.readers.package, "ROWS_AT_ONCE", 10_000)

    assert list(read_batches(TRANSACTIONS, keys, KEY, project="p")) == whole


def test_a_package_that_is_not_installed_is_named_with_its_extra() -> None:
    """The message says what to install."""
    reader = PackageTables(package="no_such_package", extra="demo", tables=(), query="SELECT 1")

    with pytest.raises(SourceError, match=r"package 'no_such_package', which is not installed. Install the extra 'demo'"):
        list(read_batches(replace(TRANSACTIONS, reader=reader), [KEY], FIRST_KEY, project="p"))


def test_a_missing_file_is_named_after_the_others_were_given(tmp_path: Path, store: RawStore) -> None:
    """One missing day does not keep the others from being landed."""
    source = replace(TRANSACTIONS, reader=Files(pattern=f"{tmp_path}/{{day}}.csv"))
    (tmp_path / "2017-11-06.csv").write_bytes(b"household_id\n")
    keys = (KEY, KEY + timedelta(days=1))

    with pytest.raises(
        UndeliveredError, match=r"Nothing was delivered for 2017-11-05: expected the file .*2017-11-05.csv"
    ) as found:
        store.land_many("p", "transactions", read_batches(source, keys, FIRST_KEY, project="p"), NOON)

    assert (list(found.value.missing), found.value.unclear) == ([KEY], {})
    assert store.keys("p", "transactions") == (keys[1],)


def test_why_a_day_is_missing_is_kept_until_it_is_delivered(store: RawStore) -> None:
    """The reason withholds the day in its own words, and goes with the first batch that is landed for it."""
    reason = "Nothing was delivered for 2017-11-05."
    store.note_undelivered("p", "transactions", {KEY: reason})
    found = validate(TRANSACTIONS, {}, undelivered={KEY: reason}, first_key=FIRST_KEY, first_day=FIRST_DAY)

    assert store.undelivered("p", "transactions", KEY) == reason
    assert [(day.key, day.withheld) for day in found.days] == [(KEY, (reason,))]
    assert store.keys("p", "transactions") == ()

    store.land("p", "transactions", KEY, b"a\n1\n", "csv", NOON)

    assert store.undelivered("p", "transactions", KEY) is None


def test_a_missing_file_is_an_empty_delivery_where_that_is_normal(tmp_path: Path) -> None:
    """No campaign starts on most days."""
    campaigns = source_named("campaigns")
    source = replace(campaigns, reader=Files(pattern=f"{tmp_path}/{{day}}.csv"))

    assert list(read_batches(source, [KEY], FIRST_KEY, project="p")) == [(KEY, empty_batch(source), "parquet")]


def test_landing_equal_bytes_again_changes_nothing(tmp_path: Path, store: RawStore) -> None:
    """The receipt keeps its time, and no file is written."""
    first = store.land("p", "transactions", KEY, b"a,b\n1,2\n3,4\n", "csv", NOON)
    before = {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*")}

    again = store.land("p", "transactions", KEY, b"a,b\n1,2\n3,4\n", "csv", LATER)

    assert again == first == store.receipt("p", "transactions", KEY)
    assert (first.n_rows, first.n_bytes, first.landed_at) == (2, 12, NOON)
    assert {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*")} == before


def test_every_earlier_delivery_stays_on_record(store: RawStore) -> None:
    """Bytes and receipts of what was replaced are still there."""
    receipts = [store.land("p", "transactions", KEY, f"a\n{i}\n".encode(), "csv", NOON) for i in range(12)]

    assert list(store.history("p", "transactions", KEY)) == receipts[:-1]
    assert [store.batch_of(receipt).read_bytes() for receipt in receipts] == [f"a\n{i}\n".encode() for i in range(12)]
    assert store.keys("p", "transactions") == (KEY,)


def test_unreadable_bytes_are_landed_with_rows_unknown(store: RawStore) -> None:
    """Raw keeps what came; judging it is another stage."""
    assert store.land("p", "transactions", KEY, b"PAR1 broken", "parquet", NOON).n_rows is None
    assert store.land("p", "transactions", KEY, b"", "csv", NOON).n_rows is None


def test_changed_bytes_are_found(store: RawStore) -> None:
    """The digest of a receipt is checked on request, and landing the true bytes again repairs the object."""
    receipt = store.land("p", "transactions", KEY, b"a\n1\n", "csv", NOON)
    store.batch_of(receipt).path.write_bytes(b"a\n2\n")

    with pytest.raises(SourceError, match=r"has another digest"):
        store.batch_of(receipt)
    store.land("p", "transactions", KEY, b"a\n1\n", "csv", LATER)

    assert store.batch_of(receipt).read_bytes() == b"a\n1\n"


def test_lost_bytes_are_said_to_be_lost(store: RawStore) -> None:
    """A receipt without its bytes is an error that says what to do."""
    receipt = store.land("p", "transactions", KEY, b"a\n1\n", "csv", NOON)
    store.batch_of(receipt).path.unlink()

    with pytest.raises(SourceError, match=r"are gone"):
        store.batch_of(receipt)
