"""Opening a home: that it is there, this account's alone, of today's format, and can be written where that is wanted.

Looked at once, before any library is: each of them would say the same in a hundred lines.
"""

import os
import pwd
import stat
from enum import Enum, auto
from pathlib import Path

from adapters.private_folder import sweep_private
from adapters.settings import Settings
from adapters.whole_files import make_folder
from home.format import format_of, no_home, note_format, require_format
from tenure.errors import HomeError

# A day takes some five megabytes; with less left than this nothing is begun.
LEAST_FREE_MB = 50


class Use(Enum):
    """What a command does to a home."""

    READS = auto()
    CHANGES = auto()
    MAKES = auto()
    UPGRADES = auto()


def open_home(settings: Settings, use: Use) -> tuple[Path, ...]:
    """Look at the home, and make it where the command may; return what stood open to other accounts and was closed.

    Raises
    ------
    HomeError: when there is none, it is another account's, cannot be closed, has another format, is read-only or full.
    """
    home = settings.home
    if use is Use.MAKES:
        _make(home)
    _require_own(home)
    # An upgrade closes all of it, once a person agrees.
    places = () if use is Use.UPGRADES else (home, *([settings.keys] if settings.keys.exists() else []))
    closed = close_to_others(*places)
    if use is Use.MAKES and format_of(home) is None:
        note_format(home)
    if use is not Use.UPGRADES:
        require_format(home)
    if use is not Use.READS:
        sweep_private(home)
        require_room(home)
    return closed


def close_to_others(*folders: Path) -> tuple[Path, ...]:
    """Close folders, and what lies directly in them, to other accounts; what is below can be reached through these alone.

    Raises
    ------
    HomeError: when one cannot be closed.
    """
    found = [one for folder in folders for one in (folder, *sorted(folder.iterdir())) if is_open(one)]
    for one in found:
        close(one)
    return tuple(found)


def is_open(path: Path) -> bool:
    """Whether other accounts may do anything with a file or folder of this account; a link has no rights of its own."""
    held = path.lstat()
    return not stat.S_ISLNK(held.st_mode) and held.st_uid == os.geteuid() and bool(held.st_mode & 0o077)


def close(path: Path) -> None:
    """Take everything from other accounts."""
    try:
        path.chmod(stat.S_IMODE(path.lstat().st_mode) & 0o700)
    except OSError as error:
        raise HomeError(
            f"{path} is open to other accounts and cannot be closed ({error.strerror}). Close it: chmod -R go-rwx {path}."
        ) from error


def require_room(home: Path) -> None:
    """Refuse a home in which nothing can be written.

    Raises
    ------
    HomeError: when it is read-only, closed to this account, or nearly full.
    """
    held = os.statvfs(home)
    if held.f_flag & os.ST_RDONLY:
        raise HomeError(f"The home {home} is on a file system that is read-only, so nothing was begun. Make it writable.")
    if not os.access(home, os.W_OK | os.X_OK):
        raise HomeError(
            f"The account {account()} may not write in the home {home}, so nothing was begun. Give it back: chmod u+rwx."
        )
    free_mb = held.f_bavail * held.f_frsize / 1e6
    if free_mb < LEAST_FREE_MB:
        raise HomeError(
            f"The disk of the home {home} has {free_mb:.0f} MB left, and {LEAST_FREE_MB} are needed, so nothing was begun. "
            "Free some; `tenure status` shows what takes how much."
        )


def account(uid: int | None = None) -> str:
    """An account by name, or by number where it has none; by default the one this process runs under."""
    number = os.geteuid() if uid is None else uid
    try:
        return pwd.getpwuid(number).pw_name
    except KeyError:
        return str(number)


def _make(home: Path) -> None:
    """Make the folder."""
    try:
        make_folder(home)
    except OSError as error:
        raise HomeError(f"A home cannot be made at {home}: {error.strerror}. Name another place by TENURE_HOME.") from error


def _require_own(home: Path) -> None:
    """Refuse a home that is not there, or another account's: what one account wrote there, the other could not change."""
    try:
        held = home.stat()
        os.listdir(home)
    except (FileNotFoundError, NotADirectoryError):
        raise no_home(home) from None
    except PermissionError:
        raise HomeError(_of_another(home, "another account")) from None
    if held.st_uid != os.geteuid() and os.geteuid() != 0:
        raise HomeError(_of_another(home, f"account {account(held.st_uid)}"))


def _of_another(home: Path, owner: str) -> str:
    """Whose home it is, and what to do."""
    return (
        f"The home {home} belongs to {owner}, and this is account {account()}. Run the command under the account that owns the "
        "home, or name a home of your own by TENURE_HOME."
    )
