"""Consent as the lake has it: who of some customers may be used for a purpose, by tables that a step opened.

What a step opened is what it goes by: an event that lands meanwhile counts in the next run. What the rule is says
`tenure/consent/rule.py`; which version a day of scores was made from is noted by its commit, as of all its inputs.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc

from adapters.lake import OpenTable, read_rows, views
from adapters.tables import validated_table
from adapters.unquoted import unquoted
from home.workplace import Workplace
from provenance.people import with_spans
from tenure.clocks import start_of
from tenure.consent.declared import Consents
from tenure.consent.recorded import AS_RECORDED
from tenure.consent.rule import ORDER, State, allows
from tenure.consent.states import ASKED, EVENTS, moments, query
from tenure.consent.told import together, told
from tenure.contracts import Source
from tenure.errors import ConsentError
from tenure.history.prepared import CUSTOMER
from tenure.people.ledger import TABLE as PEOPLE
from tenure.people.who_is import SPANS
from tenure.project import Project
from tenure.purposes import Basis, Purpose
from tenure.scoring import CONSENT
from tenure.specs import Model

if TYPE_CHECKING:
    import duckdb

NO_OBJECTION = "no objection"


@dataclass(frozen=True)
class Heard:
    """What came of asking: the rows of those who may be used, with the words of their consent, and how all of them stand."""

    rows: pa.Table
    counts: Mapping[State, int]


@dataclass(frozen=True)
class Asking:
    """A database in which the events of consent are told once, to be asked of several days."""

    connection: "duckdb.DuckDBPyConnection"
    project: Project

    def states(self, customers: pa.Table, purpose: Purpose, *, on: date, asked_on: date) -> pa.Table:
        """How customers stand as of a day, as known before it begins: `customer_id`, `state` as its place in `ORDER`, `since`.

        Parameters
        ----------
        customers: `customer_id`, each once, of persons as of `asked_on`.
        """
        at = start_of(on, self.project.timezone)
        self.connection.register(ASKED, customers.select([CUSTOMER]))
        for statement in moments(at=at, known_on=on, asked_on=asked_on):
            self.connection.execute(statement)
        return self.connection.sql(query(purpose, knows_people=self.project.people is not None)).to_arrow_table()

    def of_day(self, rows: pa.Table, purpose: Purpose, day: date, *, until: date | None = None) -> Heard:
        """Rows as of a day without those whose data the purpose may not use, with the words of consent as a column.

        Parameters
        ----------
        until: a later day, as of which they must be allowed too: what is done late is done under the stricter of both.
        """
        then = _in_order(self.states(rows, purpose, on=day, asked_on=day), rows)
        strictest = then["state"].to_numpy()
        if until is not None and until > day:
            now = _in_order(self.states(rows, purpose, on=until, asked_on=day), rows)["state"].to_numpy()
            # Who has consented only since had not by then; who has withdrawn since is left out now.
            strictest = [_stricter(purpose, one, other) for one, other in zip(strictest, now, strict=True)]
        is_allowed = [allows(purpose, ORDER[state]) for state in strictest]
        counts = {state: sum(1 for one in strictest if ORDER[one] is state) for state in ORDER}
        with_words = rows.append_column(CONSENT, _words(purpose, then))
        return Heard(with_words.filter(pa.array(is_allowed, pa.bool_())), counts)


@dataclass(frozen=True)
class Register:
    """What was said, in the tables that a step opened: by name, those of `inputs_of`."""

    project: Project
    tables: Mapping[str, OpenTable | pa.Table]

    @contextmanager
    def asking(self) -> Iterator[Asking]:
        """Open a database with the events in it."""
        tables = with_spans({name: table for name, table in self.tables.items() if _is_there(table)})
        with unquoted("Consent"), views(tables) as connection:
            parts = {name: told(one, source, table=name) for name, one, source in _told_by(self.project) if name in tables}
            connection.execute(f"CREATE TEMP TABLE {EVENTS} AS {together(parts)}")
            if self.project.people is not None and PEOPLE not in tables:
                connection.register(PEOPLE, SPANS.empty_table())
            yield Asking(connection, self.project)

    @cached_property
    def newest(self) -> date | None:
        """The last day with events; None where there are none."""
        return max((day for name, *_ in _told_by(self.project) for day in self.days(name)), default=None)

    def days(self, name: str) -> tuple[date, ...]:
        """The days of a table's rows, in order."""
        table = self.tables[name]
        rows = table if isinstance(table, pa.Table) else read_rows(table, columns=["day"], distinct=True)
        return () if rows is None else tuple(sorted(set(rows["day"].to_pylist())))

    def key_of(self, name: str) -> tuple[str, ...]:
        """What names a row within a day of a table with events."""
        return next(source.key for table, _, source in _told_by(self.project) if table == name)


