"""Prepared rows: the SQL that turns validated rows of a source into rows of a history.

It reads tables that are named as their sources are, and knows nothing of batches: which rows are told again, and what is known on
a day, is said in `roll_up.py` and `known.py`. So a row that a `where=` leaves out stays here, marked as one that does not count:
it may be the correction of one that did.
"""

import difflib
from collections.abc import Callable, Mapping, Sequence

from tenure.contracts import Source
from tenure.errors import SpecError, UnknownNameError
from tenure.history.events import Events
from tenure.history.intervals import Intervals
from tenure.history.measures import Adds, Value
from tenure.history.row_sql import RowSQL, shown_on_clocks
from tenure.history.states import States

CUSTOMER = "customer_id"
COUNTS, IS_RETURN = "counts", "is_return"


def who_is(column: str) -> str:
    """SQL for the customer that a row is of: the only place where a source's own id becomes one."""
    return f"CAST({quoted(column)} AS VARCHAR)"


def key_columns(source: Source) -> tuple[str, ...]:
    """What the columns that name a row of the source are called in prepared rows."""
    return tuple(f"key_{name}" for name in source.key)


def prepared_events(history: Events, source: Source, look_ups: Mapping[str, Source]) -> str:
    """One row for each row of the source.

    Parameters
    ----------
    look_ups: the sources that the history looks up, by name.

    Returns
    -------
    SQL with the columns `day`, `customer_id`, `happened_at` (a moment), `active_on` (the company's day of it), `available_at`,
    `counts` (the row is part of this history), `is_return`, those of the key, and one for each value and set by the name of its
    column: of a sum whole units, of distinct values and sets text, of a count of rows 1. A return adds to sums and is no row, no
    distinct value and no member.
    """
    happened, said = quoted(_event_time(source)), _said_by(history, source, look_ups)
    where, returns = said(history.where), said(history.returns)
    is_event = _all_of(where, f"NOT coalesce(({returns}), FALSE)" if returns else "")
    columns = {
        **_common(source),
        "happened_at": f"CAST({happened} AS TIMESTAMP)",
        "active_on": day_of_event(source),
        COUNTS: _counts(where),
        IS_RETURN: f"coalesce(({returns}), FALSE)" if returns else "FALSE",
        **{each.column: _value(each.value, said, where=where, is_event=is_event) for each in history.measures},
        **{each.column: _where(is_event, f"CAST(({said(each.member.text)}) AS VARCHAR)") for each in history.set_members},
    }
    return _select(columns, _looked_up(history, source, look_ups))


def events_schema(history: Events, source: Source) -> dict[str, str]:
    """The columns of prepared events, with their types in Ibis."""
    kinds = {Adds.SUM: "int64", Adds.ROWS: "int64", Adds.DISTINCT: "string"}
    return {
        "day": "date",
        CUSTOMER: "string",
        "available_at": "timestamp",
        **dict.fromkeys(key_columns(source), "string"),
        "happened_at": "timestamp",
        "active_on": "date",
        COUNTS: "boolean",
        IS_RETURN: "boolean",
        **{measure.column: kinds[measure.value.adds] for measure in history.measures},
        **{member.column: "string" for member in history.set_members},
    }


def prepared_intervals(history: Intervals, source: Source) -> str:
    """One row for each row of the source: `starts_at`, `ends_at` (on the company's clocks), `counts`, and what all have."""
    _require(history.noun, source, (history.starts, history.ends, *(RowSQL(history.where).reads if history.where else ())))
    columns = {
        **_common(source),
        "starts_at": f"CAST({source.on_clocks(quoted(history.starts), history.starts)} AS TIMESTAMP)",
        "ends_at": f"CAST({source.on_clocks(quoted(history.ends), history.ends)} AS TIMESTAMP)",
        COUNTS: _counts(source.said_of_row(history.where)),
    }
    return _select(columns, quoted(source.name))


def intervals_schema(source: Source) -> dict[str, str]:
    """The columns of prepared intervals, with their types in Ibis."""
    return _common_schema(source) | {"starts_at": "timestamp", "ends_at": "timestamp", COUNTS: "boolean"}


