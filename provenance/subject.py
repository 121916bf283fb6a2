"""Everything that the lake holds of one person, under all of their ids."""

from collections.abc import Iterator, Mapping, Sequence

import pyarrow as pa

from adapters.lake import OpenTable, views
from adapters.tables import FEATURES_TABLE, SCORES, quarantine_table, stage_table, validated_table
from home.lake_tables import tables_of
from home.pseudonyms import as_received, id_received
from home.workplace import Workplace
from provenance.people import open_ledger
from tenure.consent.rule import allows
from tenure.errors import PeopleError
from tenure.history.nouns import spoken
from tenure.history.prepared import CUSTOMER, quoted
from tenure.people.ledger import TABLE as LEDGER
from tenure.people.subject import HeldRows, Origin, Said, Standing, Subject, Told
from tenure.people.who_is import ids_of
from tenure.project import Project
from tenure.purposes.declaration import DataKind
from tenure.tables import LakeTable

_ROWS, _IDS = "rows_held", "ids_asked"
# Digests name models and inputs to machines; a person asks for what was said of them.
_LEFT_OUT = ("features_digest",)


def subject_of(workplace: Workplace, customer_id: str) -> Subject:
    """Gather what is held of the person that an id is of, as known now.

    Raises
    ------
    PeopleError: when nothing is held of that id.
    """
    project = workplace.project
    ids, told = _identity(workplace, customer_id)
    titles = _titles(project)
    # How ids were taken for one person is told by itself, without the words that people wrote and who they are.
    tables = (table for table in tables_of(project) if table.name != LEDGER)
    held = {table.name: rows for table in tables if (rows := _held(workplace, table, ids, titles))}
    said, standings = _consent(workplace, customer_id)
    if not held and not said and workplace.tombstones.gone([customer_id]):
        raise PeopleError(f"That person was erased: nothing is held of them in {project.name} any more.")
    if not held and not said:
        raise PeopleError(
            f"Nothing is held of that id in {project.name}. Write it as `customer_id` has it in the company's own rows."
        )
    of_sources = [validated_table(source) for source in project.sources]
    scores = [stage_table(spec, SCORES) for spec in project.models]
    refused = [quarantine_table(source) for source in project.sources]
    others = [name for name in held if name not in {*of_sources, *scores, *refused}]
    return Subject(
        project=project.name,
        company=project.title,
        at=workplace.clock(),
        ids=tuple(id_received(workplace, one) for one in ids),
        told=told,
        purposes=project.purposes,
        received=tuple(held[name] for name in of_sources if name in held),
        scored=tuple(held[name] for name in scores if name in held),
        known=tuple(held[name] for name in sorted(others, key=lambda name: name != FEATURES_TABLE)),
        refused=tuple(held[name] for name in refused if name in held),
        said=said,
        standings=standings,
        batches=tuple(_batches(workplace, held)),
        origins=tuple(
            Origin(title=source.title, from_whom=source.from_whom, kept_days=source.kept_days, unread=source.unread)
            for source in project.sources
            if validated_table(source) in held or quarantine_table(source) in held
        ),
        unapproved=frozenset(
            one.declaration.name
            for one in workplace.promotions.data_stands()
            if one.declaration.kind is DataKind.PURPOSE and not one.is_approved
        ),
    )


def _identity(workplace: Workplace, customer_id: str) -> tuple[tuple[str, ...], tuple[Told, ...]]:
    """All ids of the person, and how the company came to take them for one.

    Ids of others are not told, nor reasons: people write them in their own words, and may name somebody else.
    """
    if workplace.project.people is None:
        return (customer_id,), ()
    ledger = open_ledger(workplace).ledger
    ids = ids_of(ledger, customer_id, max((entry.day for entry in ledger.entries), default=workplace.today))
    told = tuple(
        Told(day=entry.day, did=str(entry.did), why="by a person" if entry.by else f"by {entry.rule}" if entry.rule else "")
        for entry in ledger.entries
        if {entry.customer_id, entry.with_id, *entry.moved} & set(ids)
    )
    return ids, told


def _titles(project: Project) -> dict[str, str]:
    """What people call the tables of sources, histories and scores."""
    return {
        **{validated_table(source): source.title for source in project.sources},
        **{quarantine_table(source): source.title for source in project.sources},
        **{history.table: f"{spoken(history.many)} by day" for history in project.events},
        **{stage_table(spec, SCORES): spec.title for spec in project.models},
    }


def _held(workplace: Workplace, table: LakeTable, ids: Sequence[str], titles: Mapping[str, str]) -> HeldRows | None:
    """The rows of a table that are of the person; None where there are none, or the table tells of nobody by id."""
    opened = workplace.lake.open(table.name)
    if opened.delta is None or CUSTOMER not in {name for name, *_ in table.shape.columns}:
        return None
    rows = as_received(workplace, _of_ids(opened, ids))
    if not rows.num_rows:
        return None
    meanings = {name: meaning for name, _, meaning in table.shape.columns}
    names = [name for name in rows.column_names if name not in _LEFT_OUT]
    return HeldRows(
        table=table.name,
        title=titles.get(table.name, table.name),
        meaning=table.meaning,
        columns=tuple((name, meanings.get(name, "")) for name in names),
        rows=rows.select(names),
    )


def _of_ids(opened: OpenTable, ids: Sequence[str]) -> pa.Table:
    """Rows of these ids by day."""
    with views({_ROWS: opened, _IDS: pa.table({CUSTOMER: pa.array(ids, pa.string())})}) as connection:
        found = f"SELECT r.* FROM {_ROWS} AS r SEMI JOIN {_IDS} AS i ON CAST(r.{quoted(CUSTOMER)} AS VARCHAR) = i.{CUSTOMER}"
        return connection.sql(f"{found} ORDER BY r.day").to_arrow_table()


def _consent(workplace: Workplace, customer_id: str) -> tuple[tuple[Said, ...], tuple[Standing, ...]]:
    """What the person said of each purpose, and how they stand; nothing where the company declares no consents."""
    from provenance.consent_seen import of_person

    if workplace.project.consents is None:
        return (), ()
    found = of_person(workplace, customer_id)
    said = tuple(
        Said(
            purpose=one.purpose,
            said=str(one.said).replace("_", " "),
            happened_at=one.happened_at,
            known_at=one.known_at,
            evidence=one.evidence,
        )
        for one in found.events
    )
    standings = tuple(
        Standing(purpose=one.name, state=str(stands.state), may_be_used=allows(one, stands.state))
        for one, stands in found.standings
    )
    return said, standings


def _batches(workplace: Workplace, held: dict[str, HeldRows]) -> Iterator[tuple[str, int]]:
    """By source, how many batches tell of the person: rows that were kept and rows that were refused name their day."""
    for source in workplace.project.sources:
        tables = (held.get(validated_table(source)), held.get(quarantine_table(source)))
        days = {day for one in tables if one is not None for day in one.rows["day"].to_pylist()}
        if days:
            yield source.name, len(days)
