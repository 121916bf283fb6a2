"""The daily run of a simulated company through the real jobs: repeated, damaged, repaired, killed, and with MLflow away."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest

from tests import company
from tests.deliveries import CUSTOMER_MARK, rows_of, write
from tests.premises import AS_OF, MODELS, Premises

DAY = AS_OF
TOMORROW, DAY_AFTER = DAY + timedelta(days=1), DAY + timedelta(days=2)
HOUSE = Path(__file__).parents[2]
CANARY = "CANARY-4711"
CANARY_AMOUNT = 987_654.32
VALIDATED = f"validated/{company.LINES}"
pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def scored(established: Premises, tmp_path_factory) -> Premises:
    """The company after one uninterrupted daily run."""
    premises = established.copy(tmp_path_factory.mktemp("scored"))
    outcome = premises.run("daily", [DAY])
    assert outcome.succeeded, outcome.failures
    return premises


def damaged(rows: pa.Table) -> pa.Table:
    """A delivery without the column of amounts."""
    return rows.drop_columns(company.AMOUNT)


def delivered_damaged(premises: Premises, key: date) -> None:
    """Damage the lines that arrive for a key."""
    event_day = key - timedelta(days=1)
    write(premises.delivered, company.LINES, event_day, damaged(rows_of(premises.delivered, company.LINES, event_day)))


def delivered_again(premises: Premises, key: date, whole: Premises) -> None:
    """Put the undamaged lines of a key into the inbox, as a person would."""
    event_day = key - timedelta(days=1)
    folder = premises.settings.inbox / premises.project.name / company.LINES
    folder.mkdir(parents=True)
    pq.write_table(rows_of(whole.delivered, company.LINES, event_day), folder / f"{event_day}.parquet")


def test_every_customer_of_the_population_has_one_score(scored: Premises):
    """Scores are probabilities with a band; the survival model's curve falls; each row names the model that serves."""
    for model in MODELS:
        rows = scored.rows(f"{model}/scores", DAY)
        features = scored.rows("features", DAY)
        spec = scored.project.model(model)
        population = features.filter(spec.population.mask(features))

        assert sorted(rows["customer_id"].to_pylist()) == sorted(population["customer_id"].to_pylist())
        assert 0 <= pc.min(rows["score"]).as_py() <= pc.max(rows["score"]).as_py() <= 1
        champion = scored.workplace.promotions.champion_record(scored.project.name, model)
        assert set(rows["model_digest"].to_pylist()) == {champion.model_digest}
        # Reasons are given for the high band alone, at most five.
        assert {band for band, why in zip(rows["band"].to_pylist(), rows["reasons"].to_pylist(), strict=True) if why} <= {"high"}
        assert max(len(why) for why in rows["reasons"].to_pylist()) <= 5
    curve = scored.rows(f"{company.SURVIVAL}/scores", DAY)
    for earlier, later in ((7, 14), (14, 28)):
        assert pc.all(pc.greater_equal(curve[f"survival_{earlier}d"], curve[f"survival_{later}d"])).as_py()
    assert pc.all(pc.less(pc.abs(pc.subtract(pc.subtract(1, curve["survival_28d"]), curve["score"])), 1e-12)).as_py()


def test_the_same_day_again_commits_nothing(scored: Premises):
    """Versions of every table and the exported bytes are what they were."""
    versions, exports = scored.versions(), {model: scored.exported(model, DAY) for model in MODELS}

    outcome = scored.run("daily", [DAY])

    assert outcome.succeeded, outcome.failures
    assert scored.versions() == versions
    assert {model: scored.exported(model, DAY) for model in MODELS} == exports


