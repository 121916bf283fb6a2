"""The raw store on a real disk, with what killed processes left in it. What it receives is in `test_ingestion.py`."""

import os
import signal
import subprocess
import sys
import time
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from adapters.raw_store import RawStore

HOUSE = Path(__file__).parents[2]
KEY = date(2017, 11, 6)
NOON = datetime(2017, 11, 6, 12, tzinfo=UTC)
HOUR = 3600

# Lands ever new bytes until somebody stops it.
LANDS = """
import itertools
from datetime import UTC, date, datetime
from pathlib import Path
from adapters.raw_store import RawStore
batches = ((date(2017, 11, 6), b"%d " % i * 100_000, "csv") for i in itertools.count())
RawStore(Path({root!r})).land_many("p", "transactions", batches, datetime(2017, 11, 6, tzinfo=UTC))
"""


@pytest.fixture
def store(tmp_path: Path) -> RawStore:
    """A store with nothing in it."""
    return RawStore(tmp_path)


@pytest.fixture
def left(tmp_path: Path) -> Path:
    """What a process leaves that is killed while it writes a batch."""
    process = subprocess.Popen([sys.executable, "-c", LANDS.format(root=str(tmp_path))], cwd=HOUSE)
    try:
        deadline = time.monotonic() + 60
        while process.poll() is None and time.monotonic() < deadline:
            process.send_signal(signal.SIGSTOP)
            found = list((tmp_path / "aside").glob("*"))
            if found:
                break
            process.send_signal(signal.SIGCONT)
            time.sleep(0.005)
    finally:
        process.kill()
        process.wait()
    (half_written,) = found
    return half_written


def aged(path: Path, seconds: float) -> None:
    """Make a file look as old as that."""
    then = time.time() - seconds
    os.utime(path, (then, then))


def test_what_a_killed_landing_left_is_no_batch_and_goes_with_a_later_one(store: RawStore, left: Path) -> None:
    """After hours no living process can still be writing it; before, it may be another's work."""
    held = store.receipt("p", "transactions", KEY)
    assert held is None or store.batch_of(held)
    aged(left, 5 * HOUR)
    store.land("p", "transactions", KEY, b"a\n1\n", "csv", NOON)
    assert left.exists()

    aged(left, 7 * HOUR)
    store.land("p", "transactions", KEY, b"a\n1\n", "csv", NOON)

    assert not left.exists()
    assert store.batch_of(store.receipt("p", "transactions", KEY)).read_bytes() == b"a\n1\n"


def test_landing_leaves_nothing_aside(store: RawStore, tmp_path: Path) -> None:
    """Bytes and receipts are renamed from there to where they belong."""
    batches = [(KEY, f"a\n{n}\n".encode(), "csv") for n in range(3)]

    store.land_many("p", "transactions", batches, NOON)

    assert list((tmp_path / "aside").iterdir()) == []
    assert len(store.history("p", "transactions", KEY)) == 2


def test_what_held_at_a_moment_is_known_after_a_later_delivery(store: RawStore) -> None:
    """One digest for each state that the receipts were in between two moments; a batch that came since is in none of them."""
    other, keys = date(2017, 11, 7), (KEY, date(2017, 11, 7), date(2017, 11, 8))
    hours = [NOON + timedelta(hours=n) for n in range(5)]
    states = [store.digest_of("p", "transactions", keys)]
    for key, content, at in ((KEY, b"a\n1\n", hours[1]), (other, b"a\n2\n", hours[2]), (KEY, b"a\n3\n", hours[4])):
        store.land("p", "transactions", key, content, "csv", at)
        states.append(store.digest_of("p", "transactions", keys))

    def during(began: datetime, ended: datetime) -> frozenset[str]:
        return store.digests_during("p", "transactions", keys, began=began, ended=ended)

    assert len(set(states)) == 4
    assert during(hours[0], hours[0]) == {states[0]}
    assert during(hours[2], hours[3]) == {states[2]}
    assert during(hours[0], hours[3]) == set(states[:3])
    assert during(hours[3], hours[4]) == set(states[2:])
