"""Columns of simulated tables: words by their places, days and instants by their numbers, ids by numbers."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from tenure.estimators.outcome import Bools, Floats, Ints
from tenure.simulation.calendar import Calendar

if TYPE_CHECKING:
    import pyarrow as pa

SECONDS_PER_DAY = 86_400
_EPOCH = np.datetime64("1970-01-01", "D")


def words(of: Sequence[str], places: Ints) -> "pa.Array":
    """Words by their places."""
    import pyarrow as pa

    return pa.array(list(of), pa.string()).take(pa.array(places))


def taken(of: "pa.Array", places: Ints) -> "pa.Array":
    """Cells by their places."""
    import pyarrow as pa

    return of.take(pa.array(places))


def taken_or_none(of: "pa.Array", places: Ints, is_there: Bools) -> "pa.Array":
    """Cells by their places, and nothing where there is none."""
    import pyarrow as pa

    return of.take(pa.array(places, mask=~is_there))


def words_or_none(of: Sequence[str], places: Ints, is_there: Bools) -> "pa.Array":
    """Words by their places, and nothing where there is none."""
    import pyarrow as pa

    return pa.array(list(of), pa.string()).take(pa.array(places, mask=~is_there))


def days(calendar: Calendar, numbers: Ints, is_there: Bools | None = None) -> "pa.Array":
    """Days by their numbers, and nothing where there is none."""
    import pyarrow as pa

    since = (np.datetime64(calendar.first_day, "D") - _EPOCH).astype(np.int64)
    return pa.array((since + numbers).astype(np.int32), mask=None if is_there is None else ~is_there).cast(pa.date32())


def instants(calendar: Calendar, numbers: Ints, seconds: Ints) -> "pa.Array":
    """UTC instants by days and seconds within them; without a zone, as exports commonly are."""
    import pyarrow as pa

    since = (np.datetime64(calendar.first_day, "D") - _EPOCH).astype(np.int64)
    return pa.array((since + numbers) * SECONDS_PER_DAY + seconds).cast(pa.timestamp("s"))


def ids(letter: str, numbers: Ints) -> "pa.Array":
    """A letter and a number."""
    import pyarrow as pa
    import pyarrow.compute as pc

    return pc.binary_join_element_wise(letter, pa.array(numbers).cast(pa.string()), "")


def events(counts: Ints, first_day: int) -> tuple[Ints, Ints]:
    """Whose each event is and on which day, of the number of events by customer and day, (n, n_days); in the order of days."""
    who, day = np.nonzero(counts)
    order = np.argsort(day, kind="stable")
    who, day = who[order], day[order]
    times = counts[who, day]
    return np.repeat(who, times), np.repeat(day, times) + first_day


def day_of_month(calendar: Calendar, numbers: Ints) -> Ints:
    """The day of the month, 1 to 31, of days by their numbers."""
    day = np.datetime64(calendar.first_day, "D") + numbers
    return np.asarray((day - day.astype("datetime64[M]")).astype(np.int64) + 1)


def row_numbers(month: int, block: int, n: int) -> Ints:
    """Numbers for the rows of a month and a block that no other rows have."""
    return np.asarray((month + 1) * 10**12 + block * 10**7 + np.arange(n))


def seconds(rng: np.random.Generator, n: int) -> Ints:
    """Seconds within a day, most of them in the afternoon and evening."""
    return np.asarray((rng.beta(4.0, 2.5, n) * (SECONDS_PER_DAY - 1)).astype(np.int64))


def cents(amounts: Floats) -> Floats:
    """Amounts of money, to the cent."""
    return np.asarray(np.round(amounts, 2))
