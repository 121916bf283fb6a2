"""An office: a shop whose lake holds seventy days of a few simulated customers, scored by a small model that serves.

Everything is as the product writes it (receipts, validated rows, roll-up, features, signed scores); only validation, training and
Dagster are left out, so that it is there in a second.
"""

import io
import json
import shutil
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Self

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from adapters.lake import OpenTable
from adapters.receipts import digest_of_batches
from adapters.tables import BATCHES, FEATURES_TABLE, validated_table, verdicts_table
from assets.scores import open_champion, score_days
from home.day_figures import verdict_rows
from home.workplace import Workplace
from provenance.delivered import Delivered, open_day
from provenance.roll_up import roll_up_all
from provenance.signer import open_signer
from provenance.snapshots import make_snapshots
from tenure.contracts import Source
from tenure.evidence import DataFacts
from tenure.validation import DayVerdict
from tests import company
from tests.shop import NOW, SCORING_MODEL, Shop, shop_project
from tests.subscribers.simulated import drawn
from tests.unit.model_cards.sample_learnt import data

MODEL = company.PROPENSITY
FIRST_DAY, N_DAYS = date(2017, 1, 1), 70
# The day that is scored; the model of the shop was trained before it.
DAY = date(2017, 3, 8)
LEARNT = (date(2017, 2, 10), date(2017, 2, 20), date(2017, 3, 1))


@dataclass(frozen=True)
class Office:
    """One home, whose clock stands still."""

    home: Path
    now: datetime = NOW

    @property
    def shop(self) -> Shop:
        """Its doors and keys."""
        return Shop(self.home, now=self.now)

    @property
    def workplace(self) -> Workplace:
        """The shop at its places."""
        return Workplace(shop_project(self.shop.gates), self.shop.settings, clock=lambda: self.now)

    def later(self, hours: float) -> "Office":
        """The same office, some hours from now."""
        return replace(self, now=self.now + timedelta(hours=hours))

    @property
    def delivered(self) -> Delivered:
        """The scored day, and what stands behind it."""
        return open_day(self.workplace, self.workplace.project.model(MODEL), DAY)

    def copy(self, home: Path) -> Self:
        """The same office elsewhere."""
        shutil.copytree(self.home, home)
        return type(self)(home)

    def files(self, table: str) -> list[Path]:
        """The data files of a lake table."""
        return sorted((self.workplace.settings.lake / "shop" / table).glob("*.parquet"))

    def land(self, days: Sequence[date], source: Source, rows: pa.Table) -> None:
        """Receive a source's rows, a batch a day, keep them as validated, as if all of them kept the contract."""
        place, batches = self.workplace, {}
        for day in days:
            content = io.BytesIO()
            pq.write_table(rows.filter(pc.equal(rows["day"], pa.scalar(day, pa.date32()))), content)
            batches[day] = place.raw.land("shop", source.name, day, content.getvalue(), "parquet", self.now).sha256
        name, note = (
            validated_table(source),
            {"source": source.name, BATCHES: json.dumps({str(d): b for d, b in batches.items()})},
        )
        place.lake.replace_days(place.lake.open(name), rows, days=days, key=source.key, note=note)
        judged = verdict_rows([DayVerdict(key=d, source=source.name, n_received=1, n_kept=1, n_quarantined=0) for d in days])
        told = place.lake.open(verdicts_table(source))
        place.lake.replace_days(told, judged, days=days, key=("source",), note={"source": source.name})

    def change_an_amount(self) -> None:
        """Let a delivery come again, with another amount, a week before the scored day."""
        source, day = self.workplace.project.source(company.LINES), DAY - timedelta(days=7)
        rows = self.workplace.lake.rows(validated_table(source), days=[day])
        assert rows is not None
        name, more = company.AMOUNT_KEPT, pc.add(rows[company.AMOUNT_KEPT], 1.0)
        self.land([day], source, rows.set_column(rows.column_names.index(name), name, more))
        roll_up_all(self.workplace)

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


def furnish(home: Path, kind: type[Office] = Office) -> Office:
    """The company delivers, a model learns from it and comes to serve, and a day is scored."""
    shop = Shop(home).founded(is_approved=True)
    office, what = kind(home), drawn(n_customers=60, first_day=FIRST_DAY, n_days=N_DAYS, seed=3)
    for source in (one for one in office.workplace.project.sources if one.name in what.tables):
        rows = released(source, what.tables[source.name])
        office.land(sorted(set(rows["day"].to_pylist())), source, rows)
    roll_up_all(office.workplace)
    office.features(*LEARNT)
    replace(shop, learnt=learnt(office)).serving(SCORING_MODEL)
    # As they stood before the first delivery.
    shutil.copy(home / "store" / "log.db", home / "store" / "log.db.before")
    shutil.copy(home / "witness" / "checkpoints.jsonl", home / "witness.before")
    office.score(DAY)
    return office


def learnt(office: Office) -> DataFacts:
    """What the model says that it learnt from: the company's deliveries until a day, in the versions that were read."""
    place, made = office.workplace, data()
    named, until = (company.LINES, company.AUDITED), LEARNT[-1]
    digests = {s.name: place.raw.digest_of("shop", s.name, days_of(office, s, until)) for s in place.project.sources}
    period = replace(made.periods[0], first_as_of=LEARNT[0], last_as_of=until, known_until=until, n_snapshots=len(LEARNT))
    return replace(
        made,
        known_until=until,
        periods=(period, *(replace(one, first_as_of=until, last_as_of=until) for one in made.periods[1:])),
        sources=tuple(
            replace(s, name=n, content_digest=digests[n], lake_version=place.lake.open(f"validated/{n}").version)
            for s, n in zip(made.sources, named, strict=True)
        ),
        features_version=place.lake.open(FEATURES_TABLE).version,
        history_versions=tuple((one.table, place.lake.open(one.table).version) for one in place.project.events),
    )


def days_of(office: Office, source: Source, until: date) -> list[date]:
    """Days of a source's batches."""
    return [day for day in office.workplace.lake.days(verdicts_table(source)) if day <= until]


def released(source: Source, rows: pa.Table) -> pa.Table:
    """A source's rows as validation releases them: with the day of their batch, and when they could be known."""
    rows = pa.table({column.name: rows[column.name].cast(column.arrow) for column in source.columns})
    n, first = rows.num_rows, FIRST_DAY + timedelta(days=1)
    if source.event_time:
        came = pc.add(pc.floor_temporal(rows[source.event_time], unit="day"), pa.scalar(timedelta(days=1)))
    else:
        came = pa.chunked_array([[datetime(first.year, first.month, first.day)] * n], pa.timestamp("us"))  # noqa: DTZ001 - the lake's times are UTC
    known = pc.subtract(came.cast(pa.timestamp("us")), pa.scalar(timedelta(microseconds=1)))
    return rows.append_column("day", came.cast(pa.date32())).append_column("available_at", known)
