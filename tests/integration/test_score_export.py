"""Exported score files held against the lake: what is changed in a file is noticed before it is parsed."""

import csv
import io
import random
from datetime import date

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from adapters.lake import Lake
from provenance.score_export import deliveries
from tenure.errors import TraceError
from tests.long_runs import IS_LONG

DAY = date(2020, 3, 1)
TABLE = "buys_7d/scores"
N_CHANGES = 1000 if IS_LONG else 200


def scores(*, shift: float = 0.0, n: int = 60) -> pa.Table:
    """A day of scores."""
    return pa.table(
        {
            "day": pa.array([DAY] * n, pa.date32()),
            "customer_id": [f"customer-{i:03}" for i in range(n)],
            "score": [i / n * 0.9 + shift for i in range(n)],
            "band": ["low" if i < n // 2 else "high" for i in range(n)],
            "reasons": pa.array(
                [[] if i < n // 2 else ["days since the last purchase: 41"] for i in range(n)], pa.list_(pa.string())
            ),
            "model_digest": ["a" * 64] * n,
            "features_digest": ["b" * 64] * n,
        }
    )


def deliver(lake: Lake, rows: pa.Table) -> None:
    """Deliver the day."""
    lake.replace_days(lake.open(TABLE), rows, days=[DAY], key=("customer_id",), note={})


@pytest.fixture
def lake(tmp_path) -> Lake:
    """A lake with one delivery."""
    lake = Lake(tmp_path / "lake", "p")
    deliver(lake, scores())
    return lake


def exported(lake: Lake, suffix: str, form: int = 0) -> bytes:
    """The file that a person would be handed, of the newest delivery."""
    return next(iter(deliveries(lake, TABLE, DAY, suffix).exported.values()))[form]


@pytest.mark.parametrize("suffix", [".parquet", ".csv"])
def test_every_single_byte_that_changes_is_noticed(lake, suffix):
    """Wherever the byte is, in a value or in what only a reader of the format looks at; the untouched file holds."""
    content, known = exported(lake, suffix), deliveries(lake, TABLE, DAY, suffix)
    chance = random.Random(20)  # noqa: S311 - places to damage, not secrets
    for _ in range(N_CHANGES):
        position = chance.randrange(len(content))
        changed = bytearray(content)
        changed[position] ^= chance.randrange(1, 256)
        with pytest.raises(TraceError, match=f"differs from byte {position} on"):
            known.check("scores", bytes(changed))

    assert known.check("scores", content) == 0


@pytest.mark.parametrize("cut", [0, 1, 100])
def test_a_shortened_or_lengthened_file_is_noticed(lake, cut):
    """Also where all the bytes that are left are right."""
    content, known = exported(lake, ".parquet"), deliveries(lake, TABLE, DAY, ".parquet")
    for other in (content[: -cut or None] + b"x" * (cut == 0), content[:cut]):
        with pytest.raises(TraceError, match="not what was delivered"):
            known.check("scores", other)


def test_an_earlier_delivery_is_told_from_a_forgery(lake):
    """After the day was scored again the file is old, not false; the version says which delivery it was."""
    before = exported(lake, ".parquet")
    deliver(lake, scores(shift=0.05))
    with pytest.raises(TraceError, match=r"an earlier delivery \(version 0\); version 1 holds now"):
        deliveries(lake, TABLE, DAY, ".parquet").check("scores", before)


def test_a_file_exported_from_a_changed_lake_does_not_hold(lake):
    """Who changes the lake's file changes the export with it, but not what the commit noted."""
    (file,) = (lake.root / lake.project / TABLE).glob("*.parquet")
    pq.write_table(scores(shift=0.01), file)
    with pytest.raises(TraceError, match="not those that their commit wrote"):
        deliveries(lake, TABLE, DAY, ".parquet").check("scores", exported(lake, ".parquet"))


def test_a_day_that_was_never_delivered_is_refused(lake):
    """There is nothing to hold a file against."""
    with pytest.raises(TraceError, match="no delivery of 2020-03-02"):
        deliveries(lake, TABLE, date(2020, 3, 2), ".parquet")


def test_a_file_of_another_format_is_refused(lake):
    """It was not exported by Tenure."""
    with pytest.raises(TraceError, match=r"\.parquet or \.csv"):
        deliveries(lake, TABLE, DAY, ".xlsx")


FORMULAS = ('=HYPERLINK("http://elsewhere.example","x")', "+1+cmd|calc", "-2+3", "@SUM(1)", "\t=1", "\r=1")


def test_no_text_of_a_csv_is_a_formula(lake):
    """A spreadsheet shows an apostrophe's text as it is; other ids, and the same file in Parquet, stay as they were."""
    ids = [*FORMULAS, "1042", "a=b", "'quoted", "ü-1"]
    deliver(lake, scores(n=len(ids)).set_column(1, "customer_id", pa.array(ids)).sort_by("customer_id"))
    rows = list(csv.DictReader(io.StringIO(exported(lake, ".csv").decode(), newline="")))
    written = {row["customer_id"]: row for row in rows}

    assert set(written) == {*(f"'{formula}" for formula in FORMULAS), *ids[len(FORMULAS) :]}
    assert {row["band"] for row in written.values()} == {"low", "high"}
    assert min(float(row["score"]) for row in written.values()) == 0.0
    assert set(pq.read_table(io.BytesIO(exported(lake, ".parquet")))["customer_id"].to_pylist()) == set(ids)


def test_a_negative_number_stays_a_number(lake):
    """Text alone is written otherwise."""
    deliver(lake, scores(shift=-0.5))

    assert b"-0.5" in exported(lake, ".csv")
    assert b"'-0.5" not in exported(lake, ".csv")


def test_a_csv_for_spreadsheets_keeps_ids_as_text(lake):
    """`0042` stays what it is, letters are read as UTF-8, and no text becomes a formula; the file is still what was delivered."""
    ids = sorted(["0042", "=1+1", "größe", 'a"b'])
    deliver(lake, scores(n=4).set_column(1, "customer_id", pa.array(ids)))
    content = exported(lake, ".csv", form=1)
    rows = list(csv.DictReader(content.decode("utf-8-sig").splitlines()))

    assert content.startswith("\ufeff".encode())
    assert {row["customer_id"] for row in rows} == {'="0042"', "'=1+1", '="größe"', 'a"b'}
    assert {row["score"] for row in rows} == {"0", "0.225", "0.45", "0.675"}
    assert deliveries(lake, TABLE, DAY, ".csv").check("scores", content) == 1


def test_a_parquet_file_says_what_it_is(lake):
    """Which model, day and card; one without, as an earlier Tenure wrote it, is what was delivered too; another's is not."""
    about = {"tenure.model": "buys_7d", "tenure.card_digest": "c" * 64}
    known = deliveries(lake, TABLE, DAY, ".parquet", lambda model_digest: about if model_digest == "a" * 64 else {})
    content = known.exported[0][0]

    assert pq.read_schema(io.BytesIO(content)).metadata == {key.encode(): value.encode() for key, value in about.items()}
    assert known.check("scores", content) == known.check("scores", exported(lake, ".parquet")) == 0
    other = deliveries(lake, TABLE, DAY, ".parquet", lambda _: {**about, "tenure.model": "lapse_28d"})
    with pytest.raises(TraceError, match="not what was delivered"):
        known.check("scores", other.exported[0][0])
