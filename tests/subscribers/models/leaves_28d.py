"""Who is about to leave."""

from dataclasses import replace

from tenure.outcomes import becomes
from tenure.populations import is_in
from tenure.specs import Model
from tests.smallness import EASY_GATES, SMALL, SNAPSHOTS
from tests.subscribers.history import SUBSCRIPTIONS
from tests.unit.model_cards.sample import narrative

SPEC = Model(
    name="leaves_28d",
    title="Leaving within 28 days",
    owner="team:growth",
    purpose="retention",
    population=is_in(SUBSCRIPTIONS.status, "active"),
    foresees=becomes(SUBSCRIPTIONS.status, "left", within_days=28),
    protected=("age", "gender"),
    snapshots=SNAPSHOTS,
    parameters=SMALL,
    gates=EASY_GATES,
    narrative=replace(narrative(), verb="leave"),
)
