"""Deliveries in the log: the log alone gives them their moment, the newest of a day holds, and each follows the one before."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from governance.records.delivery import DELIVERY_TYPE, DeliveredDay, Delivery, earlier_roots, sign_delivery
from governance.records.erasure import Emptied, Erasure, LearntFrom, Rewritten, erasures, sign_erasure
from governance.records.log import Kind
from governance.records.signing import sign
from governance.records.statement import NamedDigest
from governance.records.trust_root import Role
from governance.rules.delivered import signed_day
from governance.rules.verify import verify_history
from tenure.canonical import encode
from tenure.errors import RefusedError
from tests.unit.governance.book import Book, opened
from tests.unit.governance.sample import DAY, MODEL, ORIGIN, PROJECT, START, key, signed_root, staff, trust_root

SCORED = (date(2026, 10, 30), date(2026, 10, 31))
BOTH = [key("anna"), key("ben")]
ROOTS = ("a1" * 32, "b2" * 32, "c3" * 32)


def delivery(root: str = ROOTS[0], days: tuple[date, ...] = SCORED[:1], **changes: object) -> Delivery:
    """A delivery of days, each with that root."""
    said = Delivery(
        project=PROJECT,
        model=MODEL,
        model_digest="2b" * 32,
        features_version=7,
        days=tuple(
            DeliveredDay(day=day, root=root, n_leaves=3, features_digest="3c" * 32, features_root="4d" * 32, lineage="5e" * 32)
            for day in days
        ),
        earlier=(),
        previous=None,
        delivered_at=START,
    )
    return replace(said, **changes)


def deliver(book: Book, root: str, *, who: str = "scorer", **changes: object) -> None:
    """Append a delivery that follows the newest."""
    newest = next((r.envelope_digest for r in reversed(book.ledger.records) if r.kind is Kind.DELIVERED), None)
    said = delivery(root, **{"previous": newest, "delivered_at": book.now, **changes})
    book.add(Kind.DELIVERED, sign_delivery(said, key(who)))


def refusal_of(book: Book, root: str = ROOTS[0], **changes: object) -> str:
    """By which rule a delivery is refused at the end of the log."""
    with pytest.raises(RefusedError) as error:
        deliver(book, root, **changes)
    return error.value.refusal


def test_the_newest_delivery_of_a_day_holds_and_its_moment_is_the_log_s():
    """A day scored again replaces what stood; another day keeps its own; the whole history proves."""
    book = opened()
    deliver(book, ROOTS[0], days=SCORED)
    at = book.now
    deliver(book, ROOTS[1], days=SCORED[1:])
    first, second = (signed_day(book.ledger, PROJECT, MODEL, day, noted=None, now=START + DAY) for day in SCORED)

    assert first is not None
    assert second is not None
    assert (first.root, first.record, second.root, second.record) == (ROOTS[0], 1, ROOTS[1], 2)
    assert (second.at, second.signed_by, second.n_leaves) == (at, "service-scorer", 3)
    assert list(earlier_roots(book.ledger, PROJECT, MODEL, SCORED[1])) == [ROOTS[1], ROOTS[0]]
    assert verify_history(book.ledger).is_sound
    assert signed_day(book.ledger, PROJECT, "buys_7d", SCORED[0], noted=None, now=START + DAY) is None


@pytest.mark.parametrize(
    ("who", "refusal"), [("promoter", "wrong role"), ("log", "wrong role"), ("anna", "wrong role"), ("nobody", "unknown key")]
)
def test_only_the_scoring_service_may_sign_a_delivery(who, refusal):
    """Another service's key, a reviewer's and a stranger's are each refused."""
    assert refusal_of(opened(), who=who) == refusal


def test_a_replaced_key_delivers_nothing_whatever_date_it_claims():
    """The trust root in force when the record reaches the log decides, and a date that is not the log's is refused itself."""
    book = opened()
    book.now = START + 2 * DAY
    first = trust_root()
    renewed = tuple(
        replace(one, public_key=staff("carla").public_key) if Role.SCORER in one.roles else one for one in first.staff
    )
    renewed = tuple(one for one in renewed if one.staff_id != "staff-carla")
    book.add(Kind.ROOT, signed_root(replace(first, version=2, previous=first.digest, issued=book.now, staff=renewed)))

    assert refusal_of(book) == "unknown key"
    assert refusal_of(book, delivered_at=START + DAY) == "unknown key"
    assert refusal_of(book, who="carla", delivered_at=START + DAY) == "time runs back"
    deliver(book, ROOTS[0], who="carla")


def test_a_key_that_has_ended_delivers_nothing():
    """Not even with a date at which it was valid."""
    book = opened()
    book.now = staff("scorer").valid_until

    assert refusal_of(book) == "key not valid at that time"
    assert refusal_of(book, delivered_at=START) == "key not valid at that time"


def test_a_delivery_follows_the_newest_of_its_model():
    """One that was decided on an older log is refused, and so is the repetition of a record."""
    book = opened()
    deliver(book, ROOTS[0])

    assert refusal_of(book, ROOTS[1], previous=None) == "other delivery"
    again = book.ledger.records[-1].signed
    with pytest.raises(RefusedError):
        book.add(Kind.DELIVERED, again)


