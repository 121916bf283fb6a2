"""Whether a batch has the columns that its contract promises, in types that can be read. A break here withholds the day.

Names of columns that the contract does not know are shown only beside known ones: in a file without a header they are values.
"""

import difflib
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

import pyarrow as pa

from expectations.rules import ROW_SHAPE
from tenure.contracts import Source
from tenure.received.batch import Received
from tenure.received.casting import FITTING, NUMBER, TEXT, kind_of
from tenure.received.forms import Form

# Of any script, with the signs that names of columns have; an address of mail is none.
_PLAIN_NAME = re.compile(r"[^\W\d][\w \-.,:/()\[\]%€$£#&+*'°]{0,39}")
_MOST_DIGITS = 4
_DECLARED = " If another sign stands between its fields than , ; | a tab or blanks, declare it: text=Text(separator=…)."


def breaks_of_shape(source: Source, received: Received) -> tuple[str, ...]:
    """Reasons, in words, why the batch cannot be judged row by row; empty when it can."""
    found = received.rows.schema.names
    expected = [column.source_name for column in source.received_columns]
    if not set(found) & {*expected, *(column.name for column in source.received_columns)}:
        return (f"None of the {len(expected)} expected columns was found among {len(found)}{_hint(received, len(expected))} "
                f"Expected {', '.join(expected)}.",)  # fmt: skip
    reasons = (*_twice(found), *_missing(source, found), *_extra(expected, found), *_types(source, received))
    return tuple(reasons)


def _hint(received: Received, n_expected: int) -> str:
    """What may be the matter with a batch of which no name is known."""
    if "JSON" in received.said:
        return ": are these the rows, or a message in their place?"
    if received.is_text and not received.rows.num_rows:
        return " on its only line: is it a message in place of the table?"
    if received.is_text and len(received.rows.schema) == n_expected:
        return (
            ": is the header row there? If not, declare text=Text(header=False): fields are then taken in the contract's order."
        )
    return f": is the header row there?{_DECLARED if received.is_text and len(received.rows.schema) == 1 else ''}"


def _twice(found: Sequence[str]) -> Iterator[str]:
    """A column delivered twice."""
    for name, n in Counter(found).items():
        if n > 1:
            yield f"Column {_shown(name)} is there {n} times, expected once."


def _missing(source: Source, found: Sequence[str]) -> Iterator[str]:
    """A column that is not there, with the likeliest new name."""
    expected = {column.source_name for column in source.received_columns}
    extra = [name for name in found if name not in expected and _is_plain(name)]
    absent = [column for column in source.received_columns if column.source_name not in found]
    for column in absent:
        close = [column.name] if column.name in extra else difflib.get_close_matches(column.source_name, extra, n=1, cutoff=0.6)
        if not close and len(absent) == len(extra) == 1:
            close = extra
        hint = f" Was it renamed: did you mean {column.source_name!r} by {close[0]!r}?" if close else ""
        others = ", ".join(_shown(name) for name in found)
        yield f"Column {column.source_name!r} ({column.meaning}) is missing; found {others}.{hint}"


def _extra(expected: Sequence[str], found: Sequence[str]) -> Iterator[str]:
    """A column that the contract does not know: nobody has said what it means, or whether it may be kept."""
    for name in dict.fromkeys(found):
        if name not in expected:
            yield (
                f"Column {_shown(name)} is not in the contract. Leave it out of the delivery, or add it to the source; what "
                "nobody may read is named there in unread=(…)."
            )


def _types(source: Source, received: Received) -> Iterator[str]:
    """A typed column whose type cannot hold what the contract promises. Text has no types; its cells are judged one by one."""
    schema = received.rows.schema
    for column in source.received_columns:
        if schema.names.count(column.source_name) != 1:
            continue
        dtype = schema.field(column.source_name).type
        if kind_of(dtype) not in FITTING[column.dtype]:
            wanted = FITTING[column.dtype][0]
            yield (f"Column {column.source_name!r} has the wrong type: expected {wanted} ({column.dtype.__name__}), "
                   f"found {_type_words(dtype)}.")  # fmt: skip


def columns_to_read(source: Source, batches: Iterable[Received]) -> set[str]:
    """Columns with cells whose reading may fail, and the shape of rows where it may be broken.

    All that came as text and is none, whole numbers that came with a fraction, and ids of which digits were lost.
    """
    names: set[str] = set()
    for received in batches:
        names |= {ROW_SHAPE} if received.is_text else set()
        for column in source.received_columns:
            kind = kind_of(received.rows.schema.field(column.source_name).type)
            is_read = kind == TEXT and column.dtype is not str
            has_lost = received.forms.get(column.name, Form()).lost_digits
            if is_read or has_lost or (column.dtype is int and kind == NUMBER):
                names.add(column.name)
    return names


def _type_words(dtype: pa.DataType) -> str:
    """A type in words; nested types are not spelled out, for they name fields."""
    return f"{kind_of(dtype)} ({dtype})" if not pa.types.is_nested(dtype) else "nested values"


def _is_plain(name: str) -> bool:
    """Whether a name looks like a name, and not like somebody's id or number."""
    return _PLAIN_NAME.fullmatch(name) is not None and sum(map(str.isdigit, name)) <= _MOST_DIGITS


def _shown(name: str) -> str:
    """A name fit to print."""
    return repr(name) if _is_plain(name) else "(a name that is not plain text)"
