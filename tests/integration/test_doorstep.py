"""What lies where files are delivered, on a real disk: late, absent, and for nobody."""

import os
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from adapters.doorstep import Doorstep, look
from adapters.raw_store import RawStore
from adapters.readers import event_day_of, read_batches
from tenure.contracts import Column, Snapshots, Source, Volume, Weekdays
from tenure.project import Project
from tests import company
from tests.deliveries import project_at

LINES, RUNNING = company.LINES, company.RUNNING.source
KEYS = FIRST, SECOND = date(2020, 1, 2), date(2020, 1, 3)
DAY = FIRST - timedelta(days=1)


class Place:
    """A company of two sources that has landed two days; a day without a campaign has no file."""

    def __init__(self, folder: Path) -> None:
        project = project_at(folder / "delivered")
        kept = tuple(replace(s, volume=Volume()) for s in project.sources if s.name in (LINES, RUNNING))
        self.project: Project = replace(project, sources=kept)
        self.folder, self.inbox, self.raw = folder, folder / "inbox", RawStore(folder / "raw")
        for source in kept:
            (folder / "delivered" / source.name).mkdir(parents=True)
        for key in KEYS:
            self.put(f"{LINES}/{key - timedelta(days=1)}.parquet", b"lines")
        self.put(f"{RUNNING}/{DAY}.parquet", b"campaign")
        self.land()

    def put(self, name: str, content: bytes, *, into: str = "delivered", seconds: float = 0) -> Path:
        """Lay a file somewhere, as long after now."""
        file = self.folder / into / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content)
        then = datetime.now(UTC).timestamp() + seconds
        os.utime(file, (then, then))
        return file

    def land(self) -> None:
        """Land both days of every source."""
        for source in self.project.sources:
            batches = read_batches(source, KEYS, FIRST, project=self.project.name, inbox=self.inbox)
            self.raw.land_many(self.project.name, source.name, batches, datetime.now(UTC))

    def look(self) -> Doorstep:
        """What lies there now."""
        return look(self.project, self.raw, self.inbox, KEYS)


@pytest.fixture
def place(tmp_path: Path) -> Place:
    """The company's door."""
    return Place(tmp_path)


def test_a_day_without_a_file_that_nobody_missed_is_named(place: Place) -> None:
    """It counts as a day without rows, and stays to be seen."""
    assert place.look() == Doorstep(late={}, absent={RUNNING: (SECOND,)}, nobodys=())


def test_no_file_on_a_day_without_delivery_is_no_news(place: Place) -> None:
    """A shop that is closed on that weekday is missing nothing."""
    closed = Weekdays("wed", otherwise="the shop is closed")
    assert not closed.include(event_day_of(SECOND))
    sources = (replace(each, delivered=closed) if each.name == RUNNING else each for each in place.project.sources)
    place.project = replace(place.project, sources=tuple(sources))

    assert place.look().absent == {}


def test_a_file_that_came_or_changed_after_its_day_was_run_is_late(place: Place) -> None:
    """By its content: the same file laid there again is not."""
    place.put(f"{LINES}/{DAY}.parquet", b"lines", seconds=60)
    assert place.look().late == {}

    place.put(f"{LINES}/{DAY}.parquet", b"other lines", seconds=60)
    place.put(f"{DAY + timedelta(days=1)}.parquet", b"campaign", into=f"inbox/{place.project.name}/{RUNNING}", seconds=60)

    assert place.look().late == {FIRST: (LINES,), SECOND: (RUNNING,)}

    place.land()
    assert place.look().late == {}


def test_a_file_for_a_day_that_was_withheld_for_want_of_it_is_late(place: Place) -> None:
    """However old it is."""
    place.raw.note_undelivered(place.project.name, LINES, {FIRST: "Nothing was delivered."})

    assert place.look().late == {FIRST: (LINES,)}


def test_a_snapshot_that_came_after_its_day_was_run_is_late(place: Place) -> None:
    """A month's is often a few days late; a day without one is no news."""
    columns = (Column("customer_id", str, meaning="subscriber"),)
    pattern = str(place.folder / "delivered/subscribers/{day}.csv")
    source = Source(name="subscribers", grain="one", key=("customer_id",), columns=columns, reader=Snapshots(pattern=pattern))
    place.project = replace(place.project, sources=(source,))
    place.land()
    assert place.look() == Doorstep(late={}, absent={}, nobodys=())

    place.put(f"subscribers/{DAY}.csv", b"customer_id\n1\n", seconds=60)
    place.put("subscribers/20200102.csv", b"customer_id\n1\n")

    assert place.look().late == {FIRST: ("subscribers",)}
    assert [Path(name).name for name in place.look().nobodys] == ["20200102.csv"]


@pytest.mark.parametrize(
    "name",
    [
        f"delivered/{LINES}/2020-01-01 (1).parquet",
        f"delivered/{LINES}/20200101.parquet",
        f"delivered/{LINES}/{LINES}_2020-01-01.csv",
        f"delivered/{LINES}/2019-12-31.parquet",
        "inbox/2020-01-01.csv",
        f"inbox/{company.NAME}/2020-01-01.csv",
        f"inbox/{company.NAME}/{LINES[:-1]}/2020-01-01.csv",
        f"inbox/{company.NAME}/{LINES}/2020-01-01 (1).csv",
        f"inbox/{company.NAME}/{LINES}/2020-13-01.csv",
        f"inbox/{company.NAME}/{LINES}/2020-01-01.xlsx",
    ],
)
def test_a_file_that_no_source_and_no_day_will_ever_take_is_named(place: Place, name: str) -> None:
    """A wrong name, a day before the first, a wrong folder."""
    file = place.put(name, b"x", into=".")

    assert place.look().nobodys == (str(file.parent.resolve() / file.name),)


@pytest.mark.parametrize("name", [f"delivered/{LINES}/README.md", f"delivered/{LINES}/.part", "inbox/shop/lines/2020-01-01.csv"])
def test_what_is_no_delivery_or_another_projects_is_left_alone(place: Place, name: str) -> None:
    """Nothing is cried over."""
    place.put(name, b"x", into=".")

    assert place.look().nobodys == ()
