"""Pseudonyms under attack: older homes beside keys of today, ids that look like pseudonyms, words that would name somebody."""

import io
from collections.abc import Sequence
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from adapters.pseudonym_map import FOLDER
from cli.consent import _landed
from cli.subject import export_subject
from governance.doors.demonstration import REVIEWERS, demo_key
from home.asked_for import close_request, extend_request, note_request
from home.looked_up import looks
from home.pseudonyms import id_in_lake, id_received, pseudonyms_of, refuse_raw_ids, were_erased
from provenance.consent_recorded import record, stated
from provenance.erasing import erase, erase_again
from provenance.holdings import all_ids
from provenance.kept_out import back_again
from tenure.consent.rule import Said
from tenure.errors import PseudonymError, TenureError
from tenure.people.requests import Asks
from tests import company
from tests.hidden import HiddenOffice
from tests.office import DAY

pytestmark = pytest.mark.slow


@pytest.fixture
def office(furnished_hidden: HiddenOffice, tmp_path: Path) -> HiddenOffice:
    """A copy that may be changed."""
    return furnished_hidden.copy(tmp_path / "home")


def somebody(office: HiddenOffice) -> str:
    """The raw id of somebody who was scored."""
    return sorted(id_received(office.workplace, one) for one in office.delivered.rows["customer_id"].to_pylist())[4]


def come(office: HiddenOffice, ids: Sequence[str]) -> None:
    """Have a row of each of some customers come with the day that is scored."""
    place = office.workplace
    source = place.project.source(company.LINES)
    receipt = place.raw.receipt("shop", source.name, DAY)
    assert receipt is not None
    rows = pq.read_table(io.BytesIO(place.raw.content_of(receipt) or b"")).to_pylist()
    rows += [{**rows[0], "subscriber_id": one, "session_id": f"new-{nth}"} for nth, one in enumerate(ids)]
    content = io.BytesIO()
    pq.write_table(pa.Table.from_pylist(rows), content)
    office.receive(DAY, source, content.getvalue(), "parquet")
    office.judge(source, [DAY])


def erased(office: HiddenOffice, typed: str) -> None:
    """Erase whom somebody named."""
    place = office.workplace
    keys = {name: demo_key(place.settings, name) for name in REVIEWERS}
    erase(place, all_ids(place, [id_in_lake(place, typed)]), n_people=1, reason="asked for", signers=keys)


def test_an_older_home_beside_the_keys_of_today_lets_go_of_nobody_else(office, tmp_path):
    """Who came since the backup is not in its lake, and stays in the map; who was erased since is taken out and forgotten."""
    older, place, gone = office.copy(tmp_path / "older"), office.workplace, somebody(office)
    come(office, ["newcomer-1"])
    erased(office, gone)
    new, told = office.in_lake("newcomer-1"), dict(pseudonyms_of(place).entries())
    (older.home / "keys").rename(tmp_path / "keys of then")
    (older.home / "keys").symlink_to(place.settings.keys)
    back = back_again(older.workplace)
    erase_again(older.workplace, all_ids(older.workplace, back, may_be_unknown=True))

    assert back
    assert pseudonyms_of(place).meant(new) == ("customer", "newcomer-1")
    assert dict(pseudonyms_of(place).entries()) == told
    assert pseudonyms_of(older.workplace).known("customer", gone) is None


def test_an_id_that_is_like_a_pseudonym_turns_no_act_onto_another(office):
    """Somebody comes under an id that is the pseudonym of another: the word is refused, and each is erased alone."""
    place, victim = office.workplace, somebody(office)
    pseudonym = office.in_lake(victim)
    come(office, [pseudonym])
    with pytest.raises(PseudonymError, match="a pseudonym of one and the id of another"):
        id_in_lake(place, pseudonym)
    assert office.in_lake(f"pseudonym:{pseudonym}") == pseudonym == office.in_lake(victim)
    other = office.in_lake(f"received:{pseudonym}")
    assert id_received(place, other) == pseudonym
    refuse_raw_ids(place, f"the same as {pseudonym}")
    erased(office, f"received:{pseudonym}")

    assert back_again(place) == set()
    assert pseudonym in office.delivered.rows["customer_id"].to_pylist()
    assert not any(other in rows for rows in customers(office))
    assert office.in_lake(pseudonym) == office.in_lake(victim) == pseudonym
    assert place.tombstones.gone([pseudonym, victim, other]) == {pseudonym}
    assert were_erased(place, [pseudonym, other]) == {other}


