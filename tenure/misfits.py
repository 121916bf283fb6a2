"""Whether the parts of a project fit together: everything that does not, with the part of its folder that declares it."""

import re
from collections.abc import Callable, Iterator
from datetime import date
from functools import partial

from tenure.clocks import check_zone
from tenure.column_lineage import read_columns
from tenure.consent.fits import check_consents
from tenure.contracts import PersonalData
from tenure.errors import SpecError
from tenure.features.feature import Feature
from tenure.history import Events, History, Intervals, States
from tenure.history.prepared import CUSTOMER, prepared_events, prepared_intervals, prepared_states
from tenure.names import meant
from tenure.people import Identifier
from tenure.people.likeness import Told
from tenure.project import Attribute, Project
from tenure.pseudonyms.fits import check_pseudonyms
from tenure.purposes.misfits import of_purposes
from tenure.specs import Model


def misfits(project: Project) -> Iterator[tuple[str, str]]:
    """Everything that does not fit together: the part of the folder that declares it, such as "models.lapse_28d", and why not."""
    said: set[str] = set()  # what is wrong with a history is met again in all that reads it
    for part, check in _checks(project):
        try:
            check()
        except SpecError as error:
            yield from ((part, words) for words in map(str, error.args) if words not in said)
            said |= set(map(str, error.args))


def _checks(project: Project) -> Iterator[tuple[str, Callable[[], object]]]:
    """What must hold, by the part that declares it."""
    yield "project", partial(check_zone, f"Project {project.name!r}", project.timezone)
    yield "project", partial(_check_currency, project)
    yield "history", partial(_check_nouns, project)
    for history in project.histories:
        yield "history", partial(_check_history, project, history)
    for part, features in (("features", project.features), *((f"models.{m.name}", _own(project, m)) for m in project.models)):
        for feature in features:
            yield part, partial(_check_declared, project, feature)
    for attribute in project.attributes:
        yield "project", partial(_check_attribute, project, attribute)
    for each in project.people.told if project.people else ():
        for column in each.columns:
            yield "project", partial(_check_identifier, project, each, column)
    yield "project", partial(check_consents, project)
    yield "project", partial(check_pseudonyms, project)
    for spec in project.models:
        for name in spec.protected:
            yield f"models.{spec.name}", partial(project.attribute, name)
        for author in {statement.author for statement in spec.narrative.statements.values()}:
            yield f"models.{spec.name}", partial(_check_author, project, spec, author)
        yield f"models.{spec.name}", partial(_check_unprotected, project, spec)
    yield from of_purposes(project)


def _own(project: Project, spec: Model) -> tuple[Feature, ...]:
    """The features that a model has and the project does not."""
    shared = {id(feature) for feature in project.features}
    return tuple(feature for feature in (*spec.inputs, *spec.population.features) if id(feature) not in shared)


def _check_attribute(project: Project, attribute: Attribute) -> None:
    """Refuse an attribute that is not there, or that is not held for audits alone."""
    column = project.source(attribute.source).column(attribute.column)
    if column.personal is not PersonalData.PROTECTED:
        raise SpecError(
            f"Project {project.name!r} audits by {attribute.name!r}, but column {attribute.source}.{attribute.column} is "
            f"declared {column.personal.value!r}; declare it personal=PersonalData.PROTECTED."
        )
    lacking = sorted({*(column.allowed or ())} - {*attribute.groups}) if attribute.groups is not None else []
    if lacking:
        raise SpecError(
            f"Attribute {attribute.name!r} has no group for {', '.join(lacking)}, which column {attribute.column!r} may hold. "
            "Add them to its groups."
        )


def _check_identifier(project: Project, identifier: Identifier | Told, column: str) -> None:
    """Refuse an identifier or a trait that stands nowhere, beside no customer's id, or in what is held for audits alone."""
    source, name = column.split(".")
    found = project.source(source).column(name)
    if CUSTOMER not in {each.name for each in project.source(source).columns}:
        raise SpecError(
            f"The identifier {identifier.name!r} stands in {column}, but source {source!r} has no column {CUSTOMER!r}, so nobody "
            "is identified by it. Name a source that tells of customers, or add the column."
        )
    if name == CUSTOMER:
        raise SpecError(
            f"The identifier {identifier.name!r} stands in {column}, which is the customer's id itself; equal ids are one person "
            "already. Name what several ids may share."
        )
    if found.personal is PersonalData.PROTECTED:
        raise SpecError(
            f"The identifier {identifier.name!r} stands in {column}, which is held for audits alone. Name another column, or "
            "declare the column personal=PersonalData.PSEUDONYM."
        )
    if found.dtype not in (str, int) and not (isinstance(identifier, Told) and found.dtype is date):
        raise SpecError(
            f"The identifier {identifier.name!r} stands in {column}, which is of type {found.dtype.__name__}; expected text or a "
            "whole number, for other values have no one form that identifies."
        )


def _check_author(project: Project, spec: Model, author: str) -> None:
    """Refuse a statement by nobody."""
    if author not in project.authors:
        raise SpecError(
            f"Model {spec.name!r} has a statement by {author!r}, which is no role of project {project.name!r}; "
            f"its roles are {sorted(project.authors)}.{meant(author, project.authors)}"
        )


def _check_unprotected(project: Project, spec: Model) -> None:
    """Refuse inputs that read what is held for audits alone."""
    guarded = {(a.source, a.column) for a in project.attributes}
    guarded |= {(s.name, c.name) for s in project.sources for c in s.columns if c.personal is PersonalData.PROTECTED}
    if read := guarded & read_columns(project, (*spec.inputs, *spec.population.features)):
        raise SpecError(f"Model {spec.name!r} reads protected columns {sorted(read)}; they are held for audits alone.")


def _check_nouns(project: Project) -> None:
    """Refuse two histories of one noun."""
    nouns = [history.noun for history in project.histories]
    if twice := sorted({noun for noun in nouns if nouns.count(noun) > 1}):
        raise SpecError(f"Two histories of project {project.name!r} are called {twice[0]!r}; a noun names tables and features.")


def _check_history(project: Project, history: History) -> None:
    """Refuse a history over a source or columns that are not there."""
    source = project.source(history.source)
    if CUSTOMER not in {each.name for each in source.columns}:
        raise SpecError(
            f"The history {history.noun!r} is read from source {source.name!r}, which has no column {CUSTOMER!r}, so its rows "
            f"are nobody's. Let a column be called so, as in {CUSTOMER}=CustomerID, or derive one."
        )
    if isinstance(history, Events):
        prepared_events(history, source, project.look_ups(history))
    elif isinstance(history, Intervals):
        prepared_intervals(history, source)
    elif isinstance(history, States):
        prepared_states(history, source)


def _check_declared(project: Project, feature: Feature) -> None:
    """Refuse a feature of what is no history of the project."""
    if all(feature.rows.history is not history for history in project.histories):
        raise SpecError(
            f"The feature {feature.name!r} is of {feature.rows.history.many}, a history that history.py of project "
            f"{project.name!r} does not declare. Import it from there."
        )


def _check_currency(project: Project) -> None:
    """Refuse what is no currency."""
    if project.currency is not None and not re.fullmatch("[A-Z]{3}", project.currency):
        raise SpecError(
            f"Project {project.name!r} names the currency {project.currency!r}; expected three capital letters (ISO 4217), "
            "such as 'USD'. Correct it, or leave the line out."
        )
