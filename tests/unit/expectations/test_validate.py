"""Validation: each kind of break is found, said in words, and costs nothing but itself."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pyarrow as pa
import pytest

from expectations.validate import validate
from tenure.contracts import Available, Column, PersonalData, Rule, Volume, Weekdays
from tenure.errors import ExpectationError, SpecError
from tests.unit.expectations.verdicts import FIRST_DAY, FIRST_KEY, KEY, MakeRows, MakeSource, Validate, only


def test_good_rows_are_all_kept_in_the_contracts_names_and_types(validated: Validate, rows: MakeRows) -> None:
    """Kept rows have the contract's columns and types, the key as day, and when they were known."""
    kept = validated(rows()).kept

    assert kept.schema.names == ["customer_id", "visit_id", "spend", "items", "channel", "visited_at", "day", "available_at"]
    assert kept.schema.field("items").type == pa.int64()
    assert set(kept["day"].to_pylist()) == {KEY}
    # Known at the end of the event's day, that is strictly before the key's first instant.
    assert set(kept["available_at"].to_pylist()) == {datetime(2020, 3, 4, 23, 59, 59, 999999)}  # noqa: DTZ001
    assert kept["customer_id"].to_pylist() == rows()["member"]


def test_csv_gives_the_same_rows_as_parquet(validated: Validate, rows: MakeRows) -> None:
    """The format of a delivery does not change what it says."""
    assert validated(rows(), format="csv").kept == validated(rows()).kept


# Column, what stands in it, and the rule that it breaks.
BAD_CELLS: list[tuple[str, object, str]] = [
    ("member", None, "customer_id.required"),
    ("member", "", "customer_id.required"),
    ("member", "12; DROP TABLE visits", "customer_id.pattern"),
    ("member", "../../etc/passwd", "customer_id.pattern"),
    ("member", "1\n2", "customer_id.pattern"),
    ("member", "١٢", "customer_id.pattern"),
    ("spend", None, "spend.required"),
    ("spend", float("nan"), "spend.required"),
    ("spend", float("inf"), "spend.range"),
    ("spend", -0.01, "spend.range"),
    ("spend", 1e12, "spend.range"),
    ("items", -1, "items.range"),
    ("channel", "fax", "channel.allowed"),
    ("channel", "shop' OR '1'='1", "channel.allowed"),
    ("visited_at", datetime(1970, 1, 1), "visited_at.in_batch_days"),  # noqa: DTZ001
    ("visited_at", datetime(2020, 3, 5), "visited_at.in_batch_days"),  # noqa: DTZ001
    ("visited_at", datetime(2999, 1, 1), "visited_at.in_batch_days"),  # noqa: DTZ001
    ("visited_at", None, "visited_at.required"),
]

BAD_TEXTS: list[tuple[str, object, str]] = [
    ("items", "2.5", "items.readable"),
    ("items", "many", "items.readable"),
    ("items", "99999999999999999999", "items.readable"),
    ("spend", "1,50", "spend.readable"),
    ("spend", "nan", "spend.required"),
    ("spend", "inf", "spend.range"),
    ("visited_at", "yesterday", "visited_at.readable"),
    ("visited_at", "infinity", "visited_at.readable"),
    ("visited_at", "2020-02-30", "visited_at.readable"),
]


@pytest.mark.parametrize(("format", "cells"), [("parquet", BAD_CELLS), ("csv", BAD_TEXTS)])
def test_a_bad_cell_costs_its_row_alone(
    validated: Validate, rows: MakeRows, visits: MakeSource, format: str, cells: list[tuple[str, object, str]]
) -> None:
    """A row-level break quarantines its row under the rule's name, and the others go on."""
    n_rows = 2 * len(cells) + 2
    damaged = rows(n_rows)
    if format == "csv":
        damaged = {name: [str(value) for value in values] for name, values in damaged.items()}
    for i, (column, value, _) in enumerate(cells):
        damaged[column][2 * i] = value

    found = validated(damaged, format=format)

    broken = dict(zip(found.quarantined["visit_id"].to_pylist(), found.quarantined["rules"].to_pylist(), strict=True))
    expected = {f"v{2 * i}": rule for i, (_, _, rule) in enumerate(cells)}
    assert broken.keys() == expected.keys()
    assert [visit for visit, rule in expected.items() if rule not in broken[visit]] == []
    assert found.kept.num_rows == n_rows - len(cells)