def prepared_states(history: States, source: Source) -> str:
    """One row for each row of the source: from when it holds, as a moment (`happened_at`) and as the company's day (`since_on`),
    `entered_on`, and the attributes as they are.
    """
    _require(history.noun, source, (*history.attributes, *filter(None, (history.entered,))))
    entered = source.on_clocks(quoted(history.entered), history.entered)
    columns = {
        **_common(source),
        "happened_at": f"CAST({quoted(source.event_time or 'available_at')} AS TIMESTAMP)",
        "since_on": day_of_event(source),
        "entered_on": f"CAST({entered} AS DATE)" if history.entered else "CAST(NULL AS DATE)",
    }
    return _select(columns | {name: quoted(name) for name in history.attributes}, quoted(source.name))


def states_schema(history: States, source: Source) -> dict[str, str]:
    """The columns of prepared states, with their types in Ibis."""
    names = {str: "string", int: "int64", float: "float64", bool: "boolean"}
    attributes = {name: names.get(source.column(name).dtype, "timestamp") for name in history.attributes}
    return _common_schema(source) | {"happened_at": "timestamp", "since_on": "date", "entered_on": "date"} | attributes


def day_of_event(source: Source) -> str:
    """SQL for the company's day of a row: that of its event, or on whose eve it was received."""
    name = source.event_time or "available_at"
    return f"CAST({source.on_clocks(quoted(name), name)} AS DATE)"


def reads_of(history: Events, source: Source, look_ups: Mapping[str, Source]) -> Mapping[str, tuple[str, ...]]:
    """From which columns, as `source.column`, each column of the roll-up is made."""
    found = _names(history, source, look_ups)
    when = (f"{source.name}.{_event_time(source)}",)

    def read(names: Sequence[str]) -> tuple[str, ...]:
        conditions = [name for text in (history.where, history.returns) if text for name in RowSQL(text).reads]
        return tuple(dict.fromkeys(".".join(found[name.lower()]) for name in (*names, *conditions)))

    return {
        "day": (f"{source.name}.day",),
        CUSTOMER: (f"{source.name}.{CUSTOMER}",),
        "active_on": when,
        "available_at": (f"{source.name}.available_at",),
        "n_rows": (*when, *read(())),
        **{measure.column: read(measure.value.reads) or when for measure in history.measures},
        **{member.column: read(member.member.reads) for member in history.set_members},
    }


def quoted(name: str) -> str:
    """A name as DuckDB reads it."""
    return '"' + name.replace('"', '""') + '"'


def _value(value: Value, said: Callable[[str], str], *, where: str, is_event: str) -> str:
    """What a row adds; nothing where its condition does not hold."""
    of, also = said(value.of), said(value.where)
    if value.adds is Adds.ROWS:
        return _where(_all_of(is_event, also), "CAST(1 AS BIGINT)")
    if value.adds is Adds.DISTINCT:
        return _where(_all_of(is_event, also), f"CAST(({of}) AS VARCHAR)")
    return _where(_all_of(where, also), f"CAST(round(({of}) * {10**value.decimals}) AS BIGINT)")


def _said_by(history: Events, source: Source, look_ups: Mapping[str, Source]) -> Callable[[str], str]:
    """How SQL of the history is said, so that it reads times as the company's clocks show them."""
    tables = {source.name: source, **look_ups}
    found = _names(history, source, look_ups).items()
    times = {name for name, (table, column) in found if column.lower() in tables[table].times}
    return lambda text: shown_on_clocks(text, times, source.clocks)


def _all_of(*conditions: str) -> str:
    """One condition of several; empty where all are."""
    return " AND ".join(f"({text})" for text in conditions if text)


def _where(condition: str, text: str) -> str:
    """An expression that is null where the condition does not hold."""
    return f"CASE WHEN {condition} THEN {text} END" if condition else text


def _counts(where: str) -> str:
    """Whether a row is part of its history: it meets the condition, and somebody is known of whom it tells."""
    known = f"{quoted(CUSTOMER)} IS NOT NULL"
    return f"coalesce(({where}), FALSE) AND {known}" if where else known


