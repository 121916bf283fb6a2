"""What the shop sees of its shoppers: a block's rows of each table, by month; and what is so of them."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from tenure.estimators.outcome import Bools, Floats, Ints
from tenure.simulation import rows
from tenure.simulation.calendar import Month
from tenure.simulation.draws import poisson
from tenure.simulation.people import AGE_BANDS, GENDERS, REGIONS
from tenure.simulation.person_rows import consents, contacts, persons
from tenure.simulation.retail import REASONS
from tenure.simulation.shoppers import Shoppers

if TYPE_CHECKING:
    import pyarrow as pa

# A basket has as many lines as a coin of this chance falls before its first success, a line so many units by another.
_NO_MORE_LINES, _NO_MORE_UNITS = 0.3, 0.75
# Few lines are of whole cases.
_CASE_SHARE, _CASE = 0.004, 12
_HAS_FAVOURITES, _FAVOURITES = 0.4, 5
_REDUCED, _REDUCTION = 0.1, 0.8
# Brought back within so many days, which is less than a month.
_RETURN_DAYS = 20


@dataclass(frozen=True, eq=False)
class Lines:
    """Lines of a month's purchases, (n_lines,) each; `who` and `day` are whose and when, `basket` numbers the month's baskets."""

    who: Ints
    day: Ints
    second: Ints
    basket: Ints
    product: Ints
    quantity: Ints
    price: Floats
    has_card: Bools


@dataclass(frozen=True, eq=False)
class ShopperRows:
    """The rows of one block. Times are UTC without a zone; a row lies on the day of its time."""

    them: Shoppers

    def of_month(self, month: Month) -> dict[str, "pa.Table"]:
        """Rows of every table with times, by the table's name."""
        people, left_on = self.them.people, self.them.left_on
        return {
            "transactions": self._transactions(month),
            "contacts": contacts(people, month, left_on),
            "consents": consents(people, month, left_on),
        }

    def snapshot(self, day: int) -> "pa.Table":
        """Everybody who came to have a card by the end of a day; nothing tells who comes no more."""
        import pyarrow as pa

        people = self.them.people
        who = np.flatnonzero(people.came_on <= day)
        return pa.table(
            {
                "customer_id": rows.taken(people.ids, who),
                "email_hash": rows.ids("e", people.address[who]),
                "joined_on": rows.days(people.company.calendar, people.came_on[who]),
                "region": rows.words(REGIONS, people.region[who]),
                "age_band": rows.words(AGE_BANDS, people.age_band[who]),
                "gender": rows.words(GENDERS, people.gender[who]),
            }
        )

    def truth(self) -> "pa.Table":
        """One row for each account.

        `purchases_if_contacted` and `purchases_if_not` are expected while the campaign works, given that one comes on its day,
        and `uplift` is what a contact adds; of accounts that came later, nothing.
        """
        import pyarrow as pa

        them, people = self.them, self.them.people
        everybody = np.ones(them.n, dtype=bool)
        if_contacted, if_not = them.expected_in_campaign(everybody), them.expected_in_campaign(~everybody)
        came_later = people.came_on >= them.company.campaign_day
        return pa.table(
            {
                **persons(people, them.departures, REASONS),
                "purchases_a_day": them.purchases_a_day,
                "frailty": them.frailty,
                "persuasion": them.persuasion,
                "purchases_if_contacted": pa.array(if_contacted, mask=came_later),
                "purchases_if_not": pa.array(if_not, mask=came_later),
                "uplift": pa.array(if_contacted - if_not, mask=came_later),
            }
        )

    def truth_of_month(self, month: Month) -> "pa.Table":
        """One row for each account that could leave in the month, as of subscribers; purchases with a card or without."""
        import pyarrow as pa

        them = self.them
        risks = them.risks.within(month.start, month.end)
        n_days = risks.n_days.sum(axis=1)
        who = np.flatnonzero((n_days > 0) & (them.left_on >= month.start))
        is_day = month.days >= them.people.came_on[who, None]
        purchases = (them.rates_of_month(month)[who] * is_day).sum(axis=1) / is_day.sum(axis=1)
        return pa.table(
            {
                "customer_id": rows.taken(them.people.ids, who),
                "month": rows.days(them.company.calendar, np.full(len(who), month.start)),
                "days_at_risk": n_days[who],
                "p_leaves": risks.leaves[who],
                **{f"p_leaves_for_{reason}": risks.leaves_for[who, place] for place, reason in enumerate(REASONS)},
                "purchases_a_day": purchases,
                "left": pa.array(them.left_on[who] < month.end),
            }
        )

    def _transactions(self, month: Month) -> "pa.Table":
        """A row for each line of a purchase, and for each line that is brought back."""
        import pyarrow as pa

        bought = self._lines(month)
        tables = [self._table(month, bought, np.arange(len(bought.who)), bought.day)]
        months = self.them.company.calendar.months
        for of in months[max(0, month.number - 1) : month.number + 1]:
            lines = bought if of == month else self._lines(of)
            n = len(lines.who)
            is_back = self._draws("brought back", of).random(n) < self.them.company.returned
            back_on = lines.day + 1 + (self._draws("brought back on", of).random(n) * _RETURN_DAYS).astype(np.int64)
            back = np.flatnonzero(is_back & (back_on >= month.start) & (back_on < month.end))
            tables.append(self._table(of, lines, back, back_on[back], is_back=True))
        return pa.concat_tables(tables)

    def _table(self, month: Month, lines: Lines, at: Ints, days: Ints, *, is_back: bool = False) -> "pa.Table":
        """Some lines as rows."""
        import pyarrow as pa

        goods = self.them.company.goods
        numbers = rows.row_numbers(month.number, self.them.draws.block, 1)[0] + lines.basket[at]
        return pa.table(
            {
                "order_id": rows.ids("R" if is_back else "B", numbers),
                "customer_id": rows.taken_or_none(self.them.people.ids, lines.who[at], lines.has_card[at]),
                "product_id": rows.taken(goods.ids, lines.product[at]),
                "quantity": -lines.quantity[at] if is_back else lines.quantity[at],
                "unit_price": lines.price[at],
                "purchased_at": rows.instants(self.them.company.calendar, days, lines.second[at]),
            }
        )

    def _lines(self, month: Month) -> Lines:
        """The lines of a month's purchases."""
        rates = np.where(self.them.is_there(month.days), self.them.rates_of_month(month), 0.0)
        who, day = rows.events(poisson(self._draws("purchases", month).random(rates.shape), rates), month.start)
        n_lines = self._draws("lines", month).geometric(_NO_MORE_LINES, len(who))
        basket = np.repeat(np.arange(len(who)), n_lines)
        n, goods = len(basket), self.them.company.goods
        favourite = self.them.people.number[who[basket]] * 7 + self._draws("favourites", month).integers(0, _FAVOURITES, n)
        product = np.where(
            self._draws("has favourites", month).random(n) < _HAS_FAVOURITES,
            favourite % goods.n,
            goods.chosen(self._draws("products", month).random(n)),
        )
        units = self._draws("units", month).geometric(_NO_MORE_UNITS, n)
        reduced = np.where(self._draws("reduced", month).random(n) < _REDUCED, _REDUCTION, 1.0)
        return Lines(
            who=who[basket],
            day=day[basket],
            second=rows.seconds(self._draws("hours", month), len(who))[basket],
            basket=basket,
            product=product,
            quantity=units * np.where(self._draws("cases", month).random(n) < _CASE_SHARE, _CASE, 1),
            price=rows.cents(goods.price[product] * reduced),
            has_card=(self._draws("cards", month).random(len(who)) >= self.them.company.without_card)[basket],
        )

    def _draws(self, what: str, month: Month) -> np.random.Generator:
        """Draws of a month."""
        return self.them.draws.of(what, month=month.number)
