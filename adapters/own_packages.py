"""Packages of a company's own that have the name of a room: inside of Tenure's processes its files get Tenure's instead.

Read from the syntax tree, so that an import is found wherever it stands, also one that works and brings the wrong thing.
"""

import ast
from collections.abc import Iterator
from importlib.machinery import PathFinder
from pathlib import Path

from adapters.settings import ROOMS
from tenure.findings import Finding, Weight
from tenure.room_names import NAMES

Imported = tuple[int, str]


def taken_for_rooms(folder: Path) -> Iterator[Finding]:
    """What is to be said of the imports of a company's files that name a room of Tenure's.

    One that no room holds stops; one that both a room and a package of somebody else hold brings Tenure's, which is noted.
    """
    for file in sorted({*folder.glob("*.py"), *folder.glob("*/*.py")}):
        for line, name in _imports(file):
            room = name.partition(".")[0]
            if room not in NAMES or f"{name}.".startswith(f"projects.{folder.name}."):
                continue
            own, is_ours = _somebody_elses(room, folder), _is_in_rooms(name)
            if not is_ours:
                yield Finding(str(file), f"imports {name!r}, and {_words(room, own, folder)}", line)
            elif own is not None:
                says = f"imports {name!r} and gets Tenure's: {_words(room, own, folder)}"
                yield Finding(str(file), says, line, Weight.NOTED)


def _imports(file: Path) -> Iterator[Imported]:
    """The modules that a file imports by their whole names; none of one that is no Python, which its reader says."""
    try:
        tree = ast.parse(file.read_bytes())
    except (SyntaxError, ValueError):
        return
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
            # Of a package modules are imported, of a module what it holds.
            is_package = "." not in node.module
            names = (f"{node.module}.{alias.name}" if is_package and alias.name != "*" else node.module for alias in node.names)
            yield from ((node.lineno, name) for name in dict.fromkeys(names))


def _is_in_rooms(name: str) -> bool:
    """Whether a room holds this module."""
    place = ROOMS.joinpath(*name.split("."))
    return place.is_dir() or place.with_suffix(".py").is_file()


def _somebody_elses(room: str, folder: Path) -> Path | None:
    """Where a package or module of a room's name lies that is not Tenure's: in the company's folder, or in the environment."""
    found = PathFinder.find_spec(room, [str(folder)]) or PathFinder.find_spec(room)
    if found is None:
        return None
    place = next(iter(found.submodule_search_locations or ()), found.origin)
    return None if place is None or Path(place).resolve() == ROOMS / room else Path(place)


def _words(room: str, own: Path | None, folder: Path) -> str:
    """Why a name brings what it brings, and what to do."""
    rule = f"here the name {room!r} belongs to Tenure"
    if own is None:
        return f"{rule}, which has nothing of that name in it. Correct the name, or rename your package."
    if own.is_relative_to(folder):
        return f"{rule}; {own.relative_to(folder)} of this folder is imported as 'projects.{folder.name}.{own.stem}'."
    return f"{rule}; the package at {own} cannot be imported by it. If you mean that one, rename it."
