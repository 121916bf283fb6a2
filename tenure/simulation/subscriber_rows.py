"""What the company sees of its subscribers: a block's rows of each table, by month."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from tenure.estimators.outcome import Ints
from tenure.simulation import rows
from tenure.simulation.calendar import Calendar, Month
from tenure.simulation.draws import poisson
from tenure.simulation.people import AGE_BANDS, GENDERS, REGIONS
from tenure.simulation.person_rows import consents, contacts
from tenure.simulation.subscriber_truth import truth, truth_of_month
from tenure.simulation.subscribers import Subscribers
from tenure.simulation.subscriptions import CHANNELS, CONTRACTS, PLANS, REASONS

if TYPE_CHECKING:
    import pyarrow as pa

DEVICES, _DEVICE_SHARES = ("phone", "computer", "television"), (0.6, 0.25, 0.15)
TOPICS = ("technical", "billing", "how to")
_PAID_AT = 6 * 3_600


@dataclass(frozen=True, eq=False)
class SubscriberRows:
    """The rows of one block. Times are UTC without a zone; a row lies on the day of its time."""

    them: Subscribers

    def of_month(self, month: Month) -> dict[str, "pa.Table"]:
        """Rows of every table with times, by the table's name, in the order of their days."""
        people, left_on = self.them.people, self.them.left_on
        return {
            "subscriptions": self._subscriptions(month),
            "logins": self._logins(month),
            "tickets": self._tickets(month),
            "payments": self._payments(month),
            "contacts": contacts(people, month, left_on),
            "consents": consents(people, month, left_on),
        }

    def snapshot(self, day: int) -> "pa.Table":
        """Everybody who ever was a subscriber, as they stand at the end of a day: one row for each account."""
        import pyarrow as pa

        them, people = self.them, self.them.people
        who = np.flatnonzero(people.came_on <= day)
        until = np.minimum(day, them.left_on[who])
        has_left = them.left_on[who] <= day
        return pa.table(
            {
                "customer_id": self._ids(who),
                "email_hash": rows.ids("e", people.address[who]),
                "started_on": rows.days(self._calendar, people.came_on[who]),
                **self._contract(who, until),
                "status": rows.words(("active", "left"), has_left.astype(np.int64)),
                "ended_on": rows.days(self._calendar, until, has_left),
                "reason": rows.words_or_none(REASONS, them.departures.reason[who], has_left),
                "channel": rows.words(CHANNELS, them.channel[who]),
                "region": rows.words(REGIONS, people.region[who]),
                "age_band": rows.words(AGE_BANDS, people.age_band[who]),
                "gender": rows.words(GENDERS, people.gender[who]),
            }
        )

    def truth_of_month(self, month: Month) -> "pa.Table":
        """What is so of them in a month."""
        return truth_of_month(self.them, month)

    def truth(self) -> "pa.Table":
        """What is so of them always."""
        return truth(self.them)

    def _subscriptions(self, month: Month) -> "pa.Table":
        """A row whenever a subscription begins, changes its plan or ends: how it stands from then on."""
        import pyarrow as pa

        them, n_days = self.them, self.them.company.days
        # Those who were there before the first day are told of on it.
        changes = np.where(them.plan_changes_on < them.left_on, them.plan_changes_on, n_days)
        told = np.column_stack([np.maximum(them.people.came_on, 0), changes, them.left_on])
        who, which = np.nonzero((told >= month.start) & (told < month.end))
        order = np.argsort(told[who, which], kind="stable")
        who, day = who[order], told[who, which][order]
        has_left = day >= them.left_on[who]
        return pa.table(
            {
                "customer_id": self._ids(who),
                "changed_at": self._times("subscriptions", month, day),
                "status": rows.words(("active", "left"), has_left.astype(np.int64)),
                **self._contract(who, day),
                "started_on": rows.days(self._calendar, them.people.came_on[who]),
                "reason": rows.words_or_none(REASONS, them.departures.reason[who], has_left),
            }
        )

    def _logins(self, month: Month) -> "pa.Table":
        """A row for each login."""
        import pyarrow as pa

        rates = np.where(self.them.is_there(month.days), self.them.login_rates(month), 0.0)
        who, day = rows.events(poisson(self._draws("logins", month).random(rates.shape), rates), month.start)
        device = np.searchsorted(np.cumsum(_DEVICE_SHARES)[:-1], self._draws("devices", month).random(len(who)), side="right")
        return pa.table(
            {
                "customer_id": self._ids(who),
                "logged_in_at": self._times("logins", month, day),
                "device": rows.words(DEVICES, device),
            }
        )

    def _tickets(self, month: Month) -> "pa.Table":
        """A row for each ticket."""
        import pyarrow as pa

        rates = np.where(self.them.is_there(month.days), self.them.ticket_rates(month)[:, None], 0.0)
        who, day = rows.events(poisson(self._draws("tickets", month).random(rates.shape), rates), month.start)
        topic = (self._draws("topics", month).random(len(who)) * len(TOPICS)).astype(np.int64)
        minutes = np.exp(4.0 + 1.2 * self._draws("replies", month).standard_normal(len(who)))
        return pa.table(
            {
                "ticket_id": self._row_ids("T", month, len(who)),
                "customer_id": self._ids(who),
                "opened_at": self._times("tickets", month, day),
                "topic": rows.words(TOPICS, topic),
                "first_reply_minutes": np.ceil(minutes).astype(np.int64),
            }
        )

    def _payments(self, month: Month) -> "pa.Table":
        """A row for each monthly payment: the plan's price and, of a few, for what they used besides, with a heavy tail."""
        import pyarrow as pa

        them, came_on = self.them, self.them.people.came_on
        # On the day of the month on which they came, at the latest on the twenty-eighth.
        first = self._calendar.number(self._calendar.day(month.start).replace(day=1))
        due = first + np.minimum(rows.day_of_month(self._calendar, came_on), 28) - 1
        who = np.flatnonzero((due >= month.start) & (due < month.end) & (due > came_on) & (due < them.left_on))
        who = who[np.argsort(due[who], kind="stable")]
        uses_more = self._draws("uses more", month).random(them.n) < them.company.uses_more
        more = np.where(uses_more, 2 * (1 + self._draws("how much more", month).pareto(1.6, them.n)), 0.0)[who]
        fails = (self._draws("payments", month).random(them.n) < them.company.payments_fail)[who]
        return pa.table(
            {
                "payment_id": self._row_ids("P", month, len(who)),
                "customer_id": self._ids(who),
                "paid_at": rows.instants(self._calendar, due[who], np.full(len(who), _PAID_AT)),
                "amount": rows.cents(them.price_on(who, due[who]) + more),
                "status": rows.words(("paid", "failed"), fails.astype(np.int64)),
            }
        )

    def _contract(self, who: Ints, days: Ints) -> dict[str, "pa.Array"]:
        """What some have a contract for, each on a day of their own."""
        return {
            "plan": rows.words(PLANS, self.them.plan_on(who, days)),
            "contract": rows.words(CONTRACTS, self.them.is_yearly[who].astype(np.int64)),
            "monthly_price": self.them.price_on(who, days),
        }

    @property
    def _calendar(self) -> Calendar:
        """The history's days."""
        return self.them.company.calendar

    def _ids(self, who: Ints) -> "pa.Array":
        """Ids of some."""
        return rows.taken(self.them.people.ids, who)

    def _row_ids(self, letter: str, month: Month, n: int) -> "pa.Array":
        """Ids of rows."""
        return rows.ids(letter, rows.row_numbers(month.number, self.them.draws.block, n))

    def _times(self, what: str, month: Month, days: Ints) -> "pa.Array":
        """Instants on these days."""
        return rows.instants(self._calendar, days, rows.seconds(self._draws(f"hours of {what}", month), len(days)))

    def _draws(self, what: str, month: Month) -> np.random.Generator:
        """Draws of a month."""
        return self.them.draws.of(what, month=month.number)