def test_a_damaged_day_stops_the_line_and_a_second_delivery_repairs_it(established: Premises, scored: Premises, tmp_path: Path):
    """One day: nothing of it is rolled up or scored, nothing that was there is touched, and the run says that it is withheld."""
    premises = established.copy(tmp_path)
    delivered_damaged(premises, TOMORROW)
    assert premises.run("daily", [DAY]).succeeded
    versions, digests = premises.versions(), premises.digests(DAY)

    outcome = premises.run("daily", [TOMORROW])

    assert (outcome.succeeded, outcome.failures) == (False, ())
    assert outcome.withheld.startswith(f"{TOMORROW} is withheld, because {company.MISSING}")
    lake = premises.workplace.lake
    assert all(TOMORROW not in lake.days(t) for t in (VALIDATED, company.DAILY, "features"))
    assert all(TOMORROW not in lake.days(f"{model}/scores") for model in MODELS)
    untouched = (VALIDATED, company.DAILY, "features", *(f"{model}/scores" for model in MODELS))
    assert {t: premises.versions()[t] for t in untouched} == {t: versions[t] for t in untouched}
    assert premises.digests(DAY) == digests == scored.digests(DAY)

    delivered_again(premises, TOMORROW, established)
    outcome = premises.run("daily", [TOMORROW])

    assert outcome.succeeded, outcome.failures
    whole = established.copy(tmp_path / "whole")
    assert whole.run("history", [TOMORROW]).succeeded
    assert whole.run("daily", [TOMORROW]).succeeded
    assert premises.digests(TOMORROW) == whole.digests(TOMORROW)


RUN = """
import sys
sys.path.insert(0, {house!r})
from adapters.alerts import AlertKind
from adapters.settings import prepare_environment
prepare_environment()
from datetime import date
from pathlib import Path
from pipelines.run import run_job
from tests.premises import Premises
premises = Premises(Path({folder!r}))
outcome = run_job(premises.project, premises.settings, "daily", days=[date.fromisoformat({day!r})])
print(outcome, flush=True)
sys.exit(0 if outcome.succeeded else 3)
"""


def started(premises: Premises, day: date) -> subprocess.Popen:
    """A daily run in a process of its own, with Dagster's own state on disk."""
    script = RUN.format(house=str(HOUSE), folder=str(premises.folder), day=day.isoformat())
    log = (premises.folder / "run.log").open("wb")
    return subprocess.Popen([sys.executable, "-c", script], cwd=HOUSE, stdout=log, stderr=log, env=dict(os.environ))


def wait_until(process: subprocess.Popen, condition: Callable[[], bool], seconds: float = 120) -> None:
    """Wait for a condition while the process lives."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert process.poll() is None, "the run ended before it could be killed"
        assert time.monotonic() < deadline, "the run did not get there"
        time.sleep(0.002)


@pytest.mark.parametrize("reached", [VALIDATED, "features"])
def test_a_run_killed_in_the_middle_costs_nothing(established: Premises, scored: Premises, tmp_path: Path, reached: str):
    """A `kill -9` right after a table's commit: later tables lack the day, and the run repeated gives the same bytes."""
    premises = established.copy(tmp_path)
    # The day of the home at hand is validated already; without these tables' commits of it the run has all its work to do.
    log = premises.settings.lake / premises.project.name / reached / "_delta_log"
    n_before = len(list(log.glob("*.json")))
    if reached != "features":
        # A changed delivery, so that this table has something to commit; the true one comes with the repetition.
        event_day = DAY - timedelta(days=1)
        rows = rows_of(premises.delivered, company.LINES, event_day)
        write(premises.delivered, company.LINES, event_day, rows.slice(0, rows.num_rows - 3))

    process = started(premises, DAY)
    try:
        wait_until(process, lambda: len(list(log.glob("*.json"))) > n_before)
    finally:
        process.send_signal(signal.SIGKILL)
        process.wait()

    # It was killed, not finished; and it was killed in the middle: this table is written, the scores are not.
    assert process.returncode == -signal.SIGKILL
    assert premises.workplace.lake.open(reached).version > established.workplace.lake.open(reached).version
    assert all(DAY not in premises.workplace.lake.days(f"{model}/scores") for model in MODELS)

    if reached != "features":
        event_day = DAY - timedelta(days=1)
        write(premises.delivered, company.LINES, event_day, rows_of(established.delivered, company.LINES, event_day))
    outcome = premises.run("daily", [DAY])

    assert outcome.succeeded, outcome.failures
    assert premises.digests(DAY) == scored.digests(DAY)
    assert all(premises.exported(model, DAY) == scored.exported(model, DAY) for model in MODELS)


