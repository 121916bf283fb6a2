"""When nothing ends: what may still hold days cannot be read."""

import pytest

from adapters.lake import history_by_day
from adapters.tables import FEATURES_TABLE, MADE_FROM
from provenance.retention import overdue_in_words
from provenance.retention_act import end_what_is_past
from tenure.errors import RetentionError
from tests.integration.test_retention import LINES, days_on_disk, keeping
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
