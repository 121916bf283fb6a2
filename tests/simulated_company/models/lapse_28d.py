"""Who of the simulated customers is about to stop buying."""

from dataclasses import replace

from tenure.outcomes import none_of
from tenure.populations import had
from tenure.specs import Model
from tests.simulated_company.history import PURCHASES
from tests.simulated_company.smallness import EASY_GATES, PROTECTED, SMALL, SNAPSHOTS
from tests.unit.model_cards.sample import narrative

SPEC = Model(
    name="lapse_28d",
    title="Lapse within 28 days",
    owner="team:growth",
    population=had(PURCHASES, within_days=56),
    foresees=none_of(PURCHASES, within_days=28),
    protected=PROTECTED,
    snapshots=SNAPSHOTS,
    parameters=SMALL,
    gates=EASY_GATES,
    narrative=replace(narrative(), verb="lapse"),
)
