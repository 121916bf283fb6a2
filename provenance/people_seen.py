"""What people see of people: how the ledger stands, what identifies nobody, and the two records of a pair, masked."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc

from adapters.lake import views
from adapters.tables import validated_table
from adapters.unquoted import unquoted
from home.workplace import Workplace
from provenance.people import VALUES, declared, open_ledger
from tenure.history.prepared import CUSTOMER, quoted, who_is
from tenure.people.candidates import told, told_and_normal, too_shared
from tenure.people.deciding import waiting
from tenure.people.ledger import Did, Entry
from tenure.people.likeness import Told as Trait
from tenure.people.normal import normal
from tenure.people.versions import one_form
from tenure.people.who_is import groups_on
from tenure.received.masked import masked

if TYPE_CHECKING:
    import duckdb


@dataclass(frozen=True, kw_only=True)
class Told:
    """What rows tell of one identifier: in how many, in how many of a form that identifies, and which values too many share."""

    name: str
    n_told: int
    n_normal: int
    shared_by: int
    n_values_too_shared: int
    n_ids_of_these: int

    @property
    def in_words(self) -> str:
        """Counts, and what identifies nobody."""
        unformed = self.n_told - self.n_normal
        shared = (
            f"; {self.n_values_too_shared:,} values are shared by more than {self.shared_by} ids each ({self.n_ids_of_these:,} "
            "in all) and identify nobody"
            if self.n_values_too_shared
            else ""
        )
        return f"{self.name}: {self.n_told:,} rows tell one, {unformed:,} of them nothing that identifies{shared}"


@dataclass(frozen=True, kw_only=True)
class Standing:
    """How the ledger stands: ids that were given, people as of a day, entries by what they did, pairs that wait, the latest."""

    as_of: date
    n_ids: int
    n_people: int
    by_rule: Mapping[str, int]
    did: Mapping[str, int]
    waits: int
    latest: tuple[Entry, ...]
    undone: frozenset[int]
    told: tuple[Told, ...]


def standing(workplace: Workplace, *, as_of: date, latest: int = 10) -> Standing:
    """Look at the ledger and at what identifies."""
    ledger = open_ledger(workplace).ledger
    groups, known = groups_on(ledger, as_of), ledger.given.filter(pc.less_equal(ledger.given["day"], pa.scalar(as_of)))
    merged = sum(groups.person(one) != one for one in groups.places)
    by_rule: dict[str, int] = {}
    for entry in ledger.standing:
        if entry.did is Did.MERGED:
            by_rule[entry.rule or "decided"] = by_rule.get(entry.rule or "decided", 0) + 1
    return Standing(
        as_of=as_of,
        n_ids=known.num_rows,
        n_people=known.num_rows - merged,
        by_rule=by_rule,
        did={each["values"]: each["counts"] for each in pc.value_counts(ledger.rows["did"]).to_pylist()},
        waits=len(waiting(ledger)),
        latest=ledger.entries[-latest:],
        undone=ledger.undone,
        told=tuple(what_is_told(workplace)),
    )


def what_is_told(workplace: Workplace) -> Iterator[Told]:
    """What rows tell of each identifier."""
    people = declared(workplace.project)
    with _rows(workplace) as (connection, tables):
        if not tables:
            return
        if not people.identifiers:
            return
        connection.execute(f"CREATE TEMP TABLE {VALUES} AS {told(people, tables)}")
        found = {name: (n, ids) for name, n, ids in connection.sql(too_shared(people, values=VALUES)).fetchall()}
        for each in people.identifiers:
            if not set(each.sources) & set(tables):
                continue
            n_told, n_normal = connection.execute(told_and_normal(each, tables)).fetchone() or (0, 0)
            n_values, n_ids = found.get(each.name, (0, 0))
            yield Told(
                name=each.name,
                n_told=n_told,
                n_normal=n_normal,
                shared_by=each.shared_by,
                n_values_too_shared=n_values,
                n_ids_of_these=n_ids,
            )


@dataclass(frozen=True, kw_only=True)
class Compared:
    """One identifying column of two ids: how each looks (letters are a, digits 9), and whether they have a value in common."""

    column: str
    one: str
    other: str
    is_equal: bool


def compared(workplace: Workplace, ids: tuple[str, str]) -> tuple[Compared, ...]:
    """The identifying columns of two ids, as last told, masked."""
    found: list[Compared] = []
    with _rows(workplace) as (connection, tables):
        for each in declared(workplace.project).told:
            for column in each.columns:
                source, name = column.split(".")
                if source in tables and all(one.column != column for one in found):
                    form = one_form(each.trait, name) if isinstance(each, Trait) else normal(each, name)
                    found.append(_compared(connection, form, name, tables[source], column, ids))
    return tuple(found)


def _compared(
    connection: "duckdb.DuckDBPyConnection", form: str, name: str, table: str, column: str, ids: tuple[str, str]
) -> Compared:
    """One column of two ids."""
    asked = pa.table({"asked": pa.array(ids, pa.string()), "nth": pa.array([0, 1], pa.int64())})
    connection.register("asked_ids", asked)
    rows = connection.sql(
        f"SELECT nth, CAST({quoted(name)} AS VARCHAR) AS cell, {form} AS form "
        f"FROM {quoted(table)} JOIN asked_ids ON {who_is(CUSTOMER)} = asked ORDER BY nth, day, cell"
    ).to_arrow_table()
    cells: list[list[str]] = [[], []]
    forms: list[set[str]] = [set(), set()]
    for nth, cell, its_form in zip(*(rows[each].to_pylist() for each in ("nth", "cell", "form")), strict=True):
        if cell is not None:
            cells[nth].append(cell)
        if its_form is not None:
            forms[nth].add(its_form)
    looks = [masked(pa.chunked_array([[mine[-1]]]))[0].as_py() if mine else "" for mine in cells]
    return Compared(column=column, one=looks[0], other=looks[1], is_equal=bool(forms[0] & forms[1]))


@contextmanager
def _rows(workplace: Workplace) -> "Iterator[tuple[duckdb.DuckDBPyConnection, dict[str, str]]]":
    """The validated rows of identifying sources, and by source the table of each that is there."""
    project, lake = workplace.project, workplace.lake
    named = {name: lake.open(validated_table(project.source(name))) for name in declared(project).sources}
    there = {name: table for name, table in named.items() if table.delta is not None}
    with unquoted("What identifies people"), views({table.name: table for table in there.values()}) as connection:
        yield connection, {name: table.name for name, table in there.items()}
