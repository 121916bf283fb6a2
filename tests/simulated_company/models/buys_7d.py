"""Who of the simulated customers will buy within the week."""

from dataclasses import replace

from tenure.outcomes import any_of
from tenure.populations import had
from tenure.specs import Model
from tests.simulated_company.history import PURCHASES
from tests.simulated_company.smallness import EASY_GATES, PROTECTED, SMALL, SNAPSHOTS
from tests.unit.model_cards.sample import narrative

SPEC = Model(
    name="buys_7d",
    title="Purchase within 7 days",
    owner="team:growth",
    population=had(PURCHASES, within_days=56),
    foresees=any_of(PURCHASES, within_days=7),
    protected=PROTECTED,
    snapshots=SNAPSHOTS,
    parameters=SMALL,
    gates=EASY_GATES,
    narrative=replace(narrative(), verb="buy"),
)
