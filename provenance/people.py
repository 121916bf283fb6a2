"""The ledger of people in the lake: what the identifying sources say of it, taken up, and what people decide, added.

Each day of the ledger notes which validated days it was made from, as roll-ups do. Entries that stand there stay: a day is
written again with what it held and what came to it.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc

from adapters.journal import exclusive
from adapters.lake import Commit, OpenTable, read_rows, views
from adapters.tables import FEATURES_TABLE, validated_table
from adapters.unquoted import unquoted
from home.workplace import Workplace
from provenance.origins import Input, Origins, open_origins
from provenance.people_begun import Begun, begun_in
from tenure.errors import PeopleError
from tenure.people import People
from tenure.people.alike import Found, as_entry, definition_of, estimates_in, look
from tenure.people.candidates import definition, met, shared, told
from tenure.people.ledger import ROWS, TABLE, Entry, Ledger, as_rows
from tenure.people.likeness import Likeness
from tenure.people.matching import Link, taken_up
from tenure.people.who_is import groups_on, ids_of, spans_of, who_is
from tenure.project import Project
from tenure.timeline import parse_day

if TYPE_CHECKING:
    import duckdb

LOCK = "people.lock"
VALUES, IDS = "identifying_values", "ids_given"


@dataclass(frozen=True)
class OpenLedger:
    """The ledger as a step opened it: its entries, and how its days came to be."""

    ledger: Ledger
    origins: Origins


def open_ledger(workplace: Workplace) -> OpenLedger:
    """Open the ledger of a company that declares people."""
    lake, people = workplace.lake, declared(workplace.project)
    table = lake.open(TABLE)
    inputs = (Input(lake.open(validated_table(workplace.project.source(name)))) for name in people.sources)
    return OpenLedger(Ledger.of(read_rows(table)), open_origins(lake, table, *inputs, definition=definition(people)))


def declared(project: Project) -> People:
    """What a company says of who is one person.

    Raises
    ------
    PeopleError: where it says nothing, so that every id is a person.
    """
    if project.people is None:
        raise PeopleError(
            f"Project {project.name!r} does not say what identifies a person, so every id is one. Declare "
            'people=People(email("accounts.email")) in its project.py first.'
        )
    return project.people


def days_behind(workplace: Workplace) -> tuple[date, ...]:
    """Days that identifying sources told of, of which the ledger was not made, or not from what is there now."""
    return () if workplace.project.people is None else _behind(open_ledger(workplace).origins)


def _behind(origins: Origins) -> tuple[date, ...]:
    held = [read_rows(each.table, columns=["day"], distinct=True) for each in origins.inputs]
    days = {day for rows in held if rows is not None for day in rows["day"].to_pylist()}
    return origins.made_otherwise(sorted(days))


def keep_people(workplace: Workplace) -> Commit:
    """Take up what identifying sources told since; returns what was committed. A decision that was begun comes first."""
    end_begun(workplace)
    opened = open_ledger(workplace)
    behind = _behind(opened.origins)
    if not behind:
        return Commit(version=opened.origins.table.version, changed=(), digests={})
    project = workplace.project
    tables = {each.table.name: each.table for each in opened.origins.inputs if each.table.delta is not None}
    names = {name: validated_table(project.source(name)) for name in declared(project).sources}
    there = {source: name for source, name in names.items() if name in tables}
    with unquoted("The ledger of people"), views(tables) as connection:
        more = found_in(connection, declared(project), there, opened.ledger, since=behind[0])
    return _add(opened, more, days=behind)


def keep_people_if_told(workplace: Workplace) -> None:
    """The same for a company that says what identifies; for another there is nothing to keep."""
    if workplace.project.people is not None:
        keep_people(workplace)


def found_in(
    connection: "duckdb.DuckDBPyConnection", people: People, tables: Mapping[str, str], ledger: Ledger, *, since: date = date.min
) -> pa.Table:
    """What validated rows, by source the table of each, add to a ledger; nothing came of the days before `since`."""
    known = ledger.given
    connection.register("known_ids", known)
    new = connection.sql(
        f"SELECT customer_id, day FROM ({met(tuple(tables), tables)}) ANTI JOIN known_ids USING (customer_id) "
        "ORDER BY day, customer_id"
    ).to_arrow_table()
    places = [*known["number"].to_pylist(), *range(ledger.next_number, ledger.next_number + new.num_rows)]
    ids = pa.concat_tables([known.select(["customer_id"]), new.select(["customer_id"])])
    connection.register("places", ids.append_column("place", pa.array(places, pa.int64())))
    connection.execute(f"CREATE OR REPLACE TEMP TABLE {IDS} AS SELECT * FROM places")
    links: list[Link] = []
    if people.identifiers:
        connection.execute(f"CREATE OR REPLACE TEMP TABLE {VALUES} AS {told(people, tables)}")
        links = links_of(connection.sql(shared(people, values=VALUES, ids=IDS)).to_arrow_table())
    if people.likely is None:
        return taken_up(ledger, new=new, links=links)
    found = _alike(connection, people.likely, tables, ledger, links, since)
    estimates = [as_entry(each, -1 - nth) for nth, each in enumerate(found.estimates)]
    return taken_up(ledger, new=new, links=[*links, *found.links], estimates=estimates, most_ids=people.likely.most_ids)


def _alike(
    connection: "duckdb.DuckDBPyConnection",
    likeness: Likeness,
    tables: Mapping[str, str],
    ledger: Ledger,
    links: Sequence[Link],
    since: date,
) -> Found:
    """Who looks like whom, of what came since a day; ids whose merges an identifier ends by then are looked at again."""
    definition = definition_of(likeness)
    torn = {one for link in links if link.until and link.until >= since for one in (link.customer_id, link.with_id)}
    groups = groups_on(ledger, date.max) if torn else None
    again = sorted({each for one in torn for each in groups.members(one)}) if groups else []
    return look(
        connection,
        likeness,
        {source: table for source, table in tables.items() if source in likeness.sources},
        ids=IDS,
        since=since,
        again=again,
        held=estimates_in(ledger, definition),
        definition=definition,
    )


def links_of(rows: pa.Table) -> list[Link]:
    """The links that identifiers propose."""
    names = ("day", "customer_id", "with_id", "identifier", "value", "until")
    columns = (rows[name].to_pylist() for name in names)
    return [
        Link(day=day, customer_id=one, with_id=other, rule=rule, value=value, until=until)
        for day, one, other, rule, value, until in zip(*columns, strict=True)
    ]


def day_of_decision(workplace: Workplace, named: str | None = None, *, ids: Sequence[str] = ()) -> date:
    """From which day on a decision is known: not on one that features were made of without it, nor before its ids were met."""
    last = max(workplace.lake.days(FEATURES_TABLE), default=workplace.project.first_day)
    usual = last if workplace.project.is_history else max(last, workplace.today)
    given = open_ledger(workplace).ledger.given if ids else None
    met_on = [] if given is None else given.filter(pc.is_in(given["customer_id"], pa.array(ids, pa.string())))["day"].to_pylist()
    day = parse_day(named) if named else max([usual + timedelta(days=1), *met_on])
    if day <= last:
        raise PeopleError(
            f"Features of {last} were made without this decision, so it cannot be known on {day}. Name a later day; what was "
            "wrong from the beginning is undone by `tenure people undo`."
        )
    return day


def decide(opened: OpenLedger, *entries: Entry, enter: Callable[[], None] = lambda: None) -> Commit:
    """Add somebody's decision to the ledger that they looked at; refused where somebody else added to it since.

    Parameters
    ----------
    enter: what enters the decision in the log; it is called once nothing but the writing of the entries is left.
    """
    return _add(opened, as_rows(entries), days=[entry.day for entry in entries], enter=enter)


def end_begun(workplace: Workplace) -> tuple[Entry, ...]:
    """Add the entries of a decision that the log names and that never came to the ledger, for a command died in between.

    What was begun and is not in the log is let go.
    """
    lake = workplace.lake
    if begun_in(lake) is None:
        return ()
    with exclusive(lake.root / lake.project / LOCK):
        begun: Begun | None = begun_in(lake)  # whoever held the lock may have ended it
        if begun is None:
            return ()
        opened = open_ledger(workplace)
        is_entered = workplace.promotions.has_entered(begun.signed)
        lacking = tuple(entry for entry in begun.entries if is_entered and entry.number >= opened.ledger.next_number)
        if lacking:
            _write(opened, as_rows(lacking), [entry.day for entry in lacking])
        begun.end()
        return lacking


def _add(opened: OpenLedger, more: pa.Table, *, days: Sequence[date], enter: Callable[[], None] = lambda: None) -> Commit:
    """Add entries, one writer at a time."""
    lake, table = opened.origins.lake, opened.origins.table
    # The lake refuses who writes the same days; numbers must be nobody else's on any day.
    with exclusive(lake.root / lake.project / LOCK), lake.guard.writing(since=table.n_erasures):
        if lake.open(TABLE).version != table.version:
            raise PeopleError(
                "The ledger of people has grown since it was looked at: somebody else added to it. Look at it again, then decide."
            )
        if begun_in(lake) is not None:
            raise PeopleError(
                "A decision about people was begun and is not ended: a command died. Run this again: that ends it first."
            )
        enter()
        commit = _write(opened, more, days)
        if (begun := begun_in(lake)) is not None:
            begun.end()
        return commit


def _write(opened: OpenLedger, more: pa.Table, days: Sequence[date]) -> Commit:
    """Write the days of new entries with what they held; days without any are noted as made."""
    touched = sorted({*days, *pc.unique(more["day"]).to_pylist()})
    whole = opened.ledger.with_rows(more).rows
    rows = whole.filter(pc.is_in(whole["day"], pa.array(touched, pa.date32())))
    return opened.origins.replace_days(rows, days=touched, key=ROWS.key)


def spans_in(table: OpenTable | pa.Table) -> pa.Table:
    """The ledger's table as spans: who is one person on which days."""
    rows = table if isinstance(table, pa.Table) else read_rows(table)
    return spans_of(Ledger.of(rows))


