"""Nothing is held or used but what enough reviewers signed, here, as declared; and nothing new passes for what was there."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

import pytest

from governance.records.log import Kind
from governance.rules.data_standing import DataState
from governance.rules.verify import verify_history
from tests.unit.governance.abuse import attempt
from tests.unit.governance.book import opened
from tests.unit.governance.data_book import (
    CHANGED,
    PURPOSE,
    SOURCE,
    approved,
    decided,
    noted,
    proposal,
    proposed,
    state,
    trained_on,
)
from tests.unit.governance.sample import DAY

PROPOSALS: dict[str, tuple[str, Callable[[datetime], bytes]]] = {
    "who only reads the log proposes": ("wrong role", lambda at: proposal(at, "auditor")),
    "a service proposes": ("wrong role", lambda at: proposal(at, "training")),
    "Dora proposes as Erik, so that she may sign it": ("signed by another person", lambda at: proposal(at, key_of="dora")),
    "copied from a staging log": ("approval for another installation", lambda at: proposal(at, installation="log.staging")),
    "a key that has ended signs into its own past": ("time runs back", lambda at: proposal(at - DAY / 2)),
    "nobody says why": ("no reason", lambda at: proposal(at, reason=" ")),
    "of a company that the trust root does not name": ("no quorum set for the project", lambda at: proposal(at, project="x")),
}
DECISIONS: dict[str, tuple[str, Callable[[datetime, str], bytes]]] = {
    "an engineer signs": ("wrong role", lambda at, one: decided(at, "erik", one)),
    "the service signs": ("wrong role", lambda at, one: decided(at, "training", one)),
    "Ben signs as Carla": ("signed by another person", lambda at, one: decided(at, "carla", one, key_of="ben")),
    "copied from a staging log": (
        "approval for another installation",
        lambda at, one: decided(at, "ben", one, installation="log.staging"),
    ),
    "about a proposal of another log": ("data not proposed", lambda at, _: decided(at, "ben", "ab" * 32)),
    "about what was not proposed": (
        "data not proposed",
        lambda at, one: decided(at, "ben", one, declarations=(CHANGED.digest,)),
    ),
    "in the name of another company": ("data not proposed", lambda at, one: decided(at, "ben", one, project="x")),
    "Anna signs twice": ("one person twice", lambda at, one: decided(at, "anna", one)),
    "Anna signs with her other key": ("one person twice", lambda at, one: decided(at, "anna", one, key_of="anna2")),
    "nobody says why": ("no reason", lambda at, one: decided(at, "ben", one, reason="")),
}
NOTES: dict[str, tuple[str, Callable[[datetime], bytes]]] = {
    "an engineer notes": ("wrong role", lambda at: noted(at, signer="erik")),
    "a reviewer notes": ("wrong role", lambda at: noted(at, signer="anna")),
    "the promoter notes": ("wrong role", lambda at: noted(at, signer="promoter")),
    "copied from a staging log": ("approval for another installation", lambda at: noted(at, installation="log.staging")),
    "of a source that no training had read": (
        "data was not there before approvals",
        lambda at: noted(at, declarations=(SOURCE, replace(SOURCE, name="planted"))),
    ),
    "of a source that is called as the training set": (
        "data was not there before approvals",
        lambda at: noted(at, declarations=(replace(SOURCE, name="training_set"),)),
    ),
    "of another company": ("data was not there before approvals", lambda at: noted(at, project="x")),
}


@pytest.mark.parametrize("what", PROPOSALS)
def test_a_proposal_that_must_not_count_is_not_recorded(what: str) -> None:
    """Whoever may write to the log without its key."""
    rule, signed = PROPOSALS[what]
    book = opened()

    attempt(rule)(lambda: book.add(Kind.DATA_PROPOSED, signed(book.now)))()


@pytest.mark.parametrize("what", DECISIONS)
def test_a_decision_that_must_not_count_is_not_recorded(what: str) -> None:
    """Anna has signed already."""
    rule, signed = DECISIONS[what]
    book = opened()
    digest = approved(book, "anna")

    attempt(rule)(lambda: book.add(Kind.DATA_DECIDED, signed(book.now, digest)))()


@pytest.mark.parametrize("what", NOTES)
def test_what_was_not_there_before_is_not_noted(what: str) -> None:
    """A signed training had read the one source, and none the planted one."""
    rule, signed = NOTES[what]
    book = trained_on(opened(), SOURCE.name)

    attempt(rule)(lambda: book.add(Kind.DATA_NOTED, signed(book.now)))()


@attempt("data was not there before approvals")
def test_sources_are_noted_a_second_time() -> None:
    """With another contract, say."""
    book = trained_on(opened(), SOURCE.name)
    book.add(Kind.DATA_NOTED, noted(book.now))
    book.add(Kind.DATA_NOTED, noted(book.now, declarations=(CHANGED,)))


@attempt("data was not there before approvals")
def test_sources_are_noted_once_people_have_begun_to_propose() -> None:
    """Then people decide."""
    book = trained_on(opened(), SOURCE.name)
    proposed(book)
    book.add(Kind.DATA_NOTED, noted(book.now))


@attempt("self approval")
def test_who_proposed_it_approves_it() -> None:
    """Dora is both engineer and reviewer."""
    book = opened()
    digest = proposed(book, "dora")
    book.add(Kind.DATA_DECIDED, decided(book.now, "dora", digest))


@attempt("replayed")
def test_a_proposal_is_sent_in_again() -> None:
    """The same bytes."""
    book = opened()
    signed = proposal(book.now)
    for _ in range(2):
        book.add(Kind.DATA_PROPOSED, signed)


def test_it_takes_as_many_reviewers_as_a_promotion() -> None:
    """One of two is not enough; the second makes it so, of everything that both signed."""
    book = opened()
    digest = approved(book, "anna")
    before = state(book)
    book.add(Kind.DATA_DECIDED, decided(book.now, "ben", digest, declarations=(SOURCE.digest,)))

    assert (before, state(book), state(book, PURPOSE)) == (DataState.PROPOSED, DataState.APPROVED, DataState.PROPOSED)
    assert verify_history(book.ledger).is_sound


def test_two_who_propose_the_same_do_not_approve_it_for_one_another() -> None:
    """Each signature is on one proposal, and each proposal takes all of them."""
    book = opened()
    of_erik, of_dora = proposed(book, "erik"), proposed(book, "dora")
    book.add(Kind.DATA_DECIDED, decided(book.now, "dora", of_erik))
    book.add(Kind.DATA_DECIDED, decided(book.now, "anna", of_dora))

    assert state(book) is DataState.PROPOSED


def test_a_forced_record_says_nothing_and_is_found() -> None:
    """Whoever holds the log's key and keeps no rule: an engineer's signature approves nothing."""
    book = opened()
    digest = approved(book, "anna")
    book.force(Kind.DATA_DECIDED, decided(book.now, "erik", digest))

    assert state(book) is DataState.PROPOSED
    assert [one.refusal for one in verify_history(book.ledger).findings] == ["wrong role"]
