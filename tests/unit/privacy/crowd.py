"""A crowd of customers, each on several days, whose outcomes follow one input and their own taste, which no input tells."""

from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pyarrow as pa

from tenure.parameters import LightGBMParameters
from tenure.specs import Model
from tenure.timeline import SnapshotSplit, one_snapshot
from tenure.training_set import TrainingSet, stack
from tests.small_models import LAPSE, OF_PURCHASES, TIME_TO_LEAVE

DAYS = tuple(date(2020, 1, 5) + timedelta(28 * i) for i in range(9))
LEAVES = replace(TIME_TO_LEAVE, features=OF_PURCHASES)
# Trees that take every customer apart.
BY_HEART = LightGBMParameters(
    n_rounds=80, learning_rate=0.2, num_leaves=63, min_data_in_leaf=5, feature_fraction=1.0, bagging_fraction=1.0,
    lambda_l2=0.0, n_seeds=1, start_share=0.0,
)  # fmt: skip


def crowd(
    seed: int, *, n_customers: int = 400, spec: Model = LAPSE, names: tuple[str, ...] = (), **columns: list[object]
) -> TrainingSet:
    """A training set of the spec, of one day where it keeps customers apart; `columns` stand in the place of inputs, `names` in
    that of the last ids.
    """
    rng = np.random.default_rng(seed)
    inputs = tuple(feature.name for feature in spec.inputs)
    habit, taste = rng.normal(size=(n_customers, len(inputs))), rng.normal(scale=0.8, size=n_customers)
    split = SnapshotSplit(fit=DAYS[:-3], calibration=DAYS[-3:-1], test=DAYS[-1:], test_known_until=DAYS[-1] + timedelta(28))
    split = split if spec.split is None else one_snapshot(DAYS[0])
    longest, snapshots = max(spec.horizons_days, default=28) + 1, []
    for day in DAYS if spec.split is None else DAYS[:1]:
        X = habit + rng.normal(scale=0.5, size=habit.shape)
        event = rng.random(n_customers) < 1 / (1 + np.exp(1 - X[:, 0] - taste))
        duration = np.where(event, rng.integers(1, longest, n_customers), longest)
        own = {name: columns.get(name, X[:, i].tolist()) for i, name in enumerate(inputs)}
        who = [*(f"c{i:05}" for i in range(n_customers - len(names))), *names]
        snapshots.append(pa.table({"day": [day] * n_customers, "customer_id": who, "event": event, "duration": duration, **own}))
    return stack(snapshots, spec, split, features_version=0)
