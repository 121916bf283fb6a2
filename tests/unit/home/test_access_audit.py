"""The access audit: who looked whom up is counted by pseudonym, and what is unusual or overdue is said."""

import json
from dataclasses import asdict, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from governance.records.trust_root import Role, StaffKey, TrustRoot
from home.access_audit import MANY_PEOPLE, MANY_TIMES, RoomAccount, audit_access, difference
from home.looked_up import NAME, Look, looks, note_handing_out, note_look
from home.workplace import Workplace
from tests.shop import NOW, settings_at, shop_project

AT = datetime(2026, 11, 3, 9, tzinfo=UTC)
ACCOUNTS = tuple(
    RoomAccount(name=name, opens=f"{role}; may look people up", staff_id=name, made_at=AT - timedelta(400), used_at=AT)
    for name, role in (("ann", "auditor"), ("kim", "admin"))
)


def look(by: str, person: str, at: datetime = AT) -> Look:
    """One look at the trace page."""
    return Look(at=at, project="shop", by=by, what="the trace page", person=person)


def audited(*own: Look, accounts=ACCOUNTS, roots=(), now: datetime = AT):
    """November's audit."""
    return audit_access(own, project="shop", month="2026-11", accounts=accounts, roots=roots, now=now)


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
    """A list of the day is nothing unusual; ids as received are, by the name of the key and the account of the machine."""
    place = Workplace(shop_project(()), settings_at(tmp_path), lambda: AT)
    note_handing_out(place, "a list", 2000)
    note_look(place, "tenure trace", "4711-private", by="ann")
    note_look(place, "tenure trace", "another", by="kim")
    note_handing_out(place, "an export", 300, resolved_by="anna")
    found = audited(*looks(place.settings))
    by_key, by_account = found.did[1], found.did[-1]

    assert by_key.by.startswith("anna, as ")
    assert (by_key.n_looks, by_key.n_people, by_key.n_handed, by_key.by_what) == (1, 0, 300, {"an export": 1})
    assert (by_account.n_people, by_account.n_handed) == (0, 2000)
    assert json.loads(json.dumps(asdict(found)))["did"][1]["by_what"] == {"an export": 1}
    assert found.unusual == (f"{by_key.by} was handed 300 people under ids as received.",)


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


def root(*names: str, until: datetime = AT + timedelta(300)) -> TrustRoot:
    """A trust root that names reviewers."""
    staff = tuple(
        StaffKey(staff_id=name, public_key="ab" * 32, roles=(Role.REVIEWER,), valid_from=AT - timedelta(300), valid_until=until)
        for name in names
    )
    return TrustRoot(
        version=1, previous=None, issued=AT - timedelta(300), threshold=1, root_keys=("cd" * 32,), quorums=(), staff=staff
    )


def test_accounts_that_nobody_uses_and_of_people_who_left_are_overdue():
    """Ninety days unused; who is named by no trust root any more; an account that was never in one is not."""
    unused = replace(ACCOUNTS[1], used_at=AT - timedelta(90))
    left = replace(ACCOUNTS[0], name="lea", staff_id="staff-7")
    roots = ((AT - timedelta(300), root("staff-7", "staff-8")), (AT - timedelta(10), root("staff-8", until=AT)))
    found = audited(accounts=(ACCOUNTS[0], unused, left), roots=roots)

    assert found.overdue == (
        "The key of staff-8 ended on 2026-11-03; it should leave the trust root, or be renewed.",
        "The account kim was last used on 2026-08-05; remove it, or ask whose it is.",
        "The account lea is of staff-7, who left the trust root; remove it.",
    )
    assert [one.who for one in found.could] == ["ann", "kim", "lea", "staff-8"]


def test_a_month_that_is_over_reads_the_same_whenever_it_is_asked_for():
    """What ends, and who came, after it is of later months."""
    late = replace(ACCOUNTS[0], name="new", made_at=AT + timedelta(40), used_at=AT + timedelta(40))
    roots = ((AT - timedelta(300), root("staff-8", until=AT + timedelta(200))), (AT + timedelta(60), root("staff-9")))
    early, later = (audited(look("ann", "p"), roots=roots, accounts=(*ACCOUNTS, late), now=AT + timedelta(n)) for n in (50, 190))

    assert early == later
    assert early.digest == later.digest
    assert (late.name, "staff-9") not in [(one.who, one.what) for one in early.could]
    assert early.overdue == ()


def test_what_came_or_went_after_a_signature_is_a_difference():
    """By account, and where the numbers are the same too."""
    signed = audited(look("ann", "p1"), look("kim", "p2"))

    assert difference(signed, audited(look("ann", "p1"), look("kim", "p2"))) == ()
    assert difference(signed, audited(look("ann", "p1"), look("ann", "p3"))) == (
        "1 look by ann came to 2026-11 after it was signed.",
        "1 look by kim went from 2026-11 after it was signed.",
    )
    assert "as many, by the same accounts" in difference(signed, audited(look("ann", "p1"), look("kim", "p9")))[0]
