"""Telco: 7,043 subscribers of a telephone company as one table, published by IBM as a sample ("Telco Customer Churn").

The table carries no date. It is taken for what was known at the beginning of 2018-09-30, which says nothing but where days begin
to count. Its file is named by the user: the folder with `Telco-Customer-Churn.csv.gz` is `TENURE_DELIVERIES`.
"""

from datetime import date

from tenure.consent import Consents
from tenure.project import Attribute, Project
from tenure.purposes import Basis, Purpose

DAY = date(2018, 9, 30)

PROJECT = Project(
    name="telco",
    title="Telco subscribers",
    first_day=date(2018, 9, 29),
    last_day=date(2018, 9, 29),
    known_as="customerID",
    authors={"model_owner": "model owner (example)"},
    purposes=(
        Purpose(
            name="retention",
            why="Deciding whom of the subscribers to offer something before they leave.",
            basis=Basis.CONTRACT,
            columns=("subscribers.*",),
            categories=("household", "services subscribed", "contract and charges", "whether somebody left"),
            seen_by=("retention team",),
            is_direct_marketing=True,
        ),
        Purpose(
            name="audit",
            why="Measuring whether models treat groups of subscribers alike.",
            basis=Basis.LEGITIMATE_INTERESTS,
            columns=("subscribers.gender", "subscribers.SeniorCitizen"),
            categories=("demographics",),
            seen_by=("validator",),
        ),
    ),
    # The sample says nothing of what anybody agreed to; whoever objects is recorded by command, and left out from then on.
    consents=Consents(),
    attributes=(
        Attribute(name="gender", title="gender", source="subscribers", column="gender"),
        Attribute(
            name="senior",
            title="senior citizen",
            source="subscribers",
            column="SeniorCitizen",
            groups={"0": "under 65", "1": "65 or older"},
        ),
    ),
)
