"""After how long subscribers leave."""

from dataclasses import replace

from tenure.outcomes import becomes, time_until
from tenure.populations import is_in
from tenure.specs import Model
from tests.smallness import EASY_GATES, SMALL, SNAPSHOTS
from tests.subscribers.history import SUBSCRIPTIONS
from tests.unit.model_cards.sample import narrative

SPEC = Model(
    name="time_to_leave",
    title="Time to leave",
    owner="team:growth",
    purpose="retention",
    population=is_in(SUBSCRIPTIONS.status, "active"),
    foresees=time_until(becomes(SUBSCRIPTIONS.status, "left"), horizons_days=(7, 14, 28), score_at=28),
    protected=("age", "gender"),
    snapshots=SNAPSHOTS,
    parameters=SMALL,
    gates=EASY_GATES,
    narrative=replace(narrative(), verb="leave"),
)
