"""Companies whose truth is known: simulated from a seed, so that what is estimated can be compared with what is so.

    simulated = simulate(Subscriptions(customers=400, first_day=date(2020, 1, 1), days=240, seed=11))
    simulated.events["logins"]                       # every row, in the order of times; so "tickets", "payments", …
    simulated.of_day("logins", date(2020, 3, 1))     # what the company would deliver for a day
    simulated.snapshot(date(2020, 3, 31))            # its table of subscribers at the end of a day
    simulated.references["plans"]
    simulated.truth_of_months                        # by account and month: the probability of leaving, expected logins
    simulated.truth                                  # by account: person, uplift of a contact, when and why they left

Every table is an Arrow table whose times are UTC without a zone. `parts(company)` yields the same, some customers of a month at a
time, for companies of any size. A company of some hundred customers and days takes a fraction of a second.
"""

from tenure.simulation.company import Company
from tenure.simulation.retail import Retail
from tenure.simulation.streaming import Part, Simulated, parts, simulate
from tenure.simulation.subscriptions import Subscriptions

__all__ = ["Company", "Part", "Retail", "Simulated", "Subscriptions", "parts", "simulate"]
