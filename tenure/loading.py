"""Loading a project from a company's folder.

`project.py` holds `PROJECT`, `history.py` what the sources mean, `features.py` what may be known of a customer (`FEATURES`),
each file of `sources/` one `SOURCE`, each of `models/` one `SPEC`. Both are walked, not listed, so adding a file is adding
a source or a model. Where folders lie is none of the core's business.
"""

import importlib
import pkgutil
import traceback
from dataclasses import replace
from pathlib import Path
from types import ModuleType
from typing import Any

from tenure.contracts import Source
from tenure.errors import SpecError
from tenure.features.feature import Feature
from tenure.history import Contacts, Events, Intervals, States
from tenure.project import Project, check_project
from tenure.specs import Model, with_features

HISTORIES = (Events, States, Intervals, Contacts)


def load_project(package: str) -> Project:
    """Load a project from its package, such as `projects.complete_journey`.

    Raises
    ------
    SpecError: a file without its one SOURCE or SPEC, a name that differs from the file's, a reference to nothing, or a part that
        cannot work; it says in which file, and in which line where that can be told.
    """
    project: Project = _constant(package, "project", "PROJECT", Project)
    declared = vars(_imported(package, "history")).values()
    histories = {id(one): one for one in declared if isinstance(one, HISTORIES)}
    features: tuple[Feature, ...] = _constant(package, "features", "FEATURES", tuple)
    loaded = replace(
        project,
        sources=tuple(_each(package, "sources", "SOURCE", Source)),
        histories=tuple(histories.values()),
        features=features,
        models=tuple(with_features(spec, features) for spec in _each(package, "models", "SPEC", Model)),
    )
    check_project(loaded)
    return loaded


def _each(package: str, folder: str, constant: str, kind: type) -> list[Any]:
    """One constant from each module of a folder, named as the module is."""
    module = _imported(package, folder)
    found = []
    for info in sorted(pkgutil.iter_modules(module.__path__), key=lambda i: i.name):
        value = _constant(package, f"{folder}.{info.name}", constant, kind)
        if value.name != info.name:
            raise SpecError(
                f"{_file(package, f'{folder}.{info.name}')} holds {constant} named {value.name!r}; file and name must agree."
            )
        found.append(value)
    return found


def _constant(package: str, part: str, name: str, kind: type) -> Any:
    """A constant of the right kind from a file."""
    value = getattr(_imported(package, part), name, None)
    if not isinstance(value, kind):
        raise SpecError(f"{_file(package, part)} must hold one {name}; found {type(value).__name__}.")
    return value


def _imported(package: str, part: str) -> ModuleType:
    """A file of a project. What it declares wrongly, such as a line of an audit that does not exist, is said with its place."""
    try:
        return importlib.import_module(f"{package}.{part}")
    except SpecError as error:
        raise SpecError(f"{_place(package, part, error)}: {error}") from error
    except ModuleNotFoundError as error:
        if error.name == f"{package}.{part}":
            raise SpecError(
                f"{_file(package, part)} is not there. A company's folder holds project.py, history.py, features.py, "
                "sources/ and models/."
            ) from error
        raise SpecError(
            f"{_place(package, part, error)} imports {error.name!r}, which is not there. Correct the name."
        ) from error
    except (TypeError, ValueError, AttributeError, NameError, LookupError, ImportError, SyntaxError) as error:
        raise SpecError(
            f"{_place(package, part, error)} cannot be read: {getattr(error, 'msg', error)}. Correct what it declares there."
        ) from error


def _place(package: str, part: str, error: Exception) -> str:
    """The file and line of the project's own code that an error came from; the file that was read, where there is none."""
    folder = str(_folder(package))
    own = [frame for frame in traceback.extract_tb(error.__traceback__) if frame.filename.startswith(folder)]
    if isinstance(error, SyntaxError) and error.filename and error.lineno:
        return f"{error.filename}, line {error.lineno}"
    return f"{own[-1].filename}, line {own[-1].lineno}" if own else _file(package, part)


def _file(package: str, part: str) -> str:
    """Where a part of a project is, or should be."""
    path = _folder(package).joinpath(*part.split("."))
    return str(path if path.is_dir() else path.with_suffix(".py"))


def _folder(package: str) -> Path:
    """The folder of a project.

    Raises
    ------
    ModuleNotFoundError: where there is no such package.
    """
    return Path(next(iter(importlib.import_module(package).__path__)))
