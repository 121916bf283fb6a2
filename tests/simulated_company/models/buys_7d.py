"""Who of the simulated customers will buy within the week."""

from dataclasses import replace

from projects.complete_journey.models.buys_7d import SPEC as FULL
from tenure.timeline import SnapshotPlan
from tests.simulated_company.smallness import EASY_GATES, SMALL

SPEC = replace(FULL, snapshots=SnapshotPlan(step_days=21, n_calibration=2, n_test=1), parameters=SMALL, gates=EASY_GATES)
