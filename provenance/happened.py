"""What happened, for labels: the histories that an outcome reads, bound in a DuckDB of their own."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING

import pyarrow as pa

from adapters.lake import OpenTable, views
from provenance.people import with_spans
from tenure.errors import MissingHistoryError
from tenure.features.plan import input_of
from tenure.history import Contacts, States
from tenure.history.prepared import prepared_states, states_schema
from tenure.outcomes import Happened, Outcome
from tenure.people.happened import HappenedToIds
from tenure.people.ledger import TABLE as PEOPLE
from tenure.project import Project

if TYPE_CHECKING:
    from ibis.backends.duckdb import Backend


def inputs_of(project: Project, outcome: Outcome) -> tuple[str, ...]:
    """The lake's tables that an outcome is read from, the ledger of people among them where a company has one."""
    histories = (input_of(history) for history in outcome.histories if not isinstance(history, Contacts))
    return (*histories, *((PEOPLE,) if project.people is not None else ()))


@contextmanager
def what_happened(
    project: Project, outcome: Outcome, tables: Mapping[str, OpenTable | pa.Table]
) -> "Iterator[tuple[Backend, Happened | HappenedToIds]]":
    """The histories that an outcome reads, by noun, with the connection that they are bound in.

    Raises
    ------
    MissingHistoryError: when the lake holds nothing of one.
    """
    import ibis

    read = with_spans({name: tables[name] for name in inputs_of(project, outcome)})
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
        yield backend, happened if project.people is None else _to_ids(project, outcome, happened, backend)


def _to_ids(project: Project, outcome: Outcome, tables: Happened, backend: "Backend") -> HappenedToIds:
    """The same, with who ids are."""
    sources = {history.source: project.source(history.source) for history in outcome.histories}
    return HappenedToIds(histories=outcome.histories, tables=tables, people=backend.table(PEOPLE), sources=sources)
