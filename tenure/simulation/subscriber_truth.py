"""What is so of subscribers, as tables that lie apart from what the company sees."""

from typing import TYPE_CHECKING

import numpy as np

from tenure.simulation import rows
from tenure.simulation.calendar import Month
from tenure.simulation.person_rows import persons
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
    came_later = people.came_on >= company.campaign_day
    return pa.table(
        {
            **persons(people, them.departures, REASONS),
            "logins_a_day": them.logins_a_day,
            "frailty": them.frailty,
            "persuasion": them.persuasion,
            "p_leaves_if_contacted": pa.array(if_contacted, mask=came_later),
            "p_leaves_if_not": pa.array(if_not, mask=came_later),
            "uplift": pa.array(if_not - if_contacted, mask=came_later),
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
