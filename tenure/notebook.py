"""From a data frame to scores and a draft card, in a notebook: `foresee(frame, customer="CustomerID", time="InvoiceDate")`.

This is a door, and no part of what the core computes: it hands the rows to a process of Tenure's own, which does what training
and scoring do (`cli/notebook/`), and reads what came of it. So a notebook's own packages, settings and threads stay as they are,
and nothing is kept: no home, no server, no file that outlasts the call.
"""

import json
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date
from html import escape
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, Literal

import pyarrow as pa
import pyarrow.parquet as pq

from tenure.errors import SpecError
from tenure.frames import rows_of

if TYPE_CHECKING:
    import pandas

ROWS, ASKED, SCORES, FIGURES, CARD, CARD_TEXT, TOLD, REFUSED, FAULT = (
    "rows.parquet", "asked.json", "scores.parquet", "figures.parquet", "card.html", "card.md", "told.json", "refused.json",
    "fault.json",
)  # fmt: skip
# The same modules as here, but not those of the folder that the notebook runs in; the rooms are entered there.
_CHILD = (
    "import json, runpy, sys\n"
    "sys.path[:] = json.loads(sys.argv.pop(1))\n"
    "runpy.run_module('tenure.rooms.cli.notebook', run_name='__main__')\n"
)


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What `foresee` was asked; its arguments, as the other process reads them."""

    customer: str
    time: str
    amount: str | None
    attributes: tuple[str, ...]
    outcome: str
    within_days: int
    active_within_days: int
    noun: str
    as_of: str | None
    zone: str


@dataclass(frozen=True, kw_only=True)
class Card:
    """The draft's model card, as a page and as text."""

    html: str
    markdown: str

    def _repr_html_(self) -> str:
        """In a frame of its own, so that neither its style nor the notebook's reaches the other."""
        frame = 'style="width: 100%; height: 48em; border: 1px solid #999"'
        return f'<iframe title="Model card, a draft" sandbox srcdoc="{escape(self.html)}" {frame}></iframe>'


