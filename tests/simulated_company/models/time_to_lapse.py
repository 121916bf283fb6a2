"""When a simulated customer's pause of four weeks will be complete."""

from dataclasses import replace

from tenure.outcomes import pause, time_until
from tenure.populations import had
from tenure.specs import Model
from tests.simulated_company.history import PURCHASES
from tests.simulated_company.smallness import EASY_GATES, PROTECTED, SMALL, SNAPSHOTS
from tests.unit.model_cards.sample import narrative

SPEC = Model(
    name="time_to_lapse",
    title="Time to lapse",
    owner="team:growth",
    population=had(PURCHASES, within_days=28),
    foresees=time_until(pause(PURCHASES, days=28), horizons_days=(7, 14, 28), score_at=28),
    protected=PROTECTED,
    snapshots=SNAPSHOTS,
    parameters=SMALL,
    gates=EASY_GATES,
    narrative=replace(narrative(), verb="lapse"),
)
