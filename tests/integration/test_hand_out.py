"""The doors through which scores leave: what is not as it was signed is handed to nobody, and `tenure verify` finds it."""

import shutil
from datetime import timedelta

import pyarrow.parquet as pq
import pytest

from provenance.held import look
from provenance.score_export import about_scores, deliveries, hand_out
from tenure.errors import TraceError
from tests.intruder import SCORES, raise_a_score, rewrite
from tests.office import DAY, MODEL


@pytest.mark.parametrize("suffix", [".csv", ".parquet"])
def test_scores_that_are_as_they_were_signed_are_handed_out(furnished, tmp_path, suffix):
    """All of them, in one file, which is recognised to the byte, and nothing beside it."""
    n_rows, about = hand_out(furnished.delivered, tmp_path / "out" / f"scores{suffix}").n_rows, about_scores(furnished.delivered)
    again = deliveries(furnished.workplace.lake, SCORES, DAY, suffix, about)

    assert again.check("scores", (tmp_path / "out" / f"scores{suffix}").read_bytes()) in again.exported
    assert n_rows == furnished.delivered.rows.num_rows > 20
    assert [path.name for path in (tmp_path / "out").iterdir()] == [f"scores{suffix}"]


def test_a_score_that_was_changed_in_the_lake_is_handed_to_nobody(office, tmp_path):
    """The sentence names the table, and no file is left."""
    rewrite(office, SCORES, raise_a_score)

    with pytest.raises(TraceError, match=f"{MODEL}/scores of 2017-03-08"):
        hand_out(office.delivered, tmp_path / "scores.csv")

    assert not (tmp_path / "scores.csv").exists()
    assert [fault for fault in look(office.workplace).faults if f"{MODEL}/scores of 2017-03-08" in fault]


def test_what_is_handed_out_is_what_was_held_against_the_signature(office, tmp_path):
    """The lake is changed while it is handed out, after the rows were read: they are not read again."""
    delivered = office.delivered
    signed = delivered.rows["score"].to_pylist()
    rewrite(office, SCORES, raise_a_score)
    hand_out(delivered, tmp_path / "scores.parquet")

    assert pq.read_table(tmp_path / "scores.parquet")["score"].to_pylist() == signed


def test_a_delivered_day_that_is_gone_from_the_lake_is_named(office):
    """No row is left to be held against what was signed, so the log alone can tell."""
    office.score(DAY - timedelta(days=1))
    rewrite(office, SCORES, lambda rows: rows.slice(0, 0))
    held = look(office.workplace)

    assert held.n_days == 1
    assert f"not on this machine: 1 delivered days of {MODEL} (first: {DAY})." in held.in_words


def test_every_file_of_a_promoted_package_is_hashed(office):
    """One byte of one file after the other, and the manifest: each is found, and named; the untouched store is whole."""
    files = sorted(path for path in (office.home / "store" / "sha256").rglob("*") if path.is_file())
    named = []
    for file in files:
        content = file.read_bytes()
        file.chmod(0o644)
        file.write_bytes(content[:-1] + bytes([content[-1] ^ 1]))
        named += [fault for fault in look(office.workplace).faults if file.name in fault or "manifest" in fault]
        file.write_bytes(content)

    assert len(named) == len(files) >= 7
    assert look(office.workplace).faults == ()


def test_a_lost_package_is_found_and_a_machine_without_the_store_says_so(office):
    """What should be here and is gone is a fault; where nothing of it is kept, that is said."""
    store = office.home / "store" / "sha256"
    (package,) = store.iterdir()
    shutil.move(package, office.home / "aside")
    lost = look(office.workplace)
    store.rmdir()
    elsewhere = look(office.workplace)

    assert len(lost.faults) == 1
    assert elsewhere.faults == ()
    assert "Not looked at, for it is not on this machine: the bytes of 1 promoted packages" in elsewhere.in_words
