"""Whether what a company declares of consent fits its sources, its purposes and its models."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from tenure.consent.declared import Consents
from tenure.consent.recorded import RECORDED
from tenure.contracts import PersonalData, Source
from tenure.errors import SpecError
from tenure.history.prepared import CUSTOMER
from tenure.names import meant

if TYPE_CHECKING:
    from tenure.project import Project


def check_consents(project: "Project") -> None:
    """Refuse consents that cannot be read, or of purposes that are none.

    Raises
    ------
    SpecError: with everything that does not fit.
    """
    if project.consents is None:
        return
    source = project.source(project.consents.source) if project.consents.source else None
    found = [*_of_purposes(project, project.consents)]
    if source is not None:
        found += _of_source(project.consents, source)
    if found:
        raise SpecError(*found)


def _of_purposes(project: "Project", consents: Consents) -> Iterator[str]:
    """Purposes that are not there, and models without one."""
    names = {purpose.name for purpose in project.purposes}
    for name in sorted(consents.named_purposes - names):
        yield (
            f"Consents are given for {name!r}, which is no purpose of project {project.name!r}; its purposes are {sorted(names)}."
            f"{meant(name, names)}"
        )
    in_words = {purpose.name for purpose in project.purposes if purpose.is_in_words}
    bare = [spec.name for spec in project.models if spec.purpose in in_words or (not spec.purpose and in_words == names)]
    if bare:
        yield (
            f"Project {project.name!r} declares consents, but model {bare[0]!r} has no purpose with a basis, so nobody knows "
            'whose consent it needs. Declare one among its purposes, as in Purpose(name="…", basis=Basis.CONSENT, …).'
        )


def _of_source(consents: Consents, source: Source) -> Iterator[str]:
    """Columns and words that the source does not have."""
    there = {column.name: column for column in source.columns}
    if source.name == RECORDED:
        yield f"Consents are read from {RECORDED!r}, which is what commands record, and is read anyway. Leave the name out."
    for name in (*consents.columns, CUSTOMER):
        if name not in there:
            yield (
                f"Consents are read from column {name!r} of source {source.name!r}, which has no such column; it has "
                f"{sorted(there)}.{meant(name, there)}"
            )
        elif there[name].personal is PersonalData.PROTECTED:
            yield f"Consents are read from {source.name}.{name}, which is held for audits alone. Name another column."
    allowed = there[consents.did].allowed if consents.did in there else None
    unsaid = sorted({word for word in allowed or () if word.strip().lower() not in consents.words})
    if unsaid:
        yield (
            f"Column {source.name}.{consents.did} may hold {', '.join(map(repr, unsaid))}, of which consents do not say what it "
            "means; it would count as an objection. Give it to one of given=, withdrawn=, objected=, objection_withdrawn= or "
            "objection_refused=."
        )
