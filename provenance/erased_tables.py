"""Tables of the lake without rows of some ids: every version at once, and what stands in the place of what was noted of it.

The files are written beside themselves here (`adapters/lake_rewriting.py` puts them in their places). Of each commit that wrote
days with such rows the digest of what is left is made, where the rows are what the commit noted: an erasure signs for nobody's
change. Days with leaves keep their root: the hash of a leaf stands where its row and salt stood.
"""

import secrets
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from adapters.lake import SALT, DayCommit, history_by_day
from adapters.lake_rewriting import Rewriting, added_by, rewrite_beside
from adapters.tables import CUSTOMER_KEY, SCORES
from governance.records.erasure import NOTHING_LEFT, Emptied, Erasures, Rewritten
from governance.records.leaves import leaves_of, root_of
from home.lake_tables import tables_of
from home.workplace import Workplace
from provenance.holdings import QUARANTINE, InTable, as_words, mask_of
from tenure.content import digest_by_day
from tenure.people.ledger import ERASED
from tenure.people.ledger import TABLE as LEDGER
from tenure.rows import canonical_rows

# The column of the salts under which entries of the ledger of people are signed: with it an id could be guessed and tried.
SIGNED, DAYS_AT_ONCE = "signed", 10


@dataclass(frozen=True, kw_only=True)
class WithoutRows:
    """One table rewritten: what is to be put in its place, and what an erasure says of it."""

    rewriting: Rewriting
    rewritten: tuple[Rewritten, ...]
    emptied: tuple[Emptied, ...]


@dataclass(frozen=True)
class TableErasing:
    """A table from which the rows of some ids go; in the ledger of people `tokens` stand in the place of ids.

    `erasures` are those before this one: what they left stands in the place of what commits noted.
    """

    workplace: Workplace
    name: str
    ids: frozenset[str]
    tokens: Mapping[str, str]
    erasures: Erasures

    @cached_property
    def folder(self) -> Path:
        """Where the table lies."""
        return self.workplace.lake.root / self.workplace.project.name / self.name

    def beside(self, found: InTable) -> WithoutRows:
        """Write what is left of every file beside it."""
        rewritten, emptied, notes = self._noted(found)
        files = {name: rewrite_beside(self.folder / name, self.left) for name in found.files}
        return WithoutRows(rewriting=Rewriting(files=files, emptied=notes), rewritten=rewritten, emptied=emptied)

    def left(self, rows: pa.Table) -> pa.Table:
        """What is left of rows."""
        goes = mask_of(self.workplace, self.name, rows, self.ids)
        if self.name == LEDGER:
            return _renamed(rows, self.tokens, goes) if goes.any() else rows
        return rows.filter(pa.array(~goes)) if goes.any() else rows

    def _noted(self, found: InTable) -> tuple[tuple[Rewritten, ...], tuple[Emptied, ...], dict[str, dict[str, dict[str, str]]]]:
        """For each commit that wrote such days what stands in the place of what it noted, and its emptied leaves."""
        commits: dict[int, dict[date, DayCommit]] = defaultdict(dict)
        for day, history in history_by_day(self.workplace.lake.open(self.name)).items():
            for commit in history:
                if day in found.days and commit.content is not None:
                    commits[commit.version][day] = commit
        added, rewritten, emptied = added_by(self.folder), set[Rewritten](), dict[str, Emptied]()
        notes: dict[str, dict[str, dict[str, str]]] = {}
        for version, days in sorted(commits.items()):
            files = [name for name in added.get(version, []) if (self.folder / name).exists()]
            if not set(files) & set(found.files):
                continue
            for day, rows in self._days(files, sorted(days)):
                commit = days[day]
                goes = mask_of(self.workplace, self.name, rows, self.ids)
                if not goes.any():
                    continue
                stands = self.erasures.now(self.name, day, commit.content) or ""
                if (left := self._left_of(rows, stands)) is not None:
                    rewritten.add(Rewritten(table=self.name, day=day, old=stands, new=left))
                if commit.root is not None and SALT in rows.column_names:
                    leaves, of_day = _leaves(rows, goes, commit, self._key)
                    emptied[commit.root] = of_day or emptied.get(commit.root) or of_day
                    notes.setdefault(str(version), {})[day.isoformat()] = leaves
        named = tuple(one for one in emptied.values() if one is not None)
        return tuple(sorted(rewritten, key=lambda one: (one.day, one.old))), named, notes

    def _days(self, files: Sequence[str], days: Sequence[date]) -> Iterator[tuple[date, pa.Table]]:
        """The rows of days in some files, some days at a time."""
        paths = [str(self.folder / name) for name in files]
        for some in (days[start : start + DAYS_AT_ONCE] for start in range(0, len(days), DAYS_AT_ONCE)):
            wanted = [("day", ">=", some[0]), ("day", "<=", some[-1])]
            parts = [pq.read_table(path, filters=wanted, partitioning=None) for path in paths]
            rows = pa.concat_tables([part for part in parts if part.num_rows] or parts[:1], promote_options="default")
            for day in some:
                own = rows.filter(pc.equal(rows["day"], pa.scalar(day, pa.date32())))
                if own.num_rows:
                    yield day, own

    def _left_of(self, rows: pa.Table, stands: str) -> str | None:
        """The digest of what is left of a day; None where its rows are not those of the digest that stands for it."""
        bare = rows.drop_columns([SALT]) if SALT in rows.column_names else rows
        # A column that came to the table before or after these rows is null in all of them, and was not counted.
        filled = bare.select([name for name in bare.column_names if bare[name].null_count < bare.num_rows])
        for columns in (bare, filled):
            key = self._key_of(columns)
            day = rows["day"][0].as_py()
            if set(key) <= set(columns.column_names) and digest_by_day(columns, key).get(day) == stands:
                return digest_by_day(self.left(columns), key).get(day, NOTHING_LEFT)
        return None

    @cached_property
    def _key(self) -> tuple[str, ...]:
        """What names a row within a day."""
        known = {table.name: table.shape.key for table in tables_of(self.workplace.project)}
        return known.get(self.name, CUSTOMER_KEY if self.name.endswith(f"/{SCORES}") else ())

    def _key_of(self, rows: pa.Table) -> tuple[str, ...]:
        """The same; of quarantined rows, which nothing names, all their cells."""
        if self.name.startswith(QUARANTINE):
            return tuple(name for name in rows.column_names if name not in ("day", "rules"))
        return self._key


