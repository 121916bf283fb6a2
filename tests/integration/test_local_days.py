"""Days that are a company's own, from what is received to what is known: against Python's zones, on days of 23 and 25 hours too.

What a day is of one moment is `tests/unit/test_clocks.py`'s.
"""

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pyarrow as pa
import pytest

from adapters.lake import connect
from adapters.settings import load_settings
from home.same_days import require_same_days
from home.workplace import Workplace
from tenure.contracts import Available, Cumulative, Files, Source
from tenure.errors import HomeError
from tenure.features import active_days, total
from tenure.features.plan import snapshot_plan
from tenure.history import Events, rows
from tenure.history.prepared import prepared_events
from tenure.history.roll_up import rolled_up
from tenure.project import Project
from tests.door import FIRST_DAY, Door

# Where clocks are moved in 2020: an hour, half an hour, at the beginning of a day, and west of Greenwich.
CHANGES = (
    ("Europe/Paris", date(2020, 3, 29)),
    ("Europe/Paris", date(2020, 10, 25)),
    ("America/New_York", date(2020, 11, 1)),
    ("Australia/Lord_Howe", date(2020, 4, 5)),
    ("America/Havana", date(2020, 3, 8)),
)
SALES = Source(
    name="sales",
    grain="one sale",
    key=("sale_id",),
    event_time="sold_at",
    reader=Cumulative(pattern="sales.csv"),
    derived={"sold_on": "cast(sold_at AS DATE)"},
    columns="""
        sale_id      text  pseudonym  sale
        customer_id  text  pseudonym  customer
        sold_at      time  behaviour  when
    """,  # type: ignore[arg-type]
)
SOLD = Events("sales", noun="sale", values={"of_sundays": rows(where="dayofweek(sold_at) = 0")})
FEATURES = (active_days(SOLD), total(SOLD.of_sundays))


def company(zone: str, source: Source = SALES) -> Project:
    """A company whose days are those of a zone."""
    return Project(
        name="p", title="P", first_day=FIRST_DAY, last_day=None, known_as="id", authors={}, purposes={}, sources=(source,),
        timezone=zone,
    )  # fmt: skip


@dataclass(frozen=True)
class Sale:
    """A sale at a moment."""

    number: int
    moment: datetime
    zone: str

    @property
    def shown(self) -> datetime:
        """What the company's clocks show."""
        return self.moment.astimezone(ZoneInfo(self.zone))

    @property
    def key(self) -> date:
        """The key of its batch: the day after its own."""
        return self.shown.date() + timedelta(days=1)


def sales(zone: str, change: date) -> list[Sale]:
    """One each ten minutes of three days, on whose second clocks are moved; the days begin and end between two."""
    first = datetime(change.year, change.month, change.day, 0, 5, tzinfo=ZoneInfo(zone)).astimezone(UTC) - timedelta(days=1)
    moments = [first + timedelta(minutes=10 * n) for n in range(6 * 24 * 3)]
    return [Sale(n, moment, zone) for n, moment in enumerate(moments)]


def written(some: list[Sale], how: str) -> str:
    """Sales as a file, times told in UTC or as clocks show them."""
    told = [f"{s.moment:%Y-%m-%dT%H:%M:%SZ}" if how == "utc" else f"{s.shown:%Y-%m-%d %H:%M:%S}" for s in some]
    lines = (f"{sale.number},{sale.number % 7},{at}" for sale, at in zip(some, told, strict=True))
    return "\n".join(["sale_id,customer_id,sold_at", *lines, ""])


def as_of(kept: pa.Table, source: Source, day: date) -> dict[str, dict[str, float]]:
    """The features of a day."""
    plan, connection = snapshot_plan(FEATURES, roster=(SOLD,), sources={"sales": source}), connect()
    connection.create_table("sales", kept)
    prepared = connection.sql(prepared_events(SOLD, source, {}))
    days = kept["day"].unique().to_pylist()
    connection.create_table(SOLD.table, rolled_up(prepared, SOLD, source, several=None, days=days))
    for statement in plan.before(as_of=day, first_day=FIRST_DAY):
        connection.raw_sql(statement)
    found = connection.raw_sql(plan.snapshot).to_arrow_table().drop_columns("day")
    return {row.pop("customer_id"): row for row in found.to_pylist()}