def inputs_of(project: Project) -> tuple[str, ...]:
    """The lake's tables that consent is read from; none where the company declares none."""
    tables = [name for name, *_ in _told_by(project)]
    return (*tables, *((PEOPLE,) if tables and project.people is not None else ()))


def open_register(workplace: Workplace) -> Register | None:
    """What was said, as the lake stands now; None where the company declares no consents."""
    return register_of(workplace) if workplace.project.consents is not None else None


def register_of(workplace: Workplace) -> Register:
    """The same of a company that declares consents.

    Raises
    ------
    ConsentError: where it declares none.
    """
    declared(workplace.project)
    return Register(workplace.project, {name: workplace.lake.open(name) for name in inputs_of(workplace.project)})


def known_until(workplace: Workplace, register: Register) -> date:
    """The last day of which anything is known: of what was recorded today, tomorrow; of a history its last."""
    today = workplace.project.last_key or workplace.today
    return max(today, register.newest or today)


def register_in(project: Project, tables: Mapping[str, OpenTable | pa.Table]) -> Register | None:
    """The same from tables that were opened together with others."""
    names = inputs_of(project)
    return Register(project, {name: tables[name] for name in names}) if names else None


def purpose_of(project: Project, spec: Model) -> Purpose:
    """The purpose whose consent a model goes by.

    Raises
    ------
    ConsentError: where nothing says for what a model is.
    """
    found = project.purpose_of(spec)
    if found is None or found.is_in_words:
        raise ConsentError(
            f"Project {project.name!r} declares consents, but its purposes say no basis, so nobody knows whose consent model "
            f'{spec.name!r} needs. Declare Purpose(name="…", basis=Basis.CONSENT, …) among its purposes.'
        )
    return found


def declared(project: Project) -> Consents:
    """What a company says of consent.

    Raises
    ------
    ConsentError: where it says nothing.
    """
    if project.consents is None:
        raise ConsentError(
            f"Project {project.name!r} does not say where consent is told, so nobody is left out. Declare consents=Consents() in "
            "its project.py to record objections by command, or name the source that tells them."
        )
    return project.consents


def _told_by(project: Project) -> Iterator[tuple[str, Consents, Source]]:
    """The tables with events: what the company delivers, and what was recorded; each with how it is read."""
    if project.consents is None:
        return
    for one in ([project.consents] if project.consents.source else []) + [AS_RECORDED]:
        source = project.source(one.source)
        yield validated_table(source), one, source


def _words(purpose: Purpose, states: pa.Table) -> pa.Array:
    """Under which consent a row is used, in words."""
    if purpose.basis is not Basis.CONSENT:
        return pa.array([NO_OBJECTION] * states.num_rows, pa.string())
    said = [None if one is None else f"{State.GIVEN} {one:%Y-%m-%dT%H:%M:%SZ}" for one in states["since"].to_pylist()]
    return pa.array(said, pa.string())


def _stricter(purpose: Purpose, then: int, now: int) -> int:
    """Of two states the one that allows less; of two that allow alike the later one, unless nothing was said by then."""
    is_then, is_now = (allows(purpose, ORDER[one]) for one in (then, now))
    return then if is_then == is_now or not is_then else now


def _in_order(states: pa.Table, rows: pa.Table) -> pa.Table:
    """States in the order of the rows that were asked about."""
    return states.take(pc.index_in(rows[CUSTOMER].combine_chunks(), value_set=states[CUSTOMER].combine_chunks()))


def _is_there(table: OpenTable | pa.Table) -> bool:
    """Whether a table exists."""
    return isinstance(table, pa.Table) or table.delta is not None