def _leaves(rows: pa.Table, goes: "np.ndarray", commit: DayCommit, key: Sequence[str]) -> tuple[dict[str, str], Emptied | None]:
    """The hashes of all emptied leaves of a day by place, and what an erasure says of those of now; nothing of other rows."""
    rows = rows.append_column("tenure:goes", pa.array(goes)).sort_by([(name, "ascending") for name in key]).combine_chunks()
    salts, going = rows[SALT].to_pylist(), rows["tenure:goes"].to_pylist()
    if None in salts:
        return {}, None
    leaves = leaves_of(canonical_rows(rows.drop_columns([SALT, "tenure:goes"])), salts)
    n_leaves = len(leaves) + len(commit.emptied)
    places = [place for place in range(n_leaves) if place not in commit.emptied]
    gone = {place: leaf for place, leaf, is_gone in zip(places, leaves, going, strict=True) if is_gone}
    noted = {str(place): leaf.hex() for place, leaf in sorted({**commit.emptied, **gone}.items())}
    if commit.root is None or root_of(leaves, commit.emptied) != commit.root:
        return noted, None
    return noted, Emptied(root=commit.root, n_leaves=n_leaves, places=tuple(sorted(gone)))


def tokens_for(ids: Collection[str]) -> dict[str, str]:
    """For each id a word that tells nothing of it, to stand in its place in the ledger of people."""
    return {one: f"{ERASED}{secrets.token_hex(8)}" for one in sorted(ids)}


def _renamed(rows: pa.Table, tokens: Mapping[str, str], goes: "np.ndarray") -> pa.Table:
    """Entries of the ledger of people with other words in the place of ids, wherever they stand, and without their salts."""
    changed = {}
    for name in rows.column_names:
        cells = rows[name]
        if name == SIGNED:
            changed[name] = pa.array(
                [None if gone else text for text, gone in zip(cells.to_pylist(), goes, strict=True)], cells.type
            )
        elif pa.types.is_string(cells.type):
            changed[name] = pa.array([_word(text, tokens) for text in cells.to_pylist()], cells.type)
        elif pa.types.is_list(cells.type) and pa.types.is_string(cells.type.value_type):
            lists = [None if some is None else [tokens.get(one, one) for one in some] for some in cells.to_pylist()]
            changed[name] = pa.array(lists, cells.type)
        else:
            changed[name] = cells
    return pa.table(changed, schema=rows.schema)


def _word(text: str | None, tokens: Mapping[str, str]) -> str | None:
    """A cell that is an id, or that speaks of some."""
    if text is None or text in tokens:
        return tokens.get(text or "")
    return as_words(frozenset(tokens)).sub(lambda found: tokens[found.group()], text)
