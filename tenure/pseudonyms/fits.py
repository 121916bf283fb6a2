"""Whether a company can have pseudonyms: what cannot hold them, and what has to read the values that they stand for."""

import re
from collections.abc import Iterator

from tenure.errors import SpecError
from tenure.history import Events, History, Intervals
from tenure.history.prepared import CUSTOMER
from tenure.history.row_sql import RowSQL
from tenure.project import Project
from tenure.pseudonyms.hidden import hidden_columns


def check_pseudonyms(project: Project) -> None:
    """Refuse what cannot hold pseudonyms, and what has to read the values that they stand for.

    Raises
    ------
    SpecError: naming each column.
    """
    if project.pseudonyms is None:
        return
    if project.people is not None and project.people.likely is not None:
        raise SpecError(
            f"Project {project.name!r} takes people for one by likeness, which compares names, dates of birth and addresses as "
            "they are, and asks for pseudonyms, which leave none of them in the lake. Take out likely=Likeness(…), or pseudonyms."
        )
    other = [
        f"{source.name}.{hidden.column}"
        for source in project.sources
        for hidden in hidden_columns(project, source)
        if source.column(hidden.column).dtype is not str
    ]
    if other:
        raise SpecError(
            f"Project {project.name!r} asks for pseudonyms, which are text; found {', '.join(other)} of another type. Declare an "
            "id as text; what is no id and identifies nobody by itself is of the class behaviour."
        )
    derived = [one.name for one in project.sources for c in one.columns if c.name == CUSTOMER and c.derived_by]
    if derived:
        raise SpecError(
            f"Project {project.name!r} asks for pseudonyms, and {', '.join(derived)} derives {CUSTOMER} from other columns: "
            f"of rows in quarantine nobody could tell whose they are. Have {CUSTOMER} delivered as a column."
        )
    columns = [column for each in (project.people.identifiers if project.people else ()) for column in each.columns]
    if twice := sorted({column for column in columns if columns.count(column) > 1}):
        raise SpecError(
            f"Column {twice[0]} stands in two identifiers; with pseudonyms it is brought to one form, so name it once."
        )
    for history in project.histories:
        if read := sorted({name for text in _texts(history) for name in _compared(project, history, text)}):
            raise SpecError(
                f"The history {history.noun!r} computes with {', '.join(read)}, in whose place there are pseudonyms: what is "
                "compared with them is never found. Read such a column as it is, or whether it is null; or have what is needed "
                "delivered as a column of another class."
            )


def _texts(history: History) -> Iterator[str]:
    """The SQL over one row that a history holds."""
    if isinstance(history, Events | Intervals):
        yield history.where
    if isinstance(history, Events):
        yield from (history.returns, *history.sets.values())
        yield from (text for value in history.values.values() for text in (value.of, value.where))


def _compared(project: Project, history: History, text: str) -> Iterator[str]:
    """The hidden columns that SQL reads otherwise than as they are, or for whether they are null."""
    names = [history.source, *(one.source for one in history.look_ups)] if isinstance(history, Events) else [history.source]
    hidden = {one.column.lower() for name in names for one in hidden_columns(project, project.source(name))}
    if not text or text.strip().strip('"').lower() in hidden:
        return
    any_of = "|".join(map(re.escape, sorted(hidden)))
    left = re.sub(rf'"?\b(?:{any_of})\b"?\s+IS\s+(?:NOT\s+)?NULL', "TRUE", text, flags=re.IGNORECASE) if hidden else text
    yield from (name for name in RowSQL(left).reads if name.lower() in hidden)
