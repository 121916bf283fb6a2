"""Nobody trains or lets serve unasked: requests that are missing, another's, used, run out, or signed by who may not ask."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

import pytest

from governance.records.log import Kind
from governance.records.request import Asked, Request, sign_request
from governance.records.serving import sign_promotion
from governance.records.trust_root import Role
from governance.rules.verify import verify_history
from tenure.canonical import sha256
from tests.unit.governance.abuse import ONE, TWO, attempt, load, ready, unchecked
from tests.unit.governance.book import Book, opened
from tests.unit.governance.sample import DAY, PEOPLE, START, key, package, request, signed_root, staff, statement, trust_root


def by_order(book: Book, asked: str, of: str = ONE, who: str = "dora") -> None:
    """Record the statement of a training for which a schedule asked."""
    book.add(Kind.STATEMENT, statement(package(of), request=asked, trainer=PEOPLE[who][0]))


def asking(at: datetime, who: str = "dora", *, key_of: str = "", **changes: object) -> bytes:
    """A signed request for a training."""
    return sign_request(request(Asked.TRAIN, who, at=at, **changes), key(key_of or who))


# What somebody sends in, and the rule by which it is refused.
REQUESTS: dict[str, tuple[str, Callable[[datetime], bytes]]] = {
    "who may train is named an engineer": ("wrong role", lambda at: asking(at, "anna")),
    "Dora signs as Erik, so that she may approve": ("signed by another person", lambda at: asking(at, "erik", key_of="dora")),
    "copied from a staging log": ("approval for another installation", lambda at: asking(at, installation="log.staging")),
    "a key that has ended signs into its own past": ("time runs back", lambda at: asking(at - DAY / 2)),
    "a person's own request is for now": ("counts too long", lambda at: asking(at, expires=at + 3 * DAY)),
}


@pytest.mark.parametrize("what", REQUESTS)
def test_a_request_that_must_not_count_is_not_recorded(what: str) -> None:
    """Whoever may write to the log without its key."""
    rule, signed = REQUESTS[what]
    book = opened()

    attempt(rule)(lambda: book.add(Kind.REQUEST, signed(book.now)))()


@attempt("no request")
def test_promoted_unasked() -> None:
    """The promoter and the log's key together, and nobody who signed for wanting it."""
    unchecked(ready(), request="ab" * 32)


@attempt("no request")
def test_trained_unasked() -> None:
    """The training service states what nobody asked for."""
    book = opened()
    book.add(Kind.STATEMENT, statement(package()))


@attempt("other request")
def test_another_package_than_was_asked_for() -> None:
    """Asked to promote one, the promoter promotes the other."""
    book = ready()
    book.trained(package(TWO))
    asked = book.ask(Asked.PROMOTE, package=package(TWO).digest, reason="as agreed")
    book.add(Kind.PROMOTED, sign_promotion(book.draft(package(ONE), asked=asked), key("promoter")))


@attempt("other request")
def test_another_reason_than_was_signed() -> None:
    """What stands on the card for good is what the person signed."""
    ready().promote(package(), reason="because I say so")


@attempt("replayed")
def test_one_request_for_two_promotions() -> None:
    """Asked once, renewed twice."""
    book = ready()
    book.promote(package())
    book.approved(package(), "anna", "ben")
    asked = book.ask(Asked.RENEW, package=package().digest, reason="as agreed")
    book.add(Kind.PROMOTED, sign_promotion(book.draft(package(), asked=asked), key("promoter")))
    book.approved(package(), "anna", "ben")
    book.add(Kind.PROMOTED, sign_promotion(book.draft(package(), asked=asked), key("promoter")))


@attempt("replayed")
def test_one_request_for_two_trainings() -> None:
    """Asked once, trained until it pleases."""
    book = opened()
    asked = book.ask(Asked.TRAIN)
    for content in (ONE, TWO):
        by_order(book, asked, content)


@attempt("replayed")
def test_a_request_recorded_twice() -> None:
    """The same signed bytes sent again."""
    book = opened()
    book.ask(Asked.TRAIN)
    book.add(Kind.REQUEST, book.ledger.records[1].signed)


@attempt("expired")
def test_a_request_acted_on_too_late() -> None:
    """What was wanted the day before yesterday is asked for again."""
    book = opened()
    asked = book.ask(Asked.TRAIN)
    book.now += 2 * DAY
    by_order(book, asked)


