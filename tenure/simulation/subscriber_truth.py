"""What is so of subscribers, as tables that lie apart from what the company sees."""

from typing import TYPE_CHECKING

import numpy as np

from tenure.simulation import rows
from tenure.simulation.calendar import Month
from tenure.simulation.subscribers import Subscribers
from tenure.simulation.subscriptions import REASONS

if TYPE_CHECKING:
    import pyarrow as pa


def truth(them: Subscribers) -> "pa.Table":
    """One row for each account.

    `p_leaves_if_contacted` and `p_leaves_if_not` are the probabilities of leaving while the campaign works, given that one is a
    customer on its day, and `uplift` is what a contact takes from it; of accounts that came later, nothing.
    """
    import pyarrow as pa

    company, people = them.company, them.people
    works = company.campaign_works
    everybody = np.ones(them.n, dtype=bool)
    if_contacted = them.risks(everybody).within(*works).leaves
    if_not = them.risks(~everybody).within(*works).leaves
    could = ~(people.came_on < company.campaign_day)
    has_left = them.left_on < company.days
    in_campaign = people.is_asked & (them.left_on > company.campaign_day)
    return pa.table(
        {
            "customer_id": people.ids,
            "person_id": rows.ids("P", people.number[people.first_account]),
            "came_on": rows.days(company.calendar, people.came_on),
            "left_on": rows.days(company.calendar, them.left_on, has_left),
            "reason": rows.words_or_none(REASONS, them.departures.reason, has_left),
            "logins_a_day": them.logins_a_day,
            "frailty": them.frailty,
            "persuasion": them.persuasion,
            "arm": rows.words_or_none(("held out", "treated"), people.is_treated.astype(np.int64), in_campaign),
            "p_leaves_if_contacted": pa.array(if_contacted, mask=could),
            "p_leaves_if_not": pa.array(if_not, mask=could),
            "uplift": pa.array(if_not - if_contacted, mask=could),
        }
    )


def truth_of_month(them: Subscribers, month: Month) -> "pa.Table":
    """One row for each account that could leave in the month: it came before the month was over, and had not left before it.

    `p_leaves` is the probability of leaving on one of `days_at_risk`, given that one had not left before them, and
    `p_leaves_for_…` that of each reason; `logins_a_day` and `tickets_a_day` are expected of a day in the month as a customer.
    """
    import pyarrow as pa

    risks = them.true_risks.within(month.start, month.end)
    n_days = risks.n_days.sum(axis=1)
    who = np.flatnonzero((n_days > 0) & (them.left_on >= month.start))
    by_reason = risks.leaves_for[who]
    days = month.days
    is_day = days >= them.people.came_on[who, None]
    logins = (them.login_rates(month)[who] * is_day).sum(axis=1) / is_day.sum(axis=1)
    calendar = them.company.calendar
    return pa.table(
        {
            "customer_id": rows.taken(them.people.ids, who),
            "month": rows.days(calendar, np.full(len(who), month.start)),
            "days_at_risk": n_days[who],
            "p_leaves": risks.leaves[who],
            **{f"p_leaves_for_{reason}": by_reason[:, place] for place, reason in enumerate(REASONS)},
            "logins_a_day": logins,
            "tickets_a_day": them.ticket_rates(month)[who],
            "left": pa.array(them.left_on[who] < month.end),
        }
    )
