"""A log under a chain of trust roots."""

from dataclasses import replace

import pytest

from governance.records.ledger import check_witnessed, open_ledger
from governance.records.log import Kind, peek_checkpoint, sign_checkpoint
from governance.rules.verify import HistoryReport, champion, verify_history
from tenure.errors import RefusedError
from tests.unit.governance.book import Book, opened, served
from tests.unit.governance.sample import (
    MINUTE,
    MODEL,
    ORIGIN,
    PROJECT,
    START,
    key,
    package,
    public,
    signed_root,
    staff,
    statement,
    trust_root,
)

SECOND = trust_root(
    version=2,
    previous=trust_root().digest,
    staff=tuple(
        replace(person, public_key=public("log2")) if person.staff_id == "service-log" else person
        for person in trust_root().staff
    ),
)


def rotated(book: Book) -> Book:
    """The log after its key was replaced by a new trust root."""
    book.force(Kind.ROOT, signed_root(SECOND))
    book.resign(signer="log2")
    return book


def test_a_log_goes_on_under_a_new_key() -> None:
    """The checkpoint after the new root is signed by the new key, and the old key signs no more."""
    book = rotated(served())

    assert [root.version for _, root in book.ledger.roots] == [1, 2]
    assert verify_history(book.ledger).is_sound
    assert champion(book.ledger, PROJECT, MODEL, now=book.now).package_digest == package().digest
    book.resign(signer="log")
    with pytest.raises(RefusedError) as error:
        _ = book.ledger
    assert error.value.refusal == "unknown key"


def test_a_witness_s_copies_outlive_the_trust_root_of_their_day() -> None:
    """Each is held against the trust root that was in force at its size."""
    book = served()
    old = book.seen
    rotated(book)

    assert check_witnessed(book.ledger, [old, book.seen]) == 8
    by_another = sign_checkpoint(peek_checkpoint(old), key("log2"))
    with pytest.raises(RefusedError) as error:
        check_witnessed(book.ledger, [by_another])
    assert error.value.refusal == "unknown key"


def test_either_root_of_the_chain_may_be_pinned() -> None:
    """The first leads to the second by signatures, the second vouches for the first by its digest."""
    book = rotated(served())

    for pinned in (trust_root().digest, SECOND.digest):
        ledger = open_ledger(book.entries, book.checkpoint, pinned=pinned, origin=ORIGIN, now=book.now)
        assert ledger.root == SECOND
        assert ledger.root_before(3) == trust_root()


def test_nobody_may_sign_before_the_first_root() -> None:
    """An empty log is sound and lets nothing through."""
    ledger = Book().ledger

    assert ledger.size == 0
    with pytest.raises(RefusedError, match="holds no trust root yet"):
        ledger.root_before(0)


def test_a_person_s_new_key_counts_as_the_same_person() -> None:
    """Anna's first key leaves the trust root; her approval with the second is hers."""
    people = tuple(person for person in trust_root().staff if person.public_key != public("anna"))
    book = opened()
    book.trained(package())
    book.add(Kind.ROOT, signed_root(trust_root(version=2, previous=trust_root().digest, staff=people, issued=START)))
    book.approved(package(), "anna2", "ben")
    book.promote(package())

    assert staff("anna2").staff_id == staff("anna").staff_id
    assert champion(book.ledger, PROJECT, MODEL, now=book.now).package_digest == package().digest


@pytest.mark.parametrize(("minutes", "is_sound"), [(4, True), (6, False)])
def test_clocks_may_differ_by_five_minutes(minutes: int, is_sound: bool) -> None:
    """The order of records is the log's; their dates may run back a little."""
    book = opened()
    book.trained(package())
    book.now = book.now - MINUTE * (minutes + 1)
    book.force(Kind.STATEMENT, statement(package("tree two")))
    book.now = START + MINUTE * 30

    if is_sound:
        assert book.ledger.size == 4
        return
    with pytest.raises(RefusedError, match="Record 3 is dated"):
        _ = book.ledger


def test_a_log_of_one_record_is_told_as_one() -> None:
    """The first `tenure verify` of a home reads as a sentence."""
    words = HistoryReport(n_records=1, n_unwitnessed=0, n_witnessed=1, root_hash="ab", trust_root_version=1, findings=()).in_words

    assert words.startswith("The only record is as it was signed, and was allowed when it was written. The witness saw it,")
