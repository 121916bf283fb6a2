"""The access audit: who looked whom up is counted by pseudonym, and what is unusual or overdue is said."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from home.access_audit import MANY_PEOPLE, MANY_TIMES, audit_access
from home.looked_up import NAME, Look, looks, note_handing_out, note_look
from home.workplace import Workplace
from tests.shop import NOW, settings_at, shop_project

AT = datetime(2026, 11, 3, 9, tzinfo=UTC)
ACCOUNTS = {"ann": "auditor; may look people up", "kim": "admin; may look people up"}


def look(by: str, person: str, at: datetime = AT) -> Look:
    """One look at the trace page."""
    return Look(at=at, project="shop", by=by, what="the trace page", person=person)


def audited(*own: Look, root=None, now: datetime = AT):
    """November's audit."""
    return audit_access(own, month="2026-11", accounts=ACCOUNTS, root=root, now=now)


def test_a_look_keeps_no_id_and_tells_that_two_were_of_one_person(tmp_path: Path):
    """A pseudonym under a key outside the home; other people have others."""
    place = Workplace(shop_project(()), settings_at(tmp_path), lambda: NOW)
    for one in ("4711-private", "4711-private", "another"):
        note_look(place, "tenure trace", one, by="ann")
    found = looks(place.settings)

    assert [each.by for each in found] == ["ann"] * 3
    assert found[0].person == found[1].person != found[2].person
    assert "private" not in (place.settings.home / NAME).read_text()
    assert (place.settings.home / NAME).stat().st_mode & 0o777 == 0o600


def test_ids_that_were_handed_out_at_once_are_counted_and_none_is_named(tmp_path: Path):
    """By the name of the key and the account of the machine; so many at once is said to be unusual."""
    place = Workplace(shop_project(()), settings_at(tmp_path), lambda: AT)
    note_look(place, "tenure trace", "4711-private", by="ann")
    note_look(place, "tenure trace", "another", by="kim")
    note_handing_out(place, "an export", 300, by="anna")
    found = audited(*looks(place.settings))
    by_key = found.did[1]

    assert by_key.by.startswith("anna, as ")
    assert (by_key.n_looks, by_key.n_people, by_key.by_what) == (1, 300, {"an export": 1})
    assert found.unusual == (f"{by_key.by} looked up 300 people, where 1 is usual.",)


def test_a_month_is_counted_by_who_looked():
    """Looks of other months are not of it."""
    found = audited(look("ann", "p1"), look("ann", "p2"), look("kim", "p1"), look("ann", "p3", AT + timedelta(40)))

    assert [(one.by, one.n_looks, one.n_people) for one in found.did] == [("ann", 2, 2), ("kim", 1, 1)]
    assert found.unusual == ()


def test_what_is_unusual_is_said():
    """Many people, one person over and over, and an account that is gone."""
    many = [look("kim", f"p{n}") for n in range(MANY_PEOPLE)]
    found = audited(look("ann", "p1"), look("bob", "p9"), *many, *[look("ann", "p1")] * MANY_TIMES)

    assert len(found.unusual) == 3
    assert "kim looked up 20 people" in found.unusual[1]
    assert "bob looked up 1 person, and has no account any more." in found.unusual
    assert "ann looked up one person 11 times." in found.unusual
