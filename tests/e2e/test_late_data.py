"""What is delivered late: a day's file that is not there, a day delivered again, a table that is looked up delivered again.

Each is run through the real jobs of a simulated company that has scored three days.
"""

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pytest
import typer

from adapters.alerts import AlertKind
from assets.performance import compare_days, first_hole
from assets.raw import land
from assets.validated import judge_and_write
from cli.failed_runs import tell_of_failures
from cli.history import catch_up, land_missing
from cli.status import show
from provenance.history import read_history
from provenance.snapshots import stale_days
from provenance.status import model_status, read_status
from provenance.status_records import ProjectStatus
from tests import company
from tests.deliveries import CUSTOMER_MARK, file_of, rows_of, write
from tests.premises import AS_OF, MODELS, Premises

SCORED = DAY, TOMORROW, DAY_AFTER = tuple(AS_OF + timedelta(days=n) for n in range(3))
YESTERDAY = AS_OF - timedelta(days=1)
pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def scored(established: Premises, tmp_path_factory) -> Premises:
    """The company after a run of three days."""
    premises = established.copy(tmp_path_factory.mktemp("scored"))
    outcome = premises.run("daily", SCORED)
    assert outcome.succeeded, outcome.failures
    return premises


def outdated(premises: Premises) -> dict[str, tuple[date, ...]]:
    """Delivered days that are out of date, as status lists them."""
    return {name: model.outdated_days for name, model in read_status(premises.workplace).models.items()}


def every_model(*outdated_days: date) -> dict[str, tuple[date, ...]]:
    """The same days for every model."""
    return dict.fromkeys(MODELS, outdated_days)


def event_day_of(key: date) -> date:
    """The day whose events arrive for a key."""
    return key - timedelta(days=1)


def test_a_day_without_its_file_does_not_stop_the_others(established: Premises, scored: Premises, tmp_path: Path):
    """The run has done its work and names the day; the days around it are scored, and nothing before them is touched."""
    premises = established.copy(tmp_path)
    missing = file_of(premises.delivered, company.LINES, event_day_of(TOMORROW))
    kept = missing.read_bytes()
    missing.unlink()
    before = premises.digest(company.DAILY, YESTERDAY)

    outcome = premises.run("daily", SCORED)

    assert not outcome.succeeded
    assert outcome.withheld.startswith(f"1 of 3 days are withheld. {TOMORROW} is withheld, because {company.LINES}: ")
    assert f"Nothing was delivered for {event_day_of(TOMORROW)}" in outcome.withheld
    lake = premises.workplace.lake
    for table in ("features", *(f"{model}/scores" for model in MODELS)):
        assert set(SCORED) & set(lake.days(table)) == {DAY, DAY_AFTER}, table
    assert (premises.digest(company.DAILY, YESTERDAY), premises.digests(DAY)) == (before, scored.digests(DAY))
    status = read_status(premises.workplace)
    assert list(status.withheld_days) == [TOMORROW.isoformat()]
    # Every batch up to here was judged, whatever came of it.
    assert status.last_landed_day == DAY_AFTER
    # Later, when these days are compared with what happened, nobody knows what happened after the first.
    buys, history = premises.project.model(company.SOON), read_history(premises.workplace)
    assert [first_hole(buys, day, history) for day in SCORED] == [TOMORROW, None, None]
    assert [compared.day for compared in compare_days(premises.workplace, buys, SCORED)[1]] == [DAY, DAY_AFTER]

    missing.write_bytes(kept)
    outcome = premises.run("daily", [TOMORROW])

    assert outcome.succeeded, outcome.failures
    assert premises.digests(TOMORROW) == scored.digests(TOMORROW)
    # The day after was scored without these events.
    assert outdated(premises) == every_model(DAY_AFTER)
    assert premises.run("daily", [DAY_AFTER]).succeeded
    assert outdated(premises) == every_model()
    assert premises.digests(DAY_AFTER) == scored.digests(DAY_AFTER)