def test_a_record_forced_into_the_log_is_no_delivery():
    """Whoever holds the log's key alone can append it; reading the day refuses, and the history names the record."""
    book = opened()
    book.force(Kind.DELIVERED, sign_delivery(delivery(delivered_at=book.now), key("promoter")))

    with pytest.raises(RefusedError, match="service-promoter signed the delivery"):
        signed_day(book.ledger, PROJECT, MODEL, SCORED[0], noted=None, now=START + DAY)
    assert [finding.sequence for finding in verify_history(book.ledger).findings] == [1]
    other = sign(encode(delivery()), "application/vnd.tenure.promotion+json", [key("scorer")])
    with pytest.raises(RefusedError):
        opened().add(Kind.DELIVERED, other)


def test_an_earlier_delivery_repeated_behind_the_newest_is_refused():
    """Genuine, and minutes old: whoever holds the log's key puts it back, in the log and in the lake."""
    book = opened()
    deliver(book, ROOTS[0])
    deliver(book, ROOTS[1])
    book.force(Kind.DELIVERED, book.ledger.records[1].signed)

    with pytest.raises(RefusedError, match=r"follows none, but the log's newest is"):
        signed_day(book.ledger, PROJECT, MODEL, SCORED[0], noted=None, now=START + DAY)


def test_a_delivery_is_spelled_one_way():
    """Days in order and once, digests in lower-case hex, time in whole seconds, earlier days in a first delivery alone."""
    one = delivery().days[0]
    stock = (NamedDigest(name="2026-10-29", value="6f" * 32),)
    for changes in ({"days": (one, one)}, {"days": ()}, {"model": " "}, {"earlier": stock, "previous": "7a" * 32}):
        with pytest.raises(ValueError, match="expected"):
            replace(delivery(), **changes)
    for changes in ({"root": "A1" * 32}, {"n_leaves": 0}):
        with pytest.raises(ValueError, match="expected"):
            replace(one, **changes)
    with pytest.raises(ValueError, match="whole seconds"):
        delivery(delivered_at=START + timedelta(microseconds=1))
    assert DELIVERY_TYPE.startswith("application/vnd.tenure.")


def erasure(**changes: object) -> Erasure:
    """What one act took out."""
    said = Erasure(
        installation=ORIGIN,
        project=PROJECT,
        n_people=2,
        learnt_from=(LearntFrom(package="4d" * 32, n_people=2, n_customers=50),),
        rewritten=(Rewritten(table="raw/transactions", day=SCORED[0], old="1a" * 32, new="2b" * 32),),
        emptied=(Emptied(root=ROOTS[0], n_leaves=3, places=(0, 2)),),
        reason="asked for by letter",
        identities=("staff-anna", "staff-ben"),
        issued=START,
    )
    return replace(said, **changes)


def test_what_was_erased_stands_in_the_log():
    """By root and place, and from digest to digest, over as many rewritings as there were; other projects keep theirs."""
    book = opened()
    again = (Rewritten(table="raw/transactions", day=SCORED[0], old="2b" * 32, new="3c" * 32),)
    book.add(Kind.ERASED, sign_erasure(erasure(issued=book.now), BOTH))
    book.add(Kind.ERASED, sign_erasure(erasure(issued=book.now, rewritten=again, emptied=()), BOTH))
    found = erasures(book.ledger, PROJECT)

    assert (found.emptied(ROOTS[0]), found.n_leaves(ROOTS[0])) == ({0, 2}, 3)
    assert found.emptied(ROOTS[1]) == frozenset()
    assert found.now("raw/transactions", SCORED[0], "1a" * 32) == "3c" * 32
    assert found.n_people == 4
    assert found.learnt_from("4d" * 32) == LearntFrom(package="4d" * 32, n_people=4, n_customers=50)
    assert found.learnt_from("5e" * 32) is None
    assert found.now("raw/transactions", SCORED[1], "1a" * 32) == "1a" * 32
    assert erasures(book.ledger, "other").emptied(ROOTS[0]) == frozenset()
    assert verify_history(book.ledger).is_sound


@pytest.mark.parametrize(
    ("who", "changes", "refusal"),
    [
        (("anna", "carla"), {}, "signed by another person"),
        (("anna",), {"identities": ("staff-anna",)}, "too few approvals"),
        (("anna", "anna2"), {"identities": ("staff-anna",)}, "too few approvals"),
        (("anna", "scorer"), {"identities": ("service-scorer", "staff-anna")}, "wrong role"),
        (("anna", "ben"), {"issued": START - DAY}, "time runs back"),
        (("anna", "ben"), {"installation": "log.staging"}, "approval for another installation"),
    ],
)
def test_an_erasure_takes_the_reviewers_of_a_promotion_in_their_own_names_here_and_now(who, changes, refusal):
    """Whoever writes to the lake alone erases nothing that would be believed."""
    with pytest.raises(RefusedError) as error:
        opened().add(Kind.ERASED, sign_erasure(erasure(**changes), [key(name) for name in who]))

    assert error.value.refusal == refusal
