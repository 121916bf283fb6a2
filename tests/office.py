"""An office: a shop whose lake holds seventy days of a small simulated company, scored by a small model that serves.

Everything is as the product writes it (receipts, validated rows, roll-up, features, signed scores); only validation, training and
Dagster are left out, so that it is there in a second.
"""

import io
import json
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from adapters.lake import OpenTable
from adapters.raw_store import digest_of_batches
from adapters.tables import BATCHES, validated_table
from assets.scores import open_champion, score_days
from home.workplace import Workplace
from provenance.delivered import Delivered, open_day
from provenance.roll_up import roll_up
from provenance.signer import open_signer
from provenance.snapshots import make_snapshots
from tenure.contracts import Source
from tenure.simulation import simulate_company
from tests.shop import NOW, SCORING_MODEL, Shop, shop_project

MODEL = "lapse_28d"
FIRST_DAY, N_DAYS = date(2017, 1, 1), 70
# The day that is scored; the model of the shop was trained before it.
DAY = date(2017, 3, 8)


@dataclass(frozen=True)
class Office:
    """One home."""

    home: Path

    @property
    def workplace(self) -> Workplace:
        """The shop at its places, whose clock stands still."""
        shop = Shop(self.home)
        return Workplace(shop_project(shop.gates), shop.settings, clock=lambda: self.now)

    @property
    def now(self) -> datetime:
        """The present moment."""
        return NOW

    @property
    def delivered(self) -> Delivered:
        """The scored day, and what stands behind it."""
        return open_day(self.workplace, self.workplace.project.model(MODEL), DAY)

    def copy(self, home: Path) -> "Office":
        """The same office elsewhere."""
        shutil.copytree(self.home, home)
        return Office(home)

    def files(self, table: str) -> list[Path]:
        """The data files of a lake table."""
        return sorted((self.workplace.settings.lake / "shop" / table).glob("*.parquet"))

    def land(self, days: Sequence[date], source: Source, rows: pa.Table) -> None:
        """Receive a source's rows, a batch a day, keep them as validated, as if all of them kept the contract."""
        place, batches = self.workplace, {}
        for day in days:
            content = io.BytesIO()
            pq.write_table(rows.filter(pc.equal(rows["day"], pa.scalar(day, pa.date32()))), content)
            batches[day] = place.raw.land("shop", source.name, day, content.getvalue(), "parquet", NOW).sha256
        name, note = (
            validated_table(source),
            {"source": source.name, BATCHES: json.dumps({str(d): b for d, b in batches.items()})},
        )
        place.lake.replace_days(place.lake.open(name), rows, days=days, key=source.key, note=note)

    def change_a_purchase(self) -> None:
        """Let a delivery come again, with another amount, a week before the scored day."""
        source, day = self.workplace.project.source("transactions"), DAY - timedelta(days=7)
        rows = self.workplace.lake.rows(validated_table(source), days=[day])
        assert rows is not None
        spent = [value + 1.0 for value in rows["spend"].to_pylist()]
        self.land([day], source, rows.set_column(rows.column_names.index("spend"), "spend", [spent]))
        roll_up(self.workplace)

    def batches(self, delivered: Delivered, table: OpenTable) -> str:
        """One digest over the batches of a source behind the day."""
        return digest_of_batches(delivered.shelf.lineage.batches(table, DAY))

    def features(self, *days: date) -> None:
        """Make the features of days."""
        make_snapshots(self.workplace, days)

    def score(self, *days: date) -> None:
        """Make the features of days and score them, as the daily run does."""
        place, spec = self.workplace, self.workplace.project.model(MODEL)
        self.features(*days)
        score_days(place, spec, open_champion(place, spec), days, signer=open_signer(place), run_id="run-1")


def furnish(home: Path) -> Office:
    """The company delivers, a model comes to serve, and a day is scored."""
    shop = Shop(home).founded()
    shop.serving(SCORING_MODEL)
    office, company = Office(home), simulate_company(n_customers=40, first_day=FIRST_DAY, n_days=N_DAYS, seed=3)
    for source in office.workplace.project.sources:
        rows = released(source, getattr(company, source.name))
        office.land(sorted(set(rows["day"].to_pylist())), source, rows)
    roll_up(office.workplace)
    # As they stood before the first delivery.
    shutil.copy(home / "store" / "log.db", home / "store" / "log.db.before")
    shutil.copy(home / "witness" / "checkpoints.jsonl", home / "witness.before")
    office.score(DAY)
    return office


def released(source: Source, rows: pa.Table) -> pa.Table:
    """A source's rows as validation releases them: with the day of their batch, and when they could be known."""
    n, first = rows.num_rows, FIRST_DAY + timedelta(days=1)
    if source.event_time:
        came = pc.add(pc.floor_temporal(rows[source.event_time], unit="day"), pa.scalar(timedelta(days=1)))
    else:
        came = pa.chunked_array([[datetime(first.year, first.month, first.day)] * n], pa.timestamp("us"))  # noqa: DTZ001 - the lake's times are UTC
    known = pc.subtract(came.cast(pa.timestamp("us")), pa.scalar(timedelta(microseconds=1)))
    return rows.append_column("day", came.cast(pa.date32())).append_column("available_at", known)
