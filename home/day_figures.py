"""What the lake keeps of each day: what validation said of it, its drift against training, its performance once known.

Each of these tables is described here once; its rows are made and read back by that description. Who finds the figures out is
`assets/` (`validated.py`, `drift.py`, `performance.py`).
"""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import pyarrow as pa

from adapters.lake import Lake
from adapters.tables import DRIFT, PERFORMANCE, verdicts_table
from tenure.contracts import Source
from tenure.drift import DriftMeasure, Shift
from tenure.drift_alarm import DriftVerdict, alarm
from tenure.evaluation.realised import Realised
from tenure.tables import Shape
from tenure.validation import DayVerdict

VERDICT_ROWS = Shape(
    key=("source",),
    columns=(
        ("day", pa.date32(), "the batch's day"),
        ("source", pa.string(), "the source by name"),
        ("n_received", pa.int64(), "rows in the batch"),
        ("n_kept", pa.int64(), "rows that keep the contract"),
        ("n_quarantined", pa.int64(), "rows that do not"),
        ("rules", pa.list_(pa.string()), "the rules that rows break, most first"),
        ("n_by_rule", pa.list_(pa.int64()), "rows that break each"),
        ("n_repeated", pa.int64(), "kept rows that were known already; null before they were counted"),
        ("n_corrected", pa.int64(), "kept rows that say otherwise than one that was known; null before they were counted"),
        ("n_normalised", pa.int64(), "cells of text brought into one form; null before they were counted"),
        ("n_alike", pa.int64(), "rows equal to an earlier one of the day; null before they were counted"),
        ("set_aside", pa.list_(pa.string()), "the names under which rows are set aside as expected"),
        ("n_by_name", pa.list_(pa.int64()), "rows set aside under each"),
        ("read_as", pa.string(), "how the batch was read, where it says itself how it is written"),
        ("withheld", pa.list_(pa.string()), "why nothing of the day is released, in words"),
    ),
)
_FIGURES = (
    "source", "n_received", "n_kept", "n_quarantined", "n_repeated", "n_corrected", "n_normalised", "n_alike", "read_as",
)  # fmt: skip
DRIFT_ROWS = Shape(
    key=("name",),
    columns=(
        ("day", pa.date32(), "the scored day"),
        ("name", pa.string(), "an input, or the score"),
        ("position", pa.int64(), "its place in the measure"),
        ("psi", pa.float64(), "population stability index against the rows the model was fitted on"),
        ("expected_psi", pa.float64(), "what chance alone would give"),
        ("n_rows", pa.int64(), "customers measured"),
        ("model_digest", pa.string(), "the model that scored"),
        ("counts", pa.list_(pa.int64()), "customers by bin of training; null before they were kept"),
    ),
)
PERFORMANCE_ROWS = Shape(
    key=("n_rows",),
    columns=(
        ("day", pa.date32(), "the scored day"),
        ("n_rows", pa.int64(), "scores compared"),
        ("n_events", pa.int64(), "of them with the event"),
        ("roc_auc", pa.float64(), "area under the ROC curve"),
        ("average_precision", pa.float64(), "average precision"),
        ("brier_score", pa.float64(), "Brier score"),
        ("mean_score", pa.float64(), "the mean of the scores"),
        ("event_rate", pa.float64(), "the share with the event"),
        ("high_band_event_rate", pa.float64(), "the share in the high band"),
        ("model_digest", pa.string(), "the model that scored"),
    ),
)


def verdicts_by_day(lake: Lake, source: Source, *, until: date | None = None) -> tuple[DayVerdict, ...]:
    """What validation said of each day's batch of a source, oldest first."""
    rows = lake.rows(verdicts_table(source))
    found = [] if rows is None else rows.sort_by("day").to_pylist()
    return tuple(_verdict(row) for row in found if until is None or row["day"] <= until)


def verdict_rows(days: Sequence[DayVerdict]) -> pa.Table:
    """One row a day: what validation said."""
    rows = [
        {
            **{name: getattr(d, name) for name in _FIGURES},
            "day": d.key,
            "rules": [name for name, _ in d.broken_rules],
            "n_by_rule": [n for _, n in d.broken_rules],
            "set_aside": [name for name, _ in d.set_aside],
            "n_by_name": [n for _, n in d.set_aside],
            "withheld": list(d.withheld),
        }
        for d in days
    ]
    return pa.Table.from_pylist(rows, schema=VERDICT_ROWS.schema)


def measure_rows(measured: Sequence[DriftMeasure], model_digest: str) -> pa.Table:
    """One row for each day and column measured."""
    rows = [
        {**vars(shift), "day": m.day, "position": position, "n_rows": m.n_rows, "model_digest": model_digest}
        for m in measured
        for position, shift in enumerate(m.shifts)
    ]
    return pa.Table.from_pylist(rows, schema=DRIFT_ROWS.schema)


def realised_rows(realised: Sequence[Realised]) -> pa.Table:
    """One row a day: what became of its scores."""
    return pa.Table.from_pylist([vars(one) for one in realised], schema=PERFORMANCE_ROWS.schema)


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
    rows = lake.rows(f"{model}/{PERFORMANCE}", columns=PERFORMANCE_ROWS.schema.names)
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
        n_normalised=row.get("n_normalised") or 0,
        n_alike=row.get("n_alike") or 0,
        set_aside=tuple(zip(row.get("set_aside") or (), row.get("n_by_name") or (), strict=True)),
        read_as=row.get("read_as") or "",
    )


def _measure(day: date, rows: list[Mapping[str, Any]]) -> DriftMeasure:
    """One day's rows as a measure."""
    shifts = tuple(
        Shift(name=r["name"], psi=r["psi"], expected_psi=r["expected_psi"], counts=tuple(r.get("counts") or ())) for r in rows
    )
    return DriftMeasure(day=day, n_rows=rows[0]["n_rows"], shifts=shifts)