@pytest.mark.parametrize("amount", [400638133393100000.0, -1e300, 4006381333931.0])
def test_an_amount_without_given_bounds_that_no_sum_could_hold_costs_its_row_alone(
    validated: Validate, rows: MakeRows, visits: MakeSource, amount: float
) -> None:
    """A bar code in the field of the price."""
    source = visits(
        rules=(), columns=tuple(replace(c, minimum=None, maximum=None) if c.name == "spend" else c for c in visits().columns)
    )
    damaged = rows()
    damaged["spend"][3] = amount

    found = validated(damaged, source=source)

    assert (found.kept.num_rows, dict(only(found).broken_rules)) == (19, {"spend.range": 1})


def test_a_missing_cell_is_fine_where_the_contract_says_so(validated: Validate, rows: MakeRows) -> None:
    """A nullable column may be empty; pandas then sends whole numbers as floats, which still read as whole."""
    damaged = rows()
    damaged["items"] = [None if i == 3 else float(i) for i in range(20)]

    kept = validated(damaged).kept

    assert kept["items"].to_pylist()[2:5] == [2, None, 4]


def test_ids_that_came_as_floats_are_the_same_ids(validated: Validate, rows: MakeRows) -> None:
    """A missing id turns pandas ids into floats; the others must not gain a fraction."""
    damaged = rows()
    damaged["member"] = [None if i == 3 else float(100 + i) for i in range(20)]

    found = validated(damaged)

    assert found.kept["customer_id"].to_pylist()[:3] == ["100", "101", "102"]
    assert dict(only(found).broken_rules) == {"customer_id.required": 1}


def test_a_rule_across_columns_counts_unknown_as_broken(validated: Validate, rows: MakeRows) -> None:
    """`keeps` must be true; a null in it is not."""
    damaged = rows()
    damaged["spend"][0], damaged["channel"][2] = 0.0, None

    # Row 0 is a visit on the web that paid nothing; whether row 2 is one is not known, and it paid nothing either.
    damaged["spend"][2] = 0.0
    assert dict(only(validated(damaged)).broken_rules) == {"web_pays": 2, "channel.required": 1}


def test_the_first_good_row_of_a_key_stays(validated: Validate, rows: MakeRows) -> None:
    """Of two rows with one key the later is quarantined, unless the earlier is bad: a bad copy never costs the good one."""
    damaged = rows()
    damaged["member"][5], damaged["visit_id"][5] = damaged["member"][4], damaged["visit_id"][4]
    damaged["member"][9], damaged["visit_id"][9] = damaged["member"][8], damaged["visit_id"][8]
    damaged["spend"][8] = -1.0

    found = validated(damaged)

    assert found.quarantined["rules"].to_pylist() == [["unique_key"], ["spend.range", "web_pays", "unique_key"]]
    assert {5.0, 10.0} <= set(found.kept["spend"].to_pylist())
    assert found.kept.num_rows == 18


def test_equal_keys_on_two_days_are_not_duplicates(deliver: Callable[..., Path], rows: MakeRows, visits: MakeSource) -> None:
    """The key is unique within a day."""
    paths = {key: deliver(rows(day=key - timedelta(days=1)), key=key) for key in (KEY, KEY + timedelta(days=1))}

    found = validate(visits(), paths, first_key=FIRST_KEY, first_day=FIRST_DAY)

    assert found.kept.num_rows == 40


def test_a_row_with_too_many_fields_is_quarantined(validated: Validate, rows: MakeRows) -> None:
    """An unquoted comma shifts a row's cells; that row is not to be trusted, the others are."""
    lines = ["member,visit_id,spend,items,channel,visited_at"]
    lines += [f"{100 + i},v{i},{i + 1},1,shop,2020-03-04 10:00:00" for i in range(20)]
    lines[4] = "103,v3,1,50,1,shop,2020-03-04 10:00:00"
    lines[5] = "104,v4"

    found = validated("\n".join(lines).encode(), format="csv")

    assert dict(only(found).broken_rules)["row_shape"] == 2
    assert found.kept.num_rows == 18


def test_no_text_of_a_verdict_holds_a_value(validated: Validate, rows: MakeRows) -> None:
    """Check results carry figures, never customers' values."""
    damaged = {name: [str(v) for v in values] for name, values in rows().items()}
    for name in damaged:
        damaged[name][:14] = ["canary-5551234"] * 14

    found = validated(damaged, format="csv")

    assert not only(found).is_released
    assert "canary" not in f"{found.days} {found.expectations}"


def test_one_bad_row_never_condemns_a_small_batch(validated: Validate, rows: MakeRows) -> None:
    """Of three rows one is a third, which says nothing about the delivery."""
    damaged = {name: values[:3] for name, values in rows().items()}
    damaged["spend"][1] = -1.0

    assert (only(validated(damaged)).is_released, only(validated(damaged)).n_kept) == (True, 2)