def test_the_next_command_makes_up_for_missed_mornings_in_order(established: Premises, scored: Premises, tmp_path: Path):
    """Two mornings missed, one of them without its file: the other is scored, and the command's end says that one was not."""
    premises = established.copy(tmp_path)
    assert premises.run("daily", [DAY]).succeeded
    file_of(premises.delivered, company.LINES, event_day_of(TOMORROW)).unlink()
    live = replace(premises.workplace, project=replace(premises.project, last_day=None))

    assert not catch_up(live, until=DAY_AFTER)

    for model in MODELS:
        assert [day for day in SCORED if day in live.lake.days(f"{model}/scores")] == [DAY, DAY_AFTER]
    history = read_history(live)
    assert history.lacking(DAY_AFTER).startswith(f"These scores lack what 1 withheld days brought (first: {TOMORROW})")
    assert AlertKind.SCORED_WITHOUT in {alert.kind for alert in live.alerts.kept()}
    status = read_status(live)
    assert {name: model.days_scored_over_holes for name, model in status.models.items()} == every_model(DAY_AFTER)
    assert catch_up(live, until=DAY_AFTER), "a withheld day whose file did not come is asked for again and again"


def test_a_command_that_met_a_withheld_day_says_why_and_alerts_once(established: Premises, tmp_path: Path, capsys):
    """The run has not failed, so nothing else is told; no customer is in it."""
    premises = established.copy(tmp_path)
    file_of(premises.delivered, company.LINES, event_day_of(TOMORROW)).unlink()

    with pytest.raises(typer.Exit):
        land_missing(premises.workplace, until=DAY_AFTER)

    (told,) = premises.workplace.alerts.kept()
    assert (told.kind, told.subject) == (AlertKind.DAY_WITHHELD, TOMORROW.isoformat())
    assert CUSTOMER_MARK not in told.message
    assert f"1 of 2 days are withheld. {TOMORROW}" in capsys.readouterr().err


def test_an_alert_of_a_failed_command_quotes_no_library(established: Premises, tmp_path: Path, capsys):
    """Neither the sink nor the terminal, where it may be recorded; the class of the error is told, and where its words are."""
    premises = established.copy(tmp_path)
    verdicts = premises.settings.lake / premises.project.name / "verdicts" / company.LINES
    for file in verdicts.glob("*.parquet"):
        file.write_bytes(b"customer 4711 was here")

    outcome = premises.run("history", [TOMORROW])
    tell_of_failures(premises.workplace, "history", outcome)

    assert not outcome.succeeded
    (alert,) = premises.workplace.alerts.kept()
    assert "its message may quote data" in alert.message
    assert ".parquet" not in alert.message + capsys.readouterr().err


