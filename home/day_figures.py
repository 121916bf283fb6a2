"""What the lake keeps of each day: what validation said of it, its drift against training, its performance once known.

Who finds them out is `assets/` (`validated.py`, `drift.py`, `performance.py`); this file reads them back as records.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import pyarrow as pa

from adapters.lake import Lake
from adapters.tables import DRIFT, PERFORMANCE, verdicts_table
from tenure.contracts import Source
from tenure.drift import DriftMeasure, DriftVerdict, Shift, alarm
from tenure.evaluation.realised import Realised
from tenure.validation import DayVerdict


def verdicts_by_day(lake: Lake, source: Source, *, until: date | None = None) -> tuple[DayVerdict, ...]:
    """What validation said of each day's batch of a source, oldest first."""
    rows = lake.rows(verdicts_table(source))
    found = [] if rows is None else rows.sort_by("day").to_pylist()
    return tuple(_verdict(row) for row in found if until is None or row["day"] <= until)


def verdict_rows(days: Sequence[DayVerdict]) -> pa.Table:
    """One row a day: what validation said."""
    return pa.table(
        {
            "day": pa.array([d.key for d in days], pa.date32()),
            "source": pa.array([d.source for d in days], pa.string()),
            "n_received": pa.array([d.n_received for d in days], pa.int64()),
            "n_kept": pa.array([d.n_kept for d in days], pa.int64()),
            "n_quarantined": pa.array([d.n_quarantined for d in days], pa.int64()),
            "rules": pa.array([[name for name, _ in d.broken_rules] for d in days], pa.list_(pa.string())),
            "n_by_rule": pa.array([[n for _, n in d.broken_rules] for d in days], pa.list_(pa.int64())),
            "n_repeated": pa.array([d.n_repeated for d in days], pa.int64()),
            "n_corrected": pa.array([d.n_corrected for d in days], pa.int64()),
            "withheld": pa.array([list(d.withheld) for d in days], pa.list_(pa.string())),
        }
    )


def drift_by_day(lake: Lake, model: str, model_digest: str, *, until: date | None = None) -> tuple[DriftMeasure, ...]:
    """Measures of the days on which this model scored, oldest first."""
    rows = lake.rows(f"{model}/{DRIFT}")
    by_day: dict[date, list[Mapping[str, Any]]] = {}
    for row in () if rows is None else rows.sort_by([("day", "ascending"), ("position", "ascending")]).to_pylist():
        if row["model_digest"] == model_digest and (until is None or row["day"] <= until):
            by_day.setdefault(row["day"], []).append(row)
    return tuple(_measure(day, shifts) for day, shifts in by_day.items())


def verdict_at(lake: Lake, model: str, model_digest: str, day: date) -> DriftVerdict:
    """What the days up to `day`, measured against this model, say together."""
    return alarm(drift_by_day(lake, model, model_digest, until=day))


def performance_by_day(lake: Lake, model: str, model_digest: str) -> tuple[Realised, ...]:
    """Realised performance of this model's own scores, oldest day first."""
    names = list(Realised.__dataclass_fields__)
    rows = lake.rows(f"{model}/{PERFORMANCE}", columns=names)
    found = [] if rows is None else rows.sort_by("day").to_pylist()
    return tuple(Realised(**row) for row in found if row["model_digest"] == model_digest)


def _verdict(row: Mapping[str, Any]) -> DayVerdict:
    """One row of the verdicts table."""
    return DayVerdict(
        key=row["day"],
        source=row["source"],
        n_received=row["n_received"],
        n_kept=row["n_kept"],
        n_quarantined=row["n_quarantined"],
        broken_rules=tuple(zip(row["rules"], row["n_by_rule"], strict=True)),
        withheld=tuple(row["withheld"]),
        # Null in verdicts of before they were counted.
        n_repeated=row.get("n_repeated") or 0,
        n_corrected=row.get("n_corrected") or 0,
    )


def _measure(day: date, rows: list[Mapping[str, Any]]) -> DriftMeasure:
    """One day's rows as a measure."""
    shifts = tuple(Shift(name=r["name"], psi=r["psi"], expected_psi=r["expected_psi"]) for r in rows)
    return DriftMeasure(day=day, n_rows=rows[0]["n_rows"], shifts=shifts)
