"""The company as it is simulated, and what tests ask of its deliveries besides.

Ids of customers and of logins are made long and unusual, so that a test can look for them wherever they must not be.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from tenure.contracts import Source
from tenure.simulation import Subscriptions, simulate
from tests.subscribers.project import FIRST_DAY, N_DAYS

N_CUSTOMERS, SEED = 500, 11
CUSTOMER_MARK, LOGIN_MARK = "91730", "88213"
DEVICES = {"device": ["phone", "computer", "television"], "screen": ["small", "large", "large"]}
KNOWN_RATE = 0.6


@dataclass(frozen=True, eq=False)
class Drawn:
    """All that is delivered, by source, under the names of its columns; rows with times in their order."""

    days: tuple[date, ...]
    tables: Mapping[str, pa.Table]

    def of_day(self, source: Source, day: date) -> pa.Table:
        """The rows of a source with times whose time lies in a day."""
        rows = self.tables[source.name]
        times = rows[source.event_time].to_numpy()
        first, last = np.searchsorted(times, [np.datetime64(day, "s"), np.datetime64(day + timedelta(days=1), "s")])
        return rows.slice(first, last - first)


def drawn(*, n_customers: int = N_CUSTOMERS, first_day: date = FIRST_DAY, n_days: int = N_DAYS, seed: int = SEED) -> Drawn:
    """The company that the project describes: many leave, so that a few hundred tell something."""
    what = simulate(
        Subscriptions(
            customers=n_customers, first_day=first_day, days=n_days, seed=seed, monthly_leaving=0.12, youngest_ratio=1.0
        )
    )
    days = tuple(map(what.company.calendar.day, range(n_days)))
    rng, logins, tickets = np.random.default_rng(seed), what.events["logins"], what.events["tickets"]
    # For how long something was watched, and what waits for how long, no simulation tells as it is delivered.
    minutes = np.round(np.minimum(np.exp(3 + rng.standard_normal(logins.num_rows)), 600), 1)
    logins = logins.append_column("session_id", marked(LOGIN_MARK, pa.array(range(logins.num_rows)), 7))
    waits = pc.multiply(tickets["first_reply_minutes"], 60).cast(pa.duration("s"))
    people = what.snapshot(days[-1]).rename_columns({"age_band": "age"})
    tables = {
        **what.events,
        "logins": logins.append_column("minutes", pa.array(minutes)),
        "tickets": tickets.append_column("replied_at", pc.add(tickets["opened_at"], waits)),
        "people": people.filter(pa.array(rng.random(people.num_rows) < KNOWN_RATE)),
    }
    return Drawn(days, {"devices": pa.table(DEVICES)} | {name: _of_marked(rows) for name, rows in tables.items()})


def _of_marked(rows: pa.Table) -> pa.Table:
    """The rows with customers' ids as the mark and the number."""
    ids = marked(CUSTOMER_MARK, pc.utf8_slice_codeunits(rows["customer_id"], 1).cast(pa.int64()), 5)
    return rows.set_column(rows.column_names.index("customer_id"), "customer_id", ids)


def marked(mark: str, numbers: pa.Array | pa.ChunkedArray, width: int) -> pa.Array | pa.ChunkedArray:
    """Ids as a mark and a number, filled with zeros to one width."""
    return pc.binary_join_element_wise(mark, pc.utf8_lpad(numbers.cast(pa.string()), width, "0"), "")
