"""Days past their time: read no more at once, gone once nothing that was signed holds them, and every check still ends well."""

import os
import signal
import subprocess
import sys
from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from adapters.lake_rewriting import files_of
from adapters.tables import FEATURES_TABLE, validated_table
from adapters.wholes import Whole, wholes_of
from assets.raw import land
from assets.retention import in_words
from assets.validated import judge_and_write
from governance.doors.demonstration import REVIEWERS, approve_data_as_demo, demo_key
from governance.records.retention import TimeOf
from home.workplace import Workplace, utc_now
from pipelines.definitions import build_definitions
from provenance.delivered import open_day
from provenance.erasing import finish_unfinished
from provenance.held import look
from provenance.outdated import outdated_days
from provenance.rebuild import erased_of
from provenance.replay import replay
from provenance.retention import past_time
from provenance.retention_act import end_what_is_past
from provenance.roll_up import roll_up_all
from provenance.signed_scores import check_signed
from provenance.snapshots import stale_days
from provenance.trace import steps_to_take
from tenure.errors import RefusedError, RetentionError, TraceError
from tenure.purposes.declaration import DataKind
from tests import company
from tests.office import DAY, MODEL, Office

KEPT_DAYS = 30
FIRST_KEPT = DAY - timedelta(days=KEPT_DAYS)
LINES, ROLLED = f"validated/{company.LINES}", company.DAILY


@dataclass(frozen=True)
class Keeping(Office):
    """An office that keeps its lines for so many days, and what it makes for its purpose, as of a day."""

    today: date = DAY
    lines: int | None = KEPT_DAYS
    purpose: int | None = 730

    @property
    def workplace(self) -> Workplace:
        """The same places, with what is declared."""
        place = super().workplace
        known = place.project
        sources = tuple(replace(s, kept_days=self.lines) if s.name == company.LINES else s for s in known.sources)
        purposes = tuple(replace(p, kept_days=self.purpose) for p in known.purposes)
        project = replace(known, sources=sources, purposes=purposes, last_day=self.today - timedelta(days=1))
        return replace(place, project=project)

    def approved(self) -> "Keeping":
        """The same, once what it declares is approved."""
        approve_data_as_demo(self.workplace.promotions, self.workplace.settings)
        return self


@pytest.fixture
def keeping(office: Office) -> Keeping:
    """An office whose declarations name days, and are approved."""
    return Keeping(office.home, office.now).approved()


def without_champion(keeping: Keeping) -> Keeping:
    """The same, once its model may not serve any more, and a shorter time of what it made is approved."""
    short = replace(keeping, purpose=60).approved()
    (champion,) = short.workplace.promotions.records()
    who = REVIEWERS[0]
    short.shop.doors.revoke(champion.package_digest, "over", staff_id=who, key=demo_key(short.workplace.settings, who))
    return short


def late(keeping: Keeping) -> Keeping:
    """The same, when all that was delivered is past its time."""
    return replace(keeping, today=DAY + timedelta(days=90))


def days_on_disk(place: Workplace, table: str) -> set[date]:
    """Days of which any file of a table holds a row, whichever version names it."""
    files = files_of(place.lake.root / "shop" / table)
    return {day for path in files for day in pq.read_table(path, columns=["day"])["day"].to_pylist()}


def batches(place: Workplace) -> set[date]:
    """Days of which the bytes received are here."""
    raw = place.raw
    return {day for day in raw.keys("shop", company.LINES) if raw.content_of(raw.receipt("shop", company.LINES, day)) is not None}


def is_sound(place: Workplace, *days: date) -> list[str]:
    """Verify, trace and replay of days end well; returns what the traces say."""
    words = []
    for day in days:
        delivered = open_day(place, place.project.model(MODEL), day)
        check_signed(delivered)
        steps = [take() for take in steps_to_take(delivered, delivered.rows["customer_id"][0].as_py())]
        assert [step.words for step in steps if not step.verified] == []
        assert replay(place, delivered.spec, day).differences == ()
        words += [step.words for step in steps]
    assert look(place).faults == ()
    assert place.promotions.history().is_sound
    return words


