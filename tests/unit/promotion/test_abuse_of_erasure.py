"""Erasure, which must not make anybody forget what a decision rests on."""

from tests.unit.promotion.abuse import ONE, TWO, attempt, load, ready

from tenure.promotion.approval import Verdict
from tenure.promotion.log import Kind, erased
from tenure.promotion.verify import verify_history
from tests.unit.promotion.sample import approve, opened, package, served


@attempt("erased record")
def test_champion_s_record_erased() -> None:
    """An approval that the champion rests on was erased."""
    book = served(ONE)
    book.entries[2] = erased(book.entries[2])
    load(book)


@attempt("erased record")
def test_revocation_erased_in_the_database() -> None:
    """The content of a revocation is removed as an erasure would, so that the tree still fits."""
    book = served(ONE)
    book.revoke(package())
    book.entries[5] = erased(book.entries[5])
    load(book)


@attempt("erased record")
def test_revocation_erased_by_a_reviewer() -> None:
    """Signed for, and still not to be erased: who serves depends on it."""
    book = served(ONE)
    book.revoke(package())
    book.erase(5, Kind.REVOKED, package())


@attempt("erased record")
def test_erasure_under_another_kind() -> None:
    """The revocation is called an approval, to get it erased."""
    book = served(ONE)
    book.revoke(package())
    book.erase(5, Kind.APPROVAL, package())


@attempt("rejected")
def test_rejection_erased() -> None:
    """The words of a rejection go, its force does not."""
    book = ready()
    book.add(Kind.REJECTION, approve(package(), "carla", at=book.now, verdict=Verdict.REJECT))
    book.erase(4, Kind.REJECTION, package())
    book.promote(package())


@attempt("approval not in the log")
def test_approval_of_the_champion_erased() -> None:
    """What a promotion rests on cannot be read any more, although somebody signed for it."""
    book = served(ONE)
    book.erase(2, Kind.APPROVAL, package())
    load(book)


@attempt("wrong role")
def test_erasure_by_the_promoter() -> None:
    """A service does not decide what is forgotten."""
    book = served(ONE)
    book.erase(2, Kind.APPROVAL, package(), who="promoter")


def test_erased_record_leaves_its_place_provable() -> None:
    """A rejection that nobody needs any more can be erased; the history still holds and says so."""
    book = opened()
    book.trained(package())
    book.add(Kind.REJECTION, approve(package(), "anna", at=book.now, verdict=Verdict.REJECT, reason="a person's words"))
    book.trained(package(TWO))
    book.erase(2, Kind.REJECTION, package())
    report = verify_history(book.ledger, witnessed=[book.checkpoint])

    assert report.is_sound
    assert "1 were erased" in report.in_words
