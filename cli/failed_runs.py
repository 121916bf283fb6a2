"""What a command does about a run that failed: say why on the terminal, and alert.

The sensor that tells of failed runs sees those that the Dagster pages or the daemon launched; a command tells of its own.
"""

from typing import TYPE_CHECKING

import typer

from adapters.alerts import Alert, AlertKind
from adapters.workplace import Workplace

if TYPE_CHECKING:
    from pipelines.run import RunOutcome


def tell_of_failure(workplace: Workplace, job: str, outcome: "RunOutcome") -> None:
    """Say why a run failed, in full to the person at the terminal, and without quoting data to the alert sink."""
    for failure in outcome.failures:
        typer.secho(failure, err=True, fg=typer.colors.RED)
    workplace.alerts.send(
        Alert(
            kind=AlertKind.RUN_FAILED,
            project=workplace.project.name,
            subject=job,
            message=outcome.failure_in_words,
            at=workplace.clock(),
        )
    )
