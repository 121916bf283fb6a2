"""Whether a library can open a SQLite store that it, or another version of it, made. MLflow and Dagster both use Alembic.

Read from the file and from the library's own list of migrations, so that neither is imported, and nothing is changed.
"""

import re
import sqlite3
from contextlib import closing
from enum import StrEnum
from functools import cache
from importlib.util import find_spec
from pathlib import Path

MLFLOW, DAGSTER = "mlflow", "dagster"
_MIGRATIONS = {MLFLOW: "store/db_migrations/versions", DAGSTER: "_core/storage/alembic/versions"}
_REVISION = re.compile(r"^(down_)?revision\s*(?::[^=]*)?=\s*[\"'](\w+)[\"']", re.MULTILINE)


class Fit(StrEnum):
    """How a store stands to the library that is installed."""

    FITS = "fits"
    OLDER = "older"
    NEWER = "newer"
    UNREADABLE = "unreadable"


def fit_of(database: Path, library: str) -> Fit:
    """How a store stands to a library; one that is not there yet fits."""
    if not database.exists() or not database.stat().st_size:
        return Fit.FITS
    try:
        with closing(sqlite3.connect(f"{database.resolve().as_uri()}?mode=ro", uri=True)) as connection:
            held = {str(row[0]) for row in connection.execute("SELECT version_num FROM alembic_version")}
    except sqlite3.Error:
        return Fit.UNREADABLE
    known, newest = _revisions(library)
    if not held <= known:
        return Fit.NEWER
    return Fit.FITS if held == newest else Fit.OLDER


@cache
def _revisions(library: str) -> tuple[frozenset[str], frozenset[str]]:
    """Every schema that a library knows, and the newest: that which none was made after."""
    spec = find_spec(library)
    assert spec is not None and spec.submodule_search_locations  # noqa: S101, PT018 - both are requirements
    known: set[str] = set()
    before: set[str] = set()
    for path in (Path(spec.submodule_search_locations[0]) / _MIGRATIONS[library]).glob("*.py"):
        for is_before, revision in _REVISION.findall(path.read_text(encoding="utf-8")):
            (before if is_before else known).add(revision)
    return frozenset(known), frozenset(known - before)
