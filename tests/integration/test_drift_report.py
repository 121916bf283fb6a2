"""Evidently's own page."""

import re

import numpy as np
import pytest

from adapters.drift_report import MOST_ROWS, report
from tenure.errors import DriftError

RANDOM = np.random.default_rng(5)
NAMES = ["days_since_purchase", "spend_28d"]


def _rows(n: int) -> np.ndarray:
    """Rows of the two inputs."""
    return RANDOM.normal(size=(n, 2))


@pytest.mark.slow
def test_page_names_each_column_and_flags_what_moved() -> None:
    """The page is whole, compares current with reference by PSI, and finds the input that was moved."""
    current = _rows(6000)
    current[:, 1] += 2
    page = report(
        names=NAMES,
        current=current,
        current_score=RANDOM.random(6000),
        reference=_rows(6000),
        reference_score=RANDOM.random(6000),
        seed=1,
    ).decode()

    assert page.lstrip().startswith("<!DOCTYPE html>") or "<html" in page[:500]
    assert all(name in page for name in (*NAMES, "score"))
    assert re.search("Drift is detected for 33", page), "one column of three moved"


@pytest.mark.slow
def test_page_holds_aggregates_alone() -> None:
    """No row can be read off the page: a customer's value among thousands is not in it."""
    reference, score = _rows(MOST_ROWS), RANDOM.random(MOST_ROWS)
    current = _rows(MOST_ROWS)
    rows = [f"{value:.12g}"[:12] for value in current[100:140, 0]]
    page = report(names=NAMES, current=current, current_score=score, reference=reference, reference_score=score, seed=1).decode()

    assert not [value for value in rows if value in page]


def test_columns_that_name_customers_are_refused() -> None:
    """Identifiers have no drift, only readers."""
    rows = _rows(3)

    with pytest.raises(DriftError, match="customer_id"):
        report(
            names=["customer_id", "x"], current=rows, current_score=rows[:, 0], reference=rows, reference_score=rows[:, 0], seed=1
        )


def test_day_without_rows_is_refused() -> None:
    """There is no page about nothing."""
    rows = _rows(3)

    with pytest.raises(DriftError, match="Expected rows on both sides"):
        report(names=NAMES, current=rows[:0], current_score=[], reference=rows, reference_score=rows[:, 0], seed=1)
