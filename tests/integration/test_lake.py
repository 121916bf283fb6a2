"""The lake against real Delta tables: one commit a change, a fence against others, versions that stay readable."""

import os
from datetime import date, timedelta

import pyarrow as pa
import pytest
from deltalake import write_deltalake

from adapters.lake import Lake, OpenTable, changes, connect, read_table, views
from tenure.errors import TenureError

DAYS = tuple(date(2020, 2, d) for d in (27, 28, 29))
KEY = ("customer_id",)


@pytest.fixture
def lake(tmp_path) -> Lake:
    """An empty lake, in a folder whose name has signs that URLs and patterns treat specially."""
    return Lake(tmp_path / "a lake, 100% für alle", "p")


def rows(values: dict[date, dict[str, int]]) -> pa.Table:
    """Rows by day, customer and value."""
    cells = [(day, customer, n) for day, day_rows in values.items() for customer, n in day_rows.items()]
    return pa.table(
        {
            "day": pa.array([c[0] for c in cells], pa.date32()),
            "customer_id": pa.array([c[1] for c in cells], pa.string()),
            "n": pa.array([c[2] for c in cells], pa.int64()),
        }
    )


def put(lake: Lake, values: dict[date, dict[str, int]], *, days=None, table: OpenTable | None = None, note=None):
    """Replace days of table `t`."""
    opened = table or lake.open("t")
    return lake.replace_days(opened, rows(values), days=days or sorted(values), key=KEY, note=note or {})


def held(table: OpenTable) -> dict[tuple[date, str], int]:
    """What a table holds."""
    found = read_table(table, connect())
    return {} if found is None else {(r["day"], r["customer_id"]): r["n"] for r in found.to_pyarrow().to_pylist()}


def test_a_day_is_replaced_whole_and_the_others_stay(lake):
    """Rows that the new delivery does not hold are gone; other days are untouched."""
    put(lake, {DAYS[0]: {"a": 1, "b": 2}, DAYS[1]: {"a": 3}})

    commit = put(lake, {DAYS[0]: {"b": 5}})

    assert (commit.version, commit.changed) == (1, (DAYS[0],))
    assert held(lake.open("t")) == {(DAYS[0], "b"): 5, (DAYS[1], "a"): 3}


def test_only_days_that_differ_are_written(lake):
    """Of three days delivered again, one changed: one commit that names one day."""
    values = {day: {"a": 1, "b": 2} for day in DAYS}
    put(lake, values)

    commit = put(lake, {**values, DAYS[1]: {"a": 9}})

    assert commit.changed == (DAYS[1],)
    assert changes(lake.open("t")) == ((0, DAYS), (1, (DAYS[1],)))


def test_equal_content_commits_nothing(lake):
    """Order of rows and chunks are not content; no file of the table is touched."""
    put(lake, {DAYS[0]: {"a": 1, "b": 2}})
    before = {path: path.stat().st_mtime_ns for path in lake.root.rglob("*") if path.is_file()}

    commit = put(lake, {DAYS[0]: {"b": 2, "a": 1}})

    assert (commit.version, commit.changed) == (0, ())
    assert {path: path.stat().st_mtime_ns for path in lake.root.rglob("*") if path.is_file()} == before


def test_a_day_delivered_empty_is_emptied(lake):
    """No rows for a day that is replaced means that it has none."""
    put(lake, {DAYS[0]: {"a": 1}, DAYS[1]: {"a": 2}})

    commit = put(lake, {DAYS[1]: {"a": 2}}, days=DAYS[:2])

    assert commit.changed == (DAYS[0],)
    assert held(lake.open("t")) == {(DAYS[1], "a"): 2}
    assert lake.days("t") == (DAYS[1],)


def test_days_that_do_not_follow_each_other_are_replaced_without_touching_those_between(lake):
    """The condition of a commit names its days, not a range."""
    put(lake, {day: {"a": 1} for day in DAYS})

    put(lake, {DAYS[0]: {"a": 2}, DAYS[2]: {"a": 2}})

    assert held(lake.open("t")) == {(DAYS[0], "a"): 2, (DAYS[1], "a"): 1, (DAYS[2], "a"): 2}


