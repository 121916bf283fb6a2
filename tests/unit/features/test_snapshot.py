"""The snapshot: one row per customer, the same bytes whatever the order of rows and the number of threads, nothing later."""

from datetime import date, timedelta

import pytest
from tenure.features.as_known import know

from adapters.lake import connect
from tenure.content import content_digest
from tenure.errors import TimelineError
from tenure.features.snapshot import ALL, GROUPS, check_history, snapshot
from tests.unit.features.histories import AS_OF, FIRST_DAY, History, random_history, tables

KEY = ("day", "customer_id")


def made(history: History, *, shuffle: int | None = None, threads: int = 2):
    """The snapshot of a history."""
    connection = connect()
    connection.raw_sql(f"SET threads = {threads}")
    bound = {name: connection.create_table(name, rows) for name, rows in tables(history, shuffle).items()}
    return snapshot(know(**bound, as_of=AS_OF, first_day=FIRST_DAY)).to_pyarrow()


@pytest.fixture(scope="module")
def history() -> History:
    """Two hundred customers, enough rows for the engine to divide."""
    return random_history(9, n_customers=200)


@pytest.fixture(scope="module")
def plain(history):
    """Its snapshot, of rows in order."""
    return made(history)


def test_order_of_rows_and_number_of_threads_change_no_byte(history, plain):
    """Sums of whole numbers and ranks without ties: equal content has one digest."""
    for shuffle, threads in ((1, 1), (2, 2)):
        assert content_digest(made(history, shuffle=shuffle, threads=threads), KEY) == content_digest(plain, KEY)


def test_what_happens_from_as_of_on_changes_no_byte(history, plain):
    """`as_known` is the only door, and it is closed to later rows."""
    assert content_digest(made(history.known), KEY) == content_digest(plain, KEY)


def test_everybody_who_ever_bought_has_one_row_with_every_feature(history, plain):
    """And nobody else: a campaign alone makes no customer."""
    rows = plain

    assert rows.column_names == ["day", "customer_id", *(feature.name for feature in ALL)]
    assert sorted(rows["customer_id"].to_pylist()) == sorted({p.customer for p in history.known.purchases})
    assert set(rows["day"].to_pylist()) == {AS_OF}
    # Only the customer's own rhythm can be unknown; counts and shares of nothing are zero.
    unknown = {name for name in rows.column_names if rows[name].null_count}
    assert unknown <= {"gap_days_mean", "gap_days_median", "gap_days_q90", "gap_days_variation_91d", "outlasted_28d_rate_91d"} | {
        "recency_over_gap_median",
        "recency_over_gap_q90",
    }


def test_every_feature_says_what_it_is():
    """Names are unique, and each has a unit, a meaning, a phrase and what it is made from."""
    names = [feature.name for group in GROUPS for feature in group]

    assert len(names) == len(set(names))
    assert all(f.unit and f.meaning and f.phrase and f.reads for f in ALL)
    # What grows with the calendar is capped, a share or a mean; a plain count needs a window.
    assert [f.name for f in ALL if f.lookback_days is None and f.unit in ("count", "cents", "weeks")] == [
        "spend_cents_per_purchase_day",
        "expected_purchases_before_pause_28d",
    ]


def test_a_window_longer_than_the_history_is_refused_by_name():
    """At 90 days every 91-day feature is named, at 91 none."""
    with pytest.raises(TimelineError, match=r"90 days of history since 2020-01-01, too few for: .*spend_cents_91d \(91 days\)"):
        check_history(ALL, as_of=FIRST_DAY + timedelta(days=90), first_day=FIRST_DAY)

    check_history(ALL, as_of=FIRST_DAY + timedelta(days=91), first_day=FIRST_DAY)


def test_the_last_known_instant_is_the_one_before_the_day_begins():
    """A row available at 00:00 of as_of is of the future."""
    import ibis
    import pyarrow as pa
    from tenure.features.as_known import as_known

    at = [f"2020-01-0{d}T{t}" for d, t in ((1, "23:59:59.999999"), (2, "00:00:00"), (2, "00:00:00.000001"))]
    table = pa.table({"i": [0, 1, 2], "available_at": pa.array(at, pa.string()).cast(pa.timestamp("us"))})

    assert as_known(ibis.memtable(table), date(2020, 1, 2)).to_pyarrow()["i"].to_pylist() == [0]
