"""Which companies a home holds, and where their folders are: written down by the first command that changes the home for one.

A home is one installation's state and may hold several companies. Their data and models never meet; accounts, keys, trust root
and promotion log are the home's, and the trust root says for each company how many reviewers it takes.
"""

import json
from collections.abc import Mapping
from pathlib import Path

from adapters.project_folders import SHIPPED, folder_at, folders_in
from adapters.settings import Settings
from adapters.whole_files import write_whole
from tenure.errors import HomeError, SpecError

NAME = "companies.json"


def companies(settings: Settings) -> Mapping[str, Path]:
    """The folder of each company of the home, by name.

    Raises
    ------
    HomeError: when the file that says so does not. SpecError: when the folder of one is not there any more.
    """
    return {name: folder_of(settings, name) for name in names(settings)}


def names(settings: Settings) -> tuple[str, ...]:
    """The companies of the home, wherever their folders are.

    Raises
    ------
    HomeError: when the file that says so does not.
    """
    return tuple(_noted(settings))


def folder_of(settings: Settings, name: str) -> Path:
    """The folder of a company of the home.

    Raises
    ------
    HomeError: as of `companies`. SpecError: when it is not there any more.
    """
    path = _noted(settings)[name]
    folder = folders_in((SHIPPED, *settings.projects)).get(name) if path is None else Path(path)
    if folder is None or not folder.is_dir():
        where = "none of the folders that TENURE_PROJECTS names holds it" if path is None else f"{path} is not there"
        raise SpecError(
            f"The home {settings.home} holds company {name!r}, but {where}. Say where its folder is now: --project PATH."
        )
    return folder


def find(settings: Settings, named: str | None) -> Path:
    """The folder of the company that a command is for.

    Parameters
    ----------
    named: a company's name, or the path of its folder; None for the one whose folder this is, or the only one of the home.

    Raises
    ------
    SpecError: when there is no such company, or it is not said which of several is meant.
    """
    if named is None:
        return _unnamed(settings)
    if "/" in named or "\\" in named or named in (".", ".."):
        return folder_at(Path(named))
    noted = _noted(settings)
    if noted.get(named):
        return folder_of(settings, named)
    known = folders_in((SHIPPED, *settings.projects))
    if named in known:
        return known[named]
    if (Path(named) / "project.py").is_file():
        return folder_at(Path(named))
    there = ", ".join(sorted({*known, *noted}))
    raise SpecError(f"There is no company {named!r}. There are: {there}; one that lies elsewhere is named by its path.")


def remember(settings: Settings, folder: Path) -> None:
    """Write down that the home holds the company of a folder.

    Raises
    ------
    SpecError: when it holds another company of the same name, whose folder is still there.
    """
    noted = _noted(settings)
    is_found_by_name = folders_in((SHIPPED, *settings.projects)).get(folder.name) == folder
    path = None if is_found_by_name else str(folder)
    if folder.name in noted and noted[folder.name] == path:
        return
    before = noted.get(folder.name)
    if folder.name in noted and (before is None or (Path(before) / "project.py").is_file()):
        stands = "a folder found by name" if before is None else before
        raise SpecError(
            f"The home {settings.home} holds a company {folder.name!r} of {stands}, and this one is at {folder}. Rename one of "
            "the folders, or use another home (TENURE_HOME)."
        )
    write_whole(settings.home / NAME, json.dumps({**noted, folder.name: path}, indent=1, sort_keys=True) + "\n")


def _unnamed(settings: Settings) -> Path:
    """The company of a command that names none."""
    if Path("project.py").is_file():
        return folder_at(Path())
    held = names(settings)
    if len(held) == 1:
        return folder_of(settings, held[0])
    if held:
        raise SpecError(
            f"The home {settings.home} holds {len(held)} companies. Say which: --project {' or '.join(sorted(held))}."
        )
    raise no_company(settings)


def no_company(settings: Settings) -> SpecError:
    """What is said of a home that holds no company yet."""
    known = ", ".join(sorted(folders_in((SHIPPED, *settings.projects))))
    return SpecError(
        f"The home {settings.home} holds no company yet. Say which one this is for: --project NAME or --project PATH. "
        f"Found by name: {known}."
    )


def _noted(settings: Settings) -> Mapping[str, str | None]:
    """What the home says: for each company its folder, None where it is found by name."""
    path = settings.home / NAME
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        # Before homes said so, the companies of one were those whose batches it received, all of them Tenure's own.
        receipts = settings.raw / "receipts"
        landed = sorted(one.name for one in receipts.iterdir()) if receipts.is_dir() else []
        return dict.fromkeys(name for name in landed if name in folders_in((SHIPPED, *settings.projects)))
    except ValueError:
        found = None
    if not isinstance(found, dict) or not all(isinstance(where, str | None) for where in found.values()):
        raise HomeError(
            f'Expected {path} to say where companies are, as {{"shop": "/companies/shop"}}. Restore it from a backup.'
        )
    return found
