"""After how long subscribers leave."""

from projects.telco.history import SUBSCRIBERS
from tenure.outcomes import entry, is_now, time_until
from tenure.populations import everyone
from tenure.specs import Model
from tenure.statements import Narrative
from tenure.timeline import folds

YEAR = 365

SPEC = Model(
    name="time_to_churn",
    title="Time to churn",
    owner="team:retention",
    purpose="retention",
    population=everyone(SUBSCRIBERS),
    foresees=time_until(
        is_now(SUBSCRIBERS.Churn, "Yes"), since=entry(SUBSCRIBERS), horizons_days=(90, 180, YEAR, 2 * YEAR), score_at=YEAR
    ),
    split=folds(5),
    protected=("gender", "senior"),
    narrative=Narrative(verb="leave"),
)
