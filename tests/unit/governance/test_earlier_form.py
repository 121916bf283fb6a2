"""Records of the first form, in which approvals named no action and no installation: read for good, and good for nothing new."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from governance.records.approval import APPROVAL_TYPE, peek_approval
from governance.records.ledger import Ledger, open_ledger
from governance.records.log import Entry, Kind
from governance.records.serving import PROMOTION_TYPE, REVOCATION_TYPE, Promotion, peek_promotion, sign_promotion
from governance.records.signing import read_envelope, sign
from governance.records.statement import EARLIER_PREDICATE, STATEMENT_TYPE
from governance.rules.admission import check_record
from governance.rules.counting import counting_approvals
from governance.rules.history import promotion_records
from governance.rules.verify import champion, verify_history
from tenure.canonical import canonical, encode, read_canonical
from tenure.errors import RefusedError
from tenure.promotions import Action
from tests.unit.governance.abuse import TWO, attempt, load
from tests.unit.governance.book import Book, opened, served
from tests.unit.governance.sample import DAY, approval, key, package, revocation, statement

# The log of a demonstration, as the first version of Tenure wrote it: three models, each approved by two and promoted.
KEPT = json.loads((Path(__file__).parent / "data/log_of_the_first_form.json").read_text())
WRITTEN = datetime(2026, 11, 28, 3, tzinfo=UTC)


def kept(*, now: datetime = WRITTEN) -> Ledger:
    """That log, opened."""
    entries = [
        Entry(sequence=n, leaf=bytes.fromhex(e["leaf"]), salt=bytes.fromhex(e["salt"]), record=e["record"].encode())
        for n, e in enumerate(KEPT["entries"])
    ]
    return open_ledger(entries, KEPT["checkpoint"].encode(), pinned=KEPT["pinned"], origin=KEPT["origin"], now=now)


def first_form(record: object, present: str, who: str) -> bytes:
    """A record as the first form had it, signed today."""
    content = read_canonical(encode(record), what="a record")
    del content["subject"]["installation"]
    del content["action" if present == APPROVAL_TYPE else "request"]
    return sign(canonical(content), present.replace(".v2", ""), [key(who)])


def statement_then() -> bytes:
    """A statement that names its trainer as whoever started the run said."""
    content = read_canonical(read_envelope(statement(package()), what="a statement").payload, what="a statement")
    del content["predicate"]["request"]
    content["predicateType"] = EARLIER_PREDICATE
    return sign(canonical(content), STATEMENT_TYPE, [key("training")])


def approved_then() -> Book:
    """A log of the first form: a package is trained and approved by two."""
    book = opened()
    book.force(Kind.STATEMENT, statement_then())
    for who in ("anna", "ben"):
        book.force(Kind.APPROVAL, first_form(approval(package(), who, at=book.now), APPROVAL_TYPE, who))
    return book


def promotion_then(book: Book) -> Promotion:
    """What the promoter signed then."""
    named = tuple(record.envelope_digest for record in book.ledger.of_kind(Kind.APPROVAL, before=4))
    made = book.draft(package())
    return Promotion(**{**vars(made), "approvals": named})


def test_a_log_of_the_first_form_is_read_and_proved() -> None:
    """Every record was allowed when it was written; what served goes on serving until its review."""
    ledger = kept()
    report = verify_history(ledger, witnessed=[line.encode() for line in KEPT["witness"]])
    decisions = [peek_approval(r.signed) for r in ledger.of_kind(Kind.APPROVAL, before=ledger.size)]

    assert (report.is_sound, report.n_records, report.n_unwitnessed) == (True, 13, 0)
    assert {(one.action, one.subject.installation) for one in decisions} == {(None, None)}
    for record in promotion_records(ledger):
        assert champion(ledger, record.project, record.model, now=WRITTEN).package_digest == record.package_digest


def test_an_approval_of_the_first_form_counts_for_nothing_more() -> None:
    """Not for what it approved, nor for a renewal or a rollback."""
    book = approved_then()
    subject = approval(package(), "anna", at=book.now).subject

    for action in Action:
        assert counting_approvals(book.ledger, subject, action=action, now=book.now) == ()


@attempt("earlier form")
def test_promoted_today_on_approvals_of_the_first_form() -> None:
    """They are a few minutes old, and say not what they allow; that somebody signs for the training changes nothing."""
    book = approved_then()
    book.trained(package())
    book.promote(package())


@attempt("no statement")
def test_approved_today_though_nobody_signed_for_its_training() -> None:
    """A statement of the first form names its trainer as whoever started the run said; such a package is a draft."""
    book = approved_then()
    book.approved(package(), "carla")


@attempt("earlier form")
def test_approved_today_in_the_first_form() -> None:
    """An old program would sign so."""
    book = opened()
    book.trained(package())
    book.add(Kind.APPROVAL, first_form(approval(package(), "anna", at=book.now), APPROVAL_TYPE, "anna"))


@attempt("earlier form")
def test_promoted_today_in_the_first_form() -> None:
    """Also where everything that it rests on is of that time."""
    book = approved_then()
    book.add(Kind.PROMOTED, first_form(promotion_then(book), PROMOTION_TYPE, "promoter"))


@attempt("earlier form")
def test_first_form_behind_the_present_one() -> None:
    """Whoever holds the log's key and the promoter's goes back to the old ways, after somebody signed in the new."""
    book = approved_then()
    then = promotion_then(book)
    book.trained(package())
    book.force(Kind.PROMOTED, first_form(then, PROMOTION_TYPE, "promoter"))
    load(book)


@attempt("earlier form")
def test_renewed_on_a_statement_of_the_first_form_behind_the_present_one() -> None:
    """The training service names no request, and a promotion that must not stand makes the draft one that has served."""
    book = opened()
    book.trained(package(TWO))
    book.force(Kind.STATEMENT, statement_then())
    book.force(Kind.PROMOTED, sign_promotion(replace(book.draft(package()), approvals=()), key("promoter")))
    book.approved(package(), "anna", "ben")
    book.promote(package())
    load(book)


def test_a_revocation_of_the_first_form_goes_on_forbidding() -> None:
    """It was signed beside the others' present forms; nobody signs one so any more."""
    book = served()
    content = read_canonical(encode(revocation(package(), "anna", at=book.now)), what="a record")
    del content["installation"]
    then = sign(canonical(content), REVOCATION_TYPE.replace(".v2", ""), [key("anna")])
    with pytest.raises(RefusedError, match="form of an earlier Tenure"):
        book.add(Kind.REVOKED, then)
    book.force(Kind.REVOKED, then)

    assert verify_history(book.ledger).is_sound
    with pytest.raises(RefusedError, match="staff-anna revoked"):
        load(book)


