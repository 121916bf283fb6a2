"""What models, histories and queries read of a project's sources, held against what its purposes list.

It is held three times: where a project is loaded (what its parts declare), where rows are chosen for a model (the inputs that it
really has), and where SQL runs (its text). What is shared by models of several purposes, roll-ups and features, may read what any
of them lists; a model only what its own does. Of a derived column, what it is made of is read too.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from types import MappingProxyType

from tenure.column_lineage import ColumnOf, read_columns
from tenure.contracts import Source
from tenure.contracts.source import GONE, ROW
from tenure.errors import PurposeError
from tenure.features.feature import Feature
from tenure.history import Contacts, Events, History, Intervals, States
from tenure.history.prepared import CUSTOMER
from tenure.history.roll_up import TOLD_BEFORE
from tenure.history.row_sql import RowSQL
from tenure.people.ledger import TABLE as PEOPLE
from tenure.people.who_is import SPANS
from tenure.project import Project
from tenure.purposes.declaration import PROPOSE
from tenure.purposes.declared import Purpose
from tenure.purposes.sql_reads import columns_read
from tenure.specs import Model

# What Tenure adds to rows; no delivery holds it.
_OWN = frozenset({"day", "available_at"})
VALIDATED = "validated/"


def declared(project: Project) -> tuple[Purpose, ...]:
    """The purposes that say which columns they read."""
    return tuple(purpose for purpose in project.purposes if not purpose.is_in_words)


def check_project(project: Project) -> None:
    """Refuse histories, and a telling of who is one person, that read what no purpose of the project lists.

    Raises
    ------
    PurposeError: naming the columns. Nothing is refused where purposes are said in words alone.
    """
    for history in read_histories(project):
        _check(project, declared(project), columns_of(project, history), f"The history of {history.noun!r} reads")
    for each in project.people.told if project.people else ():
        columns = {(source, column) for source, _, column in (path.partition(".") for path in each.columns)}
        _check(project, declared(project), columns, f"Who is one person is told by {each.name!r}, which reads")


def check_model(project: Project, spec: Model, features: Iterable[Feature] | None = None) -> None:
    """Refuse a model whose inputs, population or outcome read what its purpose does not list.

    Parameters
    ----------
    features: its inputs, where they are not those that it declares.

    Raises
    ------
    PurposeError: naming the columns and the purpose. SpecError: where it cannot be told for which purpose it is made.
    """
    purpose = project.purpose_of(spec)
    if purpose is not None:
        read = columns_of_model(project, spec, spec.inputs if features is None else features)
        _check(project, (purpose,), read, f"Model {spec.name!r} reads")


def check_sql(
    project: Project,
    purposes: Sequence[Purpose],
    text: str,
    what: str,
    *,
    beside: Mapping[str, Sequence[str]] = MappingProxyType({}),
) -> None:
    """Refuse a query that reads what none of these purposes lists; `what` begins the sentence: "The roll-up of purchases reads".

    It may read validated rows, by the name of their source or as `validated/` before it, roll-ups, who is one person, and the
    tables `beside` them, which hold inputs that were held against purposes before.

    Raises
    ------
    PurposeError: naming the columns. SpecError: where it cannot be told what the query reads.
    """
    if purposes and not all(purpose.is_in_words for purpose in purposes):
        behind = _tables(project)
        for name, columns in beside.items():
            behind[name] = dict.fromkeys((column.lower() for column in columns), ())
        tables = {table: tuple(columns) for table, columns in behind.items()}
        read = (behind[table][column] for table, column in columns_read(text, tables) if behind[table][column])
        _check(project, purposes, (one for columns in read for one in columns), what)


def columns_of_model(project: Project, spec: Model, features: Iterable[Feature]) -> set[ColumnOf]:
    """The columns that a model is made from and told by: of its inputs, its population and its outcome."""
    own = (*features, *spec.population.features)
    histories = _each_once(*(feature.rows.history for feature in own), *spec.population.histories, *spec.foresees.histories)
    read = read_columns(project, own)
    read |= {column for history in histories for column in _spine(project, history)}
    read |= {(source, column) for source, _, column in (path.partition(".") for path in spec.foresees.leaks)}
    return read


def columns_of(project: Project, history: History) -> set[ColumnOf]:
    """The columns that a history is made from: those of each value and attribute too, whether or not a feature asks for it."""
    read = set(_spine(project, history))
    if isinstance(history, Events):
        paths = (path for columns in project.reads_of(history).values() for path in columns)
        return read | {(source, column) for source, _, column in (path.partition(".") for path in paths)}
    if isinstance(history, States):
        return read | {(history.source, name) for name in (*history.attributes, *filter(None, (history.entered,)))}
    return read


def lists_all_that_is_shared(project: Project, purpose: Purpose) -> bool:
    """Whether a purpose lists all that any history is made from, so that no input, whatever it says of itself, reads more."""
    try:
        for history in read_histories(project):
            _check(project, (purpose,), columns_of(project, history), "It reads")
    except PurposeError:
        return False
    return True


def read_histories(project: Project) -> tuple[History, ...]:
    """The histories that anything reads."""
    foreseen = (history for spec in project.models for history in spec.foresees.histories)
    return _each_once(*(feature.rows.history for feature in project.told), *project.roster, *foreseen)


def _each_once(*histories: History) -> tuple[History, ...]:
    """Histories, but for who was contacted, which no input reads."""
    return tuple({id(history): history for history in histories if not isinstance(history, Contacts)}.values())


def _spine(project: Project, history: History) -> Iterator[ColumnOf]:
    """What names a row of a history, of whom and when it tells, and whether it counts."""
    source = project.source(history.source)
    texts: tuple[str, ...] = ()
    if isinstance(history, Events):
        texts = (history.where, history.returns)
        joined = {table for paths in project.reads_of(history).values() for table in (path.partition(".")[0] for path in paths)}
        for look_up in history.look_ups:
            if look_up.source in joined:
                yield from ((look_up.source, look_up.on), (source.name, look_up.on))
    if isinstance(history, Intervals):
        texts = (history.where,)
        yield from ((source.name, history.starts), (source.name, history.ends))
    looked_up = {look_up.source: project.source(look_up.source) for look_up in getattr(history, "look_ups", ())}
    for name in (read for text in texts if text for read in RowSQL(text).reads):
        own = any(column.name.lower() == name.lower() for column in source.columns)
        tables = [source] if own else looked_up.values()
        yield from ((table.name, name) for table in tables if own or _has(table, name))
    yield from ((source.name, name) for name in (CUSTOMER, *source.key))
    if source.event_time is not None and not isinstance(history, Intervals):
        yield source.name, source.event_time


def _has(source: Source, name: str) -> bool:
    """Whether a source has a column, by its name as SQL compares it."""
    return any(column.name.lower() == name.lower() for column in source.columns)


def _tables(project: Project) -> dict[str, dict[str, tuple[ColumnOf, ...]]]:
    """The tables that a project's SQL may read, with the columns of sources behind each of theirs, all in small letters."""
    found: dict[str, dict[str, tuple[ColumnOf, ...]]] = {}
    for source in project.sources:
        own: dict[str, tuple[ColumnOf, ...]] = dict.fromkeys(_OWN, ())
        own |= {column.name.lower(): ((source.name, column.name),) for column in source.columns}
        found |= {source.name.lower(): own, f"{VALIDATED}{source.name}".lower(): own}
    for history in project.events:
        behind = project.reads_of(history)
        split = {name: tuple((p.partition(".")[0], p.partition(".")[2]) for p in paths) for name, paths in behind.items()}
        found[history.table.lower()] = {TOLD_BEFORE: (), **{name.lower(): paths for name, paths in split.items()}}
    if project.people is not None:
        found[PEOPLE] = {**dict.fromkeys(SPANS.names, ()), **found.get(PEOPLE, {})}
    return found


