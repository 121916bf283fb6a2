"""What is said of a day after people were erased: of one of them, and where nobody is left of it."""

from typing import cast

import dagster as dg
import pytest

from adapters.tables import FEATURES_TABLE
from home.sealing import seal_candidate
from pipelines.io import LaneIOManager
from provenance.answer import answer
from provenance.erasure_words import since_training
from provenance.held import look
from provenance.rebuild import erased_of
from provenance.replay import replay
from provenance.score_export import about_scores, deliveries, hand_out
from provenance.signed_scores import check_signed
from tenure.challenger import Challenger
from tenure.drift import build_reference
from tenure.errors import ErasureError, TraceError
from tenure.judged import Judged
from tenure.timeline import SnapshotSplit
from tenure.training_set import TrainingSet
from tests.integration.test_erasing import erased, found_in, scored
from tests.office import DAY, MODEL


def test_a_trace_of_who_was_erased_says_that_somebody_was_and_by_which_record(office, tmp_path):
    """It does not say whether it was this customer: a stranger is answered in the same words."""
    gone, out = scored(office)[0], tmp_path / "scores.csv"
    hand_out(office.delivered, out)
    (record,) = erased(office, gone).records
    for one in (gone, "a stranger"):
        with pytest.raises(TraceError, match=rf"found 0.*1 score was erased, by record {record} of the log; if this customer's"):
            answer(office.workplace, MODEL, one, DAY)

    day, now = office.delivered, tmp_path / "now.csv"
    told = {"stands": day.stands, "erased": day.erased_in_words}
    known = deliveries(office.workplace.lake, day.table.name, DAY, ".csv", about_scores(day), **told)
    with pytest.raises(TraceError, match=r"is not what was delivered.*1 score was erased"):
        known.check(out.name, out.read_bytes())
    hand_out(day, now)
    assert known.check(now.name, now.read_bytes()) == 0
    place = office.workplace
    said = since_training(place.project.retrain, place.promotions.erasures(), day.package.digest)
    assert said.startswith("1 of 57 customers it learnt from were erased: train it again")
    assert erased_of(office.workplace, day.package) == "erased since, as the log says: 1 of the 57 customers it learnt from"


@pytest.mark.slow
def test_a_day_of_which_nobody_is_left_still_ends_well(office, tmp_path):
    """Verify, replay and export say that all were erased; its signature still holds."""
    rows = office.workplace.lake.rows(FEATURES_TABLE, days=[DAY])
    there, n = rows["customer_id"].to_pylist(), len(scored(office))
    erased(office, *there)
    place, out = office.workplace, tmp_path / "scores.parquet"

    held = look(place)
    assert (held.faults, held.n_days) == ((), 1)
    assert "scores of 1 scored days, all of which were erased" in held.in_words
    assert f"signed {n} scores of the day" in check_signed(office.delivered)
    again = replay(place, place.project.model(MODEL), DAY)
    assert (again.differences, again.n_rows, again.n_erased) == ((), 0, n)
    assert hand_out(office.delivered, out).n_rows == 0
    with pytest.raises(TraceError, match=f"Of {DAY} {n} scores were erased"):
        answer(place, MODEL, there[0], DAY)


def test_what_a_training_read_before_an_erasure_is_not_kept_after_it(office):
    """Neither its rows nor its candidate; a run of before such things were noted is let through."""
    place, gone = office.workplace, scored(office)[0]
    guard, spec, package = place.lake.guard, place.project.model(MODEL), office.delivered.package
    lanes = LaneIOManager(place.settings.lanes, guard)
    split = SnapshotSplit(fit=(DAY,), calibration=(DAY,), test=(DAY,), test_known_until=DAY)
    rows = place.lake.rows(FEATURES_TABLE, days=[DAY])
    read = {"rows": rows, "feature_names": (), "split": split, "features_version": 0, "digest": package.digest}
    made = TrainingSet(**read, n_erasures=guard.n_acts)
    fitted = cast("Challenger", None)  # it is not come to
    reference = build_reference([[0.0]], [0.5], names=["a"])
    judged = Judged(evidence=office.delivered.evidence, reference=reference, n_erasures=guard.n_acts)

    def leave(record: object, run_id: str) -> None:
        """As a stage of a lane does."""
        lanes.handle_output(dg.build_output_context(asset_key=["shop", MODEL, "training_set"], run_id=run_id), record)

    leave(made, "before")
    erased(office, gone)
    with pytest.raises(ErasureError, match="People were erased, or pseudonyms let go, while this ran"):
        leave(TrainingSet.from_files(made.to_files()), "after")
    with pytest.raises(ErasureError, match="People were erased, or pseudonyms let go, while this ran"):
        seal_candidate(place, spec, fitted, Judged.from_files(judged.to_files()), {})
    assert found_in(office.home, gone) == []
    assert TrainingSet.from_files(TrainingSet(**read).to_files()).n_erasures is None
    assert Judged.from_files({k: v for k, v in judged.to_files().items() if k != "n_erasures.json"}).n_erasures is None
