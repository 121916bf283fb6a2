"""Cells that are there several times say each time what they say once."""

import numpy as np
import pyarrow as pa
import pytest

from tenure.proposing.asked import correlation
from tenure.proposing.distinct import distinct
from tenure.proposing.echoes import are_told, auc, certain
from tenure.proposing.looking import see


@pytest.mark.parametrize(
    "cells",
    [["a", "b", None, "a", "b", "a"], ["", None], [], [None, None], ["1", "1", "2"]],
)
def test_rows_get_back_what_was_made_of_their_cells(cells):
    """In their own order, and nothing for nothing."""
    found = distinct(pa.chunked_array([pa.array(cells, pa.string())]))

    assert found.spread(pa.chunked_array([found.cells])).to_pylist() == cells
    assert found.often.sum() == len(cells)


def test_what_is_rare_is_counted_by_rows():
    """A word on most rows is no number's fault, and one on a single row of many is."""
    seen = see([(("n;w\n" + "5;x\n" * 300 + "oops;y\n").encode(), "csv")])
    n, w = seen.columns

    assert (n.kind, n.n_values, n.n_rows) == ("whole", 1, 301)
    assert n.empty == pytest.approx(1 / 301)
    assert w.words == ("x", "y")


def test_order_ties_and_unknown_outcomes_count_as_they_are():
    """As a count of all pairs of rows says."""
    rng = np.random.default_rng(5)
    left = np.where(rng.random(400) < 0.1, None, np.where(rng.random(400) < 0.3, "Yes", "No"))
    value = [None if rng.random() < 0.1 else int(v) for v in rng.integers(0, 80, 400)]
    rows = pa.table({"v": pa.array(value, pa.int64()), "left": pa.array(list(left), pa.string())})
    table = see([(b"v;left\n" + b"".join(f"{i};No\n".encode() for i in range(60)), "csv")])
    told = are_told(rows, "\"left\" = 'Yes'")
    v = np.array([-1.0 if x is None else x for x in value])
    pairs = [(a > b) + (a == b) / 2 for a in v[told == 1] for b in v[told == 0]]

    assert auc(rows, table.columns[0], told) == pytest.approx(max(np.mean(pairs), 1 - np.mean(pairs)))
    assert np.isnan(told).sum() == sum(word is None for word in left)
    assert certain(rows, table.columns[0], told) == 0.0


def test_numbers_that_rise_together_correlate():
    """By their ranks, on the rows that have both."""
    rows = pa.table({"a": [1, 2, 3, None, 9], "b": [1.0, 8.0, 27.0, 5.0, None], "c": [1, 1, 1, 1, 1]})

    assert correlation(rows, "a", "b") == pytest.approx(1.0)
    assert correlation(rows, "a", "c") == 0.0