def told_of_people(workplace: Workplace, told: Mapping[str, str], *, as_of: date) -> dict[str, str]:
    """What is told of ids, of whoever these are on a day: of a person of whose own id nothing is told, that of its first id."""
    spans = spans_in(workplace.lake.open(TABLE)).to_pylist()
    people = [row for row in spans if row["since"] <= as_of and (row["until"] is None or row["until"] > as_of)]
    return {row["person_id"]: told[row["customer_id"]] for row in reversed(people) if row["customer_id"] in told} | dict(told)


def person_behind(inputs: Mapping[str, OpenTable], customer_id: str, day: date) -> str:
    """Who a customer's id was as of a day, by the ledger among what features were made from; without one itself."""
    return who_is(Ledger.of(read_rows(inputs[TABLE])), customer_id, day) if TABLE in inputs else customer_id


def ids_behind(inputs: Mapping[str, OpenTable], person_id: str, day: date) -> tuple[str, ...]:
    """All ids of a person as of a day, in the same way."""
    return ids_of(Ledger.of(read_rows(inputs[TABLE])), person_id, day) if TABLE in inputs else (person_id,)


def with_spans(tables: Mapping[str, OpenTable | pa.Table]) -> dict[str, OpenTable | pa.Table]:
    """Tables that are read, the ledger among them as spans."""
    return {name: spans_in(table) if name == TABLE else table for name, table in tables.items()}
