"""Snapshots: features as of a day, made from opened tables, with what they were made from noted beside them.

Made first, made again because an input changed, or made again to compare: one path.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING

import pyarrow as pa

from adapters.lake import Commit, OpenTable, views
from adapters.tables import CUSTOMER_KEY, FEATURES_TABLE
from adapters.unquoted import unquoted
from home.workplace import Workplace
from provenance.history import read_history
from provenance.origins import Input, Origins, open_origins
from provenance.people import with_spans
from tenure.errors import TenureError
from tenure.features.plan import Plan
from tenure.project import Project
from tenure.purposes.reading import check_sql, declared

if TYPE_CHECKING:
    import duckdb


def make_snapshots(workplace: Workplace, days: Sequence[date]) -> Commit:
    """Compute features as of each day and replace those days in the lake, in one commit."""
    tables = open_inputs(workplace)
    origins = _origins(workplace, tables, definition=workplace.project.plan.digest)
    if not days:
        return Commit(version=origins.table.version, changed=(), digests={})
    rows = pa.concat_tables(snapshots_of(workplace.project, tables, days))
    return origins.replace_days(rows, days=days, key=CUSTOMER_KEY, is_salted=True)


def open_inputs(workplace: Workplace) -> dict[str, OpenTable]:
    """Open what features are made from, by name."""
    return {name: workplace.lake.open(name) for name in workplace.project.plan.inputs}


def snapshots_of(project: Project, tables: Mapping[str, OpenTable | pa.Table], days: Sequence[date]) -> list[pa.Table]:
    """Features of all customers as of each day."""
    tables = with_spans(tables)
    new = [name for name, table in tables.items() if isinstance(table, OpenTable) and table.delta is None]
    if new:
        raise TenureError(f"Project {project.name!r} has nothing of {', '.join(new)} in its lake yet; land its history first.")
    for name, query in project.plan.known:
        check_sql(project, declared(project), query, f"What is kept of {name.removeprefix('known/')} for features reads")
    with unquoted("Features"), views(tables) as connection:
        return [_snapshot(connection, project.plan, as_of=day, first_day=project.first_day) for day in days]


def _snapshot(connection: "duckdb.DuckDBPyConnection", plan: Plan, *, as_of: date, first_day: date) -> pa.Table:
    """Run the plan for one day."""
    for statement in plan.before(as_of=as_of, first_day=first_day):
        connection.execute(statement)
    return connection.sql(plan.snapshot).to_arrow_table()


def ensure_snapshots(workplace: Workplace, days: Sequence[date]) -> tuple[date, ...]:
    """Compute those of the days that are missing, of another definition, or older than their inputs; return which."""
    stale = stale_days(workplace, days, definition=workplace.project.plan.digest)
    if stale:
        read_history(workplace).require(stale[-1])
        make_snapshots(workplace, stale)
    return stale


def stale_days(workplace: Workplace, days: Sequence[date], *, definition: str | None = None) -> tuple[date, ...]:
    """Days without features, or made before a change that reaches them, or, if one is given, by another definition."""
    return _origins(workplace, open_inputs(workplace), definition=definition).stale_days(days)


def _origins(workplace: Workplace, tables: Mapping[str, OpenTable], *, definition: str | None) -> Origins:
    """Where the features of each day came from; all that was known before a day enters them."""
    lake = workplace.lake
    return open_origins(lake, lake.open(FEATURES_TABLE), *map(Input, tables.values()), definition=definition)
