"""A signed day at every door: put back, changed, half delivered, erased in part, and signed before deliveries came to the log."""

import hashlib
import json
import shutil
from collections.abc import Callable

import pytest

from adapters.lake import CONTENT_NOTE, LINEAGE_NOTE, ROOT_NOTE, SALT, SIGNED_NOTE
from adapters.lake_rewriting import put as put_in_place
from adapters.tables import FEATURES_TABLE
from assets.scores import open_champion, score_days
from cli.upgrade import NAME_DAYS
from governance.doors.demonstration import REVIEWERS, demo_key
from governance.records.erasure import Erasure, Rewritten, sign_erasure
from governance.records.log import Kind
from governance.records.noted_delivery import NOTED_TYPE, NotedDelivery
from governance.records.signing import sign
from governance.records.statement import NamedDigest
from governance.records.trust_root import Role
from governance.stores.signed_log import SignedLog
from governance.stores.trust import Trust
from home.upgrade import plan
from provenance.erased_tables import TableErasing, WithoutRows
from provenance.held import look
from provenance.holdings import holdings
from provenance.recorded_steps import features_step, lineage_step, raw_step
from provenance.replay import replay
from provenance.score_export import hand_out
from provenance.score_step import signature
from provenance.signed_scores import check_signed
from provenance.signer import Signer, open_signer
from tenure.canonical import encode
from tenure.errors import RefusedError, TraceError
from tests import company
from tests.intruder import SCORES, change_notes, drop_a_row, raise_a_score, replace_batch, rewrite
from tests.office import DAY, MODEL, Office
from tests.shop import NOW


def exchange_salts(rows):
    """The salts of two customers for one another."""
    salts = rows[SALT].to_pylist()
    return rows.set_column(rows.column_names.index(SALT), SALT, [[salts[1], salts[0], *salts[2:]]])


def drop_salts(rows):
    """As if the day were from before there were leaves."""
    return rows.drop_columns([SALT])


@pytest.mark.parametrize("change", [raise_a_score, drop_a_row, exchange_salts, drop_salts])
def test_a_day_whose_rows_or_salts_were_changed_passes_no_door(office, tmp_path, change):
    """Whatever its commit is made to note: the root alone counts, and that was signed."""
    rewrite(office, SCORES, change)
    change_notes(office, SCORES, lambda notes: notes.update({CONTENT_NOTE: "0" * 64, ROOT_NOTE: "1" * 64}))

    with pytest.raises(TraceError, match="NOT what service-scorer signed in record"):
        hand_out(office.delivered, tmp_path / "scores.csv")
    assert len(look(office.workplace).faults) == 1
    assert not signature(office.delivered)[0]
    assert replay(office.workplace, office.delivered.spec, DAY).differences != ()


def test_an_earlier_delivery_put_back_is_found_and_named(office, tmp_path):
    """The day was scored again by what late data changed; its first delivery, rows, salts and notes, is put in its place."""
    place = office.workplace.settings.lake / "shop" / SCORES
    shutil.copytree(place, tmp_path / "first")
    office.change_an_amount()
    office.score(DAY)
    assert check_signed(office.delivered)
    n_records = office.workplace.promotions.ledger().size
    shutil.rmtree(place)
    shutil.copytree(tmp_path / "first", place)

    with pytest.raises(
        TraceError, match=f"an EARLIER delivery, record {n_records - 2} .* in the place of record {n_records - 1}"
    ):
        hand_out(office.delivered, tmp_path / "scores.csv")
    assert len(look(office.workplace).faults) == 1


def test_a_day_scored_again_with_equal_content_writes_nothing(office):
    """Neither in the lake nor in the log."""
    before = (office.workplace.lake.open(SCORES).version, office.workplace.promotions.ledger().size)
    office.score(DAY)

    assert (office.workplace.lake.open(SCORES).version, office.workplace.promotions.ledger().size) == before


class Killed(Signer):
    """A scoring service that is killed once the lake is written."""

    def deliver(self, *_: object, **__: object) -> None:
        """End before anything is entered in the log."""
        raise KeyboardInterrupt


