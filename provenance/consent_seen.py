"""Consent as people look at it: how many stand in which way, by purpose and over time, and what one person said."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

import pyarrow as pa

from adapters.lake import read_rows
from adapters.tables import FEATURES_TABLE
from home.pseudonyms import resolving
from home.workplace import Workplace
from provenance.consent import Asking, Register, known_until, register_of
from provenance.people import open_ledger
from tenure.clocks import start_of
from tenure.consent.rule import ORDER, Event, Said, Standing, State, counted, standing
from tenure.consent.states import EVENTS
from tenure.history.prepared import CUSTOMER
from tenure.people.who_is import ids_of
from tenure.purposes import Purpose


@dataclass(frozen=True, kw_only=True)
class PurposeCounts:
    """How all who ever said anything of a purpose, or are customers, stand as of a day."""

    purpose: Purpose
    counts: Mapping[State, int]


@dataclass(frozen=True, kw_only=True)
class Look:
    """Consent as of a day: by purpose, rows whose purpose is none of the project's, and the versions that were read."""

    as_of: date
    by_purpose: tuple[PurposeCounts, ...]
    n_other_purposes: int
    versions: tuple[tuple[str, int], ...]


def look(workplace: Workplace, *, as_of: date | None = None) -> Look:
    """Count how customers stand as of a day, by purpose."""
    register = register_of(workplace)
    day = as_of or known_until(workplace, register)
    names = [purpose.name for purpose in workplace.project.purposes]
    with register.asking() as asking:
        customers = _customers(workplace, asking, day, next(_featured(workplace, [day])))
        found = tuple(
            PurposeCounts(purpose=purpose, counts=_counts(asking, customers, purpose, day))
            for purpose in workplace.project.purposes
            if not purpose.is_in_words
        )
        listed = ", ".join("'" + name.replace("'", "''") + "'" for name in names) or "''"
        (other,) = asking.connection.execute(f"SELECT count(*) FROM {EVENTS} WHERE purpose NOT IN ({listed})").fetchone() or (0,)
    versions = tuple((name, table.version) for name, table in register.tables.items() if not isinstance(table, pa.Table))
    return Look(as_of=day, by_purpose=found, n_other_purposes=int(other), versions=versions)


def _counts(asking: Asking, customers: pa.Table, purpose: Purpose, day: date) -> Mapping[State, int]:
    """How customers stand to a purpose."""
    states = asking.states(customers, purpose, on=day, asked_on=day)["state"].to_pylist()
    return counted(ORDER[state] for state in states)


def _featured(workplace: Workplace, days: Sequence[date]) -> Iterator[pa.Table]:
    """For each of some days the customers with features of the last day up to it."""
    table, made = workplace.lake.open(FEATURES_TABLE), workplace.lake.days(FEATURES_TABLE)
    last, rows = None, None
    for day in days:
        newest = max((one for one in made if one <= day), default=None)
        if newest != last:
            last, rows = newest, read_rows(table, days=[newest] if newest else [], columns=[CUSTOMER])
        yield pa.table({CUSTOMER: pa.array([], pa.string())}) if rows is None else rows


def _customers(workplace: Workplace, asking: Asking, day: date, known: pa.Table) -> pa.Table:
    """Customers with features, and whoever is known to have said anything: as persons as of a day, each once."""
    asking.connection.register("consent_known", known)
    told = asking.connection.sql(
        f"SELECT DISTINCT {CUSTOMER} FROM {EVENTS} WHERE available_at < DATE '{day}' UNION SELECT {CUSTOMER} FROM consent_known"
    ).to_arrow_table()
    return told if workplace.project.people is None else _persons(asking, told, day)


def _persons(asking: Asking, ids: pa.Table, day: date) -> pa.Table:
    """The persons that ids are of as of a day."""
    asking.connection.register("consent_ids", ids)
    found = asking.connection.sql(
        f"SELECT DISTINCT coalesce(person_id, ids.{CUSTOMER}) AS {CUSTOMER} FROM consent_ids AS ids LEFT JOIN people ON "
        f"people.{CUSTOMER} = ids.{CUSTOMER} AND since <= DATE '{day}' AND (until IS NULL OR until > DATE '{day}')"
    )
    return found.to_arrow_table()


