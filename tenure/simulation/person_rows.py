"""What every company sees of its people, whom the campaign contacted and held out and what they agreed to; and who they are."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from tenure.estimators.outcome import Ints
from tenure.simulation import rows
from tenure.simulation.calendar import Month
from tenure.simulation.leaving import Departures
from tenure.simulation.people import People

if TYPE_CHECKING:
    import pyarrow as pa

CAMPAIGN, PURPOSE = "campaign-1", "marketing"
_CONTACTED_AT = 9 * 3_600


def contacts(people: People, month: Month, left_on: Ints) -> "pa.Table":
    """A row for each customer of the campaign, contacted or held out, on its day."""
    import pyarrow as pa

    day, calendar = people.company.campaign_day, people.company.calendar
    is_now = month.start <= day < month.end
    who = np.flatnonzero(people.is_asked & (left_on > day) & is_now)
    return pa.table(
        {
            "customer_id": rows.taken(people.ids, who),
            "contacted_at": rows.instants(calendar, np.full(len(who), day), np.full(len(who), _CONTACTED_AT)),
            "campaign_id": pa.array([CAMPAIGN] * len(who), pa.string()),
            "arm": rows.words(("held out", "treated"), people.is_treated[who].astype(np.int64)),
        }
    )


def consents(people: People, month: Month, left_on: Ints) -> "pa.Table":
    """A row when a customer says whether they may be written to, on the day they came or on the first, and takes it back."""
    import pyarrow as pa

    calendar = people.company.calendar
    withdraws = np.where(people.agrees & (people.withdraws_on < left_on), people.withdraws_on, people.company.days)
    told = np.column_stack([np.maximum(people.came_on, 0), withdraws])
    who, which = np.nonzero((told >= month.start) & (told < month.end))
    order = np.argsort(told[who, which], kind="stable")
    who, which = who[order], which[order]
    hours = rows.seconds(people.draws.of("hours of consents", month=month.number), len(who))
    return pa.table(
        {
            "customer_id": rows.taken(people.ids, who),
            "changed_at": rows.instants(calendar, told[who, which], hours),
            "purpose": pa.array([PURPOSE] * len(who), pa.string()),
            "given": rows.words(("no", "yes"), (people.agrees[who] & (which == 0)).astype(np.int64)),
        }
    )


def persons(people: People, departures: Departures, reasons: Sequence[str]) -> dict[str, "pa.Array"]:
    """What is so of each account: whose it is, when they came and left, why, and which arm of the campaign they were in."""
    calendar, left_on = people.company.calendar, departures.left_on
    has_left = left_on < people.company.days
    in_campaign = people.is_asked & (left_on > people.company.campaign_day)
    return {
        "customer_id": people.ids,
        "person_id": rows.ids("person-", people.number[people.first_account]),
        "came_on": rows.days(calendar, people.came_on),
        "left_on": rows.days(calendar, left_on, has_left),
        "reason": rows.words_or_none(reasons, departures.reason, has_left),
        "arm": rows.words_or_none(("held out", "treated"), people.is_treated.astype(np.int64), in_campaign),
    }
