"""Which columns of a source are replaced by pseudonyms, and in which namespace: equal values of one namespace stay equal."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from tenure.contracts import Column, PersonalData, Source
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
