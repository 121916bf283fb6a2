"""Where the stages of a challenger lane leave their records for each other: plain files, one folder a run.

No pickle: a record writes itself as native files, or is a dataclass or mapping written as JSON.
"""

import json
import shutil
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import dagster as dg

from adapters.at_rest import AS_IT_IS, AtRest, lanes
from adapters.erasing_guard import ErasingGuard
from adapters.whole_files import make_folder, write_new, write_whole
from tenure.errors import TenureError

JSON_FILE = "record.json"
LATEST = "latest"


class LaneIOManager(dg.IOManager):
    """Keeps a record at `<root>/<asset path>/<run id>/`; a later stage reads its own run's, a retry's parent's, or the latest."""

    def __init__(self, root: Path, guard: ErasingGuard, at_rest: AtRest = AS_IT_IS) -> None:
        """Keep records under `root`; of rows that were read before an erasure none are kept after it."""
        self._root, self._guard, self._at_rest = root, guard, at_rest

    def handle_output(self, context: dg.OutputContext, obj: object) -> None:
        """Write a record; it is complete or absent."""
        folder = self._root.joinpath(*context.asset_key.path)
        with self._guard.writing(since=getattr(obj, "n_erasures", None)):
            category = lanes(context.asset_key.path[0])
            closed = {name: self._at_rest.closed(content, category) for name, content in _files_of(obj).items()}
            _write(folder / context.run_id, closed)
            write_whole(folder / LATEST, context.run_id)

    def load_input(self, context: dg.InputContext) -> Any:
        """Read a record back as the annotated type."""
        folder = self._root.joinpath(*context.asset_key.path)
        run = context.step_context.dagster_run
        for run_id in (run.run_id, run.parent_run_id, run.root_run_id):
            if run_id and (folder / run_id).is_dir():
                return _read(self._at_rest, folder / run_id, context.dagster_type.typing_type)
        if not (folder / LATEST).exists():
            raise TenureError(
                f"Asset {context.asset_key.to_user_string()} was never materialised; materialise it, or the whole lane, first."
            )
        latest = (folder / LATEST).read_text(encoding="utf-8")
        return _read(self._at_rest, folder / latest, context.dagster_type.typing_type)


def record_of(root: Path, at_rest: AtRest, asset_path: Sequence[str], run_id: str) -> dict[str, Any]:
    """The record that a stage of a run left as JSON; empty where it left none."""
    path = root.joinpath(*asset_path, run_id, JSON_FILE)
    return dict(json.loads(at_rest.read(path))) if path.exists() else {}


def _files_of(record: object) -> dict[str, bytes]:
    """A record as files."""
    if hasattr(record, "to_files"):
        files: dict[str, bytes] = record.to_files()
        return files
    from pydantic import TypeAdapter

    return {JSON_FILE: TypeAdapter(type(record)).dump_json(record)}


def _write(folder: Path, files: Mapping[str, bytes | Iterable[bytes]]) -> None:
    """Write files next to their place, then move them there."""
    draft = folder.with_name(f".{folder.name}.draft")
    shutil.rmtree(draft, ignore_errors=True)
    for name, content in files.items():
        path = draft / name
        make_folder(path.parent)
        write_new(path, content)
    shutil.rmtree(folder, ignore_errors=True)
    draft.replace(folder)


def _read(at_rest: AtRest, folder: Path, kind: Any) -> object:
    """Read a record of a kind from its files."""
    if hasattr(kind, "from_files"):
        files = {path.relative_to(folder).as_posix(): at_rest.read(path) for path in folder.rglob("*") if path.is_file()}
        return kind.from_files(files)
    content = at_rest.read(folder / JSON_FILE)
    if kind is dict or getattr(kind, "__origin__", None) is dict:
        return json.loads(content)
    from pydantic import TypeAdapter

    return TypeAdapter(kind).validate_json(content)
