"""What an approval does not allow: another action, a second time, another installation, or anything of an earlier form."""

from dataclasses import replace

from governance.records.approval import Verdict
from governance.records.log import Kind
from governance.records.serving import sign_promotion
from governance.rules.counting import counting_approvals
from governance.rules.policy import subject_of
from governance.rules.verify import verify_history
from tenure.promotions import Action
from tests.unit.governance.abuse import ONE, TWO, attempt, load, ready, unchecked
from tests.unit.governance.book import Book, opened, served
from tests.unit.governance.sample import DAY, ORIGIN, approval, approve, key, package, policy


def twice_approved() -> Book:
    """Package two served on one set of approvals, a second set of the same kind beside it, and was rolled back."""
    book = served(ONE)
    book.trained(package(TWO))
    for _ in range(2):
        for who in ("anna", "ben"):
            book.force(Kind.APPROVAL, approve(package(TWO), who, at=book.now))
    book.promote(package(TWO))
    book.approved(package(ONE), "carla")
    book.rollback(package(ONE))
    return book


@attempt("too few approvals")
def test_a_second_set_of_approvals_does_not_serve_again() -> None:
    """Each reviewer approved twice; what is left over after a rollback lets nothing serve again."""
    twice_approved().promote(package(TWO))


@attempt("ended by a promotion")
def test_a_second_set_of_approvals_named_outright() -> None:
    """A promoter names them all the same."""
    book = twice_approved()
    left = [r.envelope_digest for r in book.ledger.of_kind(Kind.APPROVAL, before=book.ledger.size)][2:4]
    book.promote(package(TWO), approvals=tuple(left))


@attempt("ended by a promotion")
def test_approvals_that_another_package_s_promotion_passed() -> None:
    """They weighed it against what served then."""
    book = ready()
    named = book.draft(package()).approvals
    book.trained(package(TWO))
    book.approved(package(TWO), "anna", "ben")
    book.promote(package(TWO))
    book.promote(package(ONE), approvals=named)


@attempt("ended by a promotion")
def test_a_renewal_left_over_is_no_rollback() -> None:
    """Approved to be renewed, passed by a successor, named by a rollback."""
    book = served(ONE)
    book.approved(package(ONE), "anna", "ben")
    named = book.draft(package(ONE)).approvals
    book.trained(package(TWO))
    book.approved(package(TWO), "anna", "ben")
    book.promote(package(TWO))
    made = replace(book.asked(package(ONE), Action.ROLLBACK), approvals=named)
    book.add(Kind.ROLLED_BACK, sign_promotion(made, key("promoter")))


@attempt("approval of another action")
def test_approved_to_be_promoted_and_rolled_back_to() -> None:
    """A rollback takes one approval, for a rollback."""
    book = served(ONE, TWO)
    book.add(Kind.APPROVAL, approve(package(ONE), "carla", at=book.now, action=Action.PROMOTE))
    book.rollback(package(ONE))


@attempt("approval of another action")
def test_approval_of_what_cannot_be_done() -> None:
    """What serves can be renewed, and not be rolled back to."""
    book = served(ONE)
    book.add(Kind.APPROVAL, approve(package(ONE), "anna", at=book.now, action=Action.ROLLBACK))


@attempt("already serves")
def test_promoted_while_it_serves() -> None:
    """That is a renewal, and takes approvals of one."""
    book = served(ONE)
    unchecked(book, action=Action.PROMOTE)


@attempt("previous champion differs")
def test_renewed_while_another_serves() -> None:
    """There is nothing to renew."""
    book = ready()
    book.promote(package(), action=Action.RENEW)


@attempt("approval for another installation")
def test_promotion_copied_from_another_installation() -> None:
    """Whoever holds both logs brings the approvals and the promotion."""
    book, subject = opened(), subject_of(package(), policy(), installation="log.staging")
    book.trained(package())
    for who in ("anna", "ben"):
        book.force(Kind.APPROVAL, approve(package(), who, at=book.now, subject=subject))
    unchecked(book, subject=subject)


@attempt("already decided")
def test_rejected_twice() -> None:
    """A rejection does not run out, so the second says nothing."""
    book = opened()
    book.trained(package())
    for _ in range(2):
        book.add(Kind.REJECTION, approve(package(), "anna", at=book.now, verdict=Verdict.REJECT))


def test_what_ran_out_or_ended_is_approved_again() -> None:
    """An approval makes room for another once it counts no more."""
    book = opened()
    book.trained(package())
    book.approved(package(), "anna")
    book.now += 8 * DAY
    book.approved(package(), "anna", "ben")
    book.promote(package())
    book.approved(package(), "anna", "ben")

    book.promote(package())
    load(book)
    assert verify_history(book.ledger, witnessed=[book.seen]).is_sound


def test_an_approval_counts_for_the_action_that_it_names() -> None:
    """Of what served before, one may approve a rollback or a whole promotion."""
    book = served(ONE, TWO)
    subject = approval(package(), "anna", at=book.now).subject
    book.add(Kind.APPROVAL, approve(package(ONE), "anna", at=book.now, action=Action.PROMOTE))
    book.approved(package(ONE), "ben")
    counting = {
        action: [one.identity for one, _ in counting_approvals(book.ledger, subject, action=action, now=book.now)]
        for action in Action
    }

    assert subject.installation == ORIGIN
    assert counting == {Action.PROMOTE: ["staff-anna"], Action.RENEW: [], Action.ROLLBACK: ["staff-ben"]}
