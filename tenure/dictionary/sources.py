"""Sources in the data dictionary: columns with their rules in words, and who reads each."""

from collections.abc import Iterator, Sequence

from tenure.contracts import ROW, Column, SetAside, Source
from tenure.contracts.column_table import TYPES
from tenure.contracts.source import GONE
from tenure.dictionary.arrival import arrives, limits
from tenure.dictionary.entries import ColumnEntry, LandedEntry, RuleEntry, SourceEntry
from tenure.dictionary.lineage import Readers
from tenure.history import Events

KINDS = {dtype: word for word, dtype in TYPES.items()}


def source_entry(readers: Readers, source: Source, rules: Sequence[RuleEntry], landed: LandedEntry | None) -> SourceEntry:
    """One source.

    Parameters
    ----------
    rules: every rule by which its rows are judged, those of a column named `column.rule`.
    """
    project = readers.project
    declared = {rule.name: rule for rule in source.rules}
    return SourceEntry(
        name=source.name,
        title=source.title,
        grain=source.grain,
        key=source.key,
        owner=source.owner,
        arrives=tuple(arrives(source)),
        limits=tuple(limits(source)),
        columns=tuple(_column(readers, source, column, rules) for column in source.columns),
        rules=tuple(
            RuleEntry(name=rule.name, says=rule.says, sql=declared[rule.name].keeps, because=declared[rule.name].because)
            for rule in rules
            if rule.name in declared
        ),
        set_aside=tuple(_set_aside(each) for each in source.set_aside),
        limitation=source.limitation,
        histories=tuple(
            history.noun
            for history in project.histories
            if history.source == source.name
            or (isinstance(history, Events) and source.name in {one.source for one in history.look_ups})
        ),
        audits=tuple(attribute.title for attribute in project.attributes if attribute.source == source.name),
        landed=landed,
    )


def _column(readers: Readers, source: Source, column: Column, rules: Sequence[RuleEntry]) -> ColumnEntry:
    """One column."""
    of = (source.name, column.name)
    return ColumnEntry(
        name=column.name,
        received_as="" if column.derived_by else column.source_name,
        kind=KINDS[column.dtype],
        unit=column.unit or "",
        meaning=column.meaning,
        because=column.because,
        personal=column.personal,
        is_key=column.name in source.key,
        is_event_time=column.name == source.event_time,
        rules=tuple(_rules(column, rules)),
        derived_by="" if column.derived_by in (ROW, GONE) else column.derived_by,
        made_of=column.reads,
        inputs=readers.inputs_of(of),
        models=readers.models_of(of),
        kept_out=tuple(readers.kept_out(of)),
    )


def _rules(column: Column, rules: Sequence[RuleEntry]) -> Iterator[str]:
    """What must hold of the column's cells; that they can be read goes without saying."""
    for rule in rules:
        of, _, kind = rule.name.rpartition(".")
        if of != column.name or kind == "readable":
            continue
        if kind == "allowed" and column.allowed is not None:
            yield f"is one of {', '.join(column.allowed)}"
        else:
            yield rule.says.removeprefix(f"{column.name} ")
    if column.nullable and not column.derived_by:
        yield "may be empty"


def _set_aside(each: SetAside) -> RuleEntry:
    """Rows that are expected and no part of the history."""
    low, high = each.usually
    usually = "" if (low, high) == (0.0, 1.0) else f"usually {low:.1%} to {high:.1%} of a batch; a day outside is withheld"
    return RuleEntry(name=each.name, says=each.reason, sql=each.condition, because=usually)
