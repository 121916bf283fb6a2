"""Approvals that must not count: a trainer's own, one person's twice, another package's, out of time, in another's name."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

import pytest

from governance.records.approval import sign_approval
from governance.records.log import Kind
from governance.rules.policy import subject_of
from tests.unit.governance.abuse import ONE, TWO, attempt, ready, unchecked
from tests.unit.governance.book import Book, opened
from tests.unit.governance.sample import (
    DAY,
    ORIGIN,
    START,
    approval,
    approve,
    key,
    package,
    policy,
    signed_root,
    staff,
    trust_root,
)


@attempt("self approval")
def test_self_approval() -> None:
    """Dora started the training run, and is a reviewer too."""
    book = opened()
    book.trained(package())
    book.approved(package(), "dora")


@attempt("self approval")
def test_self_approval_past_the_log() -> None:
    """The same, with the log's key in hand."""
    book = opened()
    book.trained(package())
    book.approved(package(), "anna")
    book.force(Kind.APPROVAL, approve(package(), "dora", at=book.now))
    unchecked(book)


@attempt("self approval")
def test_self_approval_behind_a_second_statement() -> None:
    """A later statement names somebody else as trainer of the same bytes."""
    book = opened()
    book.trained(package())
    book.trained(package(), "erik")
    book.approved(package(), "dora")


@attempt("already decided")
def test_one_reviewer_twice() -> None:
    """Anna approves with both of her keys, or presses the button twice: it is one decision, and the second is refused."""
    book = opened()
    book.trained(package())
    book.approved(package(), "anna", "anna2")


@attempt("one person twice")
def test_one_reviewer_twice_past_the_log() -> None:
    """The same, with the log's key in hand."""
    book = opened()
    book.trained(package())
    book.approved(package(), "anna")
    book.force(Kind.APPROVAL, approve(package(), "anna2", at=book.now))
    named = tuple(record.envelope_digest for record in book.ledger.of_kind(Kind.APPROVAL, before=5))
    book.promote(package(), approvals=named)


@attempt("replayed")
def test_one_approval_recorded_twice() -> None:
    """The same signed bytes sent again."""
    book = ready()
    book.add(Kind.APPROVAL, book.ledger.records[3].signed)


@attempt("too few approvals")
def test_too_few_approvals() -> None:
    """One of two."""
    book = opened()
    book.trained(package())
    book.approved(package(), "anna")
    book.promote(package())


@attempt("approval of another package")
def test_replay_from_another_candidate() -> None:
    """Approvals of package one, named by the promotion of package two."""
    book = ready()
    book.trained(package(TWO))
    named = book.draft(package()).approvals
    book.promote(package(TWO), approvals=named)


@attempt("replayed")
def test_approval_used_before() -> None:
    """Package one is approved once, promoted, replaced, and let serve again on the old approvals."""
    book = ready()
    old = book.promote(package(ONE)).approvals
    book.trained(package(TWO))
    book.approved(package(TWO), "anna", "ben")
    book.promote(package(TWO))
    book.promote(package(ONE), approvals=old)


@attempt("expired")
def test_expired_approval() -> None:
    """Signed for a week, used after eight days."""
    book = ready()
    book.now += 8 * DAY
    book.promote(package())


SUBJECT = subject_of(package(), policy(), installation=ORIGIN)
# What somebody sends in behind a sound training statement, and the rule by which it is refused.
DECISIONS: dict[str, tuple[str, Callable[[datetime], bytes]]] = {
    "an auditor may read": ("wrong role", lambda at: approve(package(), "auditor", at=at)),
    "Ben signs as Anna": ("signed by another person", lambda at: sign_approval(approval(package(), "anna", at=at), key("ben"))),
    "no trust root names the key": ("unknown key", lambda at: sign_approval(approval(package(), "anna", at=at), key("x"))),
    "nothing was said": ("no reason", lambda at: approve(package(), "anna", at=at, reason="  ")),
    "for ever": ("counts too long", lambda at: approve(package(), "anna", at=at, expires=at + 9000 * DAY)),
    "under a kinder policy": (
        "other policy",
        lambda at: approve(package(), "anna", at=at, subject=replace(SUBJECT, policy_digest="ab" * 32)),
    ),
    "copied within minutes from a staging log": (
        "approval for another installation",
        lambda at: approve(package(), "anna", at=at, subject=replace(SUBJECT, installation="log.staging")),
    ),
}


@pytest.mark.parametrize("what", DECISIONS)
def test_a_decision_that_must_not_count_is_not_recorded(what: str) -> None:
    """Whoever may write to the log without its key."""
    rule, signed = DECISIONS[what]
    book = opened()
    book.trained(package())

    attempt(rule)(lambda: book.add(Kind.APPROVAL, signed(book.now)))()


@attempt("key not valid at that time")
def test_approval_with_a_key_that_ran_out() -> None:
    """The reviewer's key was valid until yesterday."""
    root = trust_root(staff=(staff("anna", valid_until=START), staff("dora"), staff("training"), staff("log")))
    book = Book(pinned=root.digest)
    book.add(Kind.ROOT, signed_root(root))
    book.trained(package())
    book.approved(package(), "anna")


@attempt("time runs back")
def test_approval_dated_into_the_time_of_a_key_that_has_ended() -> None:
    """Anna's key ended; she signs what she would have signed before, and sends it now."""
    root = trust_root(staff=(staff("anna", valid_until=START + DAY), staff("dora"), staff("training"), staff("log")))
    book = Book(pinned=root.digest)
    book.add(Kind.ROOT, signed_root(root))
    book.trained(package())
    then = book.now
    book.now += 20 * DAY
    book.add(Kind.APPROVAL, approve(package(), "anna", at=then))


@attempt("approval under another name")
def test_approval_of_the_same_bytes_under_another_name() -> None:
    """What was approved as one model shall serve as another, whose statement the training service signs."""
    book = opened()
    book.trained(package(), model="buys_7d")
    book.trained(package())
    for who in ("anna", "ben"):
        subject = replace(subject_of(package(), policy(), installation=ORIGIN), model="buys_7d")
        book.add(Kind.APPROVAL, approve(package(), who, at=book.now, subject=subject))
    book.promote(package())


@attempt("no statement")
def test_approval_of_what_nobody_stated() -> None:
    """A package without a training statement."""
    opened().approved(package(), "anna")
