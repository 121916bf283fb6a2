"""Columns that tell what is foreseen itself: written once it was known, such as a reason for leaving; found by what they tell.

What only may be such a column is a person's to judge: an honest input can tell a great deal, too.
"""

from collections.abc import Mapping

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from tenure.proposing.asked import ask, count
from tenure.proposing.meanings import is_length_of_contact, speaks_of
from tenure.proposing.seen import Seen, Table
from tenure.received.normal import quoted, quoted_text

# What an honest input tells of a customer is far less: so close to certainty is the outcome in other words.
_TELLS, _NEARLY = 0.97, 0.9
# One that tells so much, and so much more than any other, may be known only later; so may one that is called so and tells a part.
_MUCH, _BEYOND, _PART = 0.8, 0.1, 0.7
# A model that may not read a column that tells so much is the worse for it.
_SOMETHING = 0.6
NOT_KNOWN_BEFORE = "it is not known before the day on which customers are scored"
EMPTY_BEFORE = "it is empty until what is foreseen has happened"
KNOWN_AFTER = "how long a contact lasts is known only after it, and tells much of what is foreseen"
# A word that nobody without the outcome has, for so many of those with it.
_CERTAIN, _SOMETIMES = 0.5, 0.1
# So many rows are looked at, evenly among all.
_LOOKED_AT = 20_000
# Of so few rows with the outcome nothing is said.
_FEWEST = 30
# Numbers with more values are ordered by themselves; words that differ for so many rows are each customer's own.
_MANY, _OWN = 50, 0.2


def echoes(table: Table, columns: tuple[Seen, ...], outcome: str, value: str) -> tuple[Mapping[str, str], tuple[str, ...]]:
    """The columns that no model may read, with the reason, and those that a person should look at.

    `columns` are those that could be read. Nothing that a person may have to judge is left out: it is doubtful.
    """
    some, told = _told(table, outcome, value)
    read = [column for column in columns if column.name != outcome]
    found = {c.name: "by its name it tells what is foreseen" for c in read if speaks_of(c.received_as, "left")}
    if np.nansum(told) < _FEWEST:
        return found, ()
    areas = {c.name: auc(some, c, told) for c in read if c.name not in found}
    doubtful = []
    for column in (c for c in read if c.name in areas):
        area, sure = areas[column.name], certain(some, column, told)
        most_of_others = max((other for name, other in areas.items() if name != column.name and other < _TELLS), default=0.5)
        if area >= _TELLS or sure >= _CERTAIN:
            found[column.name] = "it tells what is foreseen, as if written once that was known"
        elif area >= _PART and is_length_of_contact(column.received_as):
            found[column.name] = KNOWN_AFTER
        elif area >= _NEARLY or sure >= _SOMETIMES or (area >= _MUCH and area >= most_of_others + _BEYOND):
            doubtful.append(column.name)
    return found, tuple(doubtful)


def telling(table: Table, columns: tuple[Seen, ...], outcome: str, value: str) -> tuple[str, ...]:
    """Those of the columns that tell something of the outcome, such as age of who stays."""
    some, told = _told(table, outcome, value)
    return tuple(c.name for c in columns if auc(some, c, told) >= _SOMETHING) if np.nansum(told) >= _FEWEST else ()


def _told(table: Table, outcome: str, value: str) -> tuple[pa.Table, np.ndarray]:
    """Some of the rows, and which of them have the outcome."""
    some = table.rows.take(np.arange(0, table.rows.num_rows, max(table.rows.num_rows // _LOOKED_AT, 1)))
    return some, are_told(some, f"cast({quoted(outcome)} AS VARCHAR) = {quoted_text(value)}")


def are_told(rows: pa.Table, condition: str) -> np.ndarray:
    """Which rows meet a condition, as 1 and 0; NaN where that is not known."""
    found = [told for (told,) in ask(rows, f"SELECT cast(({condition}) AS INT) FROM it")]
    return np.array(found, dtype=float)


def empty_before(table: Table, columns: tuple[Seen, ...], outcome: str, value: str) -> Mapping[str, str]:
    """Of tables that come again, the columns that hold nothing of those to whom it has not happened, with the reason."""
    before = f"cast({quoted(outcome)} AS VARCHAR) IS DISTINCT FROM {quoted_text(value)}"
    read = [column for column in columns if column.name != outcome]
    return {c.name: EMPTY_BEFORE for c in read if not count(table.rows, f"{before} AND {quoted(c.name)} IS NOT NULL")}


def certain(rows: pa.Table, column: Seen, told: np.ndarray) -> float:
    """Of rows with the outcome the share whose word no row without it has, as of a reason that only some who left gave."""
    if column.n_values > _MANY:
        return 0.0
    _, n, n1 = _by_word(rows[column.name], told)
    return float(n1[(n1 == n) & (n >= _FEWEST)].sum() / (n1.sum() or 1.0))


def auc(rows: pa.Table, column: Seen, told: np.ndarray) -> float:
    """How well a column alone puts rows with the outcome first, 0.5 to 1: by its value, as a word, and by being empty.

    Values are put into the order of the share that has the outcome, which of a word is all that it tells; of numbers with many
    values so does their own order, either way, and the empty ones stand beside them.
    """
    cells, is_many = rows[column.name], column.is_number and column.n_values > _MANY
    if not is_many and column.n_values > _OWN * column.n_rows:
        # Words of each customer's own tell by chance; whether there is one tells.
        cells = pc.is_null(cells)
    words, n, n1 = _by_word(cells, told)
    order = pc.fill_null(words.cast(pa.float64()), -1e300).to_numpy() if is_many else n1 / np.maximum(n, 1)
    _, place = np.unique(order, return_inverse=True)
    with_it = np.bincount(place, weights=n1)
    without = np.bincount(place, weights=n - n1)
    pairs = with_it.sum() * without.sum()
    if not pairs:
        return 0.5
    area = float((with_it * (np.cumsum(without) - without / 2)).sum() / pairs)
    return max(area, 1 - area)


def _by_word(cells: pa.ChunkedArray, told: np.ndarray) -> tuple[pa.Array, np.ndarray, np.ndarray]:
    """The different cells, nothing among them; how many rows have each; and how many of those the outcome."""
    known = ~np.isnan(told)
    encoded = cells.filter(pa.array(known)).combine_chunks().dictionary_encode(null_encoding="encode")
    places, many = encoded.indices.to_numpy(), len(encoded.dictionary)
    return encoded.dictionary, np.bincount(places, minlength=many), np.bincount(places, weights=told[known], minlength=many)
