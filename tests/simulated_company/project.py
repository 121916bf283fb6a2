"""The simulated grocer: 400 customers over 240 days, audited by four protected attributes."""

from datetime import date, timedelta

from tenure.project import Attribute, Project
from tests.unit.model_cards.sample import ROLES

FIRST_DAY = date(2020, 1, 1)
N_DAYS = 240
N_CUSTOMERS = 400

PROJECT = Project(
    name="simulated_company",
    title="Simulated grocer",
    first_day=FIRST_DAY,
    last_day=FIRST_DAY + timedelta(days=N_DAYS - 1),
    known_as="household_id",
    authors=ROLES,
    purposes={
        "retention": "deciding whom to contact before they stop buying",
        "audit": "measuring whether groups are treated alike",
    },
    attributes=(
        Attribute(name="age", title="age of the head of household", source="households", column="age"),
        Attribute(
            name="income",
            title="household income",
            source="households",
            column="income",
            groups=dict.fromkeys(("Under 15K", "15-24K", "25-34K", "35-49K"), "under 50K")
            | dict.fromkeys(
                ("50-74K", "75-99K", "100-124K", "125-149K", "150-174K", "175-199K", "200-249K", "250K+"), "50K and over"
            ),
        ),
        Attribute(name="marital_status", title="marital status", source="households", column="marital_status"),
        Attribute(
            name="household_composition", title="household composition", source="households", column="household_composition"
        ),
    ),
)
