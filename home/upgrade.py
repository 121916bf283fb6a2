"""Opening a home of an earlier Tenure: what has to change in it, said before it is done.

Nothing that was signed, landed or delivered is changed: signatures are over bytes. A step is asked what it would do, and does it
once a person agrees; a step that has nothing to do says nothing, so that an upgrade that was broken off is simply run again.
"""

import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from adapters.catalogue_store import alone, anchor, database_of, is_anchored
from adapters.settings import Settings
from adapters.store_versions import MLFLOW, Fit, fit_of
from adapters.unfinished_parts import left_over, sweep
from home.format import FORMAT, format_of, note_format
from home.opening import close, is_open
from tenure.errors import HomeError


@dataclass(frozen=True, kw_only=True)
class Step:
    """One change: `what` says it in a sentence, None where there is nothing to do, and `do` makes it."""

    what: Callable[[Settings], str | None]
    do: Callable[[Settings], None]


def plan(settings: Settings, steps: Sequence[Step]) -> tuple[tuple[str, Step], ...]:
    """What an upgrade would do, in order; nothing for a home of today.

    Raises
    ------
    HomeError: when a newer Tenure made the home.
    """
    found = format_of(settings.home)
    if found is not None and found > FORMAT:
        raise HomeError(f"The home {settings.home} has format {found}, of a newer Tenure; this one reads {FORMAT}.")
    return tuple((words, step) for step in steps if (words := step.what(settings)) is not None)


def _what_is_open(settings: Settings) -> str | None:
    """Files and folders that other accounts may read or change."""
    n_open = sum(is_open(path) for path in (settings.home, *settings.home.rglob("*")))
    return f"Close {n_open:,} files and folders to other accounts." if n_open else None


def _close_all(settings: Settings) -> None:
    """Close them, the folders above first: what they hold cannot be reached from then on."""
    for path in (settings.home, *settings.home.rglob("*")):
        if is_open(path):
            close(path)


def _what_is_left_over(settings: Settings) -> str | None:
    """Parts of tables that a killed process never finished."""
    found = left_over(settings.lake)
    n_bytes = sum(path.stat().st_size for path in found)
    return f"Remove {len(found)} parts of tables that were never finished ({n_bytes / 1e6:,.1f} MB)." if found else None


def _sweep(settings: Settings) -> None:
    """Remove them."""
    sweep(settings.lake)


def _what_of_catalogue(settings: Settings) -> str | None:
    """A store of an older MLflow."""
    database = database_of(settings.tracking_uri)
    is_older = database is not None and fit_of(database, MLFLOW) is Fit.OLDER
    return f"Bring the MLflow store {database} to the MLflow that is installed; back it up first." if is_older else None


def _migrate_catalogue(settings: Settings) -> None:
    """Let MLflow do so."""
    command = [sys.executable, "-P", "-m", "mlflow", "db", "upgrade", settings.tracking_uri]
    done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 - our own settings
    if done.returncode:
        said = (done.stderr.strip().splitlines() or ["nothing"])[-1]
        raise HomeError(f"MLflow could not upgrade its store; it said: {said[:200]}. Restore the store from a backup.")


def _what_is_elsewhere(settings: Settings) -> str | None:
    """Artifacts of a home that was moved or copied."""
    database = database_of(settings.tracking_uri)
    if database is None or is_anchored(database, settings.artifacts):
        return None
    return f"Let MLflow keep and find its artifacts in {settings.artifacts}, where this home is now."


def _anchor(settings: Settings) -> None:
    """Tell MLflow where they are."""
    database = database_of(settings.tracking_uri)
    if database is not None:
        with alone(settings.tracking_uri):
            anchor(database, settings.artifacts)


def _what_of_format(settings: Settings) -> str | None:
    """The format itself."""
    found = format_of(settings.home)
    return None if found == FORMAT else f"Note that the home has format {FORMAT}; an earlier Tenure is not to open it any more."


NOTE_FORMAT = Step(what=_what_of_format, do=lambda settings: note_format(settings.home))
# In this order; the format is noted last, once all the rest is done.
STEPS = (
    Step(what=_what_is_open, do=_close_all),
    Step(what=_what_is_left_over, do=_sweep),
    Step(what=_what_of_catalogue, do=_migrate_catalogue),
    Step(what=_what_is_elsewhere, do=_anchor),
)
