"""What a command does about a run that failed: say why on the terminal, and alert.

The sensor that tells of failed runs sees those that the Dagster pages or the daemon launched; a command tells of its own.
"""

from typing import TYPE_CHECKING

import typer

from adapters.alerts import Alert, AlertKind
from adapters.workplace import Workplace

if TYPE_CHECKING:
    from pipelines.run import RunOutcome


def tell_of_failures(workplace: Workplace, job: str, outcome: "RunOutcome") -> None:
    """Say why a run failed, in full to the person at the terminal, and without quoting data to the alert sink.

    Of earlier runs whose process was killed it tells too: they could not.
    """
    from pipelines.abandoned import WHY

    for run_id in outcome.abandoned:
        typer.secho(f"An earlier run, {run_id}, was not finished. {WHY}", err=True, fg=typer.colors.YELLOW)
        _alert(workplace, run_id, WHY)
    for failure in outcome.failures:
        typer.secho(failure, err=True, fg=typer.colors.RED)
    if not outcome.succeeded:
        _alert(workplace, job, outcome.failure_in_words)


def _alert(workplace: Workplace, subject: str, message: str) -> None:
    """Tell of a failed run."""
    workplace.alerts.send(
        Alert(
            kind=AlertKind.RUN_FAILED,
            project=workplace.project.name,
            subject=subject,
            message=message,
            at=workplace.clock(),
        )
    )
