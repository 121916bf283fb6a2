"""No leak: what is received on or after a day changes no feature, no score and no training set of that day.

Through the real assets, from raw files to the lake.
"""

from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

from adapters.lake import connect, read_table
from assets.training_set import build
from tenure.history.roll_up import KEY
from tenure.timeline import days_between
from tests import company
from tests.deliveries import file_of, rows_of, write
from tests.premises import AS_OF, Premises

DAYS = (AS_OF, AS_OF + timedelta(days=6))
LAST = AS_OF + timedelta(days=8)
ROLL_UP = company.DAILY
pytestmark = pytest.mark.slow

Change = Callable[[pa.Table, np.random.Generator, date], pa.Table]


def scrambled(rows: pa.Table, rng: np.random.Generator, day: date) -> pa.Table:
    """Other customers, other amounts, other times of the day; every row still keeps the contract."""
    for name in rows.column_names:
        if name in (company.CUSTOMER, company.AMOUNT, company.AT):
            order = pa.array(rng.permutation(rows.num_rows))
            rows = rows.set_column(rows.column_names.index(name), name, rows[name].take(order))
    return rows


def removed(rows: pa.Table, rng: np.random.Generator, day: date) -> pa.Table:
    """Six in ten of the customers fall silent."""
    customers = np.array(rows[company.CUSTOMER].to_pylist())
    kept = {c for c in sorted(set(customers)) if rng.random() < 0.4}
    return rows.filter(pa.array([c in kept for c in customers], pa.bool_()))


def backdated(rows: pa.Table, rng: np.random.Generator, day: date) -> pa.Table:
    """A few rows claim to be of an earlier day; what arrives later was not known before, whatever it says."""
    if company.AT not in rows.column_names:
        return rows
    at = rows[company.AT].to_pylist()
    at = [t - timedelta(days=12) if i % 40 == 0 else t for i, t in enumerate(at)]
    i = rows.column_names.index(company.AT)
    return rows.set_column(i, company.AT, pa.array(at, rows[company.AT].type))


def rewrite(premises: Premises, since: date, until: date, change: Change, seed: int) -> None:
    """Change every delivery of events from a day to another."""
    rng = np.random.default_rng(seed)
    for name in (source.name for source in premises.project.sources if not source.is_static):
        for day in days_between(since, until):
            if file_of(premises.delivered, name, day).exists():
                write(premises.delivered, name, day, change(rows_of(premises.delivered, name, day), rng, day))


def scored(premises: Premises, day: date) -> dict[str, str]:
    """Featurise and score a day through the daily job; content digests of what it made."""
    outcome = premises.run("daily", [day])
    assert outcome.succeeded, outcome.failures
    return dict(premises.digests(day))


def land(premises: Premises, since: date) -> None:
    """Land the days from one to the last."""
    outcome = premises.run("history", days_between(since, LAST))
    assert outcome.succeeded, outcome.failures


@pytest.fixture(scope="module")
def untouched(established: Premises, tmp_path_factory) -> Premises:
    """Everything landed as it was received, and the days scored."""
    premises = established.copy(tmp_path_factory.mktemp("untouched"))
    land(premises, AS_OF + timedelta(days=1))
    for day in DAYS:
        scored(premises, day)
    return premises


@pytest.mark.parametrize(
    ("day", "change"),
    [(DAYS[0], scrambled), (DAYS[0], backdated), (DAYS[1], removed)],
    ids=["scrambled", "backdated", "removed"],
)
def test_what_arrives_on_or_after_a_day_changes_nothing_of_it(
    established: Premises, untouched: Premises, tmp_path: Path, day: date, change: Change
):
    """Features and all scores of the day keep their digests, while the days after it do change."""
    premises = established.copy(tmp_path)
    rewrite(premises, day, LAST - timedelta(days=1), change, seed=day.toordinal())
    land(premises, AS_OF + timedelta(days=1))

    assert premises.digest(ROLL_UP, LAST, KEY) != untouched.digest(ROLL_UP, LAST, KEY)
    assert scored(premises, day) == dict(untouched.digests(day))


def test_a_training_set_reads_nothing_from_its_day_on(established: Premises, tmp_path: Path):
    """Trained as of a day in the past, with what came later scrambled: the same rows, features and outcomes, byte for byte."""
    day = AS_OF - timedelta(days=7)
    premises = established.copy(tmp_path)
    spec = premises.project.model(company.SOON)
    before = build(premises.workplace, spec, day).digest
    rewrite(premises, day, AS_OF - timedelta(days=1), scrambled, seed=5)
    outcome = premises.run("history", days_between(day + timedelta(days=1), AS_OF))
    assert outcome.succeeded, outcome.failures

    assert build(premises.workplace, spec, day).digest == before


def test_features_of_a_training_day_are_those_of_a_scored_day(established: Premises, tmp_path: Path):
    """Training and scoring run the same feature code: a snapshot made for training is what the daily job makes of that day."""
    premises = established.copy(tmp_path)
    table = premises.workplace.lake.open("features")
    snapshot_day = max(premises.workplace.lake.days("features"))
    before = read_table(table, connect(), days=[snapshot_day]).count().to_pyarrow().as_py()

    outcome = premises.run("daily", [snapshot_day])

    assert outcome.succeeded, outcome.failures
    assert before > 0
    assert premises.workplace.lake.open("features").version == table.version
