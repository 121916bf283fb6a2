"""Emptying leaves: rows and salts of a signed day go, their hashes stay, and the root is what it was.

Which rows, at whose request and under whose signature is for the caller to know and to enter in the log
(`governance/records/erasure.py`): a leaf that no record names counts as taken out by somebody who writes to the lake.
"""

import json
from collections.abc import Collection, Sequence
from datetime import date

import pyarrow as pa
import pyarrow.compute as pc

from adapters.lake import EMPTIED_NOTE, LINEAGE_NOTE, ROOT_NOTE, Lake, Seal, commits_by_day
from adapters.tables import FEATURES_VERSION, MADE_FROM, MODEL_DIGEST, RUN_ID
from governance.records.erasure import Emptied
from governance.records.leaves import leaves_of
from provenance.leaves import tree_of
from tenure.errors import TraceError
from tenure.rows import canonical_rows

KEPT_NOTES = (MADE_FROM, MODEL_DIGEST, FEATURES_VERSION, RUN_ID)


def empty_leaves(lake: Lake, name: str, day: date, customers: Collection[str], *, key: Sequence[str]) -> Emptied:
    """Take the rows of customers out of a day with leaves, in one commit; return the places that the log must name.

    Raises
    ------
    TraceError: when the day has no leaves.
    """
    table = lake.open(name)
    tree, commit = tree_of(table, day, key), commits_by_day(table).get(day)
    if tree is None or commit is None or commit.root is None or None in tree.salts:
        raise TraceError(f"{day} of table {name!r} has no leaves that could be emptied: an earlier version of Tenure wrote it.")
    salts = [salt for salt in tree.salts if salt is not None]
    places = [place for place in range(tree.rows.num_rows + len(commit.emptied)) if place not in commit.emptied]
    leaves = leaves_of(canonical_rows(tree.rows), salts)
    goes = pc.is_in(tree.rows["customer_id"], pa.array(sorted(customers), pa.string())).to_pylist()
    gone = {place: leaf for place, leaf, is_gone in zip(places, leaves, goes, strict=True) if is_gone}
    emptied = {str(place): leaf.hex() for place, leaf in sorted({**commit.emptied, **gone}.items())}
    kept = pa.array([salt for salt, is_gone in zip(salts, goes, strict=True) if not is_gone], pa.binary())
    words = {word: value for word, value in ((ROOT_NOTE, commit.root), (LINEAGE_NOTE, commit.lineage)) if value}
    notes = {note: commit.note[note] for note in KEPT_NOTES if note in commit.note}
    lake.replace_days(
        table,
        tree.rows.filter(pc.invert(pa.array(goes))),
        days=[day],
        key=key,
        note={**notes, EMPTIED_NOTE: json.dumps({day.isoformat(): emptied})},
        seal=lambda *_: Seal(salts=kept, words=words),
    )
    return Emptied(root=commit.root, n_leaves=len(leaves) + len(commit.emptied), places=tuple(sorted(gone)))
