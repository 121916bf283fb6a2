"""Which format the state of a home has: a file in it says so, so that no command reads or writes what it does not understand.

The number rises when something kept before would be read wrongly, or not at all. What opening an older home changes is
`upgrade.py`.
"""

import json
from pathlib import Path

from adapters.whole_files import write_whole
from tenure.errors import HomeError

FORMAT = 3
NAME = "format.json"
# What homes held before there was a file that says so. Keys alone are a person's, and no home.
_FIRST_FORMAT_HELD = ("lake", "raw", "store", "trust", "candidates", "dagster")


def format_of(home: Path) -> int | None:
    """The format of a home; None where there is none yet.

    Raises
    ------
    HomeError: when the file that should say it says something else.
    """
    path = home / NAME
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return 1 if any((home / name).exists() for name in _FIRST_FORMAT_HELD) else None
    except ValueError:
        found = None
    number = found.get("format") if isinstance(found, dict) else None
    if not isinstance(number, int) or isinstance(number, bool) or number < 1:
        raise HomeError(f'Expected {path} to say the format of the home, as {{"format": {FORMAT}}}. Restore it from a backup.')
    return number


def note_format(home: Path) -> None:
    """Say that a home has the format of today."""
    write_whole(home / NAME, json.dumps({"format": FORMAT}) + "\n")


def require_format(home: Path) -> None:
    """Refuse a home that another Tenure made.

    Raises
    ------
    HomeError: when there is no home, or it is older or newer.
    """
    found = format_of(home)
    if found is None:
        raise no_home(home)
    if found < FORMAT:
        raise HomeError(
            f"The home {home} has format {found}, of an earlier Tenure; this one reads format {FORMAT}. "
            "`tenure upgrade` says what it would change, and changes it once you agree."
        )
    if found > FORMAT:
        raise HomeError(
            f"The home {home} has format {found}, of a newer Tenure; this one reads format {FORMAT}. Install that one."
        )


def no_home(home: Path) -> HomeError:
    """There is none, where somebody looked for one."""
    return HomeError(
        f"There is no home at {home}, where TENURE_HOME says it is. Correct TENURE_HOME; a new home is begun by "
        "`tenure land`, `train`, `up` or `trust init`, and the demonstration's by `tenure demo`."
    )
