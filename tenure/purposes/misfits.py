"""Whether the purposes of a project fit its sources, audits and models: everything that does not, by the part that says it."""

from collections.abc import Callable, Iterator
from functools import partial

from tenure.errors import PurposeError, SpecError
from tenure.names import meant
from tenure.project import Attribute, Project
from tenure.purposes.declared import EVERY, Purpose
from tenure.purposes.reading import check_model, check_project


def of_purposes(project: Project) -> Iterator[tuple[str, Callable[[], object]]]:
    """What must hold of purposes, by the part of the folder that declares it."""
    yield "project", partial(_check_told_apart, project)
    for purpose in project.purposes:
        for column in purpose.columns:
            yield "project", partial(_check_listed, project, purpose, column)
    for attribute in project.attributes:
        yield "project", partial(_check_audited, project, attribute)
    for spec in project.models:
        yield f"models.{spec.name}", partial(check_model, project, spec)
    yield "history", partial(check_project, project)


def _check_told_apart(project: Project) -> None:
    """Refuse two purposes of one name, and words beside purposes that list columns: a model could hide behind them."""
    names = [purpose.name for purpose in project.purposes]
    if twice := sorted({name for name in names if names.count(name) > 1}):
        raise SpecError(f"Two purposes of project {project.name!r} are called {twice[0]!r}; give one another name.")
    in_words = [purpose.name for purpose in project.purposes if purpose.is_in_words]
    if in_words and len(in_words) < len(names):
        raise SpecError(
            f"The purpose {in_words[0]!r} of project {project.name!r} says nothing of columns, and others do. Give it a basis=, "
            "columns= and categories= too."
        )


def _check_listed(project: Project, purpose: Purpose, column: str) -> None:
    """Refuse a purpose that lists a column which is not there."""
    source, _, name = column.partition(".")
    known = [each.name for each in project.sources]
    if source not in known:
        raise SpecError(
            f"The purpose {purpose.name!r} lists {column!r}, and there is no source {source!r}; there are {sorted(known)}."
            f"{meant(source, known)}"
        )
    if name != EVERY:
        project.source(source).column(name)


def _check_audited(project: Project, attribute: Attribute) -> None:
    """Refuse an attribute that no purpose lists: audits read it."""
    purposes = [purpose for purpose in project.purposes if not purpose.is_in_words]
    if purposes and not any(purpose.allows(attribute.source, attribute.column) for purpose in purposes):
        raise PurposeError(
            f"Project {project.name!r} audits by {attribute.name!r}, and none of its purposes lists "
            f"{attribute.source}.{attribute.column}. Add it to the columns of the purpose for which audits are made."
        )
