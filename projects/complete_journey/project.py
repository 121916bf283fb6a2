"""The Complete Journey: a grocer's loyalty base of 2,469 households over the year 2017, published by 84.51°.

Transactions are complete for 2017 in UTC, but for the last hours of the grocer's own New Year's Eve: those fall on the UTC day
2018-01-01, of which there are four hours. A part of a day is not a day, so that day is not landed.
"""

from datetime import date

from tenure.audit import AuditLines, CalibrationReference
from tenure.project import Attribute, DemoDays, Project
from tenure.purposes import Basis, Purpose

PROJECT = Project(
    name="complete_journey",
    title="The Complete Journey",
    first_day=date(2017, 1, 1),
    last_day=date(2017, 12, 31),
    known_as="household_id",
    authors={
        "model_owner": "model owner (demo)",
        "data_steward": "data steward (demo)",
        "privacy_officer": "privacy officer (demo)",
        "validator": "validator (demo)",
    },
    purposes=(
        Purpose(
            name="retention",
            why="Deciding whom of the loyalty members to contact before they stop buying.",
            basis=Basis.LEGITIMATE_INTERESTS,
            columns=("transactions.*", "products.*", "campaigns.*", "coupon_redemptions.*"),
            categories=("purchases", "mailings received", "coupons redeemed"),
            seen_by=("growth team", "data steward"),
            is_direct_marketing=True,
        ),
        Purpose(
            name="audit",
            why="Measuring whether models treat groups of members alike.",
            basis=Basis.LEGITIMATE_INTERESTS,
            columns=("households.*",),
            categories=("demographics",),
            seen_by=("validator", "privacy officer"),
        ),
    ),
    attributes=(
        Attribute(name="age", title="age of the head of household", source="households", column="age"),
        Attribute(
            name="income",
            title="household income",
            source="households",
            column="income",
            groups={
                **dict.fromkeys(("Under 15K", "15-24K", "25-34K"), "under 35K"),
                **dict.fromkeys(("35-49K", "50-74K"), "35-74K"),
                **dict.fromkeys(("75-99K", "100-124K", "125-149K", "150-174K", "175-199K", "200-249K", "250K+"), "75K and over"),
            },
        ),
        Attribute(name="marital_status", title="marital status", source="households", column="marital_status"),
        Attribute(
            name="household_composition", title="household composition", source="households", column="household_composition"
        ),
    ),
    # Households with demographics were chosen among frequent shoppers, with hindsight: all of them buy more than their
    # records up to a day foretell. What they share says nothing about how one group fares against another.
    audit_lines=AuditLines(calibration_reference=CalibrationReference.KNOWN_MEMBERS),
    demo_days=DemoDays(train_as_of=date(2017, 10, 1), score_from=date(2017, 11, 1), score_to=date(2017, 11, 14)),
)
