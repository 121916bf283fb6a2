"""The plan of a snapshot: the SQL that computes every feature as of any day, compiled once.

Compiling the expressions takes longer than running them, and the day is the only thing that differs. So the day is a variable of
DuckDB, and the same text serves every day; its digest says by which definition features were made. A variable is a constant to
whoever reads files, so that those of other days are not read; of a day in a table it is not.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING

from tenure.contracts import Source
from tenure.errors import SpecError
from tenure.features.feature import Feature
from tenure.features.snapshot import snapshot
from tenure.history.events import Events
from tenure.history.intervals import Intervals
from tenure.history.known import Knowable, Known, known_days, known_intervals, known_states
from tenure.history.prepared import intervals_schema, prepared_intervals, prepared_states, quoted, states_schema
from tenure.history.roll_up import daily_schema
from tenure.history.states import States
from tenure.people.by_person import days_by_person, intervals_by_person, spans_schema, states_by_person
from tenure.people.ledger import TABLE as PEOPLE

if TYPE_CHECKING:
    import ibis
    import ibis.expr.types as ir


@dataclass(frozen=True, kw_only=True)
class Plan:
    """Statements of DuckDB, over the variables `as_of` and `first_day` and the tables of `inputs`.

    Parameters
    ----------
    features: what is computed, in the order of the columns.
    inputs: tables of the lake that are read, by the names under which the statements read them too.
    known: by name a table and its query, to be kept in this order before the snapshot reads them.
    snapshot: one row per customer with every feature.
    """

    features: tuple[Feature, ...]
    inputs: tuple[str, ...]
    known: tuple[tuple[str, str], ...]
    snapshot: str

    def before(self, *, as_of: date, first_day: date) -> tuple[str, ...]:
        """What is executed for a day before the query of the snapshot: which day it is, and what is known then."""
        days = (f"SET VARIABLE {name} = DATE '{day}'" for name, day in (("as_of", as_of), ("first_day", first_day)))
        return (*days, *(f"CREATE OR REPLACE TABLE {quoted(name)} AS {query}" for name, query in self.known))

    @property
    def digest(self) -> str:
        """SHA-256 of all text, in lower-case hex: features made under another digest are made again."""
        return hashlib.sha256("\0".join([*(text for pair in self.known for text in pair), self.snapshot]).encode()).hexdigest()


def snapshot_plan(
    features: Sequence[Feature], *, roster: Sequence[Knowable], sources: Mapping[str, Source], knows_people: bool = False
) -> Plan:
    """Compile features once, for customers of whom any history of the roster tells.

    Parameters
    ----------
    roster: the histories that populations read.
    sources: by name, those that histories are over.
    knows_people: whether rows of ids are read as of the persons that these are of, by the spans of people (`tenure/people/`).
    """
    import ibis

    made = typed(features, sources)
    _require_own_names(made)
    if not roster:
        raise SpecError("A snapshot of no history has no customers; expected one or several that say who there is.")
    histories = tuple(dict.fromkeys([*roster, *(feature.rows.history for feature in made)]))
    if len({history.noun for history in histories}) < len(histories):
        raise SpecError(f"Two histories have one noun; expected each once: {sorted(h.noun for h in histories)}.")
    as_of, first_day = (day_variable(name) for name in ("as_of", "first_day"))
    asked = {column for feature in made for column in feature.reads}
    people = ibis.table(spans_schema(), name=PEOPLE) if knows_people else None
    daily = {history: _daily(history, people, as_of) for history in histories if isinstance(history, Events)}
    views = {history: _view(history, sources, as_of, asked, daily, people) for history in histories}
    known = Known(
        as_of=as_of,
        history_days=as_of.delta(first_day, unit="day"),
        tables={history.noun: ibis.table(view.schema(), name=_table(history)) for history, (view, _) in views.items()},
        daily={history.noun: days for history, days in daily.items()},
    )
    return Plan(
        features=made,
        inputs=(*(input_of(history) for history in histories), *((PEOPLE,) if knows_people else ())),
        known=tuple((_table(history), _query(view, prepared)) for history, (view, prepared) in views.items()),
        snapshot=str(ibis.to_sql(snapshot(made, known, roster=roster), dialect="duckdb")),
    )


def input_of(history: Knowable) -> str:
    """The lake's table that a history is read from: events from their roll-up, others from the rows that keep the contract."""
    return history.table if isinstance(history, Events) else f"validated/{history.source}"


