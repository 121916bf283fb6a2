"""Loading a project from a company's folder.

`project.py` holds `PROJECT`, `history.py` what the sources mean, `features.py` what may be known of a customer (`FEATURES`),
each file of `sources/` one `SOURCE`, each of `models/` one `SPEC`. Both are walked, not listed, so adding a file is adding
a source or a model. Where folders lie is none of the core's business.

Every file is read, whatever is wrong with another, so that `tenure check` says everything at once; loading refuses the first.
"""

import importlib
import pkgutil
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from tenure.contracts import Source
from tenure.errors import SpecError
from tenure.features.feature import Feature
from tenure.findings import Finding
from tenure.history import Contacts, Events, History, Intervals, States
from tenure.misdeclared import RAISED, findings_of, refused
from tenure.misfits import misfits
from tenure.project import Project
from tenure.specs import Model, with_features

HISTORIES = (Events, States, Intervals, Contacts)


@dataclass(frozen=True)
class Declared:
    """What a folder declares: the project as far as it could be read, and what is wrong with it."""

    project: Project | None
    findings: tuple[Finding, ...]


def load_project(package: str) -> Project:
    """Load a project from its package, such as `projects.complete_journey`.

    Raises
    ------
    SpecError: a file without its one SOURCE or SPEC, a name that differs from the file's, a reference to nothing, or a part that
        cannot work; it says in which file, and in which line where that can be told.
    """
    declared = read_project(package)
    if declared.project is None or declared.findings:
        first, *others = declared.findings
        more = f" `tenure check` says what else is wrong: {len(others)} more." if others else ""
        raise SpecError(f"{first.in_words}{more}")
    return declared.project


def read_project(package: str) -> Declared:
    """Read every file of a project, and find everything that is wrong."""
    reading = _Reading(package)
    project: Project | None = reading.constant("project", "PROJECT", Project)
    histories = reading.histories()
    features: tuple[Feature, ...] | None = reading.constant("features", "FEATURES", tuple)
    sources: list[Source] = reading.each("sources", "SOURCE", Source)
    models: list[Model] = reading.each("models", "SPEC", Model)
    if project is None:
        return Declared(None, reading.found)
    known = [spec for spec in models if spec.features is not None or features is not None]
    loaded = replace(
        project,
        sources=tuple(sources),
        histories=histories,
        features=features or (),
        models=tuple(reading.completed(known, features or ())),
    )
    for part, words in misfits(_sound(loaded, reading.unread)):
        reading.note(refused([words], reading.file(part)))
    return Declared(loaded, reading.found)


def _sound(project: Project, unread: Sequence[str]) -> Project:
    """The project without what stands on a file that could not be read: its fault is said already."""
    if "history" in unread:
        return replace(project, histories=(), features=(), models=())
    lost = {part.removeprefix("sources.") for part in unread}
    if not lost:
        return project

    def stands(history: History) -> bool:
        looked_up = [one.source for one in history.look_ups] if isinstance(history, Events) else []
        return not lost & {history.source, *looked_up}

    def is_sound(spec: Model) -> bool:
        of_inputs = [feature.rows.history for feature in (*(spec.features or ()), *spec.population.features)]
        return all(map(stands, (*of_inputs, *spec.population.histories, *spec.foresees.histories)))

    return replace(
        project,
        histories=tuple(filter(stands, project.histories)),
        features=tuple(feature for feature in project.features if stands(feature.rows.history)),
        models=tuple(filter(is_sound, project.models)),
        attributes=tuple(attribute for attribute in project.attributes if attribute.source not in lost),
        consents=None if project.consents is None or project.consents.source in lost else project.consents,
    )


@dataclass
class _Reading:
    """The files of one project as they are read: what was found wrong, and which parts could not be read."""

    package: str
    _found: dict[Finding, None] = field(default_factory=dict)
    unread: list[str] = field(default_factory=list)

    @property
    def found(self) -> tuple[Finding, ...]:
        """What is wrong, each once."""
        return tuple(self._found)

    def note(self, findings: Iterable[Finding]) -> None:
        """Keep findings; a file that many import is wrong once."""
        self._found.update(dict.fromkeys(findings))

    def constant(self, part: str, name: str, kind: type) -> Any:
        """A constant of the right kind from a file; None where there is none."""
        module = self._imported(part)
        value = getattr(module, name, None)
        if module is None or isinstance(value, kind):
            return value
        self._refuse(part, f"must hold one {name}; found {type(value).__name__}.")
        return None

    def histories(self) -> tuple[History, ...]:
        """What `history.py` declares."""
        declared = vars(self._imported("history") or object).values()
        return tuple({id(one): one for one in declared if isinstance(one, HISTORIES)}.values())

    def each(self, folder: str, constant: str, kind: type) -> list[Any]:
        """One constant from each module of a folder, named as the module is."""
        module = self._imported(folder)
        names = sorted(info.name for info in pkgutil.iter_modules(module.__path__)) if module is not None else []
        found = []
        for name in names:
            value = self.constant(f"{folder}.{name}", constant, kind)
            if value is not None and value.name != name:
                self._refuse(f"{folder}.{name}", f"holds {constant} named {value.name!r}; file and name must agree.")
            elif value is not None:
                found.append(value)
        return found

    def completed(self, models: Sequence[Model], features: Sequence[Feature]) -> Iterable[Model]:
        """The models with their inputs, those that cannot have them left out."""
        for spec in models:
            try:
                yield with_features(spec, features)
            except SpecError as error:
                self.note(refused(error.args, self.file(f"models.{spec.name}")))

    def file(self, part: str) -> Path:
        """Where a part of the project is, or should be."""
        path = self._folder.joinpath(*part.split("."))
        return path if path.is_dir() else path.with_suffix(".py")

    def _refuse(self, part: str, words: str) -> None:
        self.unread.append(part)
        self.note([Finding(str(self.file(part)), words)])

    def _imported(self, part: str) -> Any:
        """A file of the project as a module; None where it cannot be read."""
        module = f"{self.package}.{part}"
        try:
            return importlib.import_module(module)
        except RAISED as error:
            self.unread.append(part)
            self.note(findings_of(error, folder=self._folder, read=self.file(part), module=module))
            return None

    @property
    def _folder(self) -> Path:
        """The folder of the project; raises ModuleNotFoundError where there is no such package."""
        return Path(next(iter(importlib.import_module(self.package).__path__)))
