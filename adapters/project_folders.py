"""Where companies' folders are, and importing one from wherever it lies.

A company's folder holds `project.py`, `history.py`, `features.py`, `sources/` and `models/`; its name is the company's. Those
that come with Tenure are in `projects/`; others lie anywhere, in folders that `TENURE_PROJECTS` names or at a path. All are
imported as `projects.<name>`. Which of them a home holds is `home/companies.py`'s.
"""

import importlib
import sys
from collections.abc import Iterable, Mapping
from dataclasses import replace
from importlib.machinery import ModuleSpec
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path

from adapters.own_packages import taken_for_rooms
from adapters.readers.places import is_address
from adapters.settings import ROOMS
from tenure.contracts import Source
from tenure.errors import SpecError
from tenure.findings import Finding, Weight
from tenure.loading import Declared, load_project, read_project
from tenure.project import Project

SHIPPED = ROOMS / "projects"
DECLARES = "project.py"


def folder_at(path: Path) -> Path:
    """The company's folder at a path.

    Raises
    ------
    SpecError: when there is no company, or one whose name cannot name keys and tables.
    """
    folder = path.expanduser().resolve()
    if not (folder / DECLARES).is_file():
        raise SpecError(f"There is no company at {folder}: expected a folder that holds {DECLARES}.")
    if not folder.name.isidentifier() or not folder.name.islower():
        raise SpecError(
            f"The folder {folder} cannot name a company: expected lower-case letters, digits and underscores. Rename it."
        )
    return folder


def folders_in(places: Iterable[Path]) -> Mapping[str, Path]:
    """Every company's folder that lies in one of these, by name; of two of one name the first."""
    found: dict[str, Path] = {}
    for place in places:
        for declared in sorted(place.glob(f"*/{DECLARES}")):
            folder = declared.parent.resolve()
            if folder.name.isidentifier() and folder.name.islower():
                found.setdefault(folder.name, folder)
    return found


def load_folder(folder: Path, deliveries: Path | None = None) -> Project:
    """Import a company's folder and load what it declares.

    Parameters
    ----------
    deliveries: where relative paths of its files begin; by default in its folder.

    Raises
    ------
    SpecError: when a file declares what cannot work, or a company of the same name was loaded from elsewhere in this process.
    """
    return _with_places(load_declared(folder), deliveries or folder)


def load_declared(folder: Path) -> Project:
    """Import a company's folder and load what it declares, with its files' paths as they are written there.

    Raises
    ------
    SpecError: as of `load_folder`.
    """
    try:
        project = load_project(_package(folder))
    except SpecError as error:
        # It failed by an import that has a better explanation than that nothing is there.
        foreign = (found for found in taken_for_rooms(folder) if found.weight is Weight.STOPS)
        raise next((SpecError(found.in_words) for found in foreign), error) from None
    if said := _misnamed(folder, project):
        raise SpecError(said.in_words)
    return project


def read_folder(folder: Path, deliveries: Path | None = None) -> Declared:
    """Import a company's folder and find everything that is wrong with it; `deliveries` as in `load_folder`.

    Raises
    ------
    SpecError: when a company of the same name was loaded from elsewhere in this process.
    """
    declared = read_project(_package(folder))
    misnamed = _misnamed(folder, declared.project)
    project = declared.project and _with_places(declared.project, deliveries or folder)
    foreign = tuple(taken_for_rooms(folder))
    # What an import of a room's name fails by is said once, with its reason.
    explained = {(found.file, found.line) for found in foreign if found.weight is Weight.STOPS}
    findings = (found for found in declared.findings if (found.file, found.line) not in explained)
    return Declared(project, (*findings, *foreign, *filter(None, [misnamed])))


def _with_places(project: Project, base: Path) -> Project:
    """The project with its files where they lie."""
    return replace(project, sources=tuple(_placed(source, base) for source in project.sources))


def _misnamed(folder: Path, project: Project | None) -> Finding | None:
    """What is wrong with the name of the folder."""
    if project is None or project.name == folder.name:
        return None
    words = f"declares a project named {project.name!r}; a company is named as its folder is. Rename one."
    return Finding(str(folder / DECLARES), words)


def _package(folder: Path) -> str:
    """The name under which a folder is imported, once it can be."""
    package = f"projects.{folder.name}"
    held = sys.modules.get(package)
    if held is not None and Path(next(iter(held.__path__))).resolve() != folder:
        raise SpecError(f"Company {folder.name!r} is at {folder} and at {next(iter(held.__path__))}; rename one of the folders.")
    if held is None and folder.parent != SHIPPED:
        begins = folder / "__init__.py"
        places = [str(folder)]
        spec = (
            spec_from_file_location(package, begins, submodule_search_locations=places)
            if begins.is_file()
            else ModuleSpec(package, None, is_package=True)
        )
        if spec is None:
            raise SpecError(f"{begins} cannot be imported.")
        spec.submodule_search_locations = places
        module = module_from_spec(spec)
        sys.modules[package] = module
        if spec.loader is not None:
            spec.loader.exec_module(module)
    return package


def _placed(source: Source, base: Path) -> Source:
    """The source with its files where they lie."""
    pattern = getattr(source.reader, "pattern", None)
    if pattern is None or is_address(pattern) or Path(pattern).expanduser().is_absolute():
        return source
    return replace(source, reader=replace(source.reader, pattern=str(base / pattern)))  # type: ignore[arg-type]


def own_definitions(folder: Path) -> object | None:
    """What a company that adds assets of its own to Dagster says in its `definitions.py`; None where it has none."""
    if not (folder / "definitions.py").is_file():
        return None
    return getattr(importlib.import_module(f"projects.{folder.name}.definitions"), "defs", None)
