"""What happened, for labels: the histories that an outcome reads, bound in a DuckDB of their own."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING

import pyarrow as pa

from adapters.lake import OpenTable, views
from tenure.errors import MissingHistoryError
from tenure.features.plan import input_of
from tenure.history import Contacts, States
from tenure.history.prepared import prepared_states, states_schema
from tenure.outcomes import Happened, Outcome
from tenure.project import Project

if TYPE_CHECKING:
    from ibis.backends.duckdb import Backend


def inputs_of(outcome: Outcome) -> tuple[str, ...]:
    """The lake's tables that an outcome is read from."""
    return tuple(input_of(history) for history in outcome.histories if not isinstance(history, Contacts))


@contextmanager
def what_happened(
    project: Project, outcome: Outcome, tables: Mapping[str, OpenTable | pa.Table]
) -> "Iterator[tuple[Backend, Happened]]":
    """The histories that an outcome reads, by noun, with the connection that they are bound in.

    Raises
    ------
    MissingHistoryError: when the lake holds nothing of one.
    """
    import ibis

    read = {name: tables[name] for name in inputs_of(outcome)}
    new = [name for name, table in read.items() if isinstance(table, OpenTable) and table.delta is None]
    if new:
        raise MissingHistoryError(f"The lake holds nothing of {', '.join(new)}, which tells outcomes; land its history first.")
    with views(read) as connection:
        backend = ibis.duckdb.from_connection(connection)
        happened = {}
        for history in outcome.histories:
            if isinstance(history, States):
                source = project.source(history.source)
                text = prepared_states(history, replace(source, name=input_of(history)))
                happened[history.noun] = backend.sql(text, schema=ibis.schema(states_schema(history, source)))
            elif not isinstance(history, Contacts):
                happened[history.noun] = backend.table(input_of(history))
        yield backend, happened