def typed(features: Sequence[Feature], sources: Mapping[str, Source]) -> tuple[Feature, ...]:
    """Features of which the type of a column says what they are, with that said: text is a category."""
    return tuple(_typed(feature, sources) if feature.is_category is None else feature for feature in features)


def _typed(feature: Feature, sources: Mapping[str, Source]) -> Feature:
    """One such feature."""
    source = sources[feature.rows.history.source]
    column = source.column(feature.reads[0].rpartition(".")[2])
    if column.dtype is str:
        return replace(feature, is_category=True, unit="category")
    if column.dtype in (int, float, bool):
        return replace(feature, is_category=False, unit=column.unit or ("yes or no" if column.dtype is bool else "value"))
    raise SpecError(
        f"The feature {feature.name!r} is the {column.dtype.__name__} {column.name!r} of {source.name!r} as it stands, which is "
        "neither a number nor a category. Derive one in the source, or use age() or time_in()."
    )


def _view(
    history: Knowable,
    sources: Mapping[str, Source],
    as_of: "ir.DateScalar",
    asked: set[str],
    daily: "Mapping[Events, ibis.Table]",
    people: "ibis.Table | None",
) -> "tuple[ibis.Table, str]":
    """What is known of a history as of the day, and for one that is read from validated rows, the query that prepares them."""
    import ibis

    if isinstance(history, Events):
        days = known_days(history, daily[history], as_of)
        needed = [name for name in days.columns if name in _OF_EVERY_DAY or f"{history.table}.{name}" in asked]
        return days.select(*needed), ""
    source = sources[history.source]
    named = replace(source, name=input_of(history))
    if isinstance(history, Intervals):
        rows = ibis.table(intervals_schema(source), name=_PREPARED)
        rows = rows if people is None else intervals_by_person(rows, people, as_of)
        return known_intervals(rows, source, as_of), prepared_intervals(history, named)
    if isinstance(history, States):
        rows = ibis.table(states_schema(history, source), name=_PREPARED)
        rows = rows if people is None else states_by_person(rows, source, people, as_of)
        return known_states(history, rows, source, as_of), prepared_states(history, named)
    raise SpecError(f"No feature may read {history.many}: who was contacted is for measuring what it was worth.")


def _daily(history: Events, people: "ibis.Table | None", as_of: "ir.DateScalar") -> "ibis.Table":
    """The roll-up of a history, of ids, or of the persons that these are of as of the day."""
    import ibis

    daily = ibis.table(daily_schema(history), name=history.table)
    return daily if people is None else days_by_person(history, daily, people, as_of)


_PREPARED = "prepared"
_OF_EVERY_DAY = frozenset({"customer_id", "ago_days", "n_rows"})


def _query(view: "ibis.Table", prepared: str) -> str:
    """The SQL of a view, its prepared rows inside."""
    import ibis

    query = str(ibis.to_sql(view, dialect="duckdb"))
    return f"WITH {quoted(_PREPARED)} AS ({prepared}) SELECT * FROM ({query})" if prepared else query


def day_variable(name: str) -> "ir.DateScalar":
    """A day that is told when the plan is executed."""
    import ibis

    def told(variable: str) -> None:
        """Stand for it."""

    return ibis.udf.scalar.builtin(told, name="getvariable", signature=(("string",), "date"))(name)


def _table(history: Knowable) -> str:
    """What the kept table is called."""
    return f"known/{history.noun}"


def _require_own_names(features: Sequence[Feature]) -> None:
    """Refuse two features of one name."""
    names = [feature.name for feature in features]
    if twice := sorted({name for name in names if names.count(name) > 1}):
        raise SpecError(f"Two features are called {twice[0]!r}; give one of them another name=.")
    if taken := sorted({"day", "customer_id"} & set(names)):
        raise SpecError(f"A feature is called {taken[0]!r}, which is a column of every snapshot; give it another name=.")
