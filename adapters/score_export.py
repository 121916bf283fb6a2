"""Exported scores: one day of a scores table as a file whose bytes depend on its content alone."""

from datetime import date
from pathlib import Path

import pyarrow as pa
import pyarrow.csv as pa_csv
import pyarrow.parquet as pq

from adapters.lake import OpenTable, read_rows


def write_scores(table: OpenTable, day: date, out: Path) -> int:
    """Write the scores of a day, by customer; return the number of rows. Nothing is written where there are none.

    Columns: `customer_id` (the company's id as text), `as_of`, then those of `tenure.scoring.score_day` in its order.
    """
    found = read_rows(table, days=[day])
    if found is None:
        return 0
    rows = found.sort_by("customer_id").combine_chunks().replace_schema_metadata(None)
    first = {"customer_id": rows["customer_id"], "as_of": rows["day"].cast(pa.date32())}
    others = {name: rows[name] for name in _order(rows.column_names)}
    scores = pa.table({**first, **others})
    out.parent.mkdir(parents=True, exist_ok=True)
    if out.suffix == ".csv":
        text = scores["reasons"].to_pylist()
        joined = pa.array(["; ".join(reasons or ()) for reasons in text], pa.string())
        flat = scores.set_column(scores.column_names.index("reasons"), "reasons", joined)
        pa_csv.write_csv(flat, out)
    else:
        pq.write_table(scores, out)
    return scores.num_rows


def _order(names: list[str]) -> list[str]:
    """Scores first, then the curve by day, then digests; whatever order the lake keeps."""
    curve = [name for name in names if name.startswith("survival_")]
    curve.sort(key=lambda name: int(name.removeprefix("survival_").removesuffix("d")))
    known = ["score", "band", "reasons", *curve, "median_days", "model_digest", "features_digest"]
    return [name for name in known if name in names]
