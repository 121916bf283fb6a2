"""What the lake keeps of each scored day: drift against training, and performance once the outcome is known.

Who measures them is `assets/drift.py` and `assets/performance.py`; this file reads them back as records.
"""

from collections.abc import Mapping
from datetime import date
from typing import Any

from adapters.lake import Lake
from tenure.drift import DriftMeasure, Shift
from tenure.evaluation.realised import Realised

DRIFT, PERFORMANCE = "drift", "performance"


def drift_by_day(lake: Lake, model: str, model_digest: str, *, until: date | None = None) -> tuple[DriftMeasure, ...]:
    """Measures of the days on which this model scored, oldest first."""
    rows = lake.rows(f"{model}/{DRIFT}")
    by_day: dict[date, list[Mapping[str, Any]]] = {}
    for row in () if rows is None else rows.sort_by([("day", "ascending"), ("position", "ascending")]).to_pylist():
        if row["model_digest"] == model_digest and (until is None or row["day"] <= until):
            by_day.setdefault(row["day"], []).append(row)
    return tuple(_measure(day, shifts) for day, shifts in by_day.items())


def performance_by_day(lake: Lake, model: str, model_digest: str) -> tuple[Realised, ...]:
    """Realised performance of this model's own scores, oldest day first."""
    names = list(Realised.__dataclass_fields__)
    rows = lake.rows(f"{model}/{PERFORMANCE}", columns=names)
    found = [] if rows is None else rows.sort_by("day").to_pylist()
    return tuple(Realised(**row) for row in found if row["model_digest"] == model_digest)


def _measure(day: date, rows: list[Mapping[str, Any]]) -> DriftMeasure:
    """One day's rows as a measure."""
    shifts = tuple(Shift(name=r["name"], psi=r["psi"], expected_psi=r["expected_psi"]) for r in rows)
    return DriftMeasure(day=day, n_rows=rows[0]["n_rows"], shifts=shifts)