def test_a_step_whose_day_somebody_else_has_written_since_commits_nothing(lake):
    """The fence: an orphaned step that wakes up after its day was done again is refused."""
    put(lake, {DAYS[0]: {"a": 1}})
    stale = lake.open("t")
    put(lake, {DAYS[0]: {"a": 2}})

    with pytest.raises(Exception, match=r"(?i)conflict|concurrent"):
        put(lake, {DAYS[0]: {"a": 3}}, table=stale)

    assert held(lake.open("t")) == {(DAYS[0], "a"): 2}


def test_a_new_day_is_written_by_the_first_of_two_steps_alone(lake):
    """The fence holds for a day that neither of the two has seen before."""
    put(lake, {DAYS[0]: {"a": 1}})
    stale = lake.open("t")
    put(lake, {DAYS[1]: {"a": 2}})

    with pytest.raises(Exception, match=r"(?i)conflict|concurrent"):
        put(lake, {DAYS[1]: {"a": 3}}, table=stale)

    assert held(lake.open("t")) == {(DAYS[0], "a"): 1, (DAYS[1], "a"): 2}


def test_steps_that_write_different_days_do_not_disturb_each_other(lake):
    """A training run may add a snapshot while the daily run adds its day; neither is lost."""
    put(lake, {DAYS[0]: {"a": 1}})
    earlier = lake.open("t")
    put(lake, {DAYS[1]: {"a": 2}})

    put(lake, {DAYS[2]: {"a": 3}}, table=earlier)

    assert held(lake.open("t")) == {(DAYS[0], "a"): 1, (DAYS[1], "a"): 2, (DAYS[2], "a"): 3}


def test_a_step_that_opened_nothing_cannot_write_over_what_somebody_made_since(lake):
    """The fence holds for the first commit of a table too."""
    stale = lake.open("t")
    put(lake, {DAYS[0]: {"a": 1}})

    with pytest.raises(Exception, match=r"(?i)exist"):
        put(lake, {DAYS[0]: {"a": 2}}, table=stale)

    assert held(lake.open("t")) == {(DAYS[0], "a"): 1}


def test_an_opened_table_shows_what_it_held_then(lake):
    """A reader is not disturbed by a commit, and an older version is read by its number."""
    put(lake, {DAYS[0]: {"a": 1}})
    opened = lake.open("t")
    put(lake, {DAYS[0]: {"a": 2}})

    assert held(opened) == {(DAYS[0], "a"): 1}
    assert held(lake.open("t", version=0)) == {(DAYS[0], "a"): 1}
    assert held(lake.open("t")) == {(DAYS[0], "a"): 2}


def test_a_column_that_is_new_is_added_and_older_days_hold_nulls(lake):
    """A model that gains a feature does not rewrite history."""
    put(lake, {day: {"a": 1} for day in DAYS[:2]})
    wider = rows({DAYS[1]: {"a": 1}}).append_column("extra", pa.array([2.5]))

    lake.replace_days(lake.open("t"), wider, days=[DAYS[1]], key=KEY, note={})

    found = lake.read("t", connect()).order_by("day").to_pyarrow()
    assert found["extra"].to_pylist() == [None, 2.5]


def test_an_opened_table_lists_the_changes_up_to_its_version(lake):
    """What was committed since is not among them; a table that does not exist never changed."""
    assert changes(lake.open("t")) == ()
    put(lake, {day: {"a": 1} for day in DAYS})
    opened = lake.open("t")
    put(lake, {DAYS[1]: {"a": 2}})

    assert changes(opened) == changes(lake.open("t", version=0)) == ((0, DAYS),)