def test_a_run_that_was_killed_between_lake_and_log_is_completed_by_the_next(office, tmp_path):
    """Until then the day is no delivery; the next run enters it as it stands, and writes no row."""
    office.change_an_amount()
    place, spec = office.workplace, office.delivered.spec
    office.features(DAY)
    signer = open_signer(place)
    killed = Killed(place, Trust(place.settings).service_key(Role.SCORER), SignedLog(place.settings, place.clock))
    with pytest.raises(KeyboardInterrupt):
        score_days(place, spec, open_champion(place, spec), [DAY], signer=killed)
    with pytest.raises(TraceError, match="ended before it entered them in the log"):
        hand_out(office.delivered, tmp_path / "scores.csv")
    version = place.lake.open(SCORES).version
    score_days(place, spec, open_champion(place, spec), [DAY], signer=signer)

    assert place.lake.open(SCORES).version == version
    assert hand_out(office.delivered, tmp_path / "scores.csv").n_rows == office.delivered.rows.num_rows


def test_rows_that_were_changed_between_lake_and_log_are_signed_by_nobody(office):
    """What the scoring service signs is what it scored, not whatever lies in the lake by then."""
    place, spec = office.workplace, office.delivered.spec

    class Late(Signer):
        def deliver(self, *args: object, **told: object) -> None:
            """Come after an intruder."""
            rewrite(office, SCORES, raise_a_score)
            super().deliver(*args, **told)

    late = Late(place, Trust(place.settings).service_key(Role.SCORER), SignedLog(place.settings, place.clock))
    n_records = place.promotions.ledger().size
    with pytest.raises(TraceError, match="replaced while they were to be signed"):
        score_days(place, spec, open_champion(place, spec), [DAY], signer=late)

    assert place.promotions.ledger().size == n_records


def test_leaves_are_emptied_and_a_raw_file_is_rewritten_and_every_check_still_ends_well(office, tmp_path):
    """What the log names is said and counted; row and salt are gone, hash and root stay."""
    gone = office.delivered.rows["customer_id"].to_pylist()[:2]
    took = [take_out(office, name, gone) for name in (SCORES, FEATURES_TABLE)]
    taken = look(office.workplace).faults
    rewritten = [rewrite_a_batch(office, company.LINES), *(day for one in took for day in one.rewritten)]
    sign_for(office, emptied=tuple(tree for one in took for tree in one.emptied), rewritten=tuple(rewritten))
    again = take_out(office, SCORES, office.delivered.rows["customer_id"].to_pylist()[:1])
    sign_for(office, emptied=again.emptied, rewritten=again.rewritten)
    delivered = office.delivered
    raw = raw_step(delivered, delivered.validated[f"validated/{company.LINES}"], "nobody")

    assert [fault for fault in taken if "lack 2 rows, and no erasure in the log names them" in fault]
    assert "3 more were erased since, as the log says" in check_signed(delivered)
    assert set(gone) & set(delivered.rows["customer_id"].to_pylist()) == set()
    assert look(office.workplace).faults == ()
    assert hand_out(delivered, tmp_path / "scores.csv").n_rows == delivered.rows.num_rows
    assert lineage_step(delivered).verified
    assert "1 of them rewritten for an erasure that the log names" in raw.words
    assert "NOT the bytes" not in raw.words
    assert "2 more were erased since, as the log says" in features_step(delivered).words
    again = replay(office.workplace, delivered.spec, DAY)
    assert (again.differences, again.n_erased) == ((), 3)


def test_a_leaf_that_no_erasure_names_is_one_that_somebody_took(office):
    """Who writes to the lake can note a hash in the place of a row, but not in the log."""
    first, second = office.delivered.rows["customer_id"].to_pylist()[:2]
    named = take_out(office, SCORES, [first])
    sign_for(office, emptied=named.emptied, rewritten=named.rewritten)
    assert check_signed(office.delivered)
    take_out(office, SCORES, [second])

    with pytest.raises(TraceError, match="lack 1 rows"):
        check_signed(office.delivered)


