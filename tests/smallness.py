"""What the models of the simulated company have in common: parameters that fit in a second, gates that a sound one passes."""

from tenure.gate import Gate, GateKind
from tenure.parameters import LightGBMParameters
from tenure.timeline import SnapshotPlan

SNAPSHOTS = SnapshotPlan(step_days=14, n_calibration=2, n_test=1)
SMALL = LightGBMParameters(n_rounds=20, learning_rate=0.1, num_leaves=5, min_data_in_leaf=40)
EASY_GATES = (
    Gate(name="treats_groups_alike", kind=GateKind.AUDIT, because="A group that is shown to be passed over stops the model."),
    Gate(name="card_complete", kind=GateKind.CARD_COMPLETE, because="Nobody can approve what nobody has described."),
)
