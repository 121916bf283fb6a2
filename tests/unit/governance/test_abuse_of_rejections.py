"""Ways round a rejection, and ways to lock others out by one."""

from dataclasses import replace

from governance.records.approval import Verdict, sign_approval
from governance.records.log import Kind
from home.sight import Sight
from tests.unit.governance.abuse import attempt, load, ready, unchecked
from tests.unit.governance.book import opened
from tests.unit.governance.sample import (
    approval,
    approve,
    key,
    package,
    signed_root,
    trust_root,
)


@attempt("rejected")
def test_rejection_taken_back_by_a_forged_approval() -> None:
    """Whoever holds the log's key appends an approval in the rejecter's name, signed by nobody."""
    book = ready()
    named = book.draft(package()).approvals
    book.add(Kind.REJECTION, approve(package(), "carla", at=book.now, verdict=Verdict.REJECT))
    book.force(Kind.APPROVAL, sign_approval(approval(package(), "carla", at=book.now), key("stranger")))
    unchecked(book, approvals=named)


def test_an_approval_that_must_not_stand_is_shown_nowhere() -> None:
    """Signed by nobody, in anna's name; a rejection is shown, for unproved it stops all the same."""
    book = opened()
    book.trained(package())
    for kind, verdict in ((Kind.APPROVAL, Verdict.APPROVE), (Kind.REJECTION, Verdict.REJECT)):
        book.force(kind, sign_approval(approval(package(), "anna", at=book.now, verdict=verdict), key("stranger")))
    (shown,) = Sight(None, book.ledger).decisions(package().digest)

    assert shown.verdict is Verdict.REJECT


@attempt("rejected")
def test_rejected_by_a_third() -> None:
    """Two approve, one says no."""
    book = ready()
    rejection = approve(package(), "carla", at=book.now, verdict=Verdict.REJECT, reason="misses the poorest")
    book.add(Kind.REJECTION, rejection)
    book.promote(package())


@attempt("altered record")
def test_rejection_recorded_as_approval() -> None:
    """The record says approval, the signature says rejection."""
    book = opened()
    book.trained(package())
    book.add(Kind.APPROVAL, approve(package(), "anna", at=book.now, verdict=Verdict.REJECT))


def test_rejection_is_taken_back_by_who_made_it() -> None:
    """A reviewer may change their mind, in their own name."""
    book = ready()
    book.add(Kind.REJECTION, approve(package(), "ben", at=book.now, verdict=Verdict.REJECT, reason="unclear"))
    book.approved(package(), "ben")
    book.promote(package())

    load(book)


@attempt("rejected")
def test_rejection_kept_as_an_approval() -> None:
    """Whoever holds the log's key writes a genuine rejection down as another kind of record."""
    book = ready()
    named = book.draft(package()).approvals
    book.force(Kind.APPROVAL, approve(package(), "carla", at=book.now, verdict=Verdict.REJECT))
    unchecked(book, approvals=named)


def test_nobody_locks_decisions_out_by_stating_something_else() -> None:
    """The training service states the same package as another model's, later: approvals still fit the first statement."""
    book = opened()
    book.trained(package())
    book.trained(package(), model="buys_7d")
    book.add(Kind.REJECTION, approve(package(), "carla", at=book.now, verdict=Verdict.REJECT))
    book.approved(package(), "carla", "anna", "ben")
    book.promote(package())

    load(book)


def test_who_left_the_trust_root_stops_nobody() -> None:
    """Three approve, one leaves: the other two are enough."""
    book = ready()
    book.approved(package(), "carla")
    first = trust_root()
    rest = tuple(one for one in first.staff if one.staff_id != "staff-carla")
    book.add(Kind.ROOT, signed_root(replace(first, version=2, previous=first.digest, issued=book.now, staff=rest)))
    book.promote(package())

    load(book)


@attempt("rejected")
def test_rejection_taken_back_by_an_approval_from_another_installation() -> None:
    """Carla approved it on staging. Whoever holds the log's key copies that behind her rejection."""
    book = ready()
    named = book.draft(package()).approvals
    book.add(Kind.REJECTION, approve(package(), "carla", at=book.now, verdict=Verdict.REJECT))
    elsewhere = approval(package(), "carla", at=book.now)
    staging = replace(elsewhere, subject=replace(elsewhere.subject, installation="log.staging"))
    book.force(Kind.APPROVAL, sign_approval(staging, key("carla")))
    unchecked(book, approvals=named)


@attempt("rejected")
def test_rejection_taken_back_by_what_was_approved_before_it() -> None:
    """Carla approves, then thinks better of it; her approval is repeated behind her rejection within the same minutes."""
    book = ready()
    named = book.draft(package()).approvals
    early = book.ledger.size
    book.approved(package(), "carla")
    book.add(Kind.REJECTION, approve(package(), "carla", at=book.now, verdict=Verdict.REJECT))
    book.force(Kind.APPROVAL, book.ledger.records[early].signed)
    unchecked(book, approvals=named)
