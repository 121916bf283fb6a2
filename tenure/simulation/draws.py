"""Draws: random numbers of a company, each known by the seed, what is drawn, the block of customers and the month.

Customers are drawn in blocks of one size. What is drawn for a block depends on nothing else that is drawn, so blocks may be
made in any order, several at once or again, and within a block the draws of the first customers do not depend on how many follow.
"""

import zlib
from dataclasses import dataclass

import numpy as np

from tenure.estimators.outcome import Floats, Ints

BLOCK = 2_048
_OF_NO_MONTH = 0


@dataclass(frozen=True)
class Draws:
    """Generators of one block of customers."""

    seed: int
    block: int

    def of(self, what: str, *, month: int | None = None) -> np.random.Generator:
        """A generator of its own for what is drawn, in a month by its number or once for all.

        Draw from it in the order of customers, or of days where rows are told by day, and one kind of number only: then the first
        draws stand whatever follows.
        """
        numbers = (self.seed, self.block, zlib.crc32(what.encode()), _OF_NO_MONTH if month is None else month + 1)
        return np.random.default_rng(numbers)


def block_sizes(customers: int) -> tuple[int, ...]:
    """How many customers each block holds: all are full but the last."""
    return tuple(min(BLOCK, customers - start) for start in range(0, customers, BLOCK))


def poisson(luck: Floats, rates: Floats) -> Ints:
    """Numbers of events with these expectations, each from its own uniform number: another rate changes that number alone.

    By inversion (Devroye 1986, Non-Uniform Random Variate Generation, X.3.3); meant for expectations up to some dozens.
    """
    counts = np.zeros(rates.size, dtype=np.int64)
    u, rate = luck.ravel(), rates.ravel()
    open_ = np.flatnonzero(u > np.exp(-rate))
    u, rate = u[open_], rate[open_]
    term = np.exp(-rate)
    reached, n = term.copy(), 0
    while len(open_):
        n += 1
        counts[open_] = n
        term = term * rate / n
        reached = reached + term
        # The sum of all terms may stay below the highest uniform numbers by rounding; beyond the rate they soon add nothing.
        goes_on = (u > reached) & ((n < rate) | (term > 1e-17))
        open_, u, rate = open_[goes_on], u[goes_on], rate[goes_on]
        term, reached = term[goes_on], reached[goes_on]
    return counts.reshape(rates.shape)
