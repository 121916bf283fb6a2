"""Quarantine: whatever the damage, no row is lost, none is released that breaks a rule, and both judgements agree."""

from datetime import date, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import pyarrow as pa
import pyarrow.parquet as pq
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from expectations.validate import validate
from tenure.contracts import Available, Column, Files, Rule, Source

FIRST_DAY, FIRST_KEY, KEYS = date(2020, 1, 1), date(2020, 1, 2), (date(2020, 3, 5), date(2020, 3, 6))

SOURCE = Source(
    name="visits",
    title="Visits",
    grain="one visit",
    key=("customer_id", "visit_id"),
    event_time="visited_at",
    available=Available.END_OF_EVENT_DAY,
    owner="team:data",
    reader=Files(pattern="visits/{day}.parquet"),
    columns=(
        Column("customer_id", str, pattern="[0-9]+", meaning="member"),
        Column("visit_id", int, minimum=0, meaning="visit"),
        Column("spend", float, minimum=0, maximum=0.3, nullable=True, meaning="what was paid"),
        Column("items", int, minimum=0, maximum=9, meaning="items bought"),
        Column("channel", str, allowed=("shop", "web"), nullable=True, meaning="where"),
        Column("visited_at", datetime, meaning="when"),
    ),
    rules=(Rule(name="web_pays", keeps="channel <> 'web' OR spend > 0", meaning="visits on the web are purchases"),),
    max_duplicate_share=1.0,
    max_quarantine_share=1.0,
)

INSTANTS = st.datetimes(datetime(1970, 1, 1), datetime(2100, 1, 1)) | st.sampled_from(  # noqa: DTZ001 - UTC without zone
    [datetime(2020, 3, 4), datetime(2020, 3, 4, 23, 59, 59, 999999), datetime(2020, 3, 5, 12)]  # noqa: DTZ001
)
ROW = st.fixed_dictionaries(
    {
        "customer_id": st.none()
        | st.sampled_from(["1", "2", "22", "2\n", "٢", "", "x'; DROP TABLE typed; --", "../2"])
        | st.text(max_size=3),
        "visit_id": st.none() | st.integers(-1, 2),
        "spend": st.none() | st.floats() | st.sampled_from([0.0, 0.1, 0.2, 0.3, 0.1 + 0.2, float("inf")]),
        "items": st.none() | st.sampled_from([0.0, 1.0, 9.0, 2.5, 10.0, float("nan"), float("inf"), 1e300]),
        "channel": st.none() | st.sampled_from(["shop", "web", "fax", ""]),
        "visited_at": st.none() | INSTANTS,
    }
)
SCHEMA = pa.schema(
    [
        ("customer_id", pa.string()),
        ("visit_id", pa.int32()),
        ("spend", pa.float64()),
        ("items", pa.float64()),
        ("channel", pa.string()),
        ("visited_at", pa.timestamp("us")),
    ]
)


# Great Expectations takes as long for one row as for fifty, so there are few batches, most of them of many rows.
BATCH = st.lists(ROW, min_size=20, max_size=40) | st.lists(ROW, min_size=1, max_size=5)


@settings(max_examples=10, deadline=None, suppress_health_check=list(HealthCheck))
@given(BATCH, st.lists(ROW, max_size=10))
def test_every_row_is_kept_or_quarantined_and_both_judgements_agree(
    first: list[dict[str, object]], second: list[dict[str, object]]
) -> None:
    """`validate` raises when Great Expectations and the split count differently, so that it returns at all is the claim."""
    with TemporaryDirectory() as folder:
        paths = {key: Path(folder) / f"{key}.parquet" for key in KEYS}
        for path, rows in zip(paths.values(), (first, second), strict=True):
            pq.write_table(pa.Table.from_pylist(rows, SCHEMA), path)
        found = validate(SOURCE, paths, first_key=FIRST_KEY, first_day=FIRST_DAY)

    assert found.n_received == len(first) + len(second)
    assert found.kept.num_rows + found.quarantined.num_rows == found.n_received
    assert [day.n_received for day in found.days] == [len(first), len(second)]
    assert all(day.n_received == day.n_kept + day.n_quarantined for day in found.days)
    # Nothing that was released breaks a rule of the contract.
    kept = found.kept.to_pylist()
    assert len({(row["day"], row["customer_id"], row["visit_id"]) for row in kept}) == len(kept)
    for row in kept:
        assert row["customer_id"].isascii()
        assert row["customer_id"].isdigit()
        assert row["spend"] is None or 0 <= row["spend"] <= 0.3
        assert 0 <= row["items"] <= 9
        assert row["channel"] in (None, "shop", "web")
        assert row["available_at"] < datetime.combine(row["day"], datetime.min.time())
        assert (row["day"] - row["visited_at"].date()).days == 1
    # Every quarantined row names at least one rule.
    assert all(found.quarantined["rules"].to_pylist())
