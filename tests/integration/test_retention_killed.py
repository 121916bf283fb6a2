"""A retention that died: it is ended by the next one or by landing, under the record that was entered already."""

from unittest.mock import Mock

import pytest

from assets.raw import land
from home.workplace import Workplace
from provenance.held import look
from provenance.retention import past_time
from provenance.retention_act import end_what_is_past
from tests import company
from tests.integration.test_retention import keeping, late, without_champion
from tests.office import DAY

__all__ = ["keeping"]


def dies(monkeypatch: pytest.MonkeyPatch, where: str, place: Workplace) -> int:
    """A retention that ends where it would call something; returns how many records there are then."""
    with monkeypatch.context() as killed:
        killed.setattr(where, Mock(side_effect=KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            end_what_is_past(place)
    return place.promotions.ledger().size


@pytest.mark.parametrize(
    "where", ["adapters.lake.Lake.take_out", "provenance.retention_act.finish", "provenance.retention_act._let_batches_go"]
)
def test_a_retention_that_died_anywhere_is_ended_under_its_own_record(keeping, monkeypatch, where):
    """Before a table, in the middle of the act and after it; also by landing, which would be refused meanwhile."""
    place = late(without_champion(keeping)).workplace
    n_records = dies(monkeypatch, where, place)
    if where.endswith("finish"):
        land(place, place.project.source(company.LINES), [DAY])
        assert not place.lake.guard.is_unfinished
    ended = end_what_is_past(place)

    assert place.promotions.ledger().size == n_records
    assert ended.record == n_records - 1
    assert not place.lake.guard.is_unfinished
    assert [one for one in past_time(place) if one.is_due] == []
    assert look(place).faults == ()


def test_what_was_begun_is_ended_though_nothing_more_is_past_its_time(keeping, monkeypatch):
    """All of it was done but for the end."""
    place = keeping.workplace
    dies(monkeypatch, "provenance.retention_act.finish", place)
    assert place.lake.guard.is_unfinished
    assert end_what_is_past(place).record is None
    assert not place.lake.guard.is_unfinished
