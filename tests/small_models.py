"""Models of a small company that exists in tests alone: a shop with subscribers."""

from tenure.features import active_days, age, latest, recency, total
from tenure.outcomes import any_of, entry, is_now, none_of, pause, time_until
from tenure.parameters import LightGBMParameters
from tenure.populations import everyone, had
from tenure.specs import Model
from tenure.timeline import SnapshotPlan, folds
from tests.unit.outcomes.small import PURCHASES, SUBSCRIBERS

SMALL = LightGBMParameters(n_rounds=10, learning_rate=0.1, num_leaves=4, min_data_in_leaf=20)
FEATURES = (
    recency(PURCHASES),
    *active_days(PURCHASES, last=(28, 91)),
    total(PURCHASES.spend, last=28),
    *latest(SUBSCRIBERS),
    age(SUBSCRIBERS),
)
OF_PURCHASES = FEATURES[:4]

LAPSE = Model(
    name="lapse_28d",
    owner="team:growth",
    population=had(PURCHASES, within_days=56),
    foresees=none_of(PURCHASES, within_days=28),
    features=OF_PURCHASES,
    protected=("region",),
    parameters=SMALL,
)
BUYS = Model(
    name="buys_7d",
    owner="team:growth",
    population=had(PURCHASES, within_days=56),
    foresees=any_of(PURCHASES, within_days=7),
    features=OF_PURCHASES,
    parameters=SMALL,
)
PAUSE = Model(
    name="time_to_lapse",
    owner="team:growth",
    population=had(PURCHASES, within_days=28),
    foresees=time_until(pause(PURCHASES, days=28), horizons_days=(7, 28, 56), score_at=28),
    features=OF_PURCHASES,
    snapshots=SnapshotPlan(step_days=7, n_calibration=6, n_test=1),
    parameters=SMALL,
)
LEFT = Model(
    name="has_left",
    owner="team:growth",
    population=everyone(SUBSCRIBERS),
    foresees=is_now(SUBSCRIBERS.status, "left"),
    split=folds(5),
    parameters=SMALL,
)
TIME_TO_LEAVE = Model(
    name="time_to_leave",
    owner="team:growth",
    population=everyone(SUBSCRIBERS),
    foresees=time_until(is_now(SUBSCRIBERS.status, "left"), since=entry(SUBSCRIBERS), horizons_days=(90, 180), score_at=90),
    split=folds(5),
    parameters=SMALL,
)
MODELS = (LAPSE, BUYS, PAUSE)