def earlier(days: Collection[date]) -> set[date]:
    """Those before the first that is kept."""
    return {day for day in days if day < FIRST_KEPT}


def test_days_past_their_time_are_read_no_more_and_what_was_signed_of_them_holds(keeping):
    """The version that a delivery read stays; later days are made without them, and their trace says so."""
    place = keeping.workplace
    before = days_on_disk(place, LINES)
    assert earlier(place.lake.days(LINES))
    ended = end_what_is_past(place)

    (record,) = {ended.record}
    assert earlier(place.lake.days(LINES)) == earlier(place.lake.days(ROLLED)) == set()
    assert days_on_disk(place, LINES) == before == batches(place)  # held
    assert {one.table for one in ended.times if one.held} == {LINES, ROLLED, f"raw/{company.LINES}"}
    (by, training) = next(one.by for one in ended.times if one.table == LINES)
    assert by == f"deliveries of {MODEL} of {DAY}"
    assert training.startswith(f"the training of {MODEL} ")
    assert is_sound(place, DAY)
    assert stale_days(place, [DAY]) == ()
    assert outdated_days(place, place.project.model(MODEL), DAY) == ()

    after = replace(keeping, today=DAY + timedelta(days=1))
    after.score(DAY + timedelta(days=1))
    said = is_sound(after.workplace, DAY, DAY + timedelta(days=1))
    assert any(f"by record {record} of the log" in words for words in said)
    assert end_what_is_past(place).record is None


def test_nothing_made_before_is_made_again_and_what_is_delivered_again_is_not_landed(keeping):
    """Roll-ups and features stay as they were made; an old batch that comes again stays outside."""
    place = keeping.workplace
    end_what_is_past(place)
    versions = {name: place.lake.open(name).version for name in (LINES, ROLLED, FEATURES_TABLE)}
    roll_up_all(place)
    source, day = place.project.source(company.LINES), FIRST_KEPT - timedelta(days=3)
    told = []
    receipts, undelivered = land(place, source, [day], told.append)

    assert {name: place.lake.open(name).version for name in versions} == versions
    assert (receipts, undelivered) == ((), {})
    assert told == ["1 days are past the time for which logins is kept, and are not landed again."]
    with pytest.raises(RetentionError, match="past the time for which logins is kept"):
        judge_and_write(place, source, [day])


def test_once_nothing_holds_them_no_version_and_no_batch_has_them(keeping):
    """Scores past their time go, then what was behind them; a day that is asked for says why it is not there."""
    end_what_is_past(keeping.workplace)
    at_last = late(without_champion(keeping))
    place = at_last.workplace
    wholes = wholes_of(place.settings.raw, "shop", company.LINES)
    for key in (FIRST_KEPT, FIRST_KEPT + timedelta(days=1), DAY):
        wholes.keep(key, Whole(b"%d" % key.toordinal(), "csv"))
    assert "Past its time" in in_words(past_time(place))
    ended = end_what_is_past(place)

    assert in_words(past_time(place)) == "Nothing is past its time and still read."
    kept_from = at_last.today - timedelta(days=KEPT_DAYS)
    for table in (LINES, ROLLED):
        assert [day for day in days_on_disk(place, table) if day < kept_from] == []
        assert place.lake.open(table, version=0) is not None
    assert [day for day in batches(place) if day < kept_from] == []
    assert days_on_disk(place, f"{MODEL}/scores") == days_on_disk(place, FEATURES_TABLE) == set()
    assert place.raw.receipt("shop", company.LINES, DAY) is not None  # what came, and when, stays known
    assert [wholes.of(key) is not None for key in (FIRST_KEPT, DAY)] == [False, True]  # the next is cut by the newest
    (package,) = (place.packages.load(one.package_digest) for one in place.promotions.records())
    assert f"days of {LINES}, which are past their time" in erased_of(place, package)
    held = look(place)
    assert held.faults == ()
    assert "1 delivered days of leaves_28d" in held.in_words
    assert "no longer kept, as the log says" in held.in_words
    with pytest.raises(TraceError, match=f"are no longer kept: .* by record {ended.record} of the log"):
        replay(place, place.project.model(MODEL), DAY)
    assert place.promotions.history().is_sound