def test_a_day_delivered_again_makes_the_scores_from_it_on_out_of_date(scored: Premises, tmp_path: Path, capsys):
    """Status names exactly these days and what to do; scoring them again clears the list, and once more commits nothing."""
    premises = scored.copy(tmp_path)
    assert outdated(premises) == every_model()
    before = premises.digests(DAY)
    rows = rows_of(premises.delivered, company.LINES, event_day_of(TOMORROW))
    write(premises.delivered, company.LINES, event_day_of(TOMORROW), rows.slice(0, rows.num_rows // 2))

    outcome = premises.run("history", [TOMORROW])

    assert outcome.succeeded, outcome.failures
    assert stale_days(premises.workplace, SCORED) == (TOMORROW, DAY_AFTER)
    assert outdated(premises) == every_model(TOMORROW, DAY_AFTER)
    said = shown(read_status(premises.workplace), capsys)
    assert f"{company.SOON}: the scores of 2 days are out of date" in said
    assert f"tenure score --project {company.NAME} --from {TOMORROW} --to {DAY_AFTER}" in said

    # The day itself alone is not enough.
    assert premises.run("daily", [TOMORROW]).succeeded
    assert outdated(premises) == every_model(DAY_AFTER)
    assert premises.run("daily", [TOMORROW, DAY_AFTER]).succeeded
    assert outdated(premises) == every_model()
    assert "out of date" not in shown(read_status(premises.workplace), capsys)
    versions = premises.versions()
    outcome = premises.run("daily", SCORED)

    assert outcome.succeeded, outcome.failures
    assert premises.versions() == versions
    assert premises.digests(DAY) == before
    assert premises.digest("features", DAY_AFTER) != scored.digest("features", DAY_AFTER)


def test_lines_that_were_validated_and_no_more_are_rolled_up_the_next_time(scored: Premises, tmp_path: Path):
    """A process may die between the two, or somebody may materialise the first alone."""
    premises = scored.copy(tmp_path)
    rows = rows_of(premises.delivered, company.LINES, event_day_of(DAY))
    write(premises.delivered, company.LINES, event_day_of(DAY), rows.slice(0, rows.num_rows // 2))
    source, workplace = premises.project.source(company.LINES), premises.workplace
    land(workplace, source, [DAY])
    judge_and_write(workplace, source, [DAY])
    before = premises.digest(company.DAILY, DAY)

    outcome = premises.run("history", [DAY_AFTER])

    assert outcome.succeeded, outcome.failures
    assert premises.digest(company.DAILY, DAY) != before


def test_a_question_in_the_inbox_that_is_settled_withholds_nothing_any_more(scored: Premises, tmp_path: Path):
    """Two files for a landed day withhold it; with both gone, what was landed holds, though its own file is archived."""
    premises = scored.copy(tmp_path)
    inbox = premises.settings.inbox / premises.project.name / company.LINES
    inbox.mkdir(parents=True)
    placed = [inbox / f"{event_day_of(DAY)}.{format}" for format in ("csv", "parquet")]
    for file in placed:
        file.write_bytes(b"x")
    assert not premises.run("history", [DAY]).succeeded

    for file in (*placed, file_of(premises.delivered, company.LINES, event_day_of(DAY))):
        file.unlink()
    outcome = premises.run("history", [DAY])

    assert outcome.succeeded, outcome.failures


def shown(status: ProjectStatus, capsys) -> str:
    """What the terminal says."""
    show(status)
    return capsys.readouterr().out


def test_a_looked_up_table_delivered_again_changes_every_day(scored: Premises, tmp_path: Path):
    """Landing it rolls all days up again; their features and scores are out of date until they are made again."""
    premises = scored.copy(tmp_path)
    listed = rows_of(premises.delivered, company.LOOKED_UP, company.FIRST_DAY)
    name, value = company.MARKS
    marked = listed.set_column(listed.column_names.index(name), name, pa.array([value] * listed.num_rows))
    write(premises.delivered, company.LOOKED_UP, company.FIRST_DAY, marked)

    outcome = premises.run("history", [premises.project.first_key])

    assert outcome.succeeded, outcome.failures
    daily = premises.workplace.lake.rows(company.DAILY)
    assert pc.all(pc.equal(daily[company.MARKED.column], daily[company.AMOUNTS.column])).as_py()
    assert len(set(daily["day"].to_pylist())) == len(premises.project.keys_until(DAY_AFTER))
    assert stale_days(premises.workplace, SCORED) == SCORED
    assert outdated(premises) == every_model(*SCORED)

    assert premises.run("daily", SCORED).succeeded

    assert outdated(premises) == every_model()
    assert stale_days(premises.workplace, SCORED) == ()
    assert all(premises.digest("features", day) != scored.digest("features", day) for day in SCORED)


@pytest.mark.parametrize("source_name", [company.RUNNING.source, company.RARE.source])
def test_what_runs_and_what_is_rare_delivered_again_reach_the_features(scored: Premises, tmp_path: Path, source_name: str):
    """The latest day with rows, delivered again without them: every scored day had looked back at it."""
    premises = scored.copy(tmp_path)
    held = premises.workplace.lake.days(f"validated/{source_name}")
    key = max(day for day in held if premises.project.first_key < day <= DAY)
    rows = rows_of(premises.delivered, source_name, event_day_of(key))
    assert rows.num_rows > 0
    write(premises.delivered, source_name, event_day_of(key), rows.slice(0, 0))

    outcome = premises.run("history", [key])

    assert outcome.succeeded, outcome.failures
    assert stale_days(premises.workplace, SCORED) == SCORED
    assert outdated(premises) == every_model(*SCORED)


def test_status_says_which_gates_meet_the_reviewers_line(established: Premises):
    """Where a gate states none, there is nothing to meet."""
    (spec, *_) = established.project.models
    gates = model_status(established.workplace, spec).gates

    assert {gate.name: (gate.reviewers_line, gate.meets_reviewers_line) for gate in gates} == {
        gate.name: (gate.reviewers_line, None) for gate in spec.gates
    }
