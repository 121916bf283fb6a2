"""A source that is landed and judged in a folder of its own, and what is delivered to it."""

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pyarrow as pa

from adapters.raw_store import RawStore
from adapters.readers import read_batches
from adapters.wholes import wholes_of
from expectations.validate import validate
from tenure.contracts import Cumulative, Reader, Snapshots, Source
from tenure.validation import Validation

FIRST_DAY = date(2020, 1, 1)
D1, D2, D3, D4 = (date(2020, 1, 1) + timedelta(days=i) for i in range(1, 5))
NOW = datetime(2020, 2, 1, tzinfo=UTC)

ORDERS = Source(
    name="orders",
    grain="one order",
    key=("order_id",),
    reader=Cumulative(pattern="orders.csv"),
    columns="""
        order_id    text    pseudonym  order
        paid        number  behaviour  what was paid
        ordered_at  time    behaviour  when
    """,  # type: ignore[arg-type]
)
SUBSCRIBERS = Source(
    name="subscribers",
    grain="one subscriber",
    key=("customer_id",),
    reader=Snapshots(pattern="subscribers-{day}.csv"),
    columns="""
        customer_id  text   pseudonym  subscriber
        plan         text   behaviour  what is paid for
        started_on   day    behaviour  since when
    """,  # type: ignore[arg-type]
)


@dataclass
class Door:
    """A source that is landed and judged in a folder of its own."""

    folder: Path
    source: Source
    known: pa.Table | None = None

    def judged(self, *keys: date, databases: dict[str, str] | None = None) -> Validation:
        """Land these keys in one run, and judge them."""
        store, wholes = RawStore(self.folder / "raw"), wholes_of(self.folder / "raw", "p", self.source.name)
        batches = read_batches(self.source, keys, D1, project="p", wholes=wholes, databases=databases or {})
        receipts = store.land_many("p", self.source.name, batches, NOW)
        paths = {r.key: store.batch_of(r) for r in receipts}
        found = validate(self.source, paths, first_key=D1, first_day=FIRST_DAY, known=self.known)
        if self.source.is_snapshot:
            self.known = found.kept if self.known is None else pa.concat_tables([self.known, found.kept])
        return found

    def ids(self, *keys: date, databases: dict[str, str] | None = None) -> list[tuple[str, ...]]:
        """The ids kept of each of these keys."""
        kept = self.judged(*keys, databases=databases).kept.to_pylist()
        return [tuple(row[self.source.key[0]] for row in kept if row["day"] == key) for key in keys]


def at(folder: Path, source: Source, reader: Reader) -> Door:
    """A door with another reader."""
    return Door(folder, replace(source, reader=reader))


def orders(*lines: str) -> bytes:
    """A file of orders, in a dialect that only the whole of it proves."""
    return "\r\n".join(["order_id;paid;ordered_at", *lines, ""]).encode()


HISTORY = ("A;1,5;01/01/2020 10:00", "B;2,25;02/01/2020 10:00", "C;3;02/01/2020 11:00", "D;4;13/12/2019 10:00")


def snapshot(folder: Path, day: date, *lines: str) -> None:
    """A snapshot of subscribers."""
    (folder / f"subscribers-{day}.csv").write_text("customer_id,plan,started_on\n" + "\n".join(lines) + "\n")


def said(found: Validation) -> list[tuple[object, ...]]:
    """The rows kept, in short."""
    return [(r["day"], r["customer_id"], r["plan"], r["is_gone"]) for r in found.kept.to_pylist()]
