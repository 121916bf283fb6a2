"""A company's rows, month by month and some customers at a time, so that memory holds these alone; or all of them at once."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from typing import TYPE_CHECKING, Protocol

from tenure.errors import SpecError
from tenure.simulation.calendar import Month
from tenure.simulation.company import Company
from tenure.simulation.draws import BLOCK, Draws, block_sizes
from tenure.simulation.retail import Retail
from tenure.simulation.shopper_rows import ShopperRows
from tenure.simulation.shoppers import Shoppers
from tenure.simulation.subscriber_rows import SubscriberRows
from tenure.simulation.subscribers import Subscribers
from tenure.simulation.subscriptions import Subscriptions

if TYPE_CHECKING:
    import pyarrow as pa

# So many customers are held at once; a multiple of a block.
AT_ONCE = 8 * BLOCK


class Block(Protocol):
    """One block of customers of any kind of company."""

    def of_month(self, month: Month) -> Mapping[str, "pa.Table"]:
        """Rows of every table with times."""

    def snapshot(self, day: int) -> "pa.Table":
        """The customers as they stand at the end of a day."""

    def truth_of_month(self, month: Month) -> "pa.Table":
        """What is so of them in a month."""

    def truth(self) -> "pa.Table":
        """What is so of them always."""


@dataclass(frozen=True, eq=False, kw_only=True)
class Part:
    """What some customers bring in a month, each made when it is asked for; `done` is the share of all parts up to this one."""

    company: Company
    month: Month
    blocks: Sequence[Block]
    done: float

    @cached_property
    def events(self) -> Mapping[str, "pa.Table"]:
        """Rows of the month by table, in the order of their times."""
        import pyarrow as pa

        tables = [block.of_month(self.month) for block in self.blocks]
        times = self.company.times
        return {name: pa.concat_tables([each[name] for each in tables]).sort_by(times[name]) for name in tables[0]}

    @cached_property
    def snapshot(self) -> "pa.Table":
        """These customers as they stand at the end of the month."""
        import pyarrow as pa

        return pa.concat_tables([block.snapshot(self.month.end - 1) for block in self.blocks])

    @cached_property
    def truth_of_month(self) -> "pa.Table":
        """What is so of them in the month."""
        import pyarrow as pa

        return pa.concat_tables([block.truth_of_month(self.month) for block in self.blocks])

    @cached_property
    def truth(self) -> "pa.Table":
        """What is so of them always."""
        import pyarrow as pa

        return pa.concat_tables([block.truth() for block in self.blocks])

    @property
    def is_of_last_month(self) -> bool:
        """Whether the history ends with it."""
        return self.month.end == self.company.days


def parts(company: Company, *, at_once: int = AT_ONCE) -> Iterator[Part]:
    """Every part of a company: by month and, in it, by customers, so many at once (rounded up to whole blocks)."""
    sizes = list(enumerate(block_sizes(company.customers)))
    n_blocks = max(1, -(-at_once // BLOCK))
    batches = [sizes[i : i + n_blocks] for i in range(0, len(sizes), n_blocks)]
    # What is known of the customers is found again for each month, unless there are so few that all of it fits.
    few = _blocks(company, batches[0]) if len(batches) == 1 else None
    n_parts = len(batches) * len(company.calendar.months)
    for month in company.calendar.months:
        for place, batch in enumerate(batches):
            done = (month.number * len(batches) + place + 1) / n_parts
            yield Part(company=company, month=month, blocks=few or _blocks(company, batch), done=done)


def _blocks(company: Company, numbered: Sequence[tuple[int, int]]) -> list[Block]:
    """Blocks by number and size."""
    return [_block(company, Draws(company.seed, number), size) for number, size in numbered]


def _block(company: Company, draws: Draws, n: int) -> Block:
    """A block of the company's kind."""
    match company:
        case Subscriptions():
            return SubscriberRows(Subscribers(company, draws, n))
        case Retail():
            return ShopperRows(Shoppers(company, draws, n))
        case _:
            raise SpecError(f"A simulated company is one of subscriptions or retail, found {type(company).__name__}.")


@dataclass(frozen=True, eq=False, kw_only=True)
class Simulated:
    """All of a company, in memory.

    Parameters
    ----------
    events: every table with times, whole and in the order of its times.
    references: tables without times, such as the price list.
    truth: one row for each account; `truth_of_months` one for each account and month in which it could leave.
    """

    company: Company
    events: Mapping[str, "pa.Table"]
    references: Mapping[str, "pa.Table"]
    truth: "pa.Table"
    truth_of_months: "pa.Table"

    def of_day(self, table: str, day: date) -> "pa.Table":
        """The rows of a table whose time lies in a day."""
        import numpy as np

        times = self.events[table][self.company.times[table]].to_numpy()
        first, last = np.searchsorted(times, [np.datetime64(day, "s"), np.datetime64(day + timedelta(days=1), "s")])
        return self.events[table].slice(first, last - first)

    def snapshot(self, day: date) -> "pa.Table":
        """Everybody who ever was a customer, as they stand at the end of a day."""
        import pyarrow as pa

        return pa.concat_tables([block.snapshot(self.company.calendar.number(day)) for block in self._blocks])

    @cached_property
    def _blocks(self) -> list[Block]:
        """All blocks."""
        return _blocks(self.company, list(enumerate(block_sizes(self.company.customers))))


def simulate(company: Company) -> Simulated:
    """All of a company at once; of some hundred customers it takes a moment."""
    import pyarrow as pa

    every = list(parts(company))
    return Simulated(
        company=company,
        events={
            name: pa.concat_tables([part.events[name] for part in every]).sort_by(company.times[name]) for name in every[0].events
        },
        references=company.references(),
        truth=pa.concat_tables([part.truth for part in every if part.is_of_last_month]),
        truth_of_months=pa.concat_tables([part.truth_of_month for part in every]),
    )
