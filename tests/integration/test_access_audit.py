"""The access audit signed month by month: by auditors alone, once a month is over, told when it is late, held by verify."""

import json
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from adapters.alerts import AlertKind
from assets.day_status import tell_overdue_audits
from cli import access as commands
from governance.doors.demonstration import REVIEWERS, ROOT_KEY, demo_key
from governance.doors.trust_roots import Person, next_root, with_person
from governance.records.log import Kind
from governance.records.signing import public_bytes
from governance.records.trust_root import Role
from governance.stores.key_store import KeyStore
from governance.stores.trust import read_passphrase
from home.access_audit import RoomAccount
from home.audited_months import FOLDER, audit_of, faults, keep, late_in_words, months
from home.looked_up import NAME, note_look
from home.workplace import Workplace
from provenance.held import look
from tenure.errors import RefusedError
from tests.shop import Shop, shop_project

AUDITOR, SEPTEMBER = "ada", datetime(2026, 9, 10, 9, tzinfo=UTC)
LATER = datetime(2026, 10, 3, 9, tzinfo=UTC)


@dataclass
class Firm:
    """A shop whose trust root names an auditor since September, at a moment."""

    shop: Shop

    def at(self, now: datetime) -> Workplace:
        """The shop then."""
        return Workplace(shop_project(self.shop.gates), self.shop.settings, lambda: now)

    def sign(self, now: datetime, month: str, *, who: str = AUDITOR, remark: str = "read, and asked") -> None:
        """Sign a month as it stands then."""
        place = self.at(now)
        audit = audit_of(place, month, ())
        keep(place, audit)
        place.promotions.sign_access_audit(month, audit.digest, remark, staff_id=who, key=demo_key(place.settings, who))


def name_auditor(shop: Shop, now: datetime, who: str = AUDITOR) -> None:
    """Let the next trust root name an auditor, whose key opens with the demonstration's passphrase."""
    settings = shop.settings
    KeyStore(settings.keys).new(who, read_passphrase(settings.passphrase_file))
    person = Person(staff_id=who, public_key=public_bytes(demo_key(settings, who)).hex(), roles=(Role.AUDITOR,))
    place = Workplace(shop_project(shop.gates), settings, lambda: now)
    draft = with_person(place.promotions.ledger().root, person, now)
    next_root(settings, draft, (demo_key(settings, ROOT_KEY),), lambda: now)


@pytest.fixture
def firm(tmp_path: Path) -> Firm:
    """September, in which two people looked."""
    shop = Shop(tmp_path / "home", now=SEPTEMBER - timedelta(days=2)).founded()
    name_auditor(shop, SEPTEMBER - timedelta(days=1))
    made = Firm(shop)
    for who, person in ((REVIEWERS[0], "c1"), (REVIEWERS[0], "c2"), ("erin", "c1")):
        note_look(made.at(SEPTEMBER), "trace page", person, by=who)
    return made


def test_an_auditor_signs_a_month_that_is_over_and_the_log_holds_it(firm: Firm) -> None:
    """Month, digest, remark and name; verified with all else, and no account's name or pseudonym is in it."""
    firm.sign(LATER, "2026-09")
    ((record, audited),) = firm.at(LATER).promotions.access_audits()

    assert (audited.month, audited.remark, audited.identity) == ("2026-09", "read, and asked", AUDITOR)
    assert audited.digest == audit_of(firm.at(LATER), "2026-09", ()).digest
    assert record.kind is Kind.ACCESS_AUDITED
    assert "erin" not in record.envelope
    assert firm.at(LATER).promotions.history().is_sound
    assert list(faults(firm.at(LATER))) == []
    assert [(one.month, bool(one.signed)) for one in months(firm.at(LATER))] == [("2026-10", False), ("2026-09", True)]