def test_what_served_in_the_first_form_serves() -> None:
    """A promotion of that time is judged as it was then, and can be renewed on approvals of today."""
    book = approved_then()
    book.force(Kind.PROMOTED, first_form(promotion_then(book), PROMOTION_TYPE, "promoter"))
    load(book)
    assert peek_promotion(book.ledger.records[-1].signed).is_earlier
    book.now += 20 * DAY
    book.approved(package(), "anna", "ben")
    renewed = book.promote(package())

    assert (renewed.action, renewed.version) == (Action.RENEW, 1)
    assert verify_history(book.ledger, witnessed=[book.seen]).is_sound


@pytest.mark.parametrize("changes", [{"action": "promote"}, {"action": None}, {"more": 1}])
def test_the_first_form_has_one_spelling(changes: dict[str, object]) -> None:
    """A key too many is no record of then, and a key too few none of now."""
    content = read_canonical(encode(approval(package(), "anna", at=WRITTEN)), what="a record")
    del content["subject"]["installation"], content["action"]
    odd = sign(canonical({**content, **changes}), APPROVAL_TYPE.replace(".v2", ""), [key("anna")])
    short = sign(canonical(content), APPROVAL_TYPE, [key("anna")])

    for data in (odd, short):
        with pytest.raises(RefusedError, match=r"another version of Tenure|It was edited"):
            peek_approval(data)


def test_nothing_is_appended_to_a_copy_under_its_old_decisions() -> None:
    """A leftover decision of then, sent again, is of the first form and refused."""
    ledger = kept(now=WRITTEN + timedelta(minutes=1))
    old = next(ledger.of_kind(Kind.APPROVAL, before=ledger.size))

    with pytest.raises(RefusedError, match="form of an earlier Tenure"):
        check_record(ledger, Kind.APPROVAL, old.signed, at=old.at)
