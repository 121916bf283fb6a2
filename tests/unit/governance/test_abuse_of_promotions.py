"""Ways round the promoter's rules: nobody's approvals, another champion, another time, and what may not serve any more."""

from dataclasses import replace

from governance.records.log import Kind
from governance.records.request import Asked
from governance.records.serving import sign_promotion, sign_revocation
from governance.rules.verify import champion, verify_history
from tenure.promotions import Action
from tests.unit.governance.abuse import ONE, TWO, attempt, load, ready, unchecked
from tests.unit.governance.book import opened, served
from tests.unit.governance.sample import DAY, MODEL, PROJECT, START, approve, key, package, revocation


@attempt("signed by another person")
def test_promoted_under_another_name() -> None:
    """The promoter service names somebody else."""
    ready().promote(package(), identity="staff-anna")


@attempt("wrong role")
def test_promoted_by_a_reviewer() -> None:
    """Two reviewers together are still no promoter."""
    book = ready()
    book.add(Kind.PROMOTED, sign_promotion(replace(book.draft(package()), identity="staff-anna"), key("anna")))


@attempt("approval not in the log")
def test_invented_approval() -> None:
    """It names approvals that nobody recorded."""
    unchecked(ready(), approvals=("ab" * 32, "cd" * 32))


@attempt("too few approvals")
def test_forced_past_every_rule() -> None:
    """Promoter and log key together, without reviewers: the record stands in the log, and no scorer loads."""
    book = opened()
    book.trained(package())
    unchecked(book)


@attempt("previous champion differs")
def test_head_moved() -> None:
    """Drafted before another promotion came in between."""
    book = ready()
    draft = book.draft(package())
    book.trained(package(TWO))
    book.approved(package(TWO), "anna", "ben")
    book.promote(package(TWO))
    book.add(Kind.PROMOTED, sign_promotion(replace(draft, decided_at=book.now, review_by=book.now + DAY), key("promoter")))


@attempt("too few approvals")
def test_promoted_twice() -> None:
    """It serves already, and nobody approved it afresh."""
    served(ONE).promote(package())


@attempt("already serves")
def test_rolled_back_to_what_serves() -> None:
    """That would change nothing, and use up an approval."""
    book = served(ONE)
    book.approved(package(), "anna")
    book.rollback(package())


@attempt("time runs back")
def test_back_dated_promotion() -> None:
    """Dated into the time of an approval that has expired since."""
    book = ready()
    made = book.draft(package())
    book.now += 8 * DAY
    book.add(Kind.PROMOTED, sign_promotion(made, key("promoter")))


@attempt("review date too far")
def test_endless_service() -> None:
    """A review date that nobody will see."""
    ready().promote(package(), review_by=START + 900 * DAY)


@attempt("never served")
def test_rollback_to_what_never_served() -> None:
    """A rollback takes one approver, so it must not let anything new in."""
    book = served(ONE)
    book.trained(package(TWO))
    book.force(Kind.APPROVAL, approve(package(TWO), "anna", at=book.now, action=Action.ROLLBACK))
    asked = book.ask(Asked.ROLLBACK, package=package(TWO).digest, reason="as agreed")
    made = replace(book.draft(package(TWO)), action=Action.ROLLBACK, request=asked)
    book.add(Kind.ROLLED_BACK, sign_promotion(made, key("promoter")))


@attempt("too few approvals")
def test_rollback_without_a_fresh_approval() -> None:
    """The approvals of then are not those of now."""
    served(ONE, TWO).rollback(package(ONE))


@attempt("altered record")
def test_rollback_recorded_as_promotion() -> None:
    """The record's kind and its signed action differ."""
    book = served(ONE, TWO)
    book.approved(package(ONE), "carla")
    book.add(Kind.PROMOTED, sign_promotion(book.draft(package(ONE), Action.ROLLBACK), key("promoter")))


@attempt("revoked")
def test_revoked_champion() -> None:
    """It was approved, promoted, and revoked since."""
    book = served(ONE)
    book.revoke(package(ONE))
    load(book)


@attempt("revoked")
def test_promotion_of_a_revoked_package() -> None:
    """Revoked before it came to serve."""
    book = ready()
    book.revoke(package())
    book.promote(package())


@attempt("wrong role")
def test_revocation_by_a_trainer() -> None:
    """Who may not decide may not revoke."""
    book = served(ONE)
    book.revoke(package(), "training")


@attempt("approval for another installation")
def test_revocation_copied_from_another_installation() -> None:
    """What a staging log forbids says nothing here."""
    book = served(ONE)
    made = revocation(package(), "anna", at=book.now, installation="log.staging")
    book.add(Kind.REVOKED, sign_revocation(made, key("anna")))


@attempt("review overdue")
def test_overdue_review() -> None:
    """It serves longer than its policy lets it."""
    book = served(ONE)
    champion(book.ledger, PROJECT, MODEL, now=book.now + 121 * DAY)


@attempt("other policy")
def test_other_policy_in_force() -> None:
    """The project asks for another policy by now."""
    book = served(ONE)
    champion(book.ledger, PROJECT, MODEL, now=book.now, policy_digest="ab" * 32)


@attempt("never promoted")
def test_nothing_promoted() -> None:
    """An empty log lets nothing serve."""
    champion(opened().ledger, PROJECT, MODEL, now=START)


def test_the_honest_way_is_open() -> None:
    """Without an attack the same steps load the package: the cases above are refused for what they do."""
    book = served(ONE, TWO)
    load(book)
    book.approved(package(ONE), "carla")
    book.rollback(package(ONE))
    load(book)

    assert verify_history(book.ledger, witnessed=[book.seen]).is_sound