@dataclass(frozen=True, kw_only=True)
class Foresight:
    """What came of `foresee`.

    Parameters
    ----------
    card: the draft card; a notebook shows it.
    as_of: the day at whose beginning customers are scored.
    said: that it is a draft, and what was done with the rows and the days, in words.
    digests: SHA-256 by name: `training_set` and `inputs` by content, `model` of the fitted model's files.
    """

    card: Card
    as_of: date
    said: tuple[str, ...]
    digests: Mapping[str, str]
    score_rows: pa.Table = field(repr=False)
    figure_rows: pa.Table = field(repr=False)

    @property
    def scores(self) -> "pandas.DataFrame":
        """One row for each customer who was active lately: the customer, `score` (0 to 1), `band`, and `reasons` in words."""
        return self.score_rows.to_pandas()

    @property
    def figures(self) -> "pandas.DataFrame":
        """How well it predicts days that it has not learnt from, with 95 % intervals, beside a plain logistic regression."""
        return self.figure_rows.to_pandas()

    def save(self, path: str | Path) -> Path:
        """Write scores, figures and card into a new folder, and return it.

        Raises
        ------
        SpecError: when there is something already.
        """
        folder = Path(path).expanduser()
        if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
            raise SpecError(f"There is something at {folder} already, and nothing is written over. Name a new folder.")
        folder.mkdir(parents=True, exist_ok=True)
        pq.write_table(self.score_rows, folder / SCORES)
        self.figures.to_csv(folder / "figures.csv", index=False)
        (folder / CARD).write_text(self.card.html, encoding="utf-8")
        (folder / CARD_TEXT).write_text(self.card.markdown, encoding="utf-8")
        about = {"as_of": self.as_of.isoformat(), "said": self.said, "digests": dict(self.digests)}
        (folder / TOLD).write_text(json.dumps(about, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
        return folder

    def _repr_html_(self) -> str:
        """That it is a draft, what was done, the figures, the highest scores, and the card."""
        first, *others = self.said
        said = "".join(f"<li>{escape(one)}</li>" for one in others)
        shown = self.scores.nlargest(10, "score").to_html(index=False)
        return (
            f"<p><strong>{escape(first)}</strong></p><ul>{said}</ul>{self.figures.to_html(index=False, na_rep='')}"
            f"<p>The ten highest of {self.score_rows.num_rows:,} scores:</p>{shown}{self.card._repr_html_()}"
        )


def foresee(
    frame: Any,
    *,
    customer: str,
    time: str,
    amount: str | None = None,
    attributes: Sequence[str] = (),
    outcome: Literal["none_of", "any_of"] = "none_of",
    within_days: int = 28,
    active_within_days: int = 91,
    noun: str = "",
    as_of: date | None = None,
    zone: str = "UTC",
) -> Foresight:
    """Train a draft on what happened, and score who was active lately; nothing is kept or promoted.

    Parameters
    ----------
    frame: one row for each event: a pandas, Polars or Arrow table, or anything else that hands out Arrow columns.
    customer, time: the columns that say who and when. Rows without a customer are left out, and counted.
    amount: the column of what was paid; where it is below zero, the row lowers what was spent and is no event.
    attributes: further columns of the row: numbers are added up, words are counted as different ones.
    outcome: `"none_of"` foresees that nothing happens, `"any_of"` that something does, in the `within_days` from `as_of` on.
    active_within_days: customers are scored who had an event in so many days before.
    noun: what one event is called; a purchase where there is an amount.
    as_of: the day from which on is foreseen; later rows are left out. By default the day after the last event.
    zone: the IANA name of the zone of times that carry none. Days are UTC days.

    Raises
    ------
    SpecError: for columns or arguments that cannot work. SourceError: when times cannot be read, or none lies in the past.
    TimelineError: when the history is too short. EstimationError: with too few customers or outcomes.
    """
    if isinstance(attributes, str):
        raise SpecError(f"attributes is the text {attributes!r}; expected a list of columns: attributes=[{attributes!r}].")
    asked = Asked(
        customer=customer,
        time=time,
        amount=amount,
        attributes=tuple(attributes),
        outcome=outcome,
        within_days=within_days,
        active_within_days=active_within_days,
        noun=noun or ("purchase" if amount else "event"),
        as_of=None if as_of is None else as_of.isoformat()[:10],
        zone=zone,
    )
    named = {"customer": (customer,), "time": (time,), "amount": (amount,) if amount else (), "attributes": attributes}
    rows = rows_of(frame, named)
    with TemporaryDirectory(prefix="tenure-") as name:
        folder = Path(name)
        pq.write_table(rows, folder / ROWS)
        (folder / ASKED).write_text(json.dumps(asdict(asked)), encoding="utf-8")
        done = subprocess.run(  # noqa: S603 - this Python, our own module
            [sys.executable, "-P", "-c", _CHILD, json.dumps([path for path in sys.path if path]), str(folder)],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            check=False,
        )
        return _came_of(folder, done.returncode, rows.schema.field(customer).type, customer)


def _came_of(folder: Path, code: int, id_type: pa.DataType, customer: str) -> Foresight:
    """Read what the other process wrote, or raise what it refused."""
    if (folder / REFUSED).exists():
        from tenure import errors

        refused = json.loads((folder / REFUSED).read_text(encoding="utf-8"))
        raise getattr(errors, refused["kind"])(refused["words"])
    if code or not (folder / TOLD).exists():
        fault = folder / FAULT
        where = fault.read_text(encoding="utf-8") if fault.exists() else f"It ended with code {code}."
        raise RuntimeError(f"The draft could not be made, which is a fault of Tenure's, or a lack of memory. {where}")
    told = json.loads((folder / TOLD).read_text(encoding="utf-8"))
    return Foresight(
        card=Card(html=(folder / CARD).read_text(encoding="utf-8"), markdown=(folder / CARD_TEXT).read_text(encoding="utf-8")),
        as_of=date.fromisoformat(told["as_of"]),
        said=tuple(told["said"]),
        digests=told["digests"],
        score_rows=_with_ids(pq.read_table(folder / SCORES), id_type, customer),
        figure_rows=pq.read_table(folder / FIGURES),
    )


def _with_ids(scores: pa.Table, id_type: pa.DataType, customer: str) -> pa.Table:
    """The scores with the customer under the frame's own name, and a number where it was one, so that they can be joined."""
    ids = scores["customer_id"]
    if pa.types.is_integer(id_type) or pa.types.is_floating(id_type):
        try:
            ids = ids.cast(pa.int64())
        except pa.ArrowInvalid:
            ids = scores["customer_id"]
    return scores.drop_columns("customer_id").add_column(0, customer, ids)
