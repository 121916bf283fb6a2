"""The whole data dictionary, put together; and its inputs and models."""

from collections.abc import Iterator, Mapping, Sequence

from tenure.dictionary.entries import Dictionary, InputEntry, LandedEntry, ModelEntry, RuleEntry
from tenure.dictionary.histories import history_entry
from tenure.dictionary.lineage import Readers
from tenure.dictionary.sources import source_entry
from tenure.features.feature import Feature
from tenure.history.nouns import counted, spoken
from tenure.project import Project
from tenure.specs import Model, is_leaking
from tenure.tables import LakeTable


def dictionary_of(
    project: Project,
    *,
    rules: Mapping[str, Sequence[RuleEntry]],
    tables: Sequence[LakeTable],
    landed: Mapping[str, LandedEntry] | None = None,
) -> Dictionary:
    """The data dictionary of a project.

    Parameters
    ----------
    rules: for each source by name, every rule by which its rows are judged.
    tables: every table that the lake may hold of it.
    landed: what a home holds of each source; None or nothing where nobody looked.

    Raises
    ------
    SpecError: where a part of the project cannot work.
    """
    readers = Readers(project)
    return Dictionary(
        name=project.name,
        title=project.title,
        about=tuple(_about(project)),
        sources=tuple(source_entry(readers, s, rules.get(s.name, ()), (landed or {}).get(s.name)) for s in project.sources),
        histories=tuple(history_entry(readers, history) for history in project.histories),
        inputs=tuple(_input(readers, feature) for feature in readers.features),
        models=tuple(_model(readers, spec) for spec in project.models),
        tables=tuple(tables),
    )


def _about(project: Project) -> Iterator[str]:
    """What holds of the whole company."""
    until = f"to {project.last_day}" if project.last_day else "on; it still delivers"
    yield f"Customers are known as {project.known_as}. History runs from {project.first_day} {until}."
    if project.currency:
        yield f"Amounts are in {project.currency}."
    for purpose in project.purposes:
        yield f"Data may be used for {spoken(purpose.name)}: {purpose.why.rstrip('.')}."


def _input(readers: Readers, feature: Feature) -> InputEntry:
    """One input."""
    return InputEntry(
        name=feature.name,
        meaning=feature.meaning,
        phrase=feature.phrase,
        unit=feature.unit,
        looks_back=_looks_back(feature),
        history=feature.rows.history.noun,
        made_of=readers.made_of[feature.name],
        models=readers.models[feature.name],
        others=tuple(_others(readers.project, feature)),
    )


def _looks_back(feature: Feature) -> str:
    """How far it reads."""
    if feature.lookback_days is not None:
        return counted(feature.lookback_days, "day", "days")
    cut = f", cut at {feature.capped_at:g}" if feature.capped_at is not None else ""
    return f"all history{cut}"


def _others(project: Project, feature: Feature) -> Iterator[str]:
    """Why models do not read it, and whose population is told by it."""
    for spec in project.models:
        if feature.name not in {each.name for each in spec.inputs}:
            yield f"{spec.name} does not read it: {_why_not(project, spec, feature)}"
    for spec in project.models:
        if feature.name in spec.population.columns:
            yield f"it tells whom {spec.name} scores"


def _why_not(project: Project, spec: Model, feature: Feature) -> str:
    """Why a model does not read an input."""
    if is_leaking(spec, feature):
        return "it tells what the model foresees"
    if feature.name not in {each.name for each in project.features}:
        return "the project's features do not list it"
    return "the model names its inputs, and leaves it out"


def _model(readers: Readers, spec: Model) -> ModelEntry:
    """One model."""
    project = readers.project
    read = {feature.name for feature in spec.inputs}
    columns = {column for name in read for column in readers.made_of[name]}
    in_order = ((source.name, column.name) for source in project.sources for column in source.columns)
    return ModelEntry(
        name=spec.name,
        title=spec.title,
        owner=spec.owner,
        says=tuple(_says(spec)),
        inputs=tuple(feature.name for feature in readers.features if feature.name in read),
        not_read=tuple(
            RuleEntry(name=feature.name, says=_why_not(project, spec, feature))
            for feature in project.features
            if feature.name not in read
        ),
        histories=tuple(dict.fromkeys(history.noun for history in (*spec.population.histories, *spec.foresees.histories))),
        audited_by=tuple(project.attribute(name).title for name in spec.protected),
        made_of=tuple(column for column in in_order if column in columns),
    )


def _says(spec: Model) -> Iterator[str]:
    """Whom it scores, what the score says, and how the outcome is found out."""
    yield f"It scores {spec.population.in_words}. The score is {spec.score_means}."
    yield f"What happened is found out so: {spec.foresees.rule}."
    if spec.horizons_days:
        listed = ", ".join(map(str, spec.horizons_days[:-1]))
        days = f"{listed} and {spec.horizons_days[-1]}" if listed else str(spec.horizons_days[0])
        yield f"Its curve is read at {days} days."