def test_a_closed_day_may_be_empty(validated: Validate, rows: MakeRows, visits: MakeSource) -> None:
    """On a day of the year that the contract names, no rows are expected."""
    empty = pa.table(rows()).slice(0, 0)

    assert only(validated(empty, source=visits(volume=Volume(minimum=5), delivered=Weekdays(closed_on=("03-04",))))).is_released
    assert not only(
        validated(empty, source=visits(volume=Volume(minimum=5), delivered=Weekdays("wed", holidays="US")))
    ).is_released


def test_a_late_row_is_known_with_the_batch_that_brings_it(validated: Validate, rows: MakeRows, visits: MakeSource) -> None:
    """Were it known at the end of its own day, features of the days between would have seen the future."""
    damaged = rows()
    damaged["visited_at"][0] = datetime(2020, 3, 2, 9)  # noqa: DTZ001

    assert dict(only(validated(damaged)).broken_rules) == {"visited_at.in_batch_days": 1}
    assert dict(only(validated(damaged, source=visits(late_days=1))).broken_rules) == {"visited_at.in_batch_days": 1}
    kept = validated(damaged, source=visits(late_days=2)).kept
    assert kept["available_at"].to_pylist()[0] == datetime(2020, 3, 4, 23, 59, 59, 999999)  # noqa: DTZ001


def test_what_began_before_the_history_comes_with_the_first_key(validated: Validate, rows: MakeRows, visits: MakeSource) -> None:
    """A state that begins (AT_EVENT) may be older than the history, on the first key alone; it is known from its own time."""
    began = {**rows(), "visited_at": [datetime(2019, 11, 5, 8)] * 20}  # noqa: DTZ001
    at_event = visits(available=Available.AT_EVENT)

    kept = validated(began, source=at_event, key=FIRST_KEY).kept

    assert set(kept["available_at"].to_pylist()) == {datetime(2019, 11, 5, 8)}  # noqa: DTZ001
    assert not only(validated(began, source=at_event)).is_released
    assert not only(validated(began, source=visits(), key=FIRST_KEY)).is_released


def test_a_source_without_dates_comes_with_the_first_key(validated: Validate, rows: MakeRows, visits: MakeSource) -> None:
    """Its rows are known from the first day; rows on another key would rewrite the past."""
    static = visits(event_time=None, available=Available.FROM_FIRST_DAY)

    kept = validated(rows(), source=static, key=FIRST_KEY).kept

    assert set(kept["available_at"].to_pylist()) == {datetime(2020, 1, 1)}  # noqa: DTZ001
    assert only(validated(pa.table(rows()).slice(0, 0), source=static)).is_released
    assert "carries no date" in only(validated(rows(), source=static)).withheld[0]


def test_expectations_count_what_the_split_counts(validated: Validate, rows: MakeRows) -> None:
    """Great Expectations' figures are in the result, one per rule."""
    damaged = rows()
    damaged["spend"][:3] = [-1.0, None, 501.0]

    results = {result.name: (result.success, result.n_unexpected) for result in validated(damaged).expectations}

    assert results["spend.range"] == (False, 2)
    assert results["spend.required"] == (False, 1)
    assert results["channel.allowed"] == (True, 0)
    assert results["unique_key"] == (True, 0)


@pytest.mark.parametrize("keeps", ["no_such_column > 0", "spend >", "cast(visit_id as integer) > 0"])
def test_a_rule_that_cannot_be_evaluated_is_an_error_not_bad_data(
    validated: Validate, rows: MakeRows, visits: MakeSource, keeps: str
) -> None:
    """The contract is at fault, and the message quotes no value."""
    broken = visits(rules=(Rule(name="wrong", keeps=keeps, meaning="wrong"),))

    with pytest.raises(ExpectationError, match="A rule of source 'visits' cannot be evaluated") as raised:
        validated(rows(), source=broken)

    assert "v0" not in str(raised.value)


def test_names_that_validated_tables_need_are_refused(validated: Validate, rows: MakeRows, visits: MakeSource) -> None:
    """`day` and the like belong to the validated table."""
    columns = (*visits().columns, Column("day", str, personal=PersonalData.NONE, meaning="weekday"))
    with_day = pa.table(rows()).append_column("day", pa.array(["Mon"] * 20))

    with pytest.raises(SpecError, match="validated tables use these names"):
        validated(with_day, source=visits(columns=columns))
