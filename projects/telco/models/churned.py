"""Who left within the last month."""

from projects.telco.history import SUBSCRIBERS
from tenure.outcomes import is_now
from tenure.populations import everyone
from tenure.specs import Model
from tenure.statements import Narrative
from tenure.timeline import folds

SPEC = Model(
    name="churned",
    title="Left within the last month",
    owner="team:retention",
    purpose="retention",
    population=everyone(SUBSCRIBERS),
    foresees=is_now(SUBSCRIBERS.Churn, "Yes"),
    split=folds(5),
    protected=("gender", "senior"),
    narrative=Narrative(verb="leave"),
)