def customers(office: HiddenOffice) -> list[list[str]]:
    """Who is in the lines of the day that is scored."""
    rows = office.workplace.lake.rows(f"validated/{company.LINES}", days=[DAY])
    return [] if rows is None else [rows["customer_id"].to_pylist()]


@pytest.mark.parametrize("unknown", ["0123456789abcdef" * 2, "0123456789ABCDEF" * 2])
def test_a_word_like_a_pseudonym_that_nobody_knows_is_refused(office, unknown):
    """Kept as an id as received it would be of nobody: no act goes by it, and no objection is recorded under it."""
    place = office.workplace
    with pytest.raises(PseudonymError, match="looks like a pseudonym, and is none that"):
        id_in_lake(place, unknown)
    for typed in (unknown, f"pseudonym:{unknown}", next(one for one, (what, _) in told(office) if what != "customer")):
        with pytest.raises(PseudonymError, match=r"looks like a pseudonym|the pseudonym of no customer"):
            objects(office, typed)
    objects(office, f"received:{unknown}")

    assert id_received(place, office.in_lake(unknown)) == unknown


def told(office: HiddenOffice) -> list[tuple[str, tuple[str, str]]]:
    """What the map holds."""
    return list(pseudonyms_of(office.workplace).entries().items())


def objects(office: HiddenOffice, typed: str) -> None:
    """Record that somebody objects."""
    place = office.workplace
    purposes = [place.project.purposes[0].name]
    record(place, stated(place, typed, purposes, Said.OBJECTED, happened_at=None, evidence="a letter"), land=_landed)


def test_reasons_and_remarks_that_name_a_raw_id_are_refused_wherever_they_stay(office):
    """Of a request, of a consent, and of what is signed; with the key lost what is signed goes on."""
    place, raw = office.workplace, somebody(office)
    number = note_request(place, Asks.ACCESS, office.in_lake(raw), place.today)
    key, words = demo_key(place.settings, REVIEWERS[0]), f"as {raw} wrote"
    for says in (
        lambda: close_request(place, number, f"{somebody_else(office)} took it back"),
        lambda: extend_request(place, number, f"as {somebody_else(office)} wrote"),
        lambda: stated(place, raw, [place.project.purposes[0].name], Said.OBJECTED, happened_at=None, evidence=words),
        lambda: place.promotions.revoke("0" * 8, words, staff_id=REVIEWERS[0], key=key),
        lambda: place.promotions.sign_access_audit("2017-01", "0" * 64, words, staff_id=REVIEWERS[0], key=key),
        lambda: place.promotions.propose_data((), words, staff_id=REVIEWERS[0], key=key),
    ):
        with pytest.raises(PseudonymError, match="names a customer by a raw id"):
            says()
    (place.settings.keys / FOLDER).rename(office.home / "elsewhere")
    with pytest.raises(TenureError, match="0000"):
        place.promotions.revoke("0" * 8, words, staff_id=REVIEWERS[0], key=key)


def somebody_else(office: HiddenOffice) -> str:
    """The raw id of another."""
    return next(one for _, (what, one) in sorted(told(office)) if what == "customer" and one != somebody(office))


def test_what_is_held_of_somebody_is_told_under_raw_ids_to_whom_may_resolve_them(office, tmp_path, monkeypatch):
    """The key of a reviewer is asked for, and the access audit counts it."""
    place, raw = office.workplace, somebody(office)
    monkeypatch.setattr("cli.subject.open_workplace", lambda _: place)
    asks = {"person": office.in_lake(raw), "out": tmp_path / "out"}
    with pytest.raises(TenureError):
        export_subject(**asks, staff_id="nobody")
    assert not asks["out"].exists()
    monkeypatch.setattr("cli.pseudonyms.person_key", demo_key)
    export_subject(**asks, staff_id=REVIEWERS[0])

    assert raw in (tmp_path / "out" / "data.json").read_text()
    assert [(look.is_resolved, look.by.partition(",")[0]) for look in looks(place.settings)] == [(True, REVIEWERS[0])]
