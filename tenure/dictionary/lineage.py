"""Who reads whom, worked out once: for each input its columns and models, for each column its inputs and models."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from tenure.column_lineage import ColumnOf, columns_behind
from tenure.contracts import PersonalData
from tenure.features.feature import Feature
from tenure.features.plan import typed
from tenure.history import Contacts, States
from tenure.history.nouns import spoken
from tenure.project import Project


@dataclass(frozen=True)
class Readers:
    """The lineage of one project, in both directions."""

    project: Project

    @cached_property
    def features(self) -> tuple[Feature, ...]:
        """Everything that is made of a day, with units as columns have them."""
        return typed(self.project.told, {source.name: source for source in self.project.sources})

    @cached_property
    def made_of(self) -> Mapping[str, tuple[ColumnOf, ...]]:
        """For each input the columns behind it."""
        return {feature.name: columns_behind(self.project, feature) for feature in self.features}

    @cached_property
    def models(self) -> Mapping[str, tuple[str, ...]]:
        """For each input the models that read it."""
        return {
            feature.name: tuple(spec.name for spec in self.project.models if any(f.name == feature.name for f in spec.inputs))
            for feature in self.features
        }

    def inputs_of(self, column: ColumnOf) -> tuple[str, ...]:
        """The inputs that are made from a column."""
        return tuple(name for name, columns in self.made_of.items() if column in columns)

    def models_of(self, column: ColumnOf) -> tuple[str, ...]:
        """The models that read an input that is made from a column."""
        reading = {model for name in self.inputs_of(column) for model in self.models[name]}
        return tuple(spec.name for spec in self.project.models if spec.name in reading)

    def kept_out(self, column: ColumnOf) -> Iterator[str]:
        """Why models do not read a column, each reason once."""
        source, name = column
        if self.project.source(source).column(name).personal is PersonalData.PROTECTED:
            yield "held for audits alone: no model reads it"
        for history in self.project.histories:
            if isinstance(history, States) and history.source == source and name in history.left_out:
                yield f"left out of the {spoken(history.many)}: {history.left_out[name]}"
            if isinstance(history, Contacts) and history.source == source and name == history.group:
                yield "who was contacted: a model that reads it would learn the campaign"
        for spec in self.project.models:
            if f"{source}.{name}" in spec.foresees.leaks:
                yield f"not read by {spec.name}, for it tells what that model foresees"
