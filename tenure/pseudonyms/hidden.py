"""Which columns of a source are replaced by pseudonyms, and in which namespace: equal values of one namespace stay equal."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from tenure.contracts import Column, PersonalData, Source
from tenure.errors import SpecError
from tenure.history.prepared import CUSTOMER
from tenure.people.declared import Identifier
from tenure.people.normal import NOBODY, one_form
from tenure.project import Project

# Given a namespace and values of it, the pseudonym of each.
Replace = Callable[[str, Sequence[str]], Sequence[str]]
# Ids of customers, of all sources; and cells of quarantined rows that nobody could read, which may be anybody's id.
CUSTOMERS, CELLS = "customer", "cell"


@dataclass(frozen=True, kw_only=True)
class Hidden:
    """A column whose values are replaced; `identifier` where they are brought to one form first."""

    column: str
    namespace: str
    identifier: Identifier | None = None

    @property
    def form(self) -> str:
        """SQL for the form of a cell whose pseudonym it is; null where it identifies nobody."""
        return f'"{self.column}"' if self.identifier is None else one_form(self.identifier, self.column)


@dataclass(frozen=True, kw_only=True)
class Hiding:
    """The columns of one source that are replaced, and by what."""

    columns: tuple[Hidden, ...]
    replace: Replace

    def replaced(self, hidden: Hidden, values: Sequence[str], forms: Sequence[str | None]) -> list[str]:
        """The pseudonym of each value, by its form; of what identifies nobody one that says so."""
        told = {form for form in forms if form is not None}
        nobodys = {value for value, form in zip(values, forms, strict=True) if form is None}
        of = dict(zip(sorted(told), self.replace(hidden.namespace, sorted(told)), strict=True))
        others = zip(sorted(nobodys), self.replace(f"{hidden.namespace} of nobody", sorted(nobodys)), strict=True)
        of_nobody = {value: f"{NOBODY}{one}" for value, one in others}
        return [of_nobody[value] if form is None else of[form] for value, form in zip(values, forms, strict=True)]


def hidden_columns(project: Project, source: Source) -> tuple[Hidden, ...]:
    """The columns of a source that are replaced; none where the company asks for no pseudonyms."""
    return tuple(_hidden(project, source)) if project.pseudonyms is not None else ()


def _hidden(project: Project, source: Source) -> Iterator[Hidden]:
    identifiers = {column: each for each in (project.people.identifiers if project.people else ()) for column in each.columns}
    for column in source.columns:
        identifier = identifiers.get(f"{source.name}.{column.name}")
        if column.name == CUSTOMER:
            yield Hidden(column=column.name, namespace=CUSTOMERS)
        elif identifier is not None:
            yield Hidden(column=column.name, namespace=f"identifier {identifier.name}", identifier=identifier)
        elif column.personal is PersonalData.PSEUDONYM:
            yield Hidden(column=column.name, namespace=f"column {column.name}")


def may_stay(column: Column) -> bool:
    """Whether a cell of a quarantined row may stay once it was read: numbers, days, and words that the contract lists."""
    return column.dtype is not str or column.allowed is not None


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
