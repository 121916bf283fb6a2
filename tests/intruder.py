"""An intruder in an office: somebody who can write to the lake and the raw store, knows how both are kept, and holds no key."""

import hashlib
import json
import sqlite3
from collections.abc import Callable
from datetime import date
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from adapters.receipts import Receipt
from tests.office import MODEL, Office

SCORES = f"{MODEL}/scores"


def change_notes(office: Office, table: str, change: Callable[[dict[str, Any]], object]) -> None:
    """Rewrite what every commit of a table notes."""
    for file in (office.workplace.settings.lake / "shop" / table / "_delta_log").glob("*.json"):
        actions = [json.loads(line) for line in file.read_text().splitlines()]
        for notes in (action["commitInfo"] for action in actions if "commitInfo" in action):
            change(notes)
        file.write_text("".join(json.dumps(action) + "\n" for action in actions))


def rewrite(office: Office, table: str, change: Callable[[pa.Table], pa.Table]) -> None:
    """Write the file of a table that holds the newest day anew, behind the lake's back."""
    read = {file: pq.ParquetFile(file).read() for file in office.files(table)}
    file = max(read, key=lambda one: max(read[one]["day"].to_pylist()))
    pq.write_table(change(read[file]), file)


def raise_a_score(rows: pa.Table) -> pa.Table:
    """One value higher."""
    scores = rows["score"].to_pylist()
    return rows.set_column(rows.column_names.index("score"), "score", pa.array([scores[0] + 0.25, *scores[1:]]))


def drop_a_row(rows: pa.Table) -> pa.Table:
    """The first row is gone."""
    return rows.slice(1)


def drop_the_last_row(rows: pa.Table) -> pa.Table:
    """The last row is gone."""
    return rows.slice(0, rows.num_rows - 1)


def replace_batch(office: Office, source: str, day: date, content: bytes) -> Receipt:
    """Put other bytes in the place of a batch, under its own receipt; return the receipt that was there."""
    store, held = office.home / "raw", office.workplace.raw.receipt("shop", source, day)
    assert held is not None
    office.workplace.raw.batch_of(held).path.unlink()
    digest = hashlib.sha256(content).hexdigest()
    path = store / "objects" / digest[:2] / f"{digest}.{held.format}"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    receipt = Receipt(**{**vars(held), "sha256": digest, "n_bytes": len(content)})
    (store / "receipts" / "shop" / source / f"{day}.json").write_text(receipt.as_json())
    return held


def forge_batch(office: Office, source: str, day: date) -> None:
    """Put other bytes in the place of a batch, and write receipt and lake as if it had always been so."""
    content = b"never received"
    held, digest = replace_batch(office, source, day, content), hashlib.sha256(content).hexdigest()
    for log in (office.workplace.settings.lake / "shop").rglob("_delta_log/*.json"):
        log.write_text(log.read_text().replace(held.sha256, digest))


def change_the_log(office: Office) -> None:
    """One byte of the log's last record."""
    with sqlite3.connect(office.home / "store" / "log.db") as log:
        sequence, record = log.execute("SELECT sequence, record FROM tenure_promotion_log ORDER BY sequence DESC").fetchone()
        changed = bytearray(record)
        changed[len(changed) // 2] ^= 1
        log.execute("UPDATE tenure_promotion_log SET record = ? WHERE sequence = ?", (bytes(changed), sequence))
