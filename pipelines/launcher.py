"""How Dagster starts runs, and asks whether their process lives: its own way, with a health check that it lacks.

Without it the daemon would take a run whose process was killed for running until that run is two hours old.
"""

from dagster._core.launcher.base import CheckRunHealthResult, WorkerStatus
from dagster._core.launcher.default_run_launcher import DefaultRunLauncher
from dagster._core.storage.dagster_run import DagsterRun

from pipelines.abandoned import WHY, is_abandoned


class WatchedRunLauncher(DefaultRunLauncher):
    """Dagster's launcher; a run that commands or pages began is healthy while somebody holds its lock."""

    @property
    def supports_check_run_worker_health(self) -> bool:
        """It can tell."""
        return True

    def check_run_worker_health(self, run: DagsterRun) -> CheckRunHealthResult:
        """Failed once the process of a run is gone; a run that nobody took up yet is Dagster's to wait for."""
        is_gone = is_abandoned(self._instance, run.run_id)
        return CheckRunHealthResult(WorkerStatus.FAILED, WHY) if is_gone else CheckRunHealthResult(WorkerStatus.RUNNING)
