"""Rows taken out of a Delta table in every version, so that no version number changes: files are rewritten in place.

Each file is written anew beside itself, under a name that nobody reads, and put in its place by a rename. Then the log is told
its new size and how many rows it has, in commits and checkpoints, and no smallest or largest value but that of the day. Whoever
reads meanwhile finds the old file or the new one. What goes, and what is noted of it, the caller knows (`provenance/erasing.py`).
"""

import io
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pyarrow as pa
import pyarrow.parquet as pq

from adapters.lake_notes import EMPTIED_NOTE
from adapters.unfinished_parts import PARTS_OF_TABLES
from adapters.whole_files import sync_folder, write_whole

LOG, LAST = "_delta_log", "_last_checkpoint"
_GROUP = 1 << 17


@dataclass(frozen=True, kw_only=True)
class Rewriting:
    """What is done to one table: how many rows each file has afterwards, by name; and leaves emptied by commit, day and place."""

    files: Mapping[str, int] = field(default_factory=dict)
    emptied: Mapping[str, Mapping[str, Mapping[str, str]]] = field(default_factory=dict)


def tables_below(folder: Path) -> dict[str, Path]:
    """Every Delta table below a folder, by its name."""
    return {log.parent.relative_to(folder).as_posix(): log.parent for log in sorted(folder.rglob(LOG))}


def files_of(table: Path) -> list[Path]:
    """Every file of rows in a table's folder, whether or not a version names it."""
    return sorted(path for path in table.glob("*.parquet") if not path.name.startswith("."))


def added_by(table: Path) -> dict[int, list[str]]:
    """The files that each commit added, by version."""
    found: dict[int, list[str]] = {}
    for path in _commits(table):
        added = [action["add"]["path"] for action in _actions(path) if "add" in action]
        found[int(path.stem)] = [unquote(name) for name in added]
    return found


def rewrite_beside(file: Path, kept: Callable[[pa.Table], pa.Table]) -> int:
    """Write what is left of a file beside it; returns how many rows that are.

    Parameters
    ----------
    kept: given rows, some at a time and in order, returns what is left of them.
    """
    source, n_rows = pq.ParquetFile(file), 0
    how = source.metadata.row_group(0).column(0).compression if source.metadata.num_row_groups else "SNAPPY"
    with pq.ParquetWriter(beside(file), source.schema_arrow, compression="NONE" if how == "UNCOMPRESSED" else how) as writer:
        for rows in _groups(source):
            left = kept(rows)
            n_rows += left.num_rows
            writer.write_table(left, row_group_size=_GROUP)
    return n_rows


def beside(file: Path) -> Path:
    """Where a file is written anew; who backs up or reads takes it for none."""
    return file.with_name(f".{file.name}.erased")


def drop_beside(table: Path) -> None:
    """Let go of what was written beside and is not put in its place."""
    for path in table.glob(".*.erased"):
        path.unlink()


def put(table: Path, what: Rewriting) -> None:
    """Put every file in its place and tell the log; what was done already is done again without harm."""
    for name in what.files:
        if beside(table / name).exists():
            beside(table / name).replace(table / name)
    sync_folder(table)
    for part in table.parent.glob(f"{table.name}/{PARTS_OF_TABLES.removeprefix('**/')}"):
        part.unlink()
    for path in _commits(table):
        _patch_commit(table, path, what)
    for path in sorted((table / LOG).glob("*.checkpoint*.parquet")):
        _patch_checkpoint(table, path, what)


def _patch_commit(table: Path, path: Path, what: Rewriting) -> None:
    """One commit: sizes and figures of its files, and its emptied leaves."""
    actions, is_other = list(_actions(path)), False
    emptied = what.emptied.get(str(int(path.stem)), {})
    for action in actions:
        is_other |= _patch(table, action, what)
        if emptied and "commitInfo" in action:
            noted = json.loads(action["commitInfo"].get(EMPTIED_NOTE, "{}"))
            merged = {**noted, **{day: {**noted.get(day, {}), **leaves} for day, leaves in emptied.items()}}
            action["commitInfo"][EMPTIED_NOTE], is_other = json.dumps(merged, sort_keys=True), True
    if is_other:
        write_whole(path, "".join(json.dumps(action, separators=(",", ":")) + "\n" for action in actions))


def _patch_checkpoint(table: Path, path: Path, what: Rewriting) -> None:
    """A checkpoint, which holds the same of all files of a version."""
    held = pq.read_table(path)
    actions = held.to_pylist()
    changed = [_patch(table, action, what) for action in actions]
    if not any(changed):
        return
    buffer = io.BytesIO()
    pq.write_table(pa.Table.from_pylist(actions, schema=held.schema), buffer)
    write_whole(path, buffer.getvalue())
    last = table / LOG / LAST
    said = json.loads(last.read_text(encoding="utf-8")) if last.exists() else {}
    if path.name.startswith(f"{said.get('version', -1):020}") and "sizeInBytes" in said:
        write_whole(last, json.dumps({**said, "sizeInBytes": len(buffer.getvalue())}))


def _patch(table: Path, action: dict[str, Any], what: Rewriting) -> bool:
    """What an action says of a file that was rewritten, or is not there any more; returns whether it says otherwise now."""
    is_other = False
    for kind in ("add", "remove"):
        said = action.get(kind)
        name = unquote(said["path"]) if said else ""
        if not said or (name not in what.files and (table / name).exists()):
            continue
        if name in what.files:
            size = (table / name).stat().st_size
            is_other |= said.get("size") != size
            said["size"] = size
        if said.get("stats"):
            bare = _bare(said["stats"], what.files.get(name))
            is_other |= bare != said["stats"]
            said["stats"] = bare
    return is_other


def _bare(stats: str, n_rows: int | None) -> str:
    """Delta's figures of a file without any value but that of the day."""
    said = json.loads(stats)
    bare = {
        "numRecords": said["numRecords"] if n_rows is None else n_rows,
        **{bound: {k: v for k, v in said.get(bound, {}).items() if k == "day"} for bound in ("minValues", "maxValues")},
        "nullCount": {k: v for k, v in said.get("nullCount", {}).items() if k == "day"},
    }
    return json.dumps(bare, separators=(",", ":"))


def _groups(source: pq.ParquetFile) -> Iterator[pa.Table]:
    for group in range(source.metadata.num_row_groups):
        yield source.read_row_group(group)


def _commits(table: Path) -> list[Path]:
    return sorted((table / LOG).glob("[0-9]*.json"))


def _actions(path: Path) -> Iterator[dict[str, Any]]:
    with path.open(encoding="utf-8") as lines:
        for line in lines:
            if line.strip():
                yield json.loads(line)