def test_scores_do_not_need_mlflow(established: Premises, scored: Premises, tmp_path: Path):
    """With the tracking server's port closed the day is scored to the same bytes."""
    premises = established.copy(tmp_path)
    settings = replace(premises.settings, tracking_uri="http://127.0.0.1:9")

    from dagster import DagsterInstance

    from pipelines.run import run_job

    outcome = run_job(premises.project, settings, "daily", days=[DAY], instance=DagsterInstance.ephemeral())

    assert outcome.succeeded, outcome.failures
    assert all(premises.exported(model, DAY) == scored.exported(model, DAY) for model in MODELS)


def test_no_customer_s_value_leaves_the_lake_and_the_raw_store(established: Premises, tmp_path: Path):
    """Ids and damaged values are in no log line, alert, event, metadata, card, evidence, package or MLflow text."""
    premises = established.copy(tmp_path)
    event_day = TOMORROW - timedelta(days=1)
    rows = rows_of(premises.delivered, company.LINES, event_day)
    ids = [CANARY, "'; DROP TABLE canary", *rows[company.CUSTOMER].to_pylist()[2:]]
    amounts = [*rows[company.AMOUNT].to_pylist()[:-1], CANARY_AMOUNT]
    rows = rows.set_column(rows.column_names.index(company.CUSTOMER), company.CUSTOMER, pa.array(ids, pa.string()))
    rows = rows.set_column(rows.column_names.index(company.AMOUNT), company.AMOUNT, pa.array(amounts, pa.float64()))
    write(premises.delivered, company.LINES, event_day, rows)
    delivered_damaged(premises, DAY_AFTER)

    statuses = [started(premises, day).wait(timeout=300) for day in (DAY, TOMORROW, DAY_AFTER)]

    assert statuses == [0, 0, 3], (premises.folder / "run.log").read_text()[-3000:]
    needles = [
        CANARY.encode(),
        b"DROP TABLE canary",
        b"987654.32",
        *(customer.encode() for customer in set(rows[company.CUSTOMER].to_pylist()) if customer.startswith(CUSTOMER_MARK)),
    ]
    assert len(needles) > 20
    kept = [premises.settings.lake, premises.settings.raw, premises.settings.lanes]
    # Proof that the search finds what is there: the lake and the raw store do hold the customers.
    assert holding(kept[0], needles) or holding(kept[1], needles)
    open_files = [p for p in premises.folder.rglob("*") if p.is_file() and premises.delivered not in p.parents]
    elsewhere = [p for p in open_files if not any(folder in p.parents for folder in kept)]
    assert any("dagster" in p.parts for p in elsewhere)
    assert any(p.name == "card.html" for p in elsewhere)
    assert {p.relative_to(premises.folder).as_posix() for p in elsewhere if found_in(p, needles)} == set()


def holding(folder: Path, needles: list[bytes]) -> bool:
    """Whether any Parquet file below a folder holds one of the texts, once decoded."""
    for path in folder.rglob("*.parquet"):
        rows = pq.ParquetFile(path).read()
        for name in {"customer_id", company.CUSTOMER} & set(rows.column_names):
            if {value.encode() for value in rows[name].to_pylist() if value} & set(needles):
                return True
    return False


def found_in(path: Path, needles: list[bytes]) -> bool:
    """Whether a file's bytes hold one of the texts."""
    content = path.read_bytes()
    return any(needle in content for needle in needles)
