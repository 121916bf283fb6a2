"""What is told of a run that failed: by the sensor, through the sink that settings name."""

from pathlib import Path

import dagster as dg

from adapters.alerts import AlertKind, FileSink
from pipelines.sensors import failure_in_words
from tenure.errors import MissingHistoryError
from tests.watched import HISTORY, NOW, definitions, workplace_at


@dg.op
def quotes_a_customer() -> None:
    """Fail as a library does that shows the value it stumbled over."""
    raise ValueError("could not convert 'ann@example.org' to a number")


@dg.op
def refuses() -> None:
    """Fail as Tenure does."""
    raise MissingHistoryError("Day 2017-11-06 needs 3 days more.\nLand them first.")


def failed_run(instance: dg.DagsterInstance, op: dg.OpDefinition) -> dg.ExecuteInProcessResult:
    """A run in which one step failed."""
    return dg.GraphDefinition(name="daily", node_defs=[op]).to_job().execute_in_process(instance=instance, raise_on_error=False)


def test_a_failed_run_is_told(tmp_path: Path) -> None:
    """The alert names the job, the run, the step and the reason, through the sink that settings name."""
    workplace = workplace_at(tmp_path)
    sensor = definitions(is_history=True).resolve_sensor_def("on_failed_run")
    with dg.DagsterInstance.ephemeral() as instance:
        result = failed_run(instance, refuses)
        context = dg.build_run_status_sensor_context(
            sensor_name=sensor.name,
            dagster_event=result.get_run_failure_event(),
            dagster_instance=instance,
            dagster_run=result.dagster_run,
            resources={"workplace": workplace},
        )
        sensor(context.for_run_failure())

    (alert,) = FileSink(tmp_path).alerts()
    assert (alert.kind, alert.project, alert.subject, alert.at) == (AlertKind.RUN_FAILED, HISTORY.name, "daily", NOW)
    assert alert.message == (f"run {result.run_id} failed; refuses: MissingHistoryError: Day 2017-11-06 needs 3 days more.")


def test_an_alert_quotes_no_library(tmp_path: Path) -> None:
    """An error from elsewhere may hold a customer's value: its class is told, its words are not."""
    with dg.DagsterInstance.ephemeral() as instance:
        result = failed_run(instance, quotes_a_customer)
        words = failure_in_words(result.run_id, [event for event in result.all_events if event.is_step_failure])

    assert "quotes_a_customer: ValueError" in words
    assert "example.org" not in words


def test_a_run_whose_process_died_is_told_too() -> None:
    """There is then no failed step to name."""
    assert "the process ended" in failure_in_words("7", [])
