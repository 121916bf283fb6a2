"""MLflow's store as a file: moved, copied, older and newer. The tables are MLflow's own, as far as they speak of places."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from adapters.catalogue_store import anchor, require_fit, settle
from adapters.store_versions import MLFLOW, Fit, _revisions, fit_of
from tenure.errors import RegistryError

OTHER = "s3://bucket/mlflow/artifacts/shop"


def store(home: Path, artifacts: str, revision: str | None = None) -> Path:
    """A store whose run and version have their files below `artifacts`."""
    path = home / "mlflow" / "mlflow.db"
    path.parent.mkdir(parents=True)
    held = _revisions(MLFLOW)[1] if revision is None else {revision}
    with closing(sqlite3.connect(path)) as database, database:
        database.executescript(
            "CREATE TABLE experiments (name, artifact_location); CREATE TABLE runs (artifact_uri);"
            "CREATE TABLE model_versions (source, storage_location); CREATE TABLE alembic_version (version_num)"
        )
        rows = [("shop", f"{artifacts}/shop"), ("elsewhere", OTHER), ("Default", "/code/mlruns/0")]
        database.executemany("INSERT INTO experiments VALUES (?, ?)", rows)
        database.execute("INSERT INTO runs VALUES (?)", (f"{artifacts}/shop/1/artifacts",))
        database.execute("INSERT INTO model_versions VALUES (?, NULL)", (f"{artifacts}/shop/1/artifacts/package",))
        database.executemany("INSERT INTO alembic_version VALUES (?)", [(one,) for one in held])
    return path


def places(path: Path) -> list[str]:
    """Every place that a store keeps."""
    with closing(sqlite3.connect(path)) as database:
        tables = {"experiments": "artifact_location", "runs": "artifact_uri", "model_versions": "source"}
        return [row[0] for table, column in tables.items() for row in database.execute(f"SELECT {column} FROM {table}")]


@pytest.mark.parametrize("name", ["plain", "a copy of 100% #1?", "größe 日本"])
def test_a_copy_keeps_its_artifacts_in_itself(tmp_path: Path, name: str) -> None:
    """Whatever signs are in its path; places that are no home's stay."""
    root = tmp_path / name / "mlflow" / "artifacts"
    path = store(tmp_path / name, "file:///original/mlflow/artifacts")

    assert anchor(path, root)
    assert not anchor(path, root)

    uri = root.as_uri()
    expected = [f"{uri}/shop", OTHER, "/code/mlruns/0", f"{uri}/shop/1/artifacts", f"{uri}/shop/1/artifacts/package"]
    assert places(path) == expected


def test_only_the_home_s_own_store_is_told_where_it_is(tmp_path: Path) -> None:
    """One that several homes share by TENURE_TRACKING_URI says what it says."""
    path = store(tmp_path / "shared", "file:///original/mlflow/artifacts")

    settle(f"sqlite:///{path}", tmp_path / "home" / "mlflow" / "artifacts")
    assert "file:///original/mlflow/artifacts/shop" in places(path)

    settle(f"sqlite:///{path}", tmp_path / "shared" / "mlflow" / "artifacts")
    assert "file:///original/mlflow/artifacts/shop" not in places(path)


def test_a_store_of_another_version_is_refused_with_what_mends_it(tmp_path: Path) -> None:
    """Before MLflow is imported, and before anything in the store is touched."""
    known, newest = _revisions(MLFLOW)
    older = store(tmp_path / "older", "file:///x/mlflow/artifacts", min(known - newest))
    newer = store(tmp_path / "newer", "file:///x/mlflow/artifacts", "ffffffffffff")
    no_store = tmp_path / "mlflow.db"
    no_store.write_bytes(b"garbage" * 1000)

    assert [fit_of(path, MLFLOW) for path in (older, newer, no_store, tmp_path / "none")] == [
        Fit.OLDER,
        Fit.NEWER,
        Fit.UNREADABLE,
        Fit.FITS,
    ]
    for path, says in ((older, "an older MLflow. `tenure upgrade`"), (newer, "a newer MLflow"), (no_store, "no MLflow store")):
        with pytest.raises(RegistryError, match=says):
            require_fit(f"sqlite:///{path}")