KILLED = """
import os, sys
from pathlib import Path
sys.path.insert(0, sys.argv[2])
import provenance.erasing
from tests.integration.test_retention import Keeping, late
put, left = provenance.erasing.put, [1]
def until(*args):
    left[0] -= 1
    if left[0] < 0:
        os.kill(os.getpid(), 9)
    return put(*args)
provenance.erasing.put = until
from provenance.retention_act import end_what_is_past
end_what_is_past(late(Keeping(Path(sys.argv[1]), purpose=60)).workplace)
"""


def test_a_killed_process_is_finished_by_the_next(keeping):
    """Between two tables; what it entered in the log stands, and nobody writes before it is ended."""
    short = without_champion(keeping)
    here = str(Path(__file__).parents[2])
    ended = subprocess.run(
        [sys.executable, "-c", KILLED, str(keeping.home), here], env={**os.environ, "PYTHONPATH": here}, check=False
    )
    assert ended.returncode == -signal.SIGKILL
    place = late(short).workplace
    assert place.lake.guard.is_unfinished
    finish_unfinished(place)
    end_what_is_past(place)

    assert in_words(past_time(place)) == "Nothing is past its time and still read."
    assert look(place).faults == ()
    assert place.lake.guard.n_acts == 0  # nobody was erased, so no run that works meanwhile is refused


def test_the_nightly_job_deletes_and_its_check_says_so(keeping):
    """As Dagster runs it; the receipt is named where people look."""
    place = keeping.workplace
    job = build_definitions(place.project, place.settings).resolve_job_def("retention")
    ran = job.execute_in_process(raise_on_error=True)
    (check,) = ran.get_asset_check_evaluations()
    (made,) = ran.asset_materializations_for_node("shop__retention")

    assert check.passed
    assert made.metadata["receipt"].value == f"record {replace(place, clock=utc_now).promotions.ledger().size - 1} of the log"
    assert ", by deliveries of" in made.metadata["past_its_time_and_held"].value


def test_time_is_what_was_approved_and_a_company_without_days_is_left_alone(keeping):
    """What is declared and not approved ends nothing; nor may the service end what reviewers still keep."""
    undeclared = replace(keeping, lines=None, purpose=None)
    assert past_time(undeclared.workplace) == ()
    shorter = replace(keeping, lines=5)
    assert {one.kept.days for one in past_time(shorter.workplace)} == {KEPT_DAYS}
    doors = keeping.workplace.promotions
    (time,) = {one.kept_from for one in past_time(keeping.workplace)}
    assert time == FIRST_KEPT
    with pytest.raises(RefusedError, match="what reviewers approved keeps it for 30 days"):
        doors.enter_retention([TimeOf(kind=DataKind.SOURCE, name=company.LINES, kept_days=5, kept_from=DAY)], [])
    tomorrow = keeping.now.date() + timedelta(days=2)
    with pytest.raises(RefusedError, match="still keeps"):
        doors.enter_retention([TimeOf(kind=DataKind.SOURCE, name=company.LINES, kept_days=30, kept_from=tomorrow)], [])


def test_sources_of_which_a_row_holds_until_another_is_told_do_not_end(keeping):
    """States, what is looked up, and what audits read: nothing of them is past its time."""
    place = keeping.workplace
    known = tuple(replace(source, kept_days=1) for source in place.project.sources)
    place = replace(place, project=replace(place.project, sources=known))
    approve_data_as_demo(place.promotions, place.settings)
    tables = {one.table for one in past_time(place)}

    assert validated_table(place.project.source("subscriptions")) not in tables
    assert validated_table(place.project.source(company.LOOKED_UP)) not in tables
    assert {LINES, f"raw/{company.LINES}", ROLLED} <= tables
