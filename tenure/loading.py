"""Loading a project from a company's folder.

`project.py` holds `PROJECT`, `history.py` what the sources mean, `features.py` what may be known of a customer (`FEATURES`),
each file of `sources/` one `SOURCE`, each of `models/` one `SPEC`. Both are walked, not listed, so adding a file is adding
a source or a model. Where folders lie is none of the core's business.
"""

import importlib
import pkgutil
import traceback
from dataclasses import replace
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
    SpecError: a file without its one SOURCE or SPEC, a name that differs from the file's, or a reference to nothing.
    """
    project: Project = _constant(f"{package}.project", "PROJECT", Project)
    declared = vars(_imported(f"{package}.history")).values()
    histories = {id(one): one for one in declared if isinstance(one, HISTORIES)}
    features: tuple[Feature, ...] = _constant(f"{package}.features", "FEATURES", tuple)
    loaded = replace(
        project,
        sources=tuple(_each(f"{package}.sources", "SOURCE", Source)),
        histories=tuple(histories.values()),
        features=features,
        models=tuple(with_features(spec, features) for spec in _each(f"{package}.models", "SPEC", Model)),
    )
    check_project(loaded)
    return loaded


def _each(package: str, constant: str, kind: type) -> list[Any]:
    """One constant from each module of a package, named as the module is."""
    module = _imported(package)
    found = []
    for info in sorted(pkgutil.iter_modules(module.__path__), key=lambda i: i.name):
        value = _constant(f"{package}.{info.name}", constant, kind)
        if value.name != info.name:
            raise SpecError(f"{package}/{info.name}.py holds {constant} named {value.name!r}; file and name must agree.")
        found.append(value)
    return found


def _imported(module: str) -> ModuleType:
    """A file of a project. What it declares wrongly, such as a line of an audit that does not exist, is said with its place."""
    try:
        return importlib.import_module(module)
    except SpecError:
        raise
    except ModuleNotFoundError as error:
        if error.name == module and "." in module:
            raise SpecError(
                f"{module.replace('.', '/')}.py is not there. A company's folder holds project.py, history.py, features.py, "
                "sources/ and models/."
            ) from error
        if error.name and f"{module}.".startswith(f"{error.name}."):
            raise
        raise SpecError(f"{module.replace('.', '/')}.py imports {error.name!r}, which is not there. Correct the name.") from error
    except (TypeError, ValueError, AttributeError, NameError, LookupError, ImportError, SyntaxError) as error:
        name = f"{module.replace('.', '/')}.py"
        frames = [frame for frame in traceback.extract_tb(error.__traceback__) if frame.filename.endswith(name)]
        place = f"{name}, line {frames[-1].lineno}" if frames else name
        raise SpecError(f"{place} cannot be read: {error}. Correct what it declares there.") from error


def _constant(module: str, name: str, kind: type) -> Any:
    """A constant of the right kind from a module."""
    value = getattr(_imported(module), name, None)
    if not isinstance(value, kind):
        raise SpecError(f"{module.replace('.', '/')}.py must hold one {name}; found {type(value).__name__}.")
    return value