def test_a_day_signed_before_deliveries_came_to_the_log_stands_once_the_log_names_it(office, tmp_path, monkeypatch):
    """Verified, handed out and replayed as it was; from then on only what stood then counts."""
    envelope = before_the_log(office)
    assert "no record names it" in signature(office.delivered)[1]
    monkeypatch.setattr("cli.upgrade._here", lambda _: [office.workplace])
    ((words, step),) = plan(office.workplace.settings, (NAME_DAYS,))
    step.do(office.workplace.settings)
    assert words.startswith("Let the log name 1 scored days")
    assert plan(office.workplace.settings, (NAME_DAYS,)) == ()
    put(office, envelope(content="9f" * 32))
    assert not signature(office.delivered)[0]
    put(office, envelope())
    is_signed, said = signature(office.delivered)
    again = replay(office.workplace, office.delivered.spec, DAY)

    assert (is_signed, again.differences, again.signed_by) == (True, (), "service-scorer")
    assert "noted before deliveries came to the log" in said
    assert hand_out(office.delivered, tmp_path / "scores.csv").n_rows == office.delivered.rows.num_rows
    assert lineage_step(office.delivered).verified
    assert features_step(office.delivered).verified
    office.score(DAY.replace(day=DAY.day - 1))
    assert signature(office.delivered)[0]
    put(office, envelope(content="9f" * 32))
    assert not signature(office.delivered)[0]
    for step in (lineage_step, features_step):
        with pytest.raises(RefusedError, match="an earlier delivery was put back"):
            step(office.delivered)
    put(office, envelope())
    assert signature(office.delivered)[0]
    office.score(DAY)
    assert "of the log" in signature(office.delivered)[1]


def put(office: Office, envelope: str) -> None:
    """Note an envelope with the first commit of the scores."""
    file = office.workplace.settings.lake / "shop" / SCORES / "_delta_log" / f"{0:020}.json"
    actions = [json.loads(line) for line in file.read_text().splitlines()]
    for action in actions:
        if "commitInfo" in action:
            action["commitInfo"][SIGNED_NOTE] = envelope
    file.write_text("".join(json.dumps(action) + "\n" for action in actions))


def before_the_log(office: Office) -> Callable[..., str]:
    """Make the office's day one of an earlier version of Tenure; return what signs such days."""
    shutil.copy(office.home / "store" / "log.db.before", office.home / "store" / "log.db")
    shutil.copy(office.home / "witness.before", office.home / "witness" / "checkpoints.jsonl")
    place, spec = office.workplace, office.delivered.spec
    shutil.rmtree(place.settings.lake / "shop" / SCORES)
    score_days(place, spec, open_champion(place, spec), [DAY], signer=None, run_id="run-1")
    delivered = office.delivered
    for table in (SCORES, FEATURES_TABLE, *(history.table for history in place.project.events)):
        change_notes(office, table, lambda notes: [notes.pop(name, None) for name in (ROOT_NOTE, LINEAGE_NOTE)])
    batches = {name.removeprefix("validated/"): t for name, t in delivered.validated.items()}
    own = office.delivered
    raw = tuple(NamedDigest(name=n, value=office.batches(own, t)) for n, t in sorted(batches.items()))
    key = Trust(office.workplace.settings).service_key(Role.SCORER)

    def envelope(**changes: object) -> str:
        said = {
            "project": "shop",
            "model": MODEL,
            "day": DAY,
            "content": own.commit.content,
            "model_digest": own.model_digest,
            "features_digest": own.features_digest,
            "features_version": own.noted_features_version,
            "raw": raw,
            "delivered_at": NOW,
        }
        return sign(encode(NotedDelivery(**{**said, **changes})), NOTED_TYPE, [key]).decode()

    put(office, envelope())
    return envelope


def take_out(office: Office, table: str, customers: list[str]) -> WithoutRows:
    """Take customers out of one table, and tell the log nothing of it."""
    found = holdings(office.workplace, customers).tables[table]
    erasing = TableErasing(office.workplace, table, frozenset(customers), {}, office.workplace.promotions.erasures())
    made = erasing.beside(found)
    put_in_place(erasing.folder, made.rewriting)
    return made


def rewrite_a_batch(office: Office, source: str) -> Rewritten:
    """Take rows out of a raw file, under its own receipt."""
    day, content = DAY.replace(day=2), b"what is left of it"
    held = replace_batch(office, source, day, content)
    return Rewritten(table=f"raw/{source}", day=day, old=held.sha256, new=hashlib.sha256(content).hexdigest())


def sign_for(office: Office, **took: object) -> None:
    """Enter an erasure in the log, signed by both reviewers."""
    place = office.workplace
    here = {
        "installation": place.promotions.origin,
        "project": "shop",
        "identities": REVIEWERS,
        "issued": NOW,
        "n_people": 1,
        "learnt_from": (),
    }
    made = Erasure(**{**here, "rewritten": (), "emptied": (), "reason": "asked for", **took})
    signed = sign_erasure(made, [demo_key(place.settings, name) for name in REVIEWERS])
    SignedLog(place.settings, place.clock).append(Kind.ERASED, signed)
