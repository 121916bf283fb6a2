"""Conditions on the columns of a day's features: who belongs to a population, as a package keeps it and scoring reads it.

A condition knows columns alone, no history and no model, so that what a package holds means the same under any later code. Each
is true or false of every row: where a value is not known, it is false, and its opposite true.
"""

from dataclasses import dataclass
from typing import Literal, assert_never

import pyarrow as pa
import pyarrow.compute as pc

from tenure.categories import is_text
from tenure.errors import PackageError


@dataclass(frozen=True, kw_only=True)
class AtMost:
    """The column is known and no larger than the limit."""

    column: str
    limit: float
    kind: Literal["at most"] = "at most"


@dataclass(frozen=True, kw_only=True)
class IsKnown:
    """The column has a value."""

    column: str
    kind: Literal["is known"] = "is known"


@dataclass(frozen=True, kw_only=True)
class OneOf:
    """The column holds one of these words, or one of these numbers."""

    column: str
    values: tuple[str, ...] | tuple[float, ...]
    kind: Literal["one of"] = "one of"


@dataclass(frozen=True, kw_only=True)
class AllOf:
    """Every part is true; without parts, of everybody."""

    parts: tuple["Condition", ...] = ()
    kind: Literal["all of"] = "all of"


@dataclass(frozen=True, kw_only=True)
class AnyOf:
    """At least one part is true."""

    parts: tuple["Condition", ...]
    kind: Literal["any of"] = "any of"


@dataclass(frozen=True, kw_only=True)
class Not:
    """The part is not true."""

    part: "Condition"
    kind: Literal["not"] = "not"


Condition = AtMost | IsKnown | OneOf | AllOf | AnyOf | Not


def columns(condition: Condition) -> tuple[str, ...]:
    """The columns that it reads, each once."""
    if isinstance(condition, AllOf | AnyOf):
        return tuple(dict.fromkeys(name for part in condition.parts for name in columns(part)))
    return columns(condition.part) if isinstance(condition, Not) else (condition.column,)


def mask(condition: Condition, rows: pa.Table) -> pa.ChunkedArray:
    """Whether it is true of each row, (n_rows,); training and scoring both keep the rows that this says.

    Raises
    ------
    PackageError: when the rows lack a column, or hold numbers where it names words.
    """
    if isinstance(condition, AllOf | AnyOf):
        join = pc.and_ if isinstance(condition, AllOf) else pc.or_
        found = pa.chunked_array([pa.repeat(pa.scalar(isinstance(condition, AllOf)), rows.num_rows)])
        for part in condition.parts:
            found = join(found, mask(part, rows))
        return found
    if isinstance(condition, Not):
        return pc.invert(mask(condition.part, rows))
    if condition.column not in rows.column_names:
        raise PackageError(
            f"The population is told by {condition.column!r}, which the day's features do not have. They were changed since; "
            "train again, or go back to the features that it knows."
        )
    values = rows[condition.column]
    match condition:
        case AtMost():
            found = pc.less_equal(values, condition.limit)
        case IsKnown():
            found = pc.is_valid(values) if is_text(values.type) else pc.invert(pc.is_null(values, nan_is_null=True))
        case OneOf():
            found = pc.is_in(_comparable(values, condition), value_set=pa.array(condition.values))
        case _:
            assert_never(condition)
    return found.fill_null(False)


def largest(condition: Condition, column: str) -> float | None:
    """The largest value of a column that rows of the population may have; None where the condition sets no limit."""
    if isinstance(condition, AtMost) and condition.column == column:
        return condition.limit
    if not isinstance(condition, AllOf | AnyOf):
        return None
    limits = [largest(part, column) for part in condition.parts]
    known = [limit for limit in limits if limit is not None]
    if isinstance(condition, AllOf):
        return min(known, default=None)
    return max(known, default=None) if len(known) == len(limits) else None


def rules_out(condition: Condition, column: str, value: str | float) -> bool:
    """Whether no row of the population has this value in a column."""
    match condition:
        case OneOf():
            return condition.column == column and value not in condition.values
        case Not(part=OneOf() as part):
            return part.column == column and value in part.values
        case AllOf():
            return any(rules_out(part, column, value) for part in condition.parts)
        case AnyOf():
            return bool(condition.parts) and all(rules_out(part, column, value) for part in condition.parts)
    return False


def _comparable(values: pa.ChunkedArray, condition: OneOf) -> pa.ChunkedArray:
    """The column as what the condition names: words as words, numbers and yes-or-no as numbers."""
    names_words = any(isinstance(value, str) for value in condition.values)
    plain = values.cast(values.type.value_type) if pa.types.is_dictionary(values.type) else values
    if names_words != is_text(plain.type):
        named, held = ("words", "numbers") if names_words else ("numbers", "words")
        raise PackageError(
            f"The population names {named} of {condition.column!r}, which holds {held}. Name its values as they are delivered."
        )
    return plain if names_words else plain.cast(pa.float64())
