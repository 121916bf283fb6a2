"""Column lineage: from which columns of sources an input is made, and which of those a batch holds. Derived, never typed."""

from collections.abc import Iterable

from tenure.contracts import Column, Source
from tenure.features.feature import Feature
from tenure.project import Project

ColumnOf = tuple[str, str]
"""A column by the name of its source and its own."""


def read_columns(project: Project, features: Iterable[Feature]) -> set[ColumnOf]:
    """The columns of validated rows that features are made from, those behind a roll-up among them."""
    columns = {path for feature in features for path in feature.reads}
    for history in project.events:
        behind = project.reads_of(history)
        columns |= {path for name, paths in behind.items() if f"{history.table}.{name}" in columns for path in paths}
    split = (path.removeprefix("validated/").partition(".") for path in columns if not path.startswith("daily/"))
    return {(source, column) for source, _, column in split}


def columns_behind(project: Project, feature: Feature) -> tuple[ColumnOf, ...]:
    """Every declared column that a feature is made from, in the order of the contracts; behind a derived one those it reads."""
    found = read_columns(project, [feature])
    every = [(source, column) for source in project.sources for column in source.columns]
    read = {name for source, column in every if (source.name, column.name) in found for name in _and_behind(source, column)}
    return tuple((source.name, column.name) for source, column in every if (source.name, column.name) in read)


def received_of(source: Source, column: Column) -> tuple[str, ...]:
    """The columns, as the company names them, that a column is made of."""
    if not column.derived_by:
        return (column.source_name,)
    return tuple(dict.fromkeys(name for read in column.reads for name in received_of(source, source.column(read))))


def _and_behind(source: Source, column: Column) -> set[ColumnOf]:
    """A column and, where it is derived, all that it is made of."""
    reads = (_and_behind(source, source.column(name)) for name in column.reads)
    return {(source.name, column.name)}.union(*reads)
