"""Histories in the data dictionary: what each source means, and of which columns its parts are made."""

from collections.abc import Iterable, Iterator, Mapping

from tenure.column_lineage import ColumnOf
from tenure.dictionary.entries import HistoryEntry, PartEntry, RuleEntry
from tenure.dictionary.lineage import Readers
from tenure.history import Contacts, Events, History, Intervals, States
from tenure.history.measures import Adds, Value
from tenure.history.nouns import a, spoken
from tenure.project import Project

_KINDS = {Events: "what happens", States: "what is", Intervals: "what runs", Contacts: "who was contacted"}


def history_entry(readers: Readers, history: History) -> HistoryEntry:
    """One history."""
    project = readers.project
    left_out = history.left_out if isinstance(history, States) else {}
    looked_up = [one.source for one in history.look_ups] if isinstance(history, Events) else []
    return HistoryEntry(
        noun=history.noun,
        many=spoken(history.many),
        kind=_KINDS[type(history)],
        sources=(history.source, *looked_up),
        says=tuple(_says(history)),
        parts=tuple(_parts(project, history)),
        left_out=tuple(RuleEntry(name=name, says=why) for name, why in left_out.items()),
        inputs=tuple(feature.name for feature in readers.features if feature.rows.history is history),
        models=tuple(spec.name for spec in project.models if any(one is history for one in spec.foresees.histories)),
    )


def _says(history: History) -> Iterator[str]:
    """What a row means, and which rows are left out."""
    noun = a(history.noun)
    if isinstance(history, Contacts):
        yield f"Each row tells that a customer was treated, or held out: {history.group} = {history.held_out!r}."
        yield "For measuring what contacting was worth; no model may read it."
        return
    if isinstance(history, Intervals):
        yield f"Each row is {noun}, from {history.starts} to {history.ends}; an empty end is still open."
    elif isinstance(history, States):
        since = f" Customers enter on {history.entered}." if history.entered else ""
        yield f"Each row says how things stand with a customer from its time on.{since}"
    else:
        yield f"Each row tells of {noun}; they are kept as one row for each customer and active day, {history.table}."
        for one in history.look_ups:
            yield f"{one.source} is looked up by {one.on}."
        if history.returns:
            yield f"A row for which {history.returns} is a return: it lowers values, and is no {spoken(history.noun)}."
    if isinstance(history, Events | Intervals) and history.where:
        yield f"Only rows for which {history.where} are part of it."


def _parts(project: Project, history: History) -> Iterator[PartEntry]:
    """What inputs and outcomes may be made of."""
    if isinstance(history, Events):
        yield from _of_events(project, history)
    elif isinstance(history, Intervals):
        for name, says in ((history.starts, "its first moment"), (history.ends, "its last moment")):
            yield PartEntry(name=name, kind="moment", says=says, made_of=((history.source, name),))
    elif isinstance(history, States):
        for name in history.attributes:
            says = project.source(history.source).column(name).meaning
            yield PartEntry(name=name, kind="attribute", says=says, made_of=((history.source, name),))
    else:
        says = "which treatment, or none, a customer was given"
        yield PartEntry(name=history.group, kind="group", says=says, made_of=((history.source, history.group),))


def _of_events(project: Project, history: Events) -> Iterator[PartEntry]:
    """Values, then sets."""
    reads: Mapping[str, tuple[str, ...]] = project.reads_of(history)
    yield PartEntry(
        name="n_rows", kind="count", says=f"how many {spoken(history.many)}", made_of=_columns(project, reads["n_rows"])
    )
    for measure in history.measures:
        yield PartEntry(
            name=measure.name,
            kind="value",
            says=_of_value(measure.value),
            made_of=_columns(project, reads[measure.column]),
        )
    for member in history.set_members:
        yield PartEntry(
            name=member.name,
            kind="set",
            says=f"each {member.member.text} of a day",
            made_of=_columns(project, reads[member.column]),
        )


def _of_value(value: Value) -> str:
    """What rows of a day add up to."""
    where = f", where {value.where}" if value.where else ""
    if value.adds is Adds.ROWS:
        return f"how many rows{where}"
    if value.adds is Adds.DISTINCT:
        return f"how many different {value.of}{where}"
    unit = "" if value.unit == "count" else f", in {value.unit}"
    return f"the sum of {value.of}{where}{unit}"


def _columns(project: Project, paths: Iterable[str]) -> tuple[ColumnOf, ...]:
    """Paths as columns of contracts; the day and the time of arrival are no columns of any."""
    found = [tuple(path.split(".", 1)) for path in paths]
    return tuple((s, c) for s, c in found if any(column.name == c for column in project.source(s).columns))
