"""Who of the simulated customers is about to stop buying."""

from dataclasses import replace

from projects.complete_journey.models.lapse_28d import SPEC as FULL
from tenure.timeline import SnapshotPlan
from tests.simulated_company.smallness import EASY_GATES, SMALL

SPEC = replace(FULL, snapshots=SnapshotPlan(step_days=21, n_calibration=2, n_test=1), parameters=SMALL, gates=EASY_GATES)