def test_the_command_signs_what_it_showed_and_says_who_signed(firm: Firm, monkeypatch: pytest.MonkeyPatch) -> None:
    """A second auditor signs the same content, though accounts are others by then."""
    place, app = firm.at(LATER), typer.Typer()
    settings = replace(place.settings, passphrase_file_named=place.settings.passphrase_file)
    monkeypatch.setattr(commands, "open_workplace", lambda _: replace(place, settings=settings))
    commands.add_to(app)
    name_auditor(firm.shop, LATER, "eve")
    firm.sign(LATER, "2026-09")
    account = RoomAccount(name="new", opens="everything", staff_id="new", made_at=SEPTEMBER, used_at=SEPTEMBER)
    monkeypatch.setattr(commands, "room_accounts", lambda *_: (account,))
    signed = CliRunner().invoke(app, ["--month", "2026-09", "--sign", "--as", "eve", "--remark", "seen"])
    shown = CliRunner().invoke(app, ["--month", "2026-09"])

    assert "Signed by eve: the access audit of 2026-09" in signed.output
    assert len({one.digest for _, one in place.promotions.access_audits()}) == 1
    assert "Signed by ada on 2026-10-03" in shown.output
    assert ": seen" in shown.output


def test_nobody_else_signs_and_nothing_before_it_is_over_or_twice(firm: Firm) -> None:
    """Reviewers hold other keys; a month that lasts is not whole; the same again adds nothing."""
    with pytest.raises(RefusedError, match="auditor"):
        firm.sign(LATER, "2026-09", who=REVIEWERS[0])
    with pytest.raises(RefusedError, match="2026-10 is not over"):
        firm.sign(LATER, "2026-10")
    firm.sign(LATER, "2026-09")
    with pytest.raises(RefusedError, match="has signed the access audit of 2026-09 as it stands"):
        firm.sign(LATER + timedelta(days=1), "2026-09", remark="again")


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda lines: [*lines, lines[-1]], "1 look by erin came to 2026-09 after it was signed."),
        (lambda lines: lines[1:], f"1 look by {REVIEWERS[0]} went from 2026-09 after it was signed."),
    ],
)
def test_what_comes_to_a_signed_month_or_goes_is_a_fault_of_verify(firm: Firm, change, says: str) -> None:
    """Until an auditor signs the month as it then stands."""
    firm.sign(LATER, "2026-09")
    path = firm.shop.settings.home / NAME
    path.write_text("".join(change(path.read_text().splitlines(keepends=True))))

    assert list(faults(firm.at(LATER))) == [says]
    assert says in look(firm.at(LATER)).faults
    firm.sign(LATER + timedelta(days=1), "2026-09", remark="asked again")
    assert list(faults(firm.at(LATER + timedelta(days=1)))) == []


def test_what_was_signed_is_kept_whole(firm: Firm) -> None:
    """Changed or lost, verify says so."""
    firm.sign(LATER, "2026-09")
    (path,) = (firm.shop.settings.home / FOLDER / "shop").iterdir()
    content = json.loads(path.read_text())
    path.write_text(path.read_text().replace('"n_looks":2', '"n_looks":1'))
    (changed,) = faults(firm.at(LATER))
    path.unlink()
    (lost,) = faults(firm.at(LATER))

    assert content["month"] == "2026-09"
    assert "is not in the home, or was changed" in changed
    assert "is not in the home, or was changed" in lost


def test_an_unsigned_month_is_overdue_after_a_fortnight_and_told_once(firm: Firm) -> None:
    """By status and by an alert; a month that was over before there was an auditor is nobody's to sign."""
    note_look(firm.at(datetime(2026, 8, 3, tzinfo=UTC)), "trace page", "c9", by="erin")
    early, late = firm.at(datetime(2026, 10, 14, tzinfo=UTC)), firm.at(datetime(2026, 10, 15, 1, tzinfo=UTC))
    assert list(late_in_words(early)) == []
    (words,) = late_in_words(late)
    assert "the access audit of 2026-09 is overdue since 2026-10-15" in words
    for _ in range(2):
        tell_overdue_audits(late)
    assert [(one.kind, one.subject) for one in late.alerts.kept()] == [(AlertKind.AUDIT_OVERDUE, "2026-09")]
    firm.sign(datetime(2026, 10, 15, 1, tzinfo=UTC), "2026-09")
    assert list(late_in_words(late)) == []


def test_without_an_auditor_nothing_is_asked(tmp_path: Path) -> None:
    """A home of before says nothing new."""
    shop = Shop(tmp_path / "home", now=SEPTEMBER).founded()
    place = Workplace(shop_project(shop.gates), replace(shop.settings), lambda: SEPTEMBER + timedelta(days=100))
    note_look(Workplace(place.project, place.settings, lambda: SEPTEMBER), "trace page", "c1", by="erin")

    assert list(late_in_words(place)) == []
    assert list(faults(place)) == []
