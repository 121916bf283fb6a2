"""What a drift page compares, read from a real lake. Evidently's own part is in test_drift_report.py."""

from dataclasses import replace
from datetime import date
from itertools import pairwise
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from pydantic import TypeAdapter

from adapters.drift_report import MOST_ROWS
from adapters.settings import load_settings
from adapters.tables import FEATURES_TABLE
from assets.drift_page import fit_days, inputs_of
from home.workplace import Workplace
from tenure.errors import MissingHistoryError
from tenure.evidence import Evidence
from tenure.package import seal
from tenure.project import load_project
from tests.unit.model_cards.sample import evidence

PROJECT = load_project("projects.complete_journey")
SPEC = PROJECT.model("lapse_28d")
DAYS = [date(2017, 4, 2), date(2017, 4, 9)]


@pytest.fixture
def workplace(tmp_path: Path) -> Workplace:
    """A lake with the features of two days: 4,000 customers each, every fourth outside of the population."""
    found = Workplace(PROJECT, replace(load_settings(), home=tmp_path))
    n = 4000
    columns = {
        "day": pa.array([day for day in DAYS for _ in range(n)], pa.date32()),
        "customer_id": [f"c{i}" for i in range(n)] * 2,
        "recency_days": np.tile([1.0, 20.0, 56.0, 57.0], n // 2),
        "spend_28d": np.arange(2 * n, dtype=float),
    }
    lake = found.lake
    lake.replace_days(lake.open(FEATURES_TABLE), pa.table(columns), days=DAYS, key=("customer_id",), note={})
    return found


def test_reference_days_are_the_champions_fit_days() -> None:
    """First and last come from the evidence in the package, the step from the spec."""
    known = evidence()
    (fit,) = (period for period in known.data.periods if period.role == "fit")
    package = seal({"model/booster.txt": b"", "evidence.json": TypeAdapter(Evidence).dump_json(known)})
    days = fit_days(package, SPEC)

    assert (days[0], days[-1]) == (fit.first_as_of, fit.last_as_of)
    assert {(later - earlier).days for earlier, later in pairwise(days)} == {SPEC.snapshots.step_days}


def test_rows_are_a_sample_of_the_population_and_always_the_same(workplace: Workplace) -> None:
    """No more rows leave the lake than a page takes, none from outside of the population, and both days have their share."""
    drawn = inputs_of(workplace, SPEC, ("recency_days", "spend_28d"), DAYS)

    assert drawn.shape == (MOST_ROWS, 2)
    assert drawn[:, 0].max() == 56
    assert (drawn[:, 1] < 4000).mean() == pytest.approx(0.5, abs=0.05)
    np.testing.assert_array_equal(drawn, inputs_of(workplace, SPEC, ("recency_days", "spend_28d"), DAYS))


def test_day_without_features_is_refused(workplace: Workplace) -> None:
    """The message says which day, and what to do."""
    with pytest.raises(MissingHistoryError, match=r"first: 2017-05-01\). Materialise complete_journey/features"):
        inputs_of(workplace, SPEC, ("recency_days",), [*DAYS, date(2017, 5, 1)])
