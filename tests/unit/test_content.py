"""Content digests: what counts and what does not."""

from datetime import date

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tenure.content import content_digest, digest_by_day

KEY = ("customer_id",)
texts = st.text(max_size=6)
rows_strategy = st.lists(
    st.tuples(
        st.one_of(st.none(), st.integers(-(2**60), 2**60)),
        st.one_of(st.none(), st.floats(allow_nan=False)),
        st.one_of(st.none(), texts),
        st.one_of(st.none(), st.lists(texts, max_size=3)),
        st.dates(date(2020, 1, 1), date(2020, 1, 4)),
    ),
    max_size=8,
)


def table(rows: list[tuple]) -> pa.Table:
    """Rows with every kind of column that the lake holds; the customer is the row's number."""
    columns = [list(column) for column in zip(*rows, strict=True)] or [[], [], [], [], []]
    return pa.table(
        {
            "customer_id": pa.array([str(i) for i in range(len(rows))], pa.string()),
            "n": pa.array(columns[0], pa.int64()),
            "x": pa.array(columns[1], pa.float64()),
            "text": pa.array(columns[2], pa.string()),
            "list": pa.array(columns[3], pa.list_(pa.string())),
            "day": pa.array(columns[4], pa.date32()),
        }
    )


@given(rows_strategy, st.randoms(use_true_random=False))
def test_order_chunks_and_encoding_do_not_count(rows, random):
    """The same rows, shuffled, cut into chunks, with columns elsewhere and text as a dictionary, have the same digest."""
    whole = table(rows)
    order = list(range(len(rows)))
    random.shuffle(order)
    shuffled = whole.take(pa.array(order, pa.int64()))
    cut = random.randint(0, len(rows))
    chunked = pa.concat_tables([shuffled.slice(0, cut), shuffled.slice(cut)])
    names = list(chunked.column_names)
    random.shuffle(names)
    encoded = chunked.select(names)
    i = encoded.column_names.index("text")
    encoded = encoded.set_column(i, "text", encoded["text"].dictionary_encode())

    assert content_digest(encoded, KEY) == content_digest(whole, KEY)


@given(rows_strategy.filter(bool), st.integers(0, 4), st.data())
def test_every_value_counts(rows, column, data):
    """A single changed cell changes the digest."""
    i = data.draw(st.integers(0, len(rows) - 1))
    changed = list(rows[i])
    others = [17, 1.5, "other text", ["other", "list"], date(2021, 1, 1)]
    if rows[i][column] == others[column]:
        return
    changed[column] = others[column]

    assert content_digest(table([*rows[:i], tuple(changed), *rows[i + 1 :]]), KEY) != content_digest(table(rows), KEY)


@given(rows_strategy)
def test_a_day_s_digest_is_that_of_its_rows_alone(rows):
    """What else the table holds does not matter."""
    whole = table(rows)

    found = digest_by_day(whole, KEY)

    days = whole["day"].to_pylist()
    assert found == {
        day: content_digest(whole.filter(pa.array([d == day for d in days])), ("day", *KEY)) for day in sorted(set(days))
    }


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (pa.array([None], pa.int64()), pa.array([0], pa.int64())),
        (pa.array([None], pa.string()), pa.array([""], pa.string())),
        (pa.array([[]], pa.list_(pa.string())), pa.array([None], pa.list_(pa.string()))),
        (pa.array([[None]], pa.list_(pa.string())), pa.array([[""]], pa.list_(pa.string()))),
        (pa.array([1], pa.int64()), pa.array([1.0], pa.float64())),
        (pa.array(["1"], pa.string()), pa.array([1], pa.int64())),
    ],
)
def test_null_empty_and_zero_are_three_things(one, other):
    """And a number is not its text."""
    assert digest_of(one) != digest_of(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (pa.array([0.0]), pa.array([-0.0])),
        (pa.array(["a"], pa.string()), pa.array(["a"], pa.large_string())),
        (pa.array([7], pa.timestamp("us")), pa.array([7], pa.timestamp("us", "UTC"))),
    ],
)
def test_spellings_of_one_value_are_one(one, other):
    """What a library writes differently but means the same has one digest."""
    assert digest_of(one) == digest_of(other)


def test_rows_split_differently_between_cells_differ():
    """Text is hashed with its lengths, so that moving a border between cells shows."""
    assert digest_of(pa.array(["ab", "c"])) != digest_of(pa.array(["a", "bc"]))
    lists = pa.list_(pa.string())
    assert digest_of(pa.array([["a"], ["b", "c"]], lists)) != digest_of(pa.array([["a", "b"], ["c"]], lists))


def test_not_a_number_equals_itself():
    """Two computations that both give NaN gave the same."""
    assert digest_of(pa.array([np.nan])) == digest_of(pa.array([np.float64("nan")]))
    assert digest_of(pa.array([np.nan])) != digest_of(pa.array([None], pa.float64()))


def digest_of(values: pa.Array) -> str:
    """Digest of one column."""
    return content_digest(pa.table({"customer_id": [str(i) for i in range(len(values))], "v": values}), KEY)
