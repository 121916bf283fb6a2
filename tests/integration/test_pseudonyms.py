"""Pseudonyms from ingestion to erasure: the lake knows nobody by a raw id, and every proof holds as it does without them."""

import shutil
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from pyarrow import csv

from adapters.pseudonym_map import FOLDER
from adapters.tables import validated_table
from assets.validated import judge_and_write
from cli.consent import _landed
from governance.doors.demonstration import REVIEWERS, demo_key
from home.backup import back_up, back_up_keys, restore
from home.pseudonyms import (
    cells_naming,
    id_in_lake,
    id_received,
    keys_that_lack,
    pseudonyms_of,
    refuse_raw_ids,
    require_same_pseudonyms,
    resolving,
)
from home.workplace import Workplace
from provenance.answer import answer
from provenance.consent_recorded import record, stated
from provenance.consent_seen import of_person
from provenance.erasing import erase, erase_again, finish_unfinished
from provenance.held import look
from provenance.holdings import all_ids, holdings
from provenance.inputs_again import _judged_again
from provenance.kept_out import Left, back_again
from provenance.replay import replay
from provenance.score_export import about_scores, deliveries, hand_out
from provenance.subject import subject_of
from tenure.consent.rule import Said
from tenure.content import digest_by_day
from tenure.errors import HomeError, PseudonymError
from tests import company
from tests.hidden import HiddenOffice
from tests.integration.test_erasing import found_in
from tests.office import DAY, MODEL

pytestmark = pytest.mark.slow
RAW = ("/raw/", "/inbox/")


@pytest.fixture
def office(furnished_hidden: HiddenOffice, tmp_path: Path) -> HiddenOffice:
    """A copy that may be changed."""
    return furnished_hidden.copy(tmp_path / "home")


def scored(office: HiddenOffice) -> list[str]:
    """Who was scored, by raw id; in their order, for that of pseudonyms is another one with each key."""
    return sorted(id_received(office.workplace, one) for one in office.delivered.rows["customer_id"].to_pylist())


def outside_raw(office: HiddenOffice, *ids: str) -> list[str]:
    """Files beside those received that hold one of some ids."""
    return [path for path in found_in(office.home, *ids) if not any(part in path for part in RAW)]


def is_sound(office: HiddenOffice, raw: str) -> bool:
    """Whether verify, replay, and the trace of somebody end well, by a raw id and by a pseudonym."""
    place = office.workplace
    by_raw, by_pseudonym = (answer(place, MODEL, id_in_lake(place, one), DAY) for one in (raw, office.in_lake(raw)))
    assert by_raw.sentences == by_pseudonym.sentences
    assert [step.words for step in by_raw.trace.steps if not step.verified] == []
    assert look(place).faults == ()
    assert replay(place, office.delivered.spec, DAY).differences == ()
    return True


def erased(office: HiddenOffice, *people: str) -> None:
    """Erase people, named by raw ids, as reviewers of the demonstration."""
    place = office.workplace
    ids = all_ids(place, [id_in_lake(place, one) for one in people])
    keys = {name: demo_key(place.settings, name) for name in REVIEWERS}
    erase(place, ids, n_people=len(people), reason="asked for", signers=keys)


def test_the_lake_knows_nobody_by_a_raw_id_and_every_proof_holds(office):
    """No file but those received holds one; a score is traced by either id, made again, and its inputs follow from the bytes."""
    everybody = scored(office)

    assert len(everybody) > 20
    assert outside_raw(office, *everybody) == []
    assert is_sound(office, everybody[3])
    place = office.workplace
    source = place.project.source(company.LINES)
    kept = place.lake.rows(validated_table(source))
    again = _judged_again(place, source, place.lake.open(validated_table(source)).version, DAY + timedelta(days=365))
    assert digest_by_day(again, source.key) == digest_by_day(kept, source.key)


def test_a_day_that_is_judged_again_writes_nothing_before_a_rotation_and_after(office):
    """Whoever is known keeps the pseudonym; somebody new has one of the new key; the old key is gone."""
    place, everybody = office.workplace, scored(office)
    source = place.project.source(company.LINES)
    old = (place.settings.keys / FOLDER / "shop.key").read_text()
    before, version = {one: office.in_lake(one) for one in everybody}, place.lake.open(validated_table(source)).version
    pseudonyms_of(place).rotate()
    judge_and_write(place, source, [DAY])

    assert place.lake.open(validated_table(source)).version == version
    assert {one: office.in_lake(one) for one in everybody} == before
    assert (place.settings.keys / FOLDER / "shop.key").read_text() not in (old, "")
    assert is_sound(office, everybody[3])


