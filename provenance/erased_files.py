"""What holds rows of people beside lake and receipts, rewritten where it lies: whole tables, inbox, test and training rows."""

import io
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from adapters.at_rest import lanes
from adapters.whole_files import write_whole
from adapters.wholes import Whole, wholes_of
from home.workplace import Workplace
from provenance.held_files import holding_lanes, kept_wholes, placed_files, rest_of


def put_files(workplace: Workplace, ids: frozenset[str], received: frozenset[str]) -> None:
    """Rewrite every such file that still holds rows of the ids.

    Parameters
    ----------
    ids: as the lake has them. received: as the bytes received have them.
    """
    place, project = workplace.settings, workplace.project.name
    for path in kept_wholes(workplace, received):
        _whole(workplace, path, received)
    for path in placed_files(workplace, received):
        _placed(workplace, path, received)
    for root in workplace.test_rows.roots():
        workplace.test_rows.empty(root, ids)
    for path in holding_lanes(workplace, place.lanes / project, ids):
        _lane(workplace, path, ids)


def _whole(workplace: Workplace, path: Path, ids: frozenset[str]) -> None:
    """A table that was read whole: the keys that were cut from it name what is left of it."""
    source, (sha256, _, written) = path.parent.name, path.name.partition(".")
    rest, kept = rest_of(workplace, source, workplace.at_rest.read(path, sha256), written, ids), workplace.at_rest
    if rest is not None:
        wholes = wholes_of(workplace.settings.raw, workplace.project.name, source, kept)
        wholes.replace(sha256, Whole(rest.content, rest.format))


def _placed(workplace: Workplace, path: Path, ids: frozenset[str]) -> None:
    """A file that a person put into the inbox; one of which nothing is left goes, for another may come in its place."""
    written = path.name.partition(".")[2]
    rest = rest_of(workplace, path.parent.name, path.read_bytes(), written, ids)
    if rest is not None and rest.format == written:
        write_whole(path, rest.content)
    elif rest is not None:
        path.unlink()


def _lane(workplace: Workplace, path: Path, ids: frozenset[str]) -> None:
    """Rows that a training left."""
    rows, buffer = pq.read_table(io.BytesIO(workplace.at_rest.read(path))), io.BytesIO()
    goes = pc.is_in(rows["customer_id"], pa.array(sorted(ids), pa.string())).to_numpy(zero_copy_only=False).astype(bool)
    pq.write_table(rows.filter(pa.array(np.invert(goes))), buffer)
    write_whole(path, workplace.at_rest.closed(buffer.getvalue(), lanes(workplace.project.name)))