def _check(project: Project, purposes: Sequence[Purpose], read: Iterable[ColumnOf], what: str) -> None:
    """Refuse columns that none of the purposes lists."""
    if not purposes:
        return
    whole = {one for column in read for one in _and_behind(project, column)}
    refused = sorted({f"{s}.{c}" for s, c in whole if not any(purpose.allows(s, c) for purpose in purposes)})
    if refused:
        raise PurposeError(_in_words(refused, purposes, what))


def _in_words(refused: Sequence[str], purposes: Sequence[Purpose], what: str) -> str:
    """What to say of columns that are not listed."""
    names = " or ".join(repr(purpose.name) for purpose in purposes)
    nobody = f"the purpose {names} does not list" if len(purposes) == 1 else f"none of the purposes {names} lists"
    return (
        f"{what} {', '.join(refused)}, which {nobody}. Leave it out; or add it to the columns of the purpose and have that "
        f"approved: {PROPOSE}."
    )


def _and_behind(project: Project, column: ColumnOf) -> Collection[ColumnOf]:
    """A column and, where it is derived, all that it is made of."""
    source = project.source(column[0])
    found = next((each for each in source.columns if each.name.lower() == column[1].lower()), None)
    if found is None:
        return () if column[1].lower() in _OWN else (column,)
    if found.name in (ROW, GONE) and found.derived_by == found.name:
        return ()
    return {column, *(one for name in found.reads for one in _and_behind(project, (source.name, name)))}
