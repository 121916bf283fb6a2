"""What the Dagster pages say of days that a command ran: each day its own figures, a withheld day its reason, no step in red."""

from collections.abc import Iterator
from datetime import date
from typing import Any

import dagster as dg
import pytest

from assets.day_status import WITHHELD_TAG
from pipelines.instance import open_instance
from pipelines.run import RunOutcome, run_job
from pipelines.sensors import BY_COMMAND
from tests import company
from tests.approved import approved
from tests.deliveries import deliver, drawn, file_of, rows_of, write
from tests.premises import Premises

Shown = tuple[Premises, dg.DagsterInstance, RunOutcome]


@pytest.fixture(scope="module")
def days(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shown]:
    """Three days landed in one run; of the second the lines lack their amounts."""
    premises = Premises(tmp_path_factory.mktemp("days"))
    deliver(drawn(n_customers=150, n_days=3), premises.delivered)
    approved(premises.workplace)
    second = premises.project.first_day.replace(day=premises.project.first_day.day + 1)
    assert file_of(premises.delivered, company.LINES, second).exists()
    whole = rows_of(premises.delivered, company.LINES, second)
    write(premises.delivered, company.LINES, second, whole.drop_columns(company.AMOUNT))
    outcome = run_job(premises.project, premises.settings, "history", days=keys(premises))
    with open_instance(premises.settings) as instance:
        yield premises, instance, outcome


def keys(premises: Premises) -> list[date]:
    """The first three days."""
    return list(premises.project.keys_until(premises.project.last_key))[:3]


def told(instance: dg.DagsterInstance, run_id: str, *path: str) -> dict[str, dict[str, Any]]:
    """What an asset said of each of its days."""
    key = dg.AssetKey([company.NAME, *path])
    records = instance.get_records_for_run(run_id, of_type=dg.DagsterEventType.ASSET_MATERIALIZATION).records
    made = [record.event_log_entry.asset_materialization for record in records]
    return {m.partition: {n: v.value for n, v in m.metadata.items()} for m in made if m is not None and m.asset_key == key}


def checks(instance: dg.DagsterInstance, run_id: str) -> dict[str, Any]:
    """The run's checks by asset and name."""
    records = instance.get_records_for_run(run_id, of_type=dg.DagsterEventType.ASSET_CHECK_EVALUATION).records
    found = [record.event_log_entry.dagster_event.asset_check_evaluation_data for record in records]
    return {f"{check.asset_key.path[-1]}.{check.check_name}": check for check in found}


def test_each_day_of_a_range_has_its_own_figures(days: Shown) -> None:
    """A sum over the run stands on no day of it."""
    premises, instance, outcome = days
    landed = told(instance, outcome.run_id, "raw", company.LINES)
    rolled_up = told(instance, outcome.run_id, *company.DAILY.split("/"))
    first, second, third = (day.isoformat() for day in keys(premises))

    raw, project = premises.workplace.raw, premises.project.name
    receipts = {day.isoformat(): raw.receipt(project, company.LINES, day) for day in keys(premises)}
    assert {day: about["dagster/row_count"] for day, about in landed.items()} == {d: r.n_rows for d, r in receipts.items()}
    for day in (first, third):
        rows = premises.rows(company.DAILY, date.fromisoformat(day))
        assert rolled_up[day]["dagster/row_count"] == rows.num_rows
    assert "dagster/row_count" not in rolled_up[second]
    assert rolled_up[second]["state"].startswith(f"withheld, because {company.MISSING}")


def test_a_withheld_day_is_withheld_and_the_run_has_not_failed(days: Shown) -> None:
    """The head of the run's page and the check begin with the reason; no step is red, and whoever waits for the run is told."""
    premises, instance, outcome = days
    run, second = instance.get_run_by_id(outcome.run_id), keys(premises)[1]
    found = checks(instance, outcome.run_id)

    assert run.status is dg.DagsterRunStatus.SUCCESS
    assert not [e for e in instance.all_logs(outcome.run_id) if e.dagster_event and e.dagster_event.is_step_failure]
    assert (outcome.succeeded, outcome.failures, outcome.failure_in_words) == (False, (), "")
    said = f"1 of 3 days are withheld. {second} is withheld, because {company.MISSING}"
    for words in (outcome.withheld, run.tags[WITHHELD_TAG], found["day_status.complete"].description):
        assert words.startswith(said)
    assert not found["day_status.complete"].passed
    assert not found[f"{company.LINES}.contract"].passed


def test_the_check_says_what_was_received_of_a_day_that_could_not_be_judged(days: Shown) -> None:
    """Rows of a batch without one of its columns were received all the same."""
    premises, instance, outcome = days
    raw, project = premises.workplace.raw, premises.project.name
    receipts = [raw.receipt(project, company.LINES, day) for day in keys(premises)]

    check = checks(instance, outcome.run_id)[f"{company.LINES}.contract"]

    assert check.metadata["rows_received"].value == sum(receipt.n_rows for receipt in receipts)
    of_second = told(instance, outcome.run_id, "validated", company.LINES)[keys(premises)[1].isoformat()]
    assert (of_second["received"], of_second["dagster/row_count"]) == (receipts[1].n_rows, 0)


def test_a_run_of_a_command_is_on_the_page_of_its_job(days: Shown) -> None:
    """The pages list a job's runs by the code location that they carry; a command's run carries it, and says whose it was."""
    _, instance, outcome = days
    (run,) = instance.get_runs(dg.RunsFilter(job_name="history", tags={".dagster/repository": f"{company.NAME}@tenure"}))

    assert run.run_id == outcome.run_id
    assert run.remote_job_origin.repository_origin.repository_name == company.NAME
    assert BY_COMMAND in run.tags