@dataclass(frozen=True, kw_only=True)
class OfPerson:
    """What one person said, in order of when it became known, and how they stand to each purpose as of a day."""

    as_of: date
    events: tuple[Event, ...]
    standings: tuple[tuple[Purpose, Standing], ...]


def of_person(workplace: Workplace, customer_id: str, *, purpose: str | None = None, as_of: date | None = None) -> OfPerson:
    """The history of one person under all of their ids, and how they stand as of a day, as known before it begins."""
    register, project = register_of(workplace), workplace.project
    day = as_of or known_until(workplace, register)
    asked = [one for one in project.purposes if not one.is_in_words and purpose in (None, one.name)]
    if purpose is not None and not asked:
        asked = [project.purpose(purpose)]
    ids = (customer_id,) if project.people is None else ids_of(open_ledger(workplace).ledger, customer_id, day)
    events = _events(workplace, register, ids)
    at, known = start_of(day, project.timezone).replace(tzinfo=None), datetime.combine(day, time())
    own = [event for event in events if event.customer_id in ids and purpose in (None, event.purpose)]
    return OfPerson(
        as_of=day,
        events=tuple(sorted(own, key=lambda event: (event.known_at, event.happened_at))),
        standings=tuple((one, standing(events, set(ids), one, at=at, known=known)) for one in asked),
    )


def _events(workplace: Workplace, register: Register, ids: Sequence[str]) -> list[Event]:
    """Every version of the rows that ever told of these ids."""
    with register.asking() as asking:
        asking.connection.register("consent_ids", pa.table({CUSTOMER: pa.array(ids, pa.string())}))
        found = asking.connection.sql(
            f"SELECT * FROM {EVENTS} WHERE row_id IN (SELECT row_id FROM {EVENTS} SEMI JOIN consent_ids USING ({CUSTOMER}))"
        ).to_arrow_table()
    if (resolve := resolving(workplace)) is not None:
        # Where it is written down is looked for by these words.
        place = found.column_names.index("evidence")
        found = found.set_column(place, "evidence", resolve(found.select(["evidence"]))["evidence"])
    rows: list[dict[str, Any]] = found.to_pylist()
    return [
        Event(
            row=row["row_id"],
            customer_id=row[CUSTOMER],
            purpose=row["purpose"],
            said=Said(row["said"]),
            happened_at=row["happened_at"],
            known_at=row["available_at"],
            evidence=row["evidence"] or "",
        )
        for row in rows
    ]


def unknown(workplace: Workplace, ids: Collection[str]) -> frozenset[str]:
    """Which of some ids are of nobody who has features on the last day: somebody gone for long, to come, or mistyped."""
    rows = next(_featured(workplace, [date.max]))
    there = set(rows[CUSTOMER].to_pylist())
    if workplace.project.people is None:
        return frozenset(ids) - there
    ledger = open_ledger(workplace).ledger
    return frozenset(one for one in ids if not there & {one, *ids_of(ledger, one, date.max)})


@dataclass(frozen=True, kw_only=True)
class Course:
    """How a purpose's counts went, day by day."""

    purpose: Purpose
    days: tuple[date, ...]
    counts: tuple[Mapping[State, int], ...]


def courses(workplace: Workplace, *, most_days: int = 60) -> tuple[Course, ...]:
    """How customers stood to each purpose on days over the time that anything was said, as known on each of them."""
    register = register_of(workplace)
    first = min((day for name in register.tables for day in register.days(name) if name != "people"), default=None)
    if first is None:
        return ()
    # After the last day with data of a history nothing is known that was not before.
    landed = max((*workplace.lake.days(FEATURES_TABLE), register.newest or first))
    last = landed if workplace.project.is_history else known_until(workplace, register)
    step = max(1, -(-((last - first).days + 1) // most_days))
    days = tuple(last - timedelta(days=step * back) for back in range(((last - first).days // step) + 1))[::-1]
    with register.asking() as asking:
        featured = zip(days, _featured(workplace, days), strict=True)
        asked = {day: _customers(workplace, asking, day, known) for day, known in featured}
        return tuple(
            Course(purpose=one, days=days, counts=tuple(_counts(asking, asked[day], one, day) for day in days))
            for one in workplace.project.purposes
            if not one.is_in_words
        )