@pytest.mark.parametrize(("zone", "change"), CHANGES)
def test_a_file_that_grows_is_cut_and_known_by_the_companys_days(tmp_path: Path, zone: str, change: date) -> None:
    """No sale is lost or twice in a batch; a day knows what was sold before it began, and Sundays are the company's."""
    delivered = sales(zone, change)
    (tmp_path / "sales.csv").write_text(written(delivered, "utc"))
    (source,) = company(zone, replace(SALES, reader=Cumulative(pattern=str(tmp_path / "sales.csv")))).sources
    keys = sorted({sale.key for sale in delivered})

    found = Door(tmp_path, source).judged(*keys)

    kept = [(row["sale_id"], row["day"], row["sold_on"]) for row in found.kept.to_pylist()]
    assert sorted(kept) == sorted((str(s.number), s.key, s.shown.date()) for s in delivered)
    assert not sum(day.n_quarantined for day in found.days)
    for day in keys:
        known = [sale for sale in delivered if sale.shown.date() < day]
        by_customer = {str(c): [s.shown for s in known if s.number % 7 == c] for c in range(7)}
        assert as_of(found.kept, source, day) == {
            customer: {"sale_days": len({s.date() for s in shown}), "of_sundays": sum(s.weekday() == 6 for s in shown)}
            for customer, shown in by_customer.items()
            if shown
        }


@pytest.mark.parametrize("available", [Available.END_OF_EVENT_DAY, Available.AT_EVENT])
def test_a_file_of_the_companys_own_day_is_of_one_batch(tmp_path: Path, available: Available) -> None:
    """From midnight to midnight on its clocks, also from the evening that is the next day in UTC: in time, and none too early."""
    zone, change = "America/New_York", date(2020, 3, 8)
    days: dict[date, list[Sale]] = {}
    for sale in sales(zone, change):
        days.setdefault(sale.shown.date(), []).append(sale)
    for day, some in days.items():
        (tmp_path / f"sales-{day}.csv").write_text(written(some, "clocks"))
    (source,) = company(zone, replace(SALES, reader=Files(pattern=str(tmp_path / "sales-{day}.csv")), zone=zone)).sources
    source = replace(source, available=available)

    found = Door(tmp_path, source).judged(*(day + timedelta(days=1) for day in sorted(days)))

    assert [day.n_kept for day in found.days] == [len(some) for _, some in sorted(days.items())]
    assert {row["available_at"].date() - row["sold_on"] for row in found.kept.to_pylist()} == {timedelta(0)}


def test_a_company_with_landed_days_keeps_its_zone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Another is refused in words; before anything was landed it may be named and taken back."""
    monkeypatch.setenv("TENURE_HOME", str(tmp_path))
    settings = load_settings()
    paris, utc = (Workplace(company(zone), settings) for zone in ("Europe/Paris", "UTC"))
    for workplace in (paris, utc, paris):
        require_same_days(workplace)

    paris.raw.land("p", "sales", date(2020, 1, 2), b"sale_id\n", "csv", datetime(2020, 1, 2, tzinfo=UTC))

    require_same_days(paris)
    with pytest.raises(HomeError, match=r"those of 'Europe/Paris'.*Set timezone='Europe/Paris' in its project\.py again"):
        require_same_days(utc)


def test_the_day_of_a_company_begins_at_its_midnight() -> None:
    """Which the clock of the running system is asked for."""
    now = datetime(2020, 6, 1, 23, 30, tzinfo=UTC)

    assert company("Europe/Paris").today(now) == date(2020, 6, 2)
    assert company("America/New_York").today(now) == company("UTC").today(now) == date(2020, 6, 1)