def test_no_change_is_forgotten_in_time(lake):
    """A checkpoint, made every hundred commits, leaves the commits of years ago where they are."""
    days = [DAYS[0] + timedelta(days=n) for n in range(102)]
    put(lake, {day: {"a": 1} for day in days[:1]})
    log = lake.root / "p" / "t" / "_delta_log"
    for day in days[1:]:
        for file in log.iterdir():
            os.utime(file, (0, 0))
        put(lake, {day: {"a": 1}})

    assert any(".checkpoint." in file.name for file in log.iterdir())
    assert [changed for _, changed in changes(lake.open("t"))] == [(day,) for day in days]


def test_what_was_never_written_is_nothing(lake):
    """A table that does not exist has no days, no version and no rows."""
    assert (lake.days("t"), lake.open("t").version, lake.read("t", connect())) == ((), -1, None)
    put(lake, {DAYS[0]: {"a": 1}})
    assert lake.read("t", connect(), days=[DAYS[1]]) is None


def test_a_day_is_a_date_so_no_odd_character_reaches_a_path_or_a_condition(lake):
    """Text in the day column is refused before anything is written, whatever it says."""
    cells = pa.table({"day": ["2020-02-27' OR '1'='1"], "customer_id": ["a"], "n": [1]})

    with pytest.raises((AttributeError, TypeError, ValueError, pa.ArrowException)):
        lake.replace_days(lake.open("t"), cells, days=["2020-02-27' OR '1'='1"], key=KEY, note={})

    assert lake.open("t").version == -1


def test_odd_characters_in_values_are_values(lake):
    """Quotes, slashes and percent signs in a customer's id neither break a path nor a condition."""
    odd = {"a/../b": 1, "'; DROP TABLE t; --": 2, "100%20": 3, "[x]*?": 4, "ü\n": 5}
    put(lake, {DAYS[0]: odd})

    assert held(lake.open("t")) == {(DAYS[0], customer): n for customer, n in odd.items()}


def test_a_day_written_before_a_column_was_added_is_made_again(lake):
    """Its file lacks the column; the day is replaced all the same, and reading the new column of it finds none."""
    put(lake, {day: {"a": 1} for day in DAYS[:2]})
    widen = lambda values: rows(values).append_column("extra", pa.array([2.5] * len(values)))  # noqa: E731
    lake.replace_days(lake.open("t"), widen({DAYS[2]: {"a": 1}}), days=[DAYS[2]], key=KEY, note={})
    assert lake.rows("t", days=[DAYS[0]], columns=["day", "extra"]).column_names == ["day"]

    commit = lake.replace_days(lake.open("t"), widen({DAYS[0]: {"a": 1}}), days=[DAYS[0]], key=KEY, note={})

    assert commit.changed == (DAYS[0],)
    assert lake.rows("t", days=[DAYS[0]])["extra"].to_pylist() == [2.5]


def test_a_table_of_many_columns_knows_its_days(lake):
    """Delta keeps statistics of the first columns alone; the day is among them wherever it stood."""
    wide = pa.table({f"c{i}": [i] for i in range(60)} | {"customer_id": ["a"], "day": pa.array([DAYS[0]], pa.date32())})

    lake.replace_days(lake.open("t"), wide, days=[DAYS[0]], key=KEY, note={})

    assert lake.days("t") == (DAYS[0],)
    assert lake.replace_days(lake.open("t"), wide, days=[DAYS[0]], key=KEY, note={}).changed == ()


def test_a_table_that_was_emptied_is_a_view_without_rows(lake):
    """A company may lose its last campaign; what reads the table goes on."""
    put(lake, {DAYS[0]: {"a": 1}})
    put(lake, {}, days=[DAYS[0]])

    with views({"t": lake.open("t")}) as connection:
        assert connection.execute("SELECT count(*), max(n) FROM t").fetchone() == (0, None)


def test_a_table_of_an_earlier_version_is_named_with_what_to_do(lake):
    """Folders by day are not read as if they were whole."""
    write_deltalake(str(lake.root / lake.project / "t"), rows({DAYS[0]: {"a": 1}}), partition_by=["day"])

    with pytest.raises(TenureError, match="written by an earlier version"):
        lake.days("t")