def test_nothing_of_an_erased_person_is_left_neither_raw_nor_in_the_map(office):
    """Named by a raw id, gone from bytes by it and from the lake by the pseudonym; others are as before, deliveries are cut."""
    place, (gone, stays) = office.workplace, scored(office)[3:5]
    pseudonym, other = office.in_lake(gone), office.in_lake(stays)
    told = len(pseudonyms_of(place).entries())
    erased(office, gone)

    assert found_in(office.home, gone, pseudonym) == []
    assert gone not in {value for _, value in pseudonyms_of(place).entries().values()}
    # With the id, the sessions and tickets that were told of nobody else.
    assert len(pseudonyms_of(place).entries()) < told - 5
    assert office.in_lake(stays) == other
    assert is_sound(office, stays)
    line = b"subscriber_id,session_id,device,minutes_watched,login_time\n%s,1,phone,3,2017-03-08 10:00:00\n" % gone.encode()
    left = Left(place, place.project.source(company.LINES))
    left(line, "csv")
    assert left.n_gone == 1


@pytest.mark.parametrize("dies_in", ["provenance.erasing.forget", "provenance.erasing.put_files"])
def test_an_erasure_that_was_killed_is_ended_and_the_map_forgets(office, monkeypatch, dies_in):
    """Whether it died before the files were put in place or before the map let go."""
    gone, stays = scored(office)[3:5]
    pseudonym = office.in_lake(gone)

    def dies(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as broken:
        broken.setattr(dies_in, dies)
        with pytest.raises(KeyboardInterrupt):
            erased(office, gone)
    assert finish_unfinished(office.workplace)

    assert found_in(office.home, gone, pseudonym) == []
    assert pseudonyms_of(office.workplace).known("customer", gone) is None
    assert is_sound(office, stays)


def test_an_older_backup_brings_nobody_back(office, tmp_path):
    """The home of before the erasure, with the keys of after a rotation: the person is found and taken out again."""
    gone, stays = scored(office)[3:5]
    pseudonym = office.in_lake(gone)
    back_up(office.workplace.settings, tmp_path / "home.tar", now=office.now)
    erased(office, gone)
    pseudonyms_of(office.workplace).rotate()
    back_up_keys(office.workplace.settings, tmp_path / "keys.tar", now=office.now)
    older = HiddenOffice(tmp_path / "restored", office.now)
    restore(older.shop.settings, tmp_path / "home.tar", tmp_path / "keys.tar")
    place = older.workplace
    assert list(keys_that_lack(place.settings)) == []
    back = back_again(place)
    erase_again(place, all_ids(place, back))

    assert pseudonym in back
    assert found_in(older.home, gone, pseudonym) == []
    assert pseudonyms_of(place).known("customer", gone) is None
    assert older.in_lake(stays) == office.in_lake(stays)


def test_an_erasure_that_a_backup_caught_in_the_middle_is_ended_after_a_restore(office, tmp_path, monkeypatch):
    """By keys of today, whose map let go of the person and is of another key: what was begun names the ids received."""
    gone, stays = scored(office)[3:5]
    pseudonym, place = office.in_lake(gone), office.workplace

    def dies(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as broken:
        broken.setattr("provenance.erasing.put", dies)
        with pytest.raises(KeyboardInterrupt):
            erased(office, gone)
    back_up(place.settings, tmp_path / "home.tar", now=office.now)
    finish_unfinished(place)
    pseudonyms_of(place).rotate()
    back_up_keys(place.settings, tmp_path / "keys.tar", now=office.now)
    older = HiddenOffice(tmp_path / "restored", office.now)
    restore(older.shop.settings, tmp_path / "home.tar", tmp_path / "keys.tar")
    finish_unfinished(older.workplace)
    if back := back_again(older.workplace):
        erase_again(older.workplace, all_ids(older.workplace, back, may_be_unknown=True))

    assert found_in(older.home, gone, pseudonym) == []
    assert is_sound(older, stays)


def test_without_the_key_it_is_said_what_cannot_be_told_and_nothing_is_taken_for_tampered(office):
    """Traces and replays by pseudonym hold; a raw id, a landing and bytes judged again are refused in words."""
    place, raw = office.workplace, scored(office)[3]
    pseudonym, source = office.in_lake(raw), place.project.source(company.LINES)
    shutil.move(place.settings.keys / FOLDER, office.home / "elsewhere")
    assert "shop: its lake holds pseudonyms, and their key is not here" in next(keys_that_lack(place.settings))
    lost = HiddenOffice(office.home.rename(office.home.with_name("moved")), office.now)
    place = lost.workplace

    assert id_in_lake(place, pseudonym) == pseudonym
    assert all(step.verified for step in answer(place, MODEL, pseudonym, DAY).trace.steps)
    assert look(place).faults == ()
    for refused in (
        lambda: id_in_lake(place, raw),
        lambda: judge_and_write(place, source, [DAY]),
        lambda: _judged_again(place, source, place.lake.open(validated_table(source)).version, DAY),
        lambda: holdings(place, [pseudonym]),
    ):
        with pytest.raises(PseudonymError, match=r"Expected the key of pseudonyms .* Restore it with the keys"):
            refused()


def test_a_lake_with_pseudonyms_stays_one_with_pseudonyms(office, furnished):
    """Adding the declaration to a home with landed days, or taking it out, is refused in words."""
    with_, without = office.workplace, furnished.workplace

    with pytest.raises(HomeError, match=r"asks for no pseudonyms, but its lake in .* holds pseudonyms.* Put pseudonyms"):
        require_same_pseudonyms(Workplace(replace(with_.project, pseudonyms=None), with_.settings))
    with pytest.raises(HomeError, match=r"asks for pseudonyms, but its lake in .* holds ids as they were received.* Take"):
        require_same_pseudonyms(Workplace(with_.project, without.settings))


def test_an_objection_recorded_by_either_id_is_one_persons(office):
    """The line that is kept has the raw id; what is asked of is the pseudonym."""
    place, raw = office.workplace, scored(office)[5]
    for named in (raw, office.in_lake(raw)):
        said = stated(place, named, [place.project.purposes[0].name], Said.OBJECTED, happened_at=None, evidence="a letter")
        record(place, said, land=_landed)
    found = of_person(place, office.in_lake(raw))

    assert [event.said for event in found.events][-1] is Said.OBJECTED
    assert {event.customer_id for event in found.events} == {office.in_lake(raw)}
    assert outside_raw(office, raw) == []


def test_a_quarantined_row_of_an_unknown_customer_goes_with_whom_its_cells_name(office):
    """Its customer is missing and another cell holds the id: that cell stands as a pseudonym, and is found through the map."""
    place, raw = office.workplace, scored(office)[5]
    source, day = place.project.source("tickets"), DAY
    lines = f"ticket_id,subscriber_id,opened_at,topic,first_reply_minutes\nt-1,,2017-03-07 10:00:00,of {raw} again,5\n"
    office.receive(day, source, lines.encode(), "csv")
    office.judge(source, [day])

    assert outside_raw(office, raw) == []
    assert len(cells_naming(place, [raw])) == 2
    held = holdings(place, [office.in_lake(raw)])
    assert held.tables["quarantine/tickets"].n_by_cells == 1
    erased(office, raw)
    assert found_in(office.home, raw) == []


@pytest.mark.parametrize("suffix", [".csv", ".parquet"])
def test_scores_are_handed_out_under_either_id_and_told_again(office, tmp_path, suffix):
    """By raw ids in the order of these; a file of either kind is recognised to the byte, also after a rotation."""
    place, delivered = office.workplace, office.delivered
    files = {"raw": tmp_path / f"raw{suffix}", "pseudonyms": tmp_path / f"pseudonyms{suffix}"}
    hand_out(delivered, files["raw"], resolved=resolving(place))
    hand_out(delivered, files["pseudonyms"])
    pseudonyms_of(place).rotate()
    known = deliveries(
        place.lake, delivered.table.name, DAY, suffix, about_scores(delivered), stands=delivered.stands, resolved=resolving(place)
    )
    read = csv.read_csv if suffix == ".csv" else pq.read_table

    assert [known.check(name, path.read_bytes()) for name, path in files.items()] == [next(iter(known.exported))] * 2
    assert list(map(str, read(files["raw"])["customer_id"].to_pylist())) == scored(office)
    assert not any(one.encode() in files["pseudonyms"].read_bytes() for one in scored(office))


def test_words_of_people_that_name_a_raw_id_are_refused(office):
    """Before they are kept; a pseudonym may be named."""
    raw = scored(office)[5]
    refuse_raw_ids(office.workplace, f"the same as {office.in_lake(raw)}")

    with pytest.raises(PseudonymError, match="names a customer by a raw id"):
        refuse_raw_ids(office.workplace, f"the same as {raw}.")


def test_what_is_handed_to_a_person_holds_the_values_that_they_know(office):
    """Their id and what identifies them, not the words that stand for it in the lake."""
    raw = scored(office)[5]
    subject = subject_of(office.workplace, office.in_lake(raw))

    assert subject.ids == (raw,)
    told = repr([table.rows.to_pylist() for table in subject.tables])
    assert raw in told
    assert office.in_lake(raw) not in told
