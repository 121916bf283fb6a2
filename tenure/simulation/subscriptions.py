"""A company with subscribers: what is told of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from tenure.simulation.company import Company

if TYPE_CHECKING:
    import pyarrow as pa

PLANS = ("basic", "standard", "premium")
PRICES = (9.99, 16.99, 27.99)
PLAN_SHARES = (0.5, 0.35, 0.15)
CONTRACTS = ("monthly", "yearly")
YEARLY_PRICE = 0.85
REASONS = ("price", "service", "moved")
CHANNELS = ("web", "shop", "partner")


@dataclass(frozen=True, kw_only=True)
class Subscriptions(Company):
    """A company whose customers subscribe to plans, log in, open tickets, pay each month, and leave on a known day for a reason.

    `simulate(Subscriptions(customers=400, first_day=date(2020, 1, 1), days=240, seed=11))` holds all of it in memory.

    Parameters
    ----------
    weights: how much of the usual hazard is the price of the usual plan, the service in a usual mood, and that customers move.
    yearly: the share of yearly contracts; `changes_plan` that of customers who change to another plan.
    yearly_ratio: hazard under a yearly contract, against a monthly one.
    partner_ratio: hazard of customers who came through a partner.
    mood: how much a month's mood (the same for logins, tickets and the hazard to leave for the service) differs between
        customers and months: the standard deviation of the logarithm of what it raises and lowers.
    logins_a_day: the median over customers; `logins_spread` is the standard deviation of its logarithm.
    payments_fail, uses_more: shares of payments that fail, and that are for more than the plan holds.
    persuaded_ratio, annoyed_ratio: hazard of persuadable and of contrary customers while the campaign works, if contacted.
    """

    kind: ClassVar[str] = "subscriptions"
    snapshots: ClassVar[str] = "subscribers"
    first_read: ClassVar[str] = "subscribers"
    positive: ClassVar[tuple[str, ...]] = (
        "yearly_ratio", "partner_ratio", "persuaded_ratio", "annoyed_ratio", "logins_a_day", "tickets_a_day",
    )  # fmt: skip
    times: ClassVar[Mapping[str, str]] = {
        "subscriptions": "changed_at",
        "logins": "logged_in_at",
        "tickets": "opened_at",
        "payments": "paid_at",
        "contacts": "contacted_at",
        "consents": "changed_at",
    }

    weights: tuple[float, float, float] = (0.35, 0.4, 0.25)
    yearly: float = 0.35
    changes_plan: float = 0.25
    yearly_ratio: float = 0.4
    partner_ratio: float = 1.4
    mood: float = 0.8
    logins_a_day: float = 0.25
    logins_spread: float = 1.0
    tickets_a_day: float = 0.004
    payments_fail: float = 0.03
    uses_more: float = 0.12
    persuaded_ratio: float = 0.4
    annoyed_ratio: float = 1.5

    def references(self) -> Mapping[str, "pa.Table"]:
        """The plans and what they cost in a month."""
        import pyarrow as pa

        return {"plans": pa.table({"plan": list(PLANS), "monthly_price": list(PRICES), "devices": [1, 2, 4]})}
