"""Categories: inputs that are words, as the numbers that estimators take, with the vocabulary that training fixed.

A word stands for its place in the vocabulary. Words that are rare among the rows that a model is fitted on, and words that it has
never seen, are unknown, as what is missing is: NaN.
"""

from collections.abc import Mapping, Sequence
from types import MappingProxyType

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from tenure.errors import PackageError

# A word that few customers have teaches a model nothing, and may point at one of them.
FEWEST_CUSTOMERS = 10
MOST_WORDS = 50

# The vocabulary of each input that is words, by its name.
Vocabularies = Mapping[str, tuple[str, ...]]
NO_WORDS: Vocabularies = MappingProxyType({})


def vocabularies(rows: pa.Table, names: Sequence[str]) -> dict[str, tuple[str, ...]]:
    """The vocabulary of each of these columns that holds words, over the rows (with `customer_id`) that a model is fitted on."""
    return {name: _words(rows, name) for name in names if is_text(rows[name].type)}


def is_text(kind: pa.DataType) -> bool:
    """Whether a column holds words."""
    if pa.types.is_dictionary(kind):
        kind = kind.value_type
    return bool(pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_string_view(kind))


def numbers(table: pa.Table, names: Sequence[str], words: Vocabularies) -> np.ndarray:
    """Columns as a float64 array (n_rows, n_columns): numbers as they are, words by their place; NaN where unknown.

    Raises
    ------
    PackageError: where a column holds words and the model knows it as numbers, or the other way round.
    """
    if wrong := [name for name in names if is_text(table[name].type) != (name in words)]:
        raise PackageError(
            f"The inputs {wrong} hold words where the model knows numbers, or numbers where it knows words: they were changed "
            "since it was trained. Train and promote a new challenger, or go back to the features it knows."
        )
    columns = [_codes(table[name], words[name]) if name in words else _floats(table[name]) for name in names]
    return np.column_stack(columns) if columns else np.empty((table.num_rows, 0))


def n_words(names: Sequence[str], words: Vocabularies) -> tuple[int | None, ...]:
    """For each input the number of its words, None for a number; empty where all are numbers."""
    return tuple(len(words[name]) if name in words else None for name in names) if words else ()


def one_hot(X: np.ndarray, counts: tuple[int | None, ...]) -> tuple[np.ndarray, np.ndarray]:
    """Give every word a column of zeros and ones, and say of each column which input it is of.

    Parameters
    ----------
    X: (n_rows, n_inputs), words by their place; where one is not known, all of its columns are zero.
    counts: the number of words of each input, None for a number; empty where all are numbers, and X stays as it is.
    """
    if not counts:
        return X, np.arange(X.shape[1])
    parts = [
        X[:, [i]] if count is None else (X[:, [i]] == np.arange(count)[None, :]).astype(np.float64)
        for i, count in enumerate(counts)
    ]
    return np.column_stack(parts), np.repeat(np.arange(len(counts)), [part.shape[1] for part in parts])


def of_inputs(parts: np.ndarray, owner: np.ndarray, n_inputs: int) -> np.ndarray:
    """Add what the columns of one input say, (n_rows, n_inputs), from what each column says and which input it is of."""
    if len(owner) == n_inputs and np.array_equal(owner, np.arange(n_inputs)):
        return parts
    sums = np.zeros((len(parts), n_inputs))
    for column, of in enumerate(owner):
        sums[:, of] += parts[:, column]
    return sums


def _words(rows: pa.Table, name: str) -> tuple[str, ...]:
    """The words that enough customers have, of those the most frequent, in the order of the alphabet."""
    pairs = pa.table({"word": rows[name].cast(pa.string()), "customer_id": rows["customer_id"]})
    known = pairs.filter(pc.is_valid(pairs["word"])).group_by("word").aggregate([("customer_id", "count_distinct")])
    counts = dict(zip(known["word"].to_pylist(), known["customer_id_count_distinct"].to_pylist(), strict=True))
    often = sorted((word for word, n in counts.items() if n >= FEWEST_CUSTOMERS), key=lambda word: (-counts[word], word))
    return tuple(sorted(often[:MOST_WORDS]))


def _codes(column: pa.ChunkedArray, words: tuple[str, ...]) -> np.ndarray:
    """The place of each word, NaN for one that is not in the vocabulary."""
    places = pc.index_in(column.cast(pa.string()), value_set=pa.array(words, pa.string()))
    return np.asarray(places.cast(pa.float64()).to_numpy(zero_copy_only=False))


def _floats(column: pa.ChunkedArray) -> np.ndarray:
    """Numbers, NaN where there is none."""
    return np.asarray(column.cast(pa.float64()).to_numpy(zero_copy_only=False))
