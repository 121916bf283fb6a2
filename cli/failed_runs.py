"""What a command does about a run that failed: say why on the terminal, and alert.

The sensor that tells of failed runs sees those that the Dagster pages or the daemon launched; a command tells of its own.
"""

from typing import TYPE_CHECKING

import typer

from adapters.alerts import AlertKind
from cli.edges import refusal_in
from home.workplace import Workplace

if TYPE_CHECKING:
    from pipelines.run import RunOutcome


def tell_of_failures(workplace: Workplace, job: str, outcome: "RunOutcome") -> None:
    """Say why a run failed, in full to the person at the terminal, and without quoting data to the alert sink.

    A withheld day is no failed run: it is said here, and its alert was sent when it was found. Of earlier runs whose process was
    killed it tells too: they could not.
    """
    from pipelines.abandoned import WHY

    for run_id in outcome.abandoned:
        typer.secho(f"An earlier run, {run_id}, was not finished. {WHY}", err=True, fg=typer.colors.YELLOW)
        workplace.alert(AlertKind.RUN_FAILED, run_id, WHY)
    for failure in outcome.failures:
        typer.secho(in_a_sentence(failure), err=True, fg=typer.colors.RED)
    if outcome.withheld:
        typer.secho(outcome.withheld, err=True, fg=typer.colors.YELLOW)
    if outcome.failure_in_words:
        workplace.alert(AlertKind.RUN_FAILED, job, outcome.failure_in_words)


def in_a_sentence(failure: str) -> str:
    """A step's failure; where the machine refused it something, that instead of a library's many lines."""
    step, _, words = failure.partition(": ")
    refused = refusal_in(words)
    return f"{step}: {refused}" if refused else failure
