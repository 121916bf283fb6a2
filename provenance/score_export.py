"""Exported scores: one day of a scores table as a file whose bytes depend on its content alone, and what such a file is."""

import io
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pa_csv
import pyarrow.parquet as pq

from adapters.lake import Lake, OpenTable, changed_contents, commits_of_day, read_rows
from adapters.whole_files import write_whole
from provenance.delivered import Delivered
from provenance.signed_scores import check_signed
from tenure.errors import TraceError

FORMATS = (".parquet", ".csv")


def hand_out(delivered: Delivered, out: Path) -> int:
    """Write the scores of a day to a file, once they are held against what the scoring service signed; return how many.

    Raises
    ------
    TraceError: when the day has no scores, or they are not what was signed. Then no file is written.
    """
    n_rows = delivered.rows.num_rows
    check_signed(delivered)
    write_scores(delivered.table, delivered.day, out)
    return n_rows


def write_scores(table: OpenTable, day: date, out: Path) -> int:
    """Write the scores of a day, by customer; return the number of rows. Nothing is written where there are none.

    The file appears whole or not at all. Columns: `customer_id` (the company's id as text), `as_of`, then those of
    `tenure.scoring.score_day` in its order.
    """
    scores = _scores_of(table, day)
    if scores is None:
        return 0
    write_whole(out, _as_bytes(scores, out.suffix))
    return scores.num_rows


@dataclass(frozen=True, kw_only=True)
class ExportCheck:
    """What an exported file is: the delivery, by its version in the lake, whose bytes it has, or None.

    `latest` is the version that holds now; `is_lake_whole` whether the lake's own rows are what that version wrote;
    `first_other_byte` where the file leaves the delivery that holds now, None where it does not.
    """

    version: int | None
    latest: int
    is_lake_whole: bool
    first_other_byte: int | None

    @property
    def holds(self) -> bool:
        """Whether the file is, byte for byte, what the lake says was delivered and holds now.

        Whether the scoring service signed that is asked of `score_step.signature`.
        """
        return self.version == self.latest and self.is_lake_whole


@dataclass(frozen=True, kw_only=True)
class Deliveries:
    """Every delivery of a day as the bytes that exporting it gives, by its version in the lake, newest first."""

    exported: Mapping[int, bytes]
    is_lake_whole: bool

    def check(self, found: bytes) -> ExportCheck:
        """Say which delivery a file's content is. It is compared as bytes and never parsed."""
        latest = next(iter(self.exported))
        return ExportCheck(
            version=next((version for version, expected in self.exported.items() if expected == found), None),
            latest=latest,
            is_lake_whole=self.is_lake_whole,
            first_other_byte=_first_other_byte(found, self.exported[latest]),
        )


def deliveries(lake: Lake, name: str, day: date, suffix: str) -> Deliveries:
    """Export every delivery of a day again.

    Raises
    ------
    TraceError: when the day was never delivered, or such a file is not one that is exported.
    """
    if suffix not in FORMATS:
        raise TraceError(f"Exported scores end in {' or '.join(FORMATS)}, found {suffix!r}. Name a file that was exported.")
    table = lake.open(name)
    versions = commits_of_day(table, day)[::-1]
    if not versions:
        raise TraceError(f"Table {name!r} holds no delivery of {day}. Name the model and the day that the file was exported for.")
    return Deliveries(
        exported={version: _exported(lake.open(name, version=version), day, suffix) for version in versions},
        is_lake_whole=not changed_contents(table, [day], ("customer_id",)),
    )


def _exported(table: OpenTable, day: date, suffix: str) -> bytes:
    """What exporting a day gives; nothing where it holds no scores."""
    scores = _scores_of(table, day)
    return b"" if scores is None else _as_bytes(scores, suffix)


def _first_other_byte(found: bytes, expected: bytes) -> int | None:
    """Where two contents part, counted from 0; None where they are equal."""
    if found == expected:
        return None
    return next((i for i, (a, b) in enumerate(zip(found, expected, strict=False)) if a != b), min(len(found), len(expected)))


def _scores_of(table: OpenTable, day: date) -> pa.Table | None:
    """The scores of a day as they are handed out."""
    found = read_rows(table, days=[day])
    if found is None:
        return None
    rows = found.sort_by("customer_id").combine_chunks().replace_schema_metadata(None)
    first = {"customer_id": rows["customer_id"], "as_of": rows["day"].cast(pa.date32())}
    return pa.table({**first, **{name: rows[name] for name in _order(rows.column_names)}})


def _as_bytes(scores: pa.Table, suffix: str) -> bytes:
    """Scores as a file; equal scores give equal bytes."""
    out = io.BytesIO()
    if suffix == ".csv":
        text = scores["reasons"].to_pylist()
        joined = pa.array(["; ".join(reasons or ()) for reasons in text], pa.string())
        pa_csv.write_csv(_plain(scores.set_column(scores.column_names.index("reasons"), "reasons", joined)), out)
    else:
        pq.write_table(scores, out)
    return out.getvalue()


def _plain(scores: pa.Table) -> pa.Table:
    """Text that a spreadsheet would take for a formula, behind an apostrophe: a company's customers may choose their own ids.

    Reference: OWASP, CSV injection.
    """
    for place, column in enumerate(scores.schema):
        if pa.types.is_string(column.type) or pa.types.is_large_string(column.type):
            plain = pc.replace_substring_regex(scores[column.name], pattern=r"\A([=+\-@\t\r])", replacement=r"'\1")
            scores = scores.set_column(place, column.name, plain)
    return scores


def _order(names: list[str]) -> list[str]:
    """Scores first, then the curve by day, then digests; whatever order the lake keeps."""
    curve = [name for name in names if name.startswith("survival_")]
    curve.sort(key=lambda name: int(name.removeprefix("survival_").removesuffix("d")))
    known = ["score", "band", "reasons", *curve, "median_days", "model_digest", "features_digest"]
    return [name for name in known if name in names]
