"""A table that grows, in files or a database, cut by the day of each row's event time."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import numpy.typing as npt

from adapters.readers.daily import Batch, event_day_of
from adapters.wholes import Whole, Wholes
from tenure.contracts import Source
from tenure.received.batch import Received, read
from tenure.received.cut import as_batch, event_days, new_rows, to_be_cut
from tenure.received.opened import Unreadable


@dataclass(frozen=True)
class _Table:
    """A whole table, read: its rows and the event day of each."""

    received: Received
    days: npt.NDArray[np.datetime64]


def growing_batches(
    source: Source, keys: Sequence[date], first_key: date, wholes: Wholes, now: Callable[[], Whole]
) -> Iterator[Batch]:
    """Cut a table by day: a key has the rows of its event day, and those of earlier days that were not there before.

    A key after which others were landed already is cut from what was read for it: what came since is known from later on.

    Parameters
    ----------
    now: reads the table as it stands.
    """
    tables: dict[str, _Table | None] = {}
    # Looked up once: what is kept below is of no later key.
    before, last = wholes.before(keys[0]), wholes.last
    for key in keys:
        whole = (wholes.of(key) if key < last else None) or now()
        table = _table(source, whole, tables)
        if table is None:
            # Validation says of these bytes why nothing can be cut from them.
            yield key, whole.content, whole.format
            continue
        prior = _table(source, before[1], tables) if before is not None else None
        yield key, *as_batch(table.received, _rows_of(table, key, first_key, prior, before[0] if before else None))
        wholes.keep(key, whole)
        before = (key, whole)


def _table(source: Source, whole: Whole, tables: dict[str, _Table | None]) -> _Table | None:
    """A whole table, read once for all days that are cut from it; None where it cannot be read."""
    if whole.digest not in tables:
        tables[whole.digest] = _read(source, whole)
    return tables[whole.digest]


def _read(source: Source, whole: Whole) -> _Table | None:
    """A table with its event days."""
    try:
        received = to_be_cut(read(whole.content, whole.format, source))
    except Unreadable:
        return None
    days = event_days(source, received)
    return None if days is None else _Table(received, days)


def _rows_of(table: _Table, key: date, first_key: date, prior: _Table | None, prior_key: date | None) -> npt.NDArray[np.int64]:
    """The rows of a key, in the order of the table."""
    day = np.datetime64(event_day_of(key), "D")
    # Rows whose day cannot be read are older than any: they come at once, and to quarantine.
    taken = (table.days <= day) if key == first_key else (table.days == day)
    if prior is not None and prior_key is not None and prior is not table:
        late = np.zeros(len(table.days), dtype=bool)
        late[new_rows(prior.received.rows, table.received.rows)] = True
        taken |= late & (table.days < np.datetime64(event_day_of(prior_key), "D") + np.timedelta64(1, "D"))
    return np.flatnonzero(taken)
