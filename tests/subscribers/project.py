"""The company: some hundred subscribers over 199 days, audited by age and gender."""

from datetime import date, timedelta

from tenure.project import Attribute, Project
from tenure.purposes import Basis, Purpose
from tests.unit.model_cards.sample import ROLES

FIRST_DAY = date(2020, 1, 1)
N_DAYS = 199

PROJECT = Project(
    name="subscribers",
    title="Simulated subscribers",
    first_day=FIRST_DAY,
    last_day=FIRST_DAY + timedelta(days=N_DAYS - 1),
    known_as="subscriber_id",
    currency="EUR",
    authors=ROLES,
    purposes=(
        Purpose(
            name="retention",
            why="Deciding whom to write to before they leave.",
            basis=Basis.LEGITIMATE_INTERESTS,
            columns=("subscriptions.*", "logins.*", "devices.*", "payments.*", "tickets.*"),
            categories=("subscriptions", "use of the service", "payments", "questions asked"),
            kept_days=730,
            seen_by=("growth team",),
            is_direct_marketing=True,
        ),
        Purpose(
            name="audit",
            why="Measuring whether groups are treated alike.",
            basis=Basis.LEGITIMATE_INTERESTS,
            columns=("people.*",),
            categories=("demographics",),
            seen_by=("validator",),
        ),
    ),
    attributes=(
        Attribute(
            name="age",
            title="age of the subscriber",
            source="people",
            column="age",
            groups={"18-29": "under 45", "30-44": "under 45", "45-59": "45 and over", "60+": "45 and over"},
        ),
        Attribute(name="gender", title="gender of the subscriber", source="people", column="gender"),
    ),
)
