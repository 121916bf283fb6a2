"""The roll-ups of events: from which validated days each was made, which it still lacks, and how these are made.

What is rolled up are the days that are behind, whichever run it is: days that an ended run left validated and no more, and all
days that were rolled up with an older look-up, come with the next. What follows for the days is said in `history.py`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date

import pyarrow as pa

from adapters.lake import Commit, OpenTable, read_rows, views
from adapters.tables import validated_table, verdicts_table
from adapters.unquoted import unquoted
from home.workplace import Workplace
from provenance.origins import Input, Origins, open_origins
from provenance.repeats import any_again
from provenance.retention_seen import left_days
from tenure.contracts import Source
from tenure.day_parts import ROWS_AT_ONCE, in_parts
from tenure.history import Events
from tenure.history.prepared import CUSTOMER, day_of_event, events_schema, key_columns, prepared_events, quoted
from tenure.history.roll_up import KEY, definition, rolled_up, told_by_several
from tenure.project import Project
from tenure.purposes.kept import names_days
from tenure.purposes.reading import check_sql, declared

SEVERAL = "told_by_several"


def open_roll_up(workplace: Workplace, history: Events) -> Origins:
    """The roll-up of a history with its inputs, its source's rows and what it looks up, as they stand now."""
    lake, project = workplace.lake, workplace.project
    # Rows of an earlier batch may be told of again, so a day is made from all up to it.
    inputs = (Input(lake.open(validated_table(source))) for source in sources_of(project, history))
    made = definition(history, project.source(history.source), project.look_ups(history))
    return open_origins(lake, lake.open(history.table), *inputs, definition=made)


def sources_of(project: Project, history: Events) -> tuple[Source, ...]:
    """What a history is made from: its own source first, then those that it looks up."""
    return (project.source(history.source), *project.look_ups(history).values())


def days_behind(workplace: Workplace, history: Events, roll_up: Origins) -> Mapping[date, int]:
    """Days whose rows validation released, of which the roll-up was not made, or not from what is released now, each with how
    many rows it brought.

    A day that is withheld keeps what an earlier, good delivery of it brought, and that is rolled up as any other.
    """
    held = read_rows(roll_up.inputs[0].table, columns=["day"], distinct=True)
    verdicts = workplace.lake.rows(verdicts_table(workplace.project.source(history.source)))
    judged = [] if verdicts is None else verdicts.to_pylist()
    released = [row["day"] for row in judged if not row["withheld"]]
    n_rows = {row["day"]: row["n_kept"] for row in judged}
    ended = left_days(roll_up.inputs[0].table) if names_days(workplace.project) else frozenset()
    behind = roll_up.made_otherwise(sorted({*released, *([] if held is None else held["day"].to_pylist())} - {*ended}))
    return {day: n_rows.get(day, 0) for day in behind}


def roll_up_all(workplace: Workplace) -> None:
    """Roll up every history that anything reads."""
    for history in workplace.project.events:
        roll_up(workplace, history)


def roll_up(workplace: Workplace, history: Events) -> Commit:
    """Roll up every day of a history that is behind: in one commit, or in several where memory does not hold all rows at once.

    Withheld days keep what they have. Returns what all commits did.
    """
    origins = open_roll_up(workplace, history)
    behind = days_behind(workplace, history, origins)
    if not behind:
        return Commit(version=origins.table.version, changed=(), digests={})
    project = workplace.project
    source, rows = project.source(history.source), origins.inputs[0].table
    commits = []
    with unquoted(f"The roll-up of {history.many}"):
        tables = {each.name: one.table for each, one in zip(sources_of(project, history), origins.inputs, strict=True)}
        several = rows.delta is not None and _tell_again(source, rows, tuple(behind))
        for days in in_parts(tuple(behind), behind, at_once=ROWS_AT_ONCE):
            made = roll_up_of(project, history, tables, days=days, may_tell_again=several)
            commits.append(origins.replace_days(made, days=days, key=KEY))
            # As this step left it: whoever else commits one of its days wins. Days without rows leave notes alone.
            left = commits[-1].version if commits[-1].changed else None
            origins = replace(origins, table=workplace.lake.open(history.table, version=left))
    return Commit.of_all(commits)


def roll_up_of(
    project: Project,
    history: Events,
    tables: Mapping[str, OpenTable | pa.Table],
    *,
    days: Sequence[date],
    may_tell_again: bool = True,
) -> pa.Table:
    """Roll up days of a history from the validated rows of its sources, by name; of a source without any there are none."""
    import ibis

    from expectations.split import kept_schema

    source, look_ups = project.source(history.source), project.look_ups(history)
    prepared = prepared_events(history, source, look_ups)
    check_sql(project, declared(project), prepared, f"The roll-up of {history.many} reads")
    held = {
        each.name: kept_schema(each).empty_table() if isinstance(table, OpenTable) and table.delta is None else table
        for each in sources_of(project, history)
        for table in (tables[each.name],)
    }
    with views(held) as connection:
        backend = ibis.duckdb.from_connection(connection)
        rows = backend.sql(prepared, schema=ibis.schema(events_schema(history, source)))
        several = None
        if may_tell_again:
            several = backend.create_table(SEVERAL, told_by_several(rows, key=key_columns(source), days=days), temp=True)
        return rolled_up(rows, history, source, several=several, days=days).to_pyarrow()


def _tell_again(source: Source, rows: OpenTable, days: Sequence[date]) -> bool:
    """Whether the batches of these days tell of a row, or of a customer's active day, that another batch tells of too."""
    active_on = day_of_event(source)
    with views({"rows": rows}) as connection:
        among = f"SELECT min({active_on}) FROM rows WHERE day >= ? AND day <= ?"
        earliest = connection.execute(among, [min(days), max(days)]).fetchone()
    if earliest is None or earliest[0] is None:
        return False
    # No batch holds what had not happened before it.
    late = any_again(rows, [quoted(CUSTOMER), active_on], days, since=earliest[0])
    return late or any_again(rows, [quoted(name) for name in source.key], days)
