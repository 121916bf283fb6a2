"""From validated rows to events of consent: SQL over the tables that hold them, in the columns of `states.EVENTS`."""

from collections.abc import Mapping
from datetime import datetime

from tenure.clocks import from_clocks
from tenure.consent.declared import Consents, several
from tenure.consent.rule import Said
from tenure.consent.tcf import said_of
from tenure.contracts import Source
from tenure.contracts.source import GONE
from tenure.history.prepared import CUSTOMER, quoted, who_is


def told(consents: Consents, source: Source, *, table: str) -> str:
    """One event for each row and purpose that it is of.

    A cell that says nothing gives no consent, and ends what was given before; it is no objection.

    A row that is corrected has one `row_id`, of which the latest known version holds. Each version of a table that is whole every
    time is an event of its own; a row that is gone from it gives consent no longer.

    Parameters
    ----------
    table: the validated rows of the source.
    """
    columns = {
        "row_id": _row_id(source),
        CUSTOMER: who_is(CUSTOMER),
        "purpose": _purpose(consents),
        "said": _said(consents, source),
        "happened_at": _happened(consents, source),
        "available_at": 'CAST("available_at" AS TIMESTAMP)',
        "evidence": f"CAST({quoted(consents.evidence)} AS VARCHAR)" if consents.evidence else "CAST(NULL AS VARCHAR)",
    }
    listed = ", ".join(f"{text} AS {quoted(name)}" for name, text in columns.items())
    return f"SELECT {listed} FROM {quoted(table)} WHERE {quoted(CUSTOMER)} IS NOT NULL"


def _row_id(source: Source) -> str:
    """SQL for what names a row among those of all sources."""
    version = ["available_at"] if source.is_snapshot else []
    parts = [f"coalesce(CAST({quoted(name)} AS VARCHAR), '')" for name in (*source.key, *version)]
    return f"concat_ws(chr(31), {_text(source.name)}, {', '.join(parts)})"


def _purpose(consents: Consents) -> str:
    """SQL for the purposes of a row, one after the other."""
    if consents.tcf:
        return f"unnest({_listed(tuple(name for _, name in _of_strings(consents)))})"
    if not consents.purpose:
        return f"unnest({_listed(several(consents.purposes['']))})"
    word = f"lower(trim(CAST({quoted(consents.purpose)} AS VARCHAR)))"
    if not consents.purposes:
        return word
    known = " ".join(f"WHEN {_text(name.strip().lower())} THEN {_listed(several(of))}" for name, of in consents.purposes.items())
    return f"unnest(CASE {word} {known} ELSE [{word}] END)"


def _said(consents: Consents, source: Source) -> str:
    """SQL for what was said: nothing ends consent, and a word without a meaning is an objection, so that none is passed over."""
    if consents.tcf:
        each = [_unless_gone(said_of(consents.tcf, number), source) for number, _ in _of_strings(consents)]
        return f"unnest([{', '.join(each)}])"
    word = f"lower(trim(CAST({quoted(consents.did)} AS VARCHAR)))"
    known = " ".join(
        f"WHEN {word} IN ({', '.join(map(_text, words))}) THEN {_text(said.value)}" for said, words in consents.said if words
    )
    nothing = f"WHEN {word} IS NULL THEN {_text(Said.WITHDRAWN.value)}"
    return _unless_gone(f"CASE {nothing} {known} ELSE {_text(Said.OBJECTED.value)} END", source)


def _of_strings(consents: Consents) -> tuple[tuple[int, str], ...]:
    """The numbers of purposes in consent strings, each with a purpose that it is of."""
    return tuple((int(number), name) for number, words in consents.purposes.items() for name in several(words))


def _unless_gone(said: str, source: Source) -> str:
    """SQL for what was said, where a row that is gone from a table that is whole every time gives consent no longer."""
    if not source.is_snapshot:
        return said
    withdrawn = _text(Said.WITHDRAWN.value)
    return f"CASE WHEN {quoted(GONE)} AND {said} = {_text(Said.GIVEN.value)} THEN {withdrawn} ELSE {said} END"


def _happened(consents: Consents, source: Source) -> str:
    """SQL for the moment; where nothing says it, when the row became known."""
    name, known = consents.happened or source.event_time or "", from_clocks('CAST("available_at" AS TIMESTAMP)', source.clocks)
    if not name:
        return known
    cell = f"CAST({quoted(name)} AS TIMESTAMP)"
    moment = cell if source.column(name).dtype is datetime else from_clocks(cell, source.clocks)
    return f"coalesce({moment}, {known})"


def _listed(names: tuple[str, ...]) -> str:
    """SQL for a list of words."""
    return f"[{', '.join(map(_text, names))}]"


def _text(word: str) -> str:
    """A word as SQL."""
    return "'" + word.replace("'", "''") + "'"


def together(parts: Mapping[str, str]) -> str:
    """SQL for the events of several tables; of none, for no events."""
    if parts:
        return " UNION ALL ".join(parts.values())
    text, time = "CAST(NULL AS VARCHAR)", "CAST(NULL AS TIMESTAMP)"
    names = {"row_id": text, CUSTOMER: text, "purpose": text, "said": text, "happened_at": time, "available_at": time}
    return f"SELECT {', '.join(f'{kind} AS {quoted(name)}' for name, kind in {**names, 'evidence': text}.items())} WHERE false"