def _looked_up(history: Events, source: Source, look_ups: Mapping[str, Source]) -> str:
    """The source's rows with the columns that only a look-up has; one that is not listed has nulls."""
    found = _names(history, source, look_ups)
    joined, columns = [f"{quoted(source.name)} AS rows"], ["rows.*"]
    for number, look_up in enumerate(history.look_ups):
        names = [name for table, name in found.values() if table == look_up.source]
        if not names:
            continue
        _require(history.noun, source, (look_up.on,))
        _require(history.noun, look_ups[look_up.source], (look_up.on,))
        alias, key = f"look_up_{number}", quoted(look_up.on)
        # One row for each key, whatever repeats: a look-up must not multiply events.
        order = ", ".join(['"day" DESC', *(quoted(name) for name in names)])
        once = f"QUALIFY row_number() OVER (PARTITION BY {key} ORDER BY {order}) = 1"
        listed = ", ".join(quoted(name) for name in (look_up.on, *names))
        table = f"(SELECT {listed} FROM {quoted(look_up.source)} {once}) AS {alias}"
        joined.append(f"LEFT JOIN {table} ON rows.{key} = {alias}.{key}")
        columns += [f"{alias}.{quoted(name)}" for name in names]
    return f"(SELECT {', '.join(columns)} FROM {' '.join(joined)})"


def _names(history: Events, source: Source, look_ups: Mapping[str, Source]) -> dict[str, tuple[str, str]]:
    """For each column that the declaration reads, in lower case as SQL does, the source that it is of and its name there."""
    own = [*(column.name for column in source.columns), "day", "available_at"]
    others = {look_up.source: [c.name for c in look_ups[look_up.source].columns] for look_up in history.look_ups}
    found: dict[str, tuple[str, str]] = {}
    wrong: list[str] = []
    for name in history.reads:
        there = [(source.name, each) for each in own if each.lower() == name.lower()] or [
            (table, each) for table, names in others.items() for each in names if each.lower() == name.lower()
        ]
        if not there:
            wrong.append(str(_unknown(history.noun, name, [*own, *(column for names in others.values() for column in names)])))
        elif len(there) > 1:
            tables = [table for table, _ in there]
            wrong.append(f"The history of {history.many} reads {name!r}, which {tables} have; rename it in one of them.")
        else:
            found[name.lower()] = there[0]
    if wrong:
        raise UnknownNameError(*wrong)
    return found


def _require(noun: str, source: Source, names: Sequence[str]) -> None:
    """Refuse columns that the source does not have."""
    there = [column.name for column in source.columns]
    for name in names:
        if name.lower() not in {each.lower() for each in there}:
            raise _unknown(noun, name, there)


def _unknown(noun: str, name: str, there: Sequence[str]) -> UnknownNameError:
    """What to say of a column that nobody has."""
    close = difflib.get_close_matches(name, there, n=1)
    meant = f"Did you mean {close[0]!r}?" if close else f"There are {sorted(there)}."
    return UnknownNameError(f"The history of {noun!r} reads {name!r}, which is no column of its source or its look-ups. {meant}")


def _event_time(source: Source) -> str:
    """The column that says when; events of a source without one are of no day."""
    if source.event_time is None:
        raise SpecError(f"Source {source.name!r} has no event_time, so its rows are no events; name the column that says when.")
    return source.event_time


def _select(columns: Mapping[str, str], table: str) -> str:
    """A query of these columns."""
    return f"SELECT {', '.join(f'{text} AS {quoted(name)}' for name, text in columns.items())} FROM {table}"


def _common(source: Source) -> dict[str, str]:
    """What all prepared rows have."""
    keys = zip(key_columns(source), source.key, strict=True)
    return {
        "day": '"day"',
        CUSTOMER: who_is(CUSTOMER),
        "available_at": '"available_at"',
        **{column: f"CAST({quoted(name)} AS VARCHAR)" for column, name in keys},
    }


def _common_schema(source: Source) -> dict[str, str]:
    """Its types in Ibis."""
    return {"day": "date", CUSTOMER: "string", "available_at": "timestamp", **dict.fromkeys(key_columns(source), "string")}
