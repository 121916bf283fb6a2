"""MLflow's store in the home, as a file: one process at a time opens it, this MLflow can read it, and its artifacts are here.

MLflow keeps in full where its artifacts are. A home that was moved or copied is told anew where it is, or training in a copy
would write into the original. Only places below a home's own `mlflow/artifacts` are touched.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from adapters.journal import exclusive
from adapters.store_versions import MLFLOW, Fit, fit_of
from tenure.errors import RegistryError

_SQLITE = "sqlite:///"
_UNFIT = {
    Fit.OLDER: "was made by an older MLflow. `tenure upgrade` brings it to the one that is installed.",
    Fit.NEWER: "was made by a newer MLflow, which this one cannot read. Install that one, or restore the store from a backup.",
    Fit.UNREADABLE: "is no MLflow store. Restore it from a backup, or move it away, and a new one is made.",
}
# Where a place is kept, as MLflow names tables and columns; a store of another version may lack some.
_KEPT = (
    ("experiments", "artifact_location"),
    ("runs", "artifact_uri"),
    ("model_versions", "source"),
    ("model_versions", "storage_location"),
    ("logged_models", "artifact_location"),
)
_BELOW_A_HOME = "/mlflow/artifacts"


@contextmanager
def alone(tracking_uri: str) -> Iterator[None]:
    """Hold a lock beside the SQLite file, if that is the store."""
    database = database_of(tracking_uri)
    if database is None:
        yield
        return
    with exclusive(database.with_name(f"{database.name}.lock"), patience_seconds=120.0):
        yield


def database_of(tracking_uri: str) -> Path | None:
    """The SQLite file, if that is the store."""
    return Path(tracking_uri.removeprefix(_SQLITE)) if tracking_uri.startswith(_SQLITE) else None


def settle(tracking_uri: str, artifact_root: Path) -> None:
    """Make sure, under the store's lock, that MLflow can open its store, and that artifacts go below the home as it is now.

    Raises
    ------
    RegistryError: when another version of MLflow made the store.
    """
    require_fit(tracking_uri)
    database, root = database_of(tracking_uri), artifact_root.resolve()
    if database is not None and database.resolve().parent == root.parent:
        anchor(database, root)


def require_fit(tracking_uri: str) -> None:
    """Refuse a store of another version before MLflow is asked, which takes seconds and, of a newer one, ends in a traceback.

    Raises
    ------
    RegistryError: when it is older, newer or no store.
    """
    database = database_of(tracking_uri)
    fit = Fit.FITS if database is None else fit_of(database, MLFLOW)
    if fit is not Fit.FITS:
        raise RegistryError(f"The MLflow store {database} {_UNFIT[fit]}")


def anchor(database: Path, artifact_root: Path) -> bool:
    """Let every place that a store keeps be below `artifact_root`; say whether anything had to be changed.

    Parameters
    ----------
    database: MLflow's SQLite file, which may not be there yet. Call it under the store's lock.
    artifact_root: `mlflow/artifacts` of the home as it is now.
    """
    if not database.exists():
        return False
    root = artifact_root.as_uri()
    with closing(sqlite3.connect(database, timeout=30.0)) as connection, connection:
        kept = _kept(connection)
        elsewhere = {old for place in kept for old in _roots(connection, *place) if old != root}
        for old in elsewhere:
            for table, column in kept:
                connection.execute(
                    f"UPDATE {table} SET {column} = ? || substr({column}, ?) WHERE substr({column}, 1, ?) = ?",
                    (root, len(old) + 1, len(old) + 1, f"{old}/"),
                )
    return bool(elsewhere)


def is_anchored(database: Path, artifact_root: Path) -> bool:
    """Whether every place that a store keeps of a home is below `artifact_root` already."""
    if not database.exists():
        return True
    with closing(sqlite3.connect(f"{database.resolve().as_uri()}?mode=ro", uri=True)) as connection:
        return {old for place in _kept(connection) for old in _roots(connection, *place)} <= {artifact_root.as_uri()}


def _kept(connection: sqlite3.Connection) -> list[tuple[str, str]]:
    """The tables and columns of a store that keep places."""
    return [(table, column) for table, column in _KEPT if column in _columns(connection, table)]


def _columns(connection: sqlite3.Connection, table: str) -> set[str]:
    """The names of a table's columns; none where there is no such table."""
    return {name for _, name, *_ in connection.execute(f"PRAGMA table_info({table})")}


def _roots(connection: sqlite3.Connection, table: str, column: str) -> set[str]:
    """The artifact roots of homes that a column speaks of."""
    found = connection.execute(f"SELECT DISTINCT {column} FROM {table} WHERE {column} LIKE 'file:///%'")
    places = (str(value) for (value,) in found)
    return {place[: place.index(f"{_BELOW_A_HOME}/") + len(_BELOW_A_HOME)] for place in places if f"{_BELOW_A_HOME}/" in place}
