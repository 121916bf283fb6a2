"""The data dictionary as Markdown: the same content as the page, for places that show text; its lineage in words."""

from collections.abc import Iterable, Iterator

from model_cards.dictionary_html import PERSONAL
from model_cards.dictionary_places import columns_in_words
from model_cards.markdown import as_table, as_text
from tenure.dictionary import ColumnEntry, Dictionary, HistoryEntry, InputEntry, ModelEntry, RuleEntry, SourceEntry
from tenure.history.nouns import counted
from tenure.history.prepared import CUSTOMER
from tenure.tables import LakeTable


def render_dictionary_markdown(dictionary: Dictionary) -> str:
    """Render a data dictionary as Markdown (GitHub's tables)."""
    return "\n\n".join(part for part in _parts(dictionary) if part) + "\n"


def _parts(d: Dictionary) -> Iterator[str]:
    """Section by section; an empty one says that it is."""
    yield f"# {as_text(d.title)}: data dictionary and lineage"
    yield " ".join(as_text(line) for line in d.about)
    yield "## What is made of what"
    yield _list(_strands(d)) or "The folder declares no source yet, so there is nothing to tell."
    yield "## Sources"
    yield "\n\n".join(part for source in d.sources for part in _source(source)) or "No source is declared yet."
    yield "## What the sources mean"
    yield "\n\n".join(part for history in d.histories for part in _history(history)) or "No history is declared yet."
    yield "## Inputs"
    head = ("Input", "Meaning", "Unit", "Looks back", "Made from", "Read by")
    yield as_table(head, (_input(one) for one in d.inputs)) or "No input is declared yet."
    yield "## Models"
    yield (
        "\n\n".join(part for model in d.models for part in _model(model))
        or "No model is declared yet, so nothing reads the inputs."
    )
    yield "## What models do not read"
    kept_out = _list(f"{as_text(columns_in_words([column]))}: {as_text(why)}." for column, why in d.kept_out)
    yield kept_out or "No column is protected or left out: a history may make any of them readable."
    yield "## Tables of the lake"
    yield "\n\n".join(part for one in d.tables for part in _table(one)) or "There is no table, for nothing is declared."


def _strands(d: Dictionary) -> Iterator[str]:
    """Each way from sources to models."""
    for history in d.histories:
        models = [model.name for model in d.models if set(model.inputs) & set(history.inputs)]
        inputs = counted(len(history.inputs), "input", "inputs") if history.inputs else "no input"
        steps = [", ".join(history.sources), history.many, inputs, *([", ".join(models)] if models else [])]
        yield " → ".join(map(as_text, steps))
    for source in d.sources:
        if not source.histories:
            yield f"{as_text(source.name)} → {'held for audits alone' if source.audits else 'no history reads it'}"


def _source(source: SourceEntry) -> Iterator[str]:
    """One source."""
    yield f"### {as_text(source.title)} ({as_text(source.name)})"
    landed = source.landed
    yield _list(
        [
            as_text(f"One row is {source.grain}, named by {', '.join(source.key)}. Owned by {source.owner}."),
            *map(as_text, (*source.arrives, *source.limits)),
            *(
                [
                    f"In this home: {landed.n_received:,} rows received on {counted(landed.n_days, 'day', 'days')}, "
                    f"{landed.first_day} to {landed.last_day}; {landed.n_kept:,} kept the contract."
                ]
                if landed
                else []
            ),
            as_text(f"It tells of: {', '.join(source.histories)}." if source.histories else "No history reads it."),
            *([as_text(f"Models are audited by {', '.join(source.audits)}.")] if source.audits else []),
            *([as_text(source.limitation)] if source.limitation else []),
        ]
    )
    yield as_table(("Column", "Holds", "Meaning and rules", "Personal", "Read by"), (_column(one) for one in source.columns))
    rules = _list(_rule(rule, ": ", ", for ") for rule in source.rules)
    yield f"Rules across columns:\n\n{rules}" if rules else "No rule across columns is declared."
    aside = _list(_rule(rule, ", for ", "; ") for rule in source.set_aside)
    yield f"Set aside as expected:\n\n{aside}" if aside else "No rows are set aside as expected."


