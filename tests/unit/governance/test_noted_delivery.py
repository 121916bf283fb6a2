"""Deliveries from before they came to the log: read under the trust root of then, of no other scores, and never out of turn."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from governance.records.delivery import sign_delivery
from governance.records.log import Kind
from governance.records.noted_delivery import NOTED_TYPE, NotedDelivery, check_names
from governance.records.request import Asked
from governance.records.signing import sign
from governance.records.statement import NamedDigest
from governance.records.trust_root import Role
from governance.rules.delivered import signed_day
from tenure.canonical import encode, sha256
from tenure.errors import RefusedError
from tests.unit.governance.book import Book, opened
from tests.unit.governance.sample import DAY, MINUTE, MODEL, PROJECT, START, key, signed_root, staff, trust_root
from tests.unit.governance.test_delivery import delivery

SCORED = date(2026, 10, 31)


def noted(who: Ed25519PrivateKey | None = None, **changes: object) -> str:
    """What the lake notes of the day."""
    said = NotedDelivery(
        project=PROJECT,
        model=MODEL,
        day=SCORED,
        content="1a" * 32,
        model_digest="2b" * 32,
        features_digest="3c" * 32,
        features_version=7,
        raw=(NamedDigest(name="products", value="4d" * 32), NamedDigest(name="transactions", value="5e" * 32)),
        delivered_at=START + MINUTE,
    )
    return sign(encode(replace(said, **changes)), NOTED_TYPE, [who or key("scorer")]).decode()


def refusal_of(envelope: str, book: Book, *, now: object = START + DAY) -> str:
    """By which rule an envelope is refused."""
    with pytest.raises(RefusedError) as error:
        signed_day(book.ledger, PROJECT, MODEL, SCORED, noted=envelope, now=now)
    return error.value.refusal


def test_a_day_of_then_is_read_as_it_was():
    """Who signed, when by the signer's own word, over which content and batches; nobody signed where nothing is noted."""
    found = signed_day(opened().ledger, PROJECT, MODEL, SCORED, noted=noted(), now=START + DAY)

    assert found is not None
    assert (found.signed_by, found.at, found.content, found.root) == ("service-scorer", START + MINUTE, "1a" * 32, None)
    assert [one.name for one in found.raw] == ["products", "transactions"]
    assert signed_day(opened().ledger, PROJECT, MODEL, SCORED, noted=None, now=START + DAY) is None


@pytest.mark.parametrize(("signer", "refusal"), [("promoter", "wrong role"), ("anna", "wrong role"), ("nobody", "unknown key")])
def test_only_the_scoring_service_could_sign(signer, refusal):
    """Another service's key, a reviewer's and a stranger's are each refused."""
    assert refusal_of(noted(key(signer)), opened()) == refusal


def test_another_model_or_day_is_refused():
    """Copied beside another day it is not that day's."""
    for changes in ({"model": "buys_7d"}, {"day": date(2026, 11, 1)}, {"project": "other"}):
        assert refusal_of(noted(**changes), opened()) == "other delivery"


def test_the_trust_root_of_then_decides_and_a_date_outside_it_is_refused():
    """Before any trust root, after the key's end, later than now, and by a key that a later root no longer names."""
    for at, now, refusal in (
        (START - 2 * DAY, START, "old trust root"),
        (staff("scorer").valid_until, START + 400 * DAY, "key not valid at that time"),
        (START + timedelta(hours=1), START, "not yet issued"),
    ):
        assert refusal_of(noted(delivered_at=at), opened(), now=now) == refusal
    book = replaced()
    assert refusal_of(noted(delivered_at=book.now), book, now=START + 3 * DAY) == "unknown key"


def test_what_came_in_from_the_side_after_deliveries_came_to_the_log_is_refused():
    """An earlier day put back, and one that a replaced key signs with a date of its choice: the first record names neither."""
    standing, earlier = noted(), noted(content="9f" * 32)
    book = opened()
    stock = (NamedDigest(name=SCORED.isoformat(), value=sha256(standing.encode())),)
    book.add(Kind.DELIVERED, sign_delivery(delivery(delivered_at=book.now, earlier=stock), key("scorer")))
    backdated = noted(content="9f" * 32, delivered_at=START + MINUTE)

    assert signed_day(book.ledger, PROJECT, MODEL, SCORED, noted=standing, now=START + DAY) is not None
    assert refusal_of(earlier, book) == "other delivery"
    assert refusal_of(backdated, book) == "other delivery"


def replaced() -> Book:
    """A log whose second trust root names no key of the scoring service."""
    book = opened()
    book.now = START + 2 * DAY
    first = trust_root()
    without = tuple(one for one in first.staff if Role.SCORER not in one.roles)
    book.add(Kind.ROOT, signed_root(replace(first, version=2, previous=first.digest, issued=book.now, staff=without)))
    return book


@pytest.mark.parametrize(
    ("found", "words"),
    [
        ({"content": "9f" * 32}, "rows with content 1a1a1a1a1a1a, found 9f9f9f9f9f9f"),
        ({"model_digest": "9f" * 32}, "scores by model 2b2b2b2b2b2b"),
        ({"features_digest": "9f" * 32}, "scores of inputs 3c3c3c3c3c3c"),
        ({"features_version": 8}, "features in version 7, found 8"),
    ],
)
def test_a_day_stands_with_its_own_scores_alone(found, words):
    """Beside another content, model or inputs it is refused, and both are named."""
    signed = signed_day(opened().ledger, PROJECT, MODEL, SCORED, noted=noted(), now=START + DAY)
    assert signed is not None

    check_names(signed, signed.signed_by, content="1a" * 32)
    with pytest.raises(RefusedError, match=words):
        check_names(signed, signed.signed_by, **found)


def test_nobody_signs_outside_the_log_any_more():
    """Whoever keeps a key of the scoring service and writes to the lake hands out nothing past the log, whatever the date."""
    book = opened()
    book.ask(Asked.TRAIN)
    late = book.now + 2 * DAY

    assert refusal_of(noted(delivered_at=late), book, now=late) == "earlier form"
    assert refusal_of(noted(), book) == "earlier form"


def test_the_log_may_name_what_stands_before_anything_is_delivered_to_it():
    """A model that nobody scores again keeps the days that it had, and no more."""
    book, standing = opened(), noted()
    stock = (NamedDigest(name=SCORED.isoformat(), value=sha256(standing.encode())),)
    named = replace(delivery(delivered_at=book.now, earlier=stock), days=())
    book.add(Kind.DELIVERED, sign_delivery(named, key("scorer")))

    assert signed_day(book.ledger, PROJECT, MODEL, SCORED, noted=standing, now=START + DAY) is not None
    assert refusal_of(noted(content="9f" * 32), book) == "other delivery"
