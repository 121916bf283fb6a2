"""A shop: what is told of it, and what it sells."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from tenure.estimators.outcome import Floats, Ints
from tenure.simulation import rows
from tenure.simulation.company import Company
from tenure.simulation.draws import Draws

if TYPE_CHECKING:
    import pyarrow as pa

DEPARTMENTS = ("grocery", "produce", "dairy", "household", "drinks", "garden")
BRANDS = ("national", "own")
REASONS = ("moved", "competitor")


@dataclass(frozen=True, kw_only=True)
class Retail(Company):
    """A shop whose customers buy when they like, bring things back, and one day come no more, of which nobody is told.

    Parameters
    ----------
    monthly_leaving: here the usual hazard of coming no more.
    weights: how much of the usual hazard is that customers move, and a competitor in a usual mood.
    purchases_a_day: the median over customers; `purchases_spread` is the standard deviation of its logarithm.
    mood: how much a month's mood (the same for purchases and the hazard to go to a competitor) differs between customers and
        months: the standard deviation of the logarithm of what it raises and lowers.
    without_card: the share of purchases of which the shop does not know whose they are.
    returned: the share of lines that are brought back.
    persuaded_ratio, annoyed_ratio: purchases of persuadable and of contrary customers while the campaign works, if contacted.
    """

    kind: ClassVar[str] = "retail"
    snapshots: ClassVar[str] = "customers"
    first_read: ClassVar[str] = "transactions"
    positive: ClassVar[tuple[str, ...]] = ("purchases_a_day", "products", "persuaded_ratio", "annoyed_ratio")
    times: ClassVar[Mapping[str, str]] = {
        "transactions": "purchased_at",
        "contacts": "contacted_at",
        "consents": "changed_at",
    }

    weights: tuple[float, float] = (0.4, 0.6)
    purchases_a_day: float = 0.08
    purchases_spread: float = 0.9
    mood: float = 0.5
    without_card: float = 0.06
    returned: float = 0.03
    products: int = 400
    persuaded_ratio: float = 1.8
    annoyed_ratio: float = 0.7

    def references(self) -> Mapping[str, "pa.Table"]:
        """What the shop sells."""
        import pyarrow as pa

        goods = self.goods
        return {
            "products": pa.table(
                {
                    "product_id": goods.ids,
                    "department": rows.words(DEPARTMENTS, goods.department),
                    "brand": rows.words(BRANDS, goods.brand),
                    "price": goods.price,
                }
            )
        }

    @cached_property
    def goods(self) -> "Goods":
        """What the shop sells."""
        return Goods(Draws(self.seed, 0), self.products)


@dataclass(frozen=True, eq=False)
class Goods:
    """Products, (n,) each: few are bought very often, and few cost very much."""

    draws: Draws
    n: int

    @cached_property
    def ids(self) -> "pa.Array":
        """Their ids."""
        import pyarrow as pa

        return pa.array([f"A{place:04d}" for place in range(self.n)])

    @cached_property
    def price(self) -> Floats:
        """Their prices, lognormal."""
        return rows.cents(np.maximum(0.2, 2.5 * np.exp(0.9 * self.draws.of("prices").standard_normal(self.n))))

    @cached_property
    def department(self) -> Ints:
        """Places in DEPARTMENTS."""
        return self.draws.of("departments").integers(0, len(DEPARTMENTS), self.n)

    @cached_property
    def brand(self) -> Ints:
        """Places in BRANDS."""
        return np.asarray((self.draws.of("brands").random(self.n) < 0.3).astype(np.int64))

    def chosen(self, luck: Floats) -> Ints:
        """Products by uniform numbers: the k-th most frequent is bought one k-th as often as the first (Zipf's law)."""
        shares = np.cumsum(1 / np.arange(1, self.n + 1))
        return np.asarray(np.minimum(np.searchsorted(shares, luck * shares[-1], side="right"), self.n - 1))
