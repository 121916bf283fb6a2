"""Populations: who belongs, what a package keeps of it, and how it is said."""

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import TypeAdapter

from tenure.conditions import AllOf, AtMost, Condition, Not, OneOf, largest, mask, rules_out
from tenure.errors import PackageError, SpecError
from tenure.history import Contacts, Intervals, States
from tenure.populations import Population, ever, everyone, had, is_in
from tests.unit.outcomes.small import PURCHASES, SUBSCRIBERS

ROWS = pa.table(
    {
        "purchase_recency_days": pa.array([1.0, 56.0, 57.0, None, float("nan")]),
        "days_since_first_purchase": pa.array([9.0, 90.0, 90.0, None, float("nan")]),
        "status": pa.array(["active", "left", None, "active", "paused"]),
        "plan": pa.array(["a", None, None, None, "b"]),
        "days_in_status": pa.array([3.0, 3.0, None, 9.0, 9.0]),
    }
)
BOUGHT, ACTIVE = had(PURCHASES, within_days=56), is_in(SUBSCRIBERS.status, "active", "paused")


@pytest.mark.parametrize(
    ("population", "expected"),
    [
        (BOUGHT, [True, True, False, False, False]),
        (~BOUGHT, [False, False, True, True, True]),
        (ever(PURCHASES), [True, True, True, False, False]),
        (ACTIVE, [True, False, False, True, True]),
        (BOUGHT & ACTIVE, [True, False, False, False, False]),
        (BOUGHT | ACTIVE, [True, True, False, True, True]),
        (~(BOUGHT | ACTIVE), [False, False, True, False, False]),
        (everyone(SUBSCRIBERS), [True, True, False, True, True]),
        (everyone(PURCHASES), [True, True, True, False, False]),
    ],
)
def test_a_population_is_true_or_false_of_every_customer(population: Population, expected: list[bool]):
    """Also of whom something is not known: there a condition is false, and its opposite true."""
    assert population.mask(ROWS).to_pylist() == expected
    assert ROWS.filter(population.mask(ROWS)).num_rows == sum(expected)


conditions = st.recursive(
    st.builds(AtMost, column=st.sampled_from(["x", "y"]), limit=st.integers(0, 5))
    | st.builds(OneOf, column=st.sampled_from(["x", "y"]), values=st.just((1.0, 2.0))),
    lambda inner: st.builds(Not, part=inner) | st.builds(AllOf, parts=st.tuples(inner, inner)),
    max_leaves=6,
)


def holds(condition: Condition, row: dict[str, float | None]) -> bool:
    """The same of one row, in plain Python."""
    match condition:
        case AtMost():
            value = row[condition.column]
            return value is not None and value <= condition.limit
        case OneOf():
            return row[condition.column] in condition.values
        case Not():
            return not holds(condition.part, row)
        case AllOf():
            return all(holds(part, row) for part in condition.parts)
    raise AssertionError(condition)


@settings(max_examples=60, deadline=None)
@given(conditions, st.lists(st.tuples(st.none() | st.integers(0, 5), st.none() | st.integers(0, 5)), max_size=8))
def test_a_condition_means_the_same_after_it_was_kept_as_json(condition, pairs):
    """And what it promises of a column is true of every row that it keeps."""
    rows = [{"x": x, "y": y} for x, y in pairs]
    table = pa.Table.from_pylist(rows, schema=pa.schema([("x", pa.float64()), ("y", pa.float64())]))
    kept = TypeAdapter(Condition)

    again = kept.validate_json(kept.dump_json(condition))

    assert again == condition
    assert mask(again, table).to_pylist() == [holds(condition, row) for row in rows]
    of_population = [row for row in rows if holds(condition, row)]
    limit = largest(condition, "x")
    assert limit is None or all(row["x"] is not None and row["x"] <= limit for row in of_population)
    assert not rules_out(condition, "x", 1.0) or all(row["x"] != 1 for row in of_population)


def test_words_and_numbers_keep_apart_as_json():
    """A word that reads as a number stays a word."""
    kept = TypeAdapter(Condition)
    words, numbers = OneOf(column="c", values=("1", "2")), OneOf(column="c", values=(1.0, 2.0))

    assert [kept.validate_json(kept.dump_json(each)) for each in (words, numbers)] == [words, numbers]
    assert mask(words, pa.table({"c": ["1", "3"]})).to_pylist() == [True, False]
    assert mask(numbers, pa.table({"c": np.array([True, False])})).to_pylist() == [True, False]
    with pytest.raises(PackageError, match="names words of 'c', which holds numbers"):
        mask(words, pa.table({"c": [1.0]}))
    with pytest.raises(PackageError, match="told by 'd', which the day's features do not have"):
        mask(AtMost(column="d", limit=1), pa.table({"c": [1.0]}))


def test_a_population_says_who_it_is_what_it_reads_and_whose_customers_it_chooses_from():
    """Also turned round and joined."""
    assert BOUGHT.in_words == "customers who had a purchase within the 56 days before the scoring day"
    assert (~BOUGHT).in_words == "customers who had no purchase within the 56 days before the scoring day"
    assert had(PURCHASES, within_days=1).in_words == "customers who had a purchase on the day before the scoring day"
    assert (~ever(PURCHASES)).in_words == "customers who never had a purchase"
    assert (~BOUGHT & ACTIVE).in_words == (
        "customers who had no purchase within the 56 days before the scoring day and have “active” or “paused” as status"
    )
    assert (~(ever(PURCHASES) & ACTIVE)).in_words == (
        "customers who never had a purchase or do not have “active” or “paused” as status"
    )
    assert ((BOUGHT | ACTIVE) & everyone(SUBSCRIBERS)).in_words.endswith("as status) and have a subscription")
    assert everyone(States("list", noun="customer", attributes=("plan",))).in_words == "customers who are listed"
    both = BOUGHT & ACTIVE & ~BOUGHT
    assert both.histories == (PURCHASES, SUBSCRIBERS)
    assert [f.name for f in both.features] == list(both.columns) == ["purchase_recency_days", "status"]


@pytest.mark.parametrize(
    ("declare", "words"),
    [
        (lambda: had(PURCHASES, within_days=0), "within 0 days; expected 1 to 364"),
        (lambda: had(PURCHASES, within_days=365), r"say ever\("),
        (lambda: had(SUBSCRIBERS, within_days=7), "'subscription' is one of States"),
        (lambda: is_in(SUBSCRIBERS.status), "takes one value or more"),
        (lambda: is_in(SUBSCRIBERS.status, "active", 1), "all words or all numbers"),
        (lambda: is_in(SUBSCRIBERS, "active"), "takes an attribute"),
        (lambda: everyone(States("s", noun="account", attributes=())), "names no attribute"),
        (lambda: everyone(Contacts("o", "offer", group="g", held_out="c")), "offers do not tell of everyone"),
        (lambda: everyone(Intervals("m", "mailing", starts="a", ends="b")), "mailings do not tell of everyone"),
    ],
)
def test_a_population_that_cannot_be_told_is_refused_where_it_is_declared(declare, words):
    """In words."""
    with pytest.raises(SpecError, match=words):
        declare()
