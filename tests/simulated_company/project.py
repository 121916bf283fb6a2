"""The simulated grocer: 400 customers over 240 days, with the demo company's roles and protected attributes."""

from datetime import date, timedelta

from projects.complete_journey.project import PROJECT as GROCER
from tenure.project import Project

FIRST_DAY = date(2020, 1, 1)
N_DAYS = 240
N_CUSTOMERS = 400

PROJECT = Project(
    name="simulated_company",
    title="Simulated grocer",
    first_day=FIRST_DAY,
    last_day=FIRST_DAY + timedelta(days=N_DAYS - 1),
    known_as="household_id",
    authors=GROCER.authors,
    purposes=GROCER.purposes,
    roles=GROCER.roles,
    attributes=GROCER.attributes,
)
