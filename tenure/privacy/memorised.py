"""Memorisation: whether the files of a model hold what is some customer's own.

Coefficients and trees are made of many customers. What may slip in beside them is an id, a word that hardly anybody has, or a
figure that one customer alone has: the end of a range, as some libraries note it.
"""

import json
import re
from collections.abc import Iterator, Mapping

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from tenure.categories import FEWEST_CUSTOMERS, is_text
from tenure.privacy.records import Memorised
from tenure.training_set import FIT, TrainingSet

# What stands between blanks and brackets, a word by its letters, and a string of JSON, as it is quoted.
_WORDS = (re.compile(r"""[^\s"',;=\[\](){}]+"""), re.compile(r"[\w.@+\-]+"))
_QUOTED = (re.compile(r'"((?:[^"\\]|\\.)*)"'),)
# Fewer digits are met in any file of numbers by chance, and fewer letters among its names; where numbers are not quoted, a quoted
# one is none.
_FEWEST_DIGITS, _FEWEST_QUOTED, _FEWEST_LETTERS = 8, 4, 12
# Figures of fewer are shared by chance, as whole amounts are.
_FEWEST_SIGNIFICANT = 6


def memorised(files: Mapping[str, bytes], training_set: TrainingSet) -> Memorised:
    """Read every file of a model for what single customers of its training set own.

    Parameters
    ----------
    files: by path, as text; a model has no others.
    """
    rows = training_set.rows
    ids = set(rows["customer_id"].unique().to_pylist())
    whole, quoted = ({one for one in ids if _is_telling(one, n)} for n in (_FEWEST_DIGITS, _FEWEST_QUOTED))
    names = training_set.feature_names
    rare = {word for name in names if is_text(rows[name].type) for word in _rare_words(rows, name)}
    own = {figure for name in names if not is_text(rows[name].type) for figure in _own_figures(rows, name)}
    words, strings = _read(_WORDS, files), {_unescaped(one) for one in _read(_QUOTED, files)}
    return Memorised(
        n_files=len(files),
        n_ids=len(ids),
        n_ids_passed_over=len(ids) - len(quoted),
        n_ids_found=len((whole & words) | (quoted & strings)),
        n_rare_words_found=len(rare & strings),
        n_own_figures_found=len(own & words),
    )


def _is_telling(customer_id: str, fewest_digits: int) -> bool:
    """Whether an id that is met is surely that id, and neither a number nor a name by chance."""
    if customer_id.isdecimal():
        return len(customer_id) >= fewest_digits
    return not customer_id.isalpha() or len(customer_id) >= _FEWEST_LETTERS


def _read(kinds: tuple[re.Pattern[str], ...], files: Mapping[str, bytes]) -> set[str]:
    """Everything of these kinds that stands in the files."""
    texts = [content.decode("utf-8", errors="replace") for content in files.values()]
    return {found for text in texts for kind in kinds for found in kind.findall(text)}


def _unescaped(quoted: str) -> str:
    """A string of JSON as it was before it was written."""
    try:
        return str(json.loads(f'"{quoted}"'))
    except ValueError:  # between two quotes of another text
        return quoted


def _rare_words(rows: pa.Table, name: str) -> Iterator[str]:
    """Words of an input that fewer customers of the fit rows have than a vocabulary takes."""
    fit = rows.filter(pc.equal(rows["role"], FIT)).select([name, "customer_id"])
    counted = fit.group_by(name).aggregate([("customer_id", "count_distinct")])
    known = zip(counted[name].to_pylist(), counted["customer_id_count_distinct"].to_pylist(), strict=True)
    return (str(word) for word, n in known if word is not None and n < FEWEST_CUSTOMERS)


def _own_figures(rows: pa.Table, name: str) -> Iterator[str]:
    """The smallest and the largest value of an input, where one customer alone has it and it is not a round one."""
    values = np.asarray(rows[name].to_numpy(zero_copy_only=False), dtype=np.float64)
    customers = rows["customer_id"].to_numpy(zero_copy_only=False)
    known = values[~np.isnan(values)]
    for value in {float(known.min()), float(known.max())} if len(known) else ():
        digits = f"{value!r}".replace(".", "").replace("-", "").strip("0")
        if len(np.unique(customers[values == value])) == 1 and len(digits) >= _FEWEST_SIGNIFICANT:
            yield f"{value!r}"
