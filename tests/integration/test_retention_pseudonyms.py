"""Retention of a company with pseudonyms, beside a batch that is being judged."""

import io
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import assets.validated
from assets.validated import judge_and_write
from home.pseudonyms import pseudonyms_of
from provenance.retention_act import end_what_is_past
from tenure.errors import ErasureError
from tests import company
from tests.hidden import HiddenOffice
from tests.integration.test_retention import LINES, Keeping
from tests.office import DAY, furnish

pytestmark = pytest.mark.slow


@dataclass(frozen=True)
class HiddenKeeping(Keeping, HiddenOffice):
    """An office with pseudonyms, which keeps what it makes for its purpose for so many days."""


def test_a_batch_that_is_judged_while_pseudonyms_go_is_judged_again(tmp_path: Path, monkeypatch):
    """Its new people have pseudonyms that no table holds yet: they went, so it is not written with them."""
    office = furnish(tmp_path / "home", HiddenOffice)
    place = HiddenKeeping(office.home, office.now, lines=None, purpose=60, today=DAY + timedelta(days=90)).approved().workplace
    source, judge = place.project.source(company.LINES), assets.validated.validate_days
    known = pq.read_table(io.BytesIO(place.raw.content_of(place.raw.receipt("shop", source.name, DAY)) or b""))
    rows = pa.Table.from_pylist([{**known.to_pylist()[0], "subscriber_id": "9173000999"}], schema=known.schema)
    content = io.BytesIO()
    pq.write_table(pa.concat_tables([known, rows]), content)
    place.raw.land("shop", source.name, DAY, content.getvalue(), "parquet", office.now)

    def judged_and_past(*args: object, **kwargs: object) -> object:
        found = judge(*args, **kwargs)
        assert end_what_is_past(place).record is not None
        return found

    with monkeypatch.context() as meanwhile:
        meanwhile.setattr(assets.validated, "validate_days", judged_and_past)
        with pytest.raises(ErasureError, match="pseudonyms let go, while this ran"):
            judge_and_write(place, source, [DAY])
    judge_and_write(place, source, [DAY])
    rows_now = place.lake.rows(LINES, days=[DAY])
    assert [one for one in rows_now["customer_id"].to_pylist() if pseudonyms_of(place).meant(one) is None] == []
    assert pseudonyms_of(place).known("customer", "9173000999") in rows_now["customer_id"].to_pylist()