@attempt("signed by another person")
def test_stated_in_another_name() -> None:
    """Dora asked, and the training service names Erik, so that Dora may approve."""
    book = opened()
    by_order(book, book.ask(Asked.TRAIN), who="erik")


@attempt("approval for another installation")
def test_served_on_a_request_of_another_installation() -> None:
    """Whoever holds the log's key copies from staging what Dora signed there, and the promoter acts on it."""
    book = ready()
    staging = request(
        Asked.PROMOTE, "dora", at=book.now, installation="log.staging", package=package().digest, reason="as agreed"
    )
    envelope = sign_request(staging, key("dora"))
    book.force(Kind.REQUEST, envelope)
    book.force(Kind.PROMOTED, sign_promotion(book.draft(package(), asked=sha256(envelope)), key("promoter")))
    load(book)


@attempt("expired")
def test_a_schedule_whose_order_has_ended() -> None:
    """Nobody answers for it any more."""
    book = opened()
    asked = book.ask(Asked.TRAIN, by="retrain_monthly", expires=book.now + 30 * DAY)
    book.now += 31 * DAY
    by_order(book, asked)


@attempt("replayed")
def test_a_schedule_whose_order_was_withdrawn() -> None:
    """The next order of the same schedule ends the one before."""
    book = opened()
    asked = book.ask(Asked.TRAIN, by="retrain_monthly", expires=book.now + 30 * DAY)
    book.ask(Asked.TRAIN, by="retrain_monthly", expires=book.now)
    by_order(book, asked)


@attempt("self approval")
def test_who_enabled_a_schedule_approves_what_came_of_it() -> None:
    """Who answers for the training is its trainer."""
    book = opened()
    by_order(book, book.ask(Asked.TRAIN, by="retrain_monthly", expires=book.now + 30 * DAY))
    book.approved(package(), "dora")


def test_a_standing_order_serves_each_time() -> None:
    """As often as its schedule asks, while it lasts."""
    book = opened()
    asked = book.ask(Asked.TRAIN, by="retrain_monthly", expires=book.now + 300 * DAY)
    for content in (ONE, TWO):
        book.now += 30 * DAY
        by_order(book, asked, content)
    book.approved(package(TWO), "anna", "ben")
    book.promote(package(TWO))

    load(book)
    assert verify_history(book.ledger, witnessed=[book.seen]).is_sound


def test_the_trust_root_may_let_one_person_do_both() -> None:
    """Only if it says so of that person, by a role of its own."""
    people = tuple(one for one in trust_root().staff if one.staff_id != "staff-dora")
    dora = staff("dora")
    alone = replace(dora, roles=(*dora.roles, Role.OWN_REVIEWER))
    root = trust_root(staff=(*people, alone), quorums=(replace(trust_root().quorums[0], reviewers=1),))
    book = Book(pinned=root.digest)
    book.add(Kind.ROOT, signed_root(root))
    book.trained(package())
    book.approved(package(), "dora")
    book.promote(package())

    load(book)
    assert root.own_reviewers == {"staff-dora"}
    assert verify_history(book.ledger, witnessed=[book.seen]).is_sound


@attempt("self approval")
def test_who_might_once_do_both_approves_what_they_trained() -> None:
    """The key of that role has ended, and the one that followed it has the role no more."""
    people = tuple(one for one in trust_root().staff if one.public_key != staff("anna2").public_key)
    ended = staff("anna2", staff_id="staff-dora", roles=(Role.REVIEWER, Role.OWN_REVIEWER), valid_until=START)
    root = trust_root(staff=(*people, ended))
    book = Book(pinned=root.digest)
    book.add(Kind.ROOT, signed_root(root))
    book.trained(package())
    book.approved(package(), "dora")


@pytest.mark.parametrize(
    "changes",
    [
        {"models": ()},
        {"models": ("a", "a")},
        {"action": Asked.PROMOTE},
        {"action": Asked.PROMOTE, "package": "ab" * 32, "by": "a schedule"},
        {"by": "a schedule", "package": "ab" * 32},
        {"nonce": "short"},
    ],
)
def test_a_request_says_one_thing(changes: dict[str, object]) -> None:
    """What contradicts itself cannot even be written down."""
    with pytest.raises(ValueError, match="expected"):
        Request(**{**vars(request(Asked.TRAIN, "dora", at=START)), **changes})
