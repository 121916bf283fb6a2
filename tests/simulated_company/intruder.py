"""An intruder: somebody who can write to the lake and the raw store, knows how both are kept, and holds no key."""

import hashlib
import json
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from adapters.lake import CONTENT_NOTE, DAYS_NOTE, SIGNED_NOTE
from adapters.raw_store import Receipt
from tests.simulated_company.premises import Premises

Notes = dict[str, Any]


def raise_score(premises: Premises, model: str, *, day: date | None = None, by: float = 0.25) -> None:
    """Raise the first score in the lake's file that holds a day, or in the only one, behind the lake's back."""
    read = ((file, pq.ParquetFile(file).read()) for file in lake_files(premises, f"{model}/scores"))
    ((file, rows),) = [(file, rows) for file, rows in read if day is None or rows["day"][0].as_py() == day]
    scores = rows["score"].to_pylist()
    raised = pa.array([min(1.0, scores[0] + by), *scores[1:]])
    pq.write_table(rows.set_column(rows.column_names.index("score"), "score", raised), file)


def note_again(premises: Premises, model: str, day: date) -> None:
    """Let the commit of a day note the digest of whatever its file holds now."""
    digest = premises.digest(f"{model}/scores", day)
    change_notes(premises, f"{model}/scores", day, lambda notes: notes.update({CONTENT_NOTE: digest}))


def signed_note(premises: Premises, model: str, day: date) -> str:
    """What the commit of a day notes as signed."""
    found: list[str] = []
    change_notes(premises, f"{model}/scores", day, lambda notes: found.append(notes[SIGNED_NOTE]))
    return found[0]


def put_signed(premises: Premises, model: str, day: date, envelope: str | None) -> None:
    """Put something else in the place of what was signed of a day, or nothing."""

    def change(notes: Notes) -> None:
        notes.pop(SIGNED_NOTE, None)
        if envelope is not None:
            notes[SIGNED_NOTE] = envelope

    change_notes(premises, f"{model}/scores", day, change)


def change_notes(premises: Premises, table: str, day: date, change: Callable[[Notes], None]) -> None:
    """Rewrite what the commit that wrote a day, and no other, notes."""
    log = premises.settings.lake / premises.project.name / table / "_delta_log"
    for file in sorted(log.glob("*.json"), reverse=True):
        actions = [json.loads(line) for line in file.read_text().splitlines()]
        for notes in (action["commitInfo"] for action in actions if "commitInfo" in action):
            if notes.get(DAYS_NOTE) == day.isoformat():
                change(notes)
                file.write_text("".join(json.dumps(action) + "\n" for action in actions))
                return
    raise AssertionError(f"no commit of {table} wrote {day} alone")


def lake_files(premises: Premises, table: str) -> list[Path]:
    """The data files of a lake table."""
    return sorted((premises.settings.lake / premises.project.name / table).glob("*.parquet"))


def shorten_batch(premises: Premises, source: str, key: date, *, n_rows: int = 5) -> None:
    """Remove rows of a batch as it was received, and write receipt and lake as if it had always been so."""
    raw, store = premises.workplace.raw, premises.settings.raw
    held = raw.receipt(premises.project.name, source, key)
    assert held is not None
    rows = pq.ParquetFile(raw.path_of(held)).read()
    aside = store / "shortened.parquet"
    pq.write_table(rows.slice(0, rows.num_rows - n_rows), aside)
    digest = hashlib.sha256(aside.read_bytes()).hexdigest()
    changed = {"sha256": digest, "n_bytes": aside.stat().st_size, "n_rows": rows.num_rows - n_rows}
    forged = Receipt(**{**vars(held), **changed})
    path = store / "objects" / digest[:2] / f"{digest}.{held.format}"
    path.parent.mkdir(parents=True, exist_ok=True)
    aside.rename(path)
    (store / "receipts" / premises.project.name / source / f"{key}.json").write_text(forged.as_json())
    for log in (premises.settings.lake / premises.project.name).rglob("_delta_log/*.json"):
        text = log.read_text()
        if held.sha256 in text:
            log.write_text(text.replace(held.sha256, digest))
