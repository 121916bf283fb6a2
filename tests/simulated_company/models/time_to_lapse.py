"""When a simulated customer's pause of four weeks will be complete."""

from dataclasses import replace

from projects.complete_journey.models.time_to_lapse import SPEC as FULL
from tenure.timeline import SnapshotPlan
from tests.simulated_company.smallness import EASY_GATES, SMALL

SPEC = replace(
    FULL,
    horizons_days=(7, 14, 28),
    snapshots=SnapshotPlan(step_days=21, n_calibration=2, n_test=1),
    parameters=SMALL,
    gates=EASY_GATES,
)
