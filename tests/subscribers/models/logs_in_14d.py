"""Who will log in within two weeks."""

from dataclasses import replace

from tenure.outcomes import any_of
from tenure.populations import had, is_in
from tenure.specs import Model
from tests.smallness import EASY_GATES, SMALL, SNAPSHOTS
from tests.subscribers.history import LOGINS, SUBSCRIPTIONS
from tests.unit.model_cards.sample import narrative

SPEC = Model(
    name="logs_in_14d",
    title="Login within 14 days",
    owner="team:growth",
    purpose="retention",
    population=is_in(SUBSCRIPTIONS.status, "active") & had(LOGINS, within_days=56),
    foresees=any_of(LOGINS, within_days=14),
    protected=("age", "gender"),
    snapshots=SNAPSHOTS,
    parameters=SMALL,
    gates=EASY_GATES,
    narrative=replace(narrative(), verb="log in"),
)
