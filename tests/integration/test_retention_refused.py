"""When nothing ends: what may still hold days cannot be read, the clock may be ahead, or a longer time was approved since."""

from dataclasses import replace
from datetime import UTC, timedelta

import pytest

from adapters.lake import history_by_day
from adapters.tables import FEATURES_TABLE, MADE_FROM
from home.workplace import Workplace
from provenance.held import look
from provenance.retention import overdue_in_words
from provenance.retention_act import end_what_is_past
from provenance.retention_seen import ended_days
from provenance.roll_up import roll_up_all
from tenure.errors import RetentionError
from tests import company
from tests.integration.test_retention import KEPT_DAYS, LINES, ROLLED, batches, days_on_disk, keeping, late, without_champion
from tests.office import DAY, MODEL

__all__ = ["keeping"]


def test_nothing_ends_while_a_promoted_package_cannot_be_read(keeping):
    """It names versions that nobody knows then, and may be restored; the status says so, and stays readable."""
    place = keeping.workplace
    (champion,) = place.promotions.records()
    manifest = next(place.settings.home.glob(f"store/sha256/{champion.package_digest}/manifest.json"))
    manifest.write_bytes(manifest.read_bytes() + b" ")
    before = days_on_disk(place, LINES)

    with pytest.raises(RetentionError, match="nothing ends before it is restored"):
        end_what_is_past(place)
    assert days_on_disk(place, LINES) == before
    (told,) = overdue_in_words(place)
    assert "nobody can tell which days it holds" in told


def test_nothing_ends_while_what_is_behind_a_delivery_cannot_be_read(keeping):
    """A version that the delivery read is behind no commit that is left: it may be restored."""
    place = keeping.workplace
    commit = next(c for c in history_by_day(place.lake.open(FEATURES_TABLE))[DAY])
    log = place.lake.open(FEATURES_TABLE).path / "_delta_log" / f"{commit.version:020}.json"
    log.write_text(log.read_text().replace(MADE_FROM, "made_form"))
    before = days_on_disk(place, LINES)

    with pytest.raises(RetentionError, match=f"What is behind the delivery of {MODEL} of {DAY} cannot be read.*restored"):
        end_what_is_past(place)
    assert days_on_disk(place, LINES) == before


def test_a_clock_far_ahead_ends_nothing_before_somebody_says_which_day_it_is(keeping):
    """Neither the log nor what was landed is of these days; three days are nobody's question."""
    known, log = keeping.workplace, keeping.workplace.promotions.ledger()
    still = replace(known, project=replace(known.project, last_day=None))

    def ahead(days: int) -> Workplace:
        return replace(still, clock=lambda: log.records[-1].at.replace(tzinfo=UTC) + timedelta(days=days))

    before = days_on_disk(known, LINES)
    with pytest.raises(RetentionError, match=r"The clock says that it is .* set it right.*tenure retention --it-is "):
        end_what_is_past(ahead(4))
    with pytest.raises(RetentionError, match="The clock says"):
        end_what_is_past(ahead(300), it_is=DAY)
    assert (known.promotions.ledger().size, days_on_disk(known, LINES)) == (log.size, before)
    assert end_what_is_past(ahead(3)).record == log.size
    later = ahead(34)
    assert end_what_is_past(later, it_is=later.today).record in (None, log.size + 1)


def test_days_land_again_once_a_longer_time_is_approved(keeping):
    """And end again, by a record of their own, once that is over."""
    office = late(without_champion(keeping))
    place, source = office.workplace, office.workplace.project.source(company.LINES)
    rows = place.lake.rows(LINES, days=[DAY])
    end_what_is_past(place)
    assert DAY in ended_days(place, source)
    assert DAY not in batches(place)

    longer = replace(office, lines=3650).approved()
    assert ended_days(longer.workplace, source) == set()
    longer.land([DAY], source, rows)
    roll_up_all(longer.workplace)
    assert end_what_is_past(longer.workplace).record is None
    assert is_here(longer.workplace) == [True, True, True]
    assert look(longer.workplace).faults == ()

    again = replace(office, lines=KEPT_DAYS).approved().workplace
    n_records = again.promotions.ledger().size
    assert end_what_is_past(again).record == n_records
    assert is_here(again) == [False, False, False]
    assert look(again).faults == ()


def is_here(place: Workplace) -> list[bool]:
    """Whether the day's rows, roll-up and batch are."""
    return [DAY in days for days in (place.lake.days(LINES), place.lake.days(ROLLED), batches(place))]
