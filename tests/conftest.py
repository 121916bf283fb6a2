"""Fixtures of several test rooms: a simulated company with its history landed and its models promoted, made once a session."""

import signal
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import settings

from adapters.journal import exclusive

if TYPE_CHECKING:
    from tests.premises import Premises

# How long an example takes says how busy the machine is, and nothing of the code.
settings.register_profile("any machine", deadline=None)
settings.load_profile("any machine")


def pytest_configure() -> None:
    """Have what tests start hear of the signals that ask it to end: whoever started pytest, such as nohup, may ignore them."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        if signal.getsignal(number) is signal.SIG_IGN:
            signal.signal(number, signal.default_int_handler if number == signal.SIGINT else signal.SIG_DFL)


# Workers take files in this order: those that run for minutes first, so that none is left for the end, and between those that
# wait for the established company some that do without.
LONGEST_FIRST = (
    "e2e/test_late_data.py",
    "e2e/test_own_company.py",
    "integration/test_trace.py",
    "integration/test_runs.py",
    "e2e/test_daily_run.py",
    "property/test_no_leak.py",
    "browser/test_dagster_ui.py",
    "e2e/test_daemon.py",
    "browser/test_review_room.py",
    "integration/test_replay.py",
    "e2e/test_challengers.py",
    "e2e/test_first_hours.py",
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Bring the longest files to the front; within a file, and among all others, tests stay in their order."""
    here = Path(__file__).parent
    places = {here / name: place for place, name in enumerate(LONGEST_FIRST)}
    items.sort(key=lambda item: places.get(item.path, len(places)))


@pytest.fixture(scope="session")
def established(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> "Premises":
    """The simulated company on its training day: history landed, three models trained and promoted.

    Tests work on copies of it (`established.copy(folder)`). Parallel workers share one.
    """
    # Here, not above: it brings Dagster, which most tests do without.
    from tests.premises import Premises, establish

    base = tmp_path_factory.getbasetemp()
    folder = Path(base if worker_id == "master" else base.parent) / "established"
    folder.mkdir(exist_ok=True)
    with exclusive(folder / "lock", patience_seconds=600.0):
        if not (folder / "complete").exists():
            establish(folder)
            (folder / "complete").touch()
    return Premises(folder)
