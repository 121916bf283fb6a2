"""Many promotions at one moment, from several processes of several threads: one wins, the others are told, the log is whole."""

import os
import shutil
import threading
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from dataclasses import dataclass, replace
from multiprocessing import get_context
from multiprocessing.synchronize import Barrier
from pathlib import Path

import pytest

from tenure.errors import TenureError
from tests import company
from tests.long_runs import IS_LONG
from tests.shop import NOT_WORSE, RANKS, Shop

N_PROCESSES, N_THREADS, N_CANDIDATES = (5, 10, 10) if IS_LONG else (2, 2, 2)
N_ROUNDS = 20 if IS_LONG else 1
PATIENCE_SECONDS = 120
# What whoever comes second is told: another came first, this one serves already, or it was held against a former champion.
LOST = ("came to serve", "already serves", "serves now")
_MEETING: list[Barrier] = []

pytestmark = pytest.mark.slow


@dataclass(frozen=True)
class Race:
    """A shop in which one package serves and others are approved to replace it; rounds are run on copies of it."""

    shop: Shop
    digests: tuple[str, ...]

    def copy(self, home: Path) -> Shop:
        """The same shop in another home, with a log of its own."""
        shutil.copytree(self.shop.home, home)
        return replace(self.shop, home=home, log=self.shop.log and copied_database(self.shop.log, home.parent.name))


def copied_database(address: str, name: str) -> str:
    """A copy of a PostgreSQL database beside it."""
    import sqlalchemy as sa

    url = sa.make_url(address)
    in_server(url.set(database="postgres"), f'CREATE DATABASE "{name}" TEMPLATE "{url.database}"')
    return url.set(database=name).render_as_string(hide_password=False)


def in_server(url: object, statement: str) -> None:
    """Run what no transaction may hold."""
    import sqlalchemy as sa

    engine = sa.create_engine(url, isolation_level="AUTOCOMMIT", poolclass=sa.NullPool)
    with engine.connect() as connection:
        connection.execute(sa.text(statement))


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def race(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Race:
    """Candidates, held against the champion and approved, in either kind of database."""
    log = request.getfixturevalue("postgres") if request.param == "postgresql" else None
    if log is not None:
        import sqlalchemy as sa

        in_server(sa.make_url(log), "CREATE DATABASE before")
        log = sa.make_url(log).set(database="before").render_as_string(hide_password=False)
    shop = Shop(tmp_path_factory.mktemp("race") / "home", gates=(RANKS, NOT_WORSE), log=log).founded()
    before = shop.serving("before")
    return Race(shop, tuple(shop.approved(f"candidate {i}", champion=before).digest for i in range(N_CANDIDATES)))


@pytest.fixture(scope="module")
def processes() -> Iterator[ProcessPoolExecutor]:
    """Processes of their own that share nothing with this one, and wait for each other before each round."""
    context = get_context("spawn")
    meeting = context.Barrier(N_PROCESSES, timeout=PATIENCE_SECONDS)
    with ProcessPoolExecutor(N_PROCESSES, context, initializer=meet_at, initargs=(meeting,)) as pool:
        yield pool


def meet_at(meeting: Barrier) -> None:
    """Tell a new process where all wait for each other."""
    _MEETING.append(meeting)


def promoted_in_threads(shop: Shop, digests: tuple[str, ...]) -> tuple[int, list[str]]:
    """What the threads of this process are told, and which process it is; all processes begin together."""
    together = threading.Barrier(N_THREADS, action=_MEETING[0].wait, timeout=PATIENCE_SECONDS)

    def promote(number: int) -> str:
        together.wait()
        try:
            return f"won {shop.promote(digests[number % len(digests)]).package_digest}"
        except TenureError as error:
            return str(error)

    with ThreadPoolExecutor(N_THREADS) as pool:
        return os.getpid(), list(pool.map(promote, range(N_THREADS)))


@pytest.mark.parametrize("number", range(N_ROUNDS))
def test_of_many_promotions_at_one_time_one_wins(race: Race, processes: ProcessPoolExecutor, tmp_path: Path, number: int) -> None:
    """All decided on the same champion; the others learn that another came first, and the log is whole.

    One round of four for each kind of database; `make test-long` runs twenty of fifty.
    """
    shop = race.copy(tmp_path / "home")
    rounds = [processes.submit(promoted_in_threads, shop, race.digests) for _ in range(N_PROCESSES)]
    told = [one.result(timeout=2 * PATIENCE_SECONDS) for one in rounds]
    said = [answer for _, answers in told for answer in answers]
    winners = [answer for answer in said if answer.startswith("won")]

    assert len({process for process, _ in told} | {os.getpid()}) == N_PROCESSES + 1
    assert len(said) == N_PROCESSES * N_THREADS
    assert len(winners) == 1
    assert [answer for answer in said if answer not in winners and not any(why in answer for why in LOST)] == []
    assert shop.doors.champion("shop", company.PROPENSITY).digest in winners[0]
    assert [record.version for record in shop.doors.records()] == [1, 2]
    report = shop.doors.history()
    assert (report.is_sound, report.n_unwitnessed) == (True, 0)