def _rule(rule: RuleEntry, says: str, because: str) -> str:
    """One rule, with the words that stand before what it says and why."""
    why = f"{because}{as_text(rule.because)}" if rule.because else ""
    return f"{as_text(rule.name)}{says}{as_text(rule.says)} ({_code(rule.sql)}){why}."


def _column(column: ColumnEntry) -> tuple[str, ...]:
    """One column as a row."""
    marks = [mark for mark, holds in (("key", column.is_key), ("event time", column.is_event_time)) if holds]
    received = f"received as {column.received_as}" if column.received_as not in ("", column.name) else ""
    aside = "; ".join(filter(None, [*marks, received]))
    rules = "; ".join([*column.rules, *filter(None, [column.because])])
    means = f"made by {_code(column.derived_by)}" if column.derived_by else as_text(column.meaning)
    readers = [*column.inputs, *([f"models: {', '.join(column.models)}"] if column.models else []), *column.kept_out]
    return (
        as_text(f"{column.name} ({aside})" if aside else column.name),
        as_text(f"{column.kind}, {column.unit}" if column.unit else column.kind),
        f"{means} ({as_text(rules)})" if rules else means,
        PERSONAL[column.personal],
        as_text("; ".join(readers)) or ("no input; it names the customer" if column.name == CUSTOMER else "no input"),
    )


def _history(history: HistoryEntry) -> Iterator[str]:
    """One history."""
    yield f"### {as_text(history.many.capitalize())}"
    yield _list(
        [
            as_text(f"{history.kind.capitalize()}, from {', '.join(history.sources)}."),
            *map(as_text, history.says),
            f"{counted(len(history.inputs), 'input is', 'inputs are')} made of it."
            if history.inputs
            else "No input is made of it.",
            *([as_text(f"It tells the outcome of {', '.join(history.models)}.")] if history.models else []),
            *(as_text(f"{r.name} is left out: {r.says}.") for r in history.left_out),
        ]
    )
    rows = ((as_text(p.name), as_text(p.says), as_text(columns_in_words(p.made_of))) for p in history.parts)
    yield as_table(("Part", "What it is", "Made from"), rows)


def _input(one: InputEntry) -> tuple[str, ...]:
    """One input as a row."""
    readers = "; ".join([", ".join(one.models) or "no model", *one.others])
    means = f"{one.meaning} (“{one.phrase}”)"
    columns = columns_in_words(one.made_of)
    return tuple(map(as_text, (one.name, means, one.unit, one.looks_back, columns, readers)))


def _model(model: ModelEntry) -> Iterator[str]:
    """One model."""
    yield f"### {as_text(model.title)} ({as_text(model.name)})"
    yield " ".join(map(as_text, model.says))
    yield _list(
        [
            as_text(
                f"It is audited by {', '.join(model.audited_by)}, which it does not read."
                if model.audited_by
                else "It is audited by no attribute."
            ),
            as_text(f"It reads {counted(len(model.inputs), 'input', 'inputs')}: {', '.join(model.inputs)}."),
            as_text(f"They rest on {columns_in_words(model.made_of)}."),
            *(as_text(f"It does not read {r.name}: {r.says}.") for r in model.not_read),
        ]
    )


def _table(one: LakeTable) -> Iterator[str]:
    """One table of the lake."""
    named = f"A row is named by {', '.join(one.shape.key)}." if one.shape.key else "Nothing names a row: it is kept as it came."
    yield f"### {as_text(one.name)}"
    yield as_text(f"{one.meaning} {named}")
    rows = (tuple(map(as_text, (name, str(kind), means))) for name, kind, means in one.shape.columns)
    yield as_table(("Column", "Type", "Meaning"), rows)


def _list(lines: Iterable[str]) -> str:
    """Lines as a list; empty without any."""
    return "\n".join(f"- {line}" for line in lines)


def _code(sql: str) -> str:
    """SQL as it is written; no row of a table may end in it."""
    return f"`{' '.join(sql.replace('`', '').split())}`".replace("|", r"\|")
