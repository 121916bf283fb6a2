"""Rows in one spelling: canonical JSON, to the bit, whatever columns come to the table later."""

import json
import struct
from datetime import date

import numpy as np
import pyarrow as pa
import pytest
import rfc8785

from tenure.rows import bits, canonical_rows

ROWS = pa.table(
    {
        "day": pa.array([date(2020, 1, 2)] * 3, pa.date32()),
        "customer_id": ['a"b', "ü\n", "1"],
        "score": [0.1, -0.0, 1e-300],
        "rate": pa.array([None, 2.5, None], pa.float64()),
        "reasons": pa.array([[], ["x", 'y"'], ["z"]], pa.list_(pa.string())),
        "n": pa.array([1, None, -3], pa.int64()),
        "active": [True, False, None],
    }
)


def test_a_row_is_canonical_json_of_its_cells():
    """RFC 8785 says the same bytes of what is read back; a float is its sixteen letters; a null is left out."""
    told = canonical_rows(ROWS)
    read = [json.loads(row) for row in told]

    assert [rfc8785.dumps(row) for row in read] == told
    assert read[1]["customer_id"] == "ü\n"
    assert read[1]["score"] == struct.pack(">d", -0.0).hex() == "8000000000000000"
    assert "rate" not in read[0]
    assert read[1]["rate"] == struct.pack(">d", 2.5).hex()
    assert (read[1]["reasons"], read[0]["reasons"], read[2]["n"]) == (["x", 'y"'], [], -3)


def test_order_of_columns_chunks_and_columns_that_came_later_change_no_row():
    """The same cells are the same bytes."""
    later = ROWS.append_column("new", pa.nulls(3, pa.float64()))
    chunked = pa.concat_tables([later.slice(0, 1), later.slice(1)])

    assert canonical_rows(chunked.select(chunked.column_names[::-1])) == canonical_rows(ROWS)


def test_cells_are_equal_exactly_where_their_bits_are():
    """0.0 is not -0.0, and NaN is itself."""
    column = pa.chunked_array([pa.array([0.0, -0.0, np.nan, np.nan])])
    told = bits(column).to_pylist()

    assert told[0] != told[1]
    assert told[2] == told[3]


def test_no_row_and_no_column_are_told_too():
    """An empty day has an empty list."""
    assert canonical_rows(ROWS.slice(0, 0)) == []
    assert canonical_rows(pa.table({})) == []


def test_a_column_of_another_kind_is_refused():
    """Rather than told in a way that nobody described."""
    with pytest.raises(TypeError, match="expected text, numbers, dates"):
        canonical_rows(pa.table({"x": [b"bytes"]}))
