"""Telco: 7,043 subscribers of a telephone company as one table, published by IBM as a sample ("Telco Customer Churn").

The table carries no date. It is taken for what was known at the beginning of 2018-09-30, which says nothing but where days begin
to count. Its file is named by the user: the folder with `Telco-Customer-Churn.csv.gz` is `TENURE_DELIVERIES`.
"""

from datetime import date

from tenure.project import Attribute, Project

DAY = date(2018, 9, 30)

PROJECT = Project(
    name="telco",
    title="Telco subscribers",
    first_day=date(2018, 9, 29),
    last_day=date(2018, 9, 29),
    known_as="customerID",
    authors={"model_owner": "model owner (example)"},
    purposes={
        "retention": "deciding whom of the subscribers to offer something before they leave",
        "audit": "measuring whether models treat groups of subscribers alike",
    },
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
