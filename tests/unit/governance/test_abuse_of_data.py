"""Nothing is held or used but what enough reviewers signed, here, as declared; and nothing new passes for what was there."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

import pytest

from governance.records.approval import Verdict
from governance.records.data_use import (
    DataDecision,
    DataNote,
    DataProposal,
    sign_data_decision,
    sign_data_note,
    sign_data_proposal,
)
from governance.records.log import Kind
from governance.records.statement import NamedDigest
from governance.records.trust_root import Role
from governance.rules.data_standing import DataState, data_stands
from governance.rules.data_use import data_use
from governance.rules.verify import verify_history
from tenure.canonical import sha256
from tenure.consent import Consents
from tenure.loading import load_project
from tenure.purposes.declaration import Declaration, changes, of_purpose, of_source
from tests import company
from tests.unit.governance.abuse import attempt
from tests.unit.governance.book import Book, opened
from tests.unit.governance.sample import DAY, ORIGIN, PEOPLE, PROJECT, key, package, signed_root, staff, trust_root

KNOWN = load_project(company.PACKAGE)
SOURCE = of_source(KNOWN.source(company.LINES))
PURPOSE = of_purpose(KNOWN.purpose("retention"), KNOWN.consents)
CHANGED = of_source(replace(KNOWN.source(company.LINES), kept_days=30))
BOTH = (SOURCE, PURPOSE)


def proposal(at: datetime, who: str = "erik", *, key_of: str = "", **said: object) -> bytes:
    """A signed proposal."""
    made = DataProposal(
        installation=ORIGIN,
        project=PROJECT,
        declarations=BOTH,
        reason="the board looked at both",
        identity=PEOPLE[who][0],
        issued=at,
        nonce=sha256(f"{who}{at}{said}".encode())[:32],
    )
    return sign_data_proposal(replace(made, **said), key(key_of or who))


def decided(at: datetime, who: str, proposed: str, *, key_of: str = "", **said: object) -> bytes:
    """A signed decision on one."""
    made = DataDecision(
        installation=ORIGIN,
        project=PROJECT,
        proposal=proposed,
        declarations=tuple(sorted(one.digest for one in BOTH)),
        verdict=Verdict.APPROVE,
        reason="read, and agreed",
        identity=PEOPLE[who][0],
        issued=at,
        nonce=sha256(f"{who}{at}{proposed}{said}".encode())[:32],
    )
    return sign_data_decision(replace(made, **said), key(key_of or who))


def noted(at: datetime, *, signer: str = "training", **said: object) -> bytes:
    """A signed note."""
    made = DataNote(installation=ORIGIN, project=PROJECT, declarations=(SOURCE,), identity=PEOPLE[signer][0], issued=at)
    return sign_data_note(replace(made, **said), key(signer))


def proposed(book: Book, who: str = "erik", **said: object) -> str:
    """Record a proposal, and return its digest."""
    signed = proposal(book.now, who, **said)
    book.add(Kind.DATA_PROPOSED, signed)
    return sha256(signed)


def approved(book: Book, *people: str, declarations: tuple[Declaration, ...] = BOTH) -> str:
    """Record a proposal with people's approvals."""
    digest = proposed(book, declarations=declarations)
    for who in people:
        own = tuple(sorted(one.digest for one in declarations))
        book.add(Kind.DATA_DECIDED, decided(book.now, who, digest, declarations=own))
    return digest


def state(book: Book, declaration: Declaration = SOURCE) -> DataState:
    """Where one stands at the end of a log."""
    return data_stands(book.ledger, PROJECT, [declaration])[0].state


def trained_on(book: Book, *sources: str) -> Book:
    """A signed training that had read sources."""
    book.trained(package(), data=tuple(NamedDigest(name=name, value="ab" * 32) for name in ("training_set", *sources)))
    return book


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


def test_another_declaration_asks_again_and_shows_what_changed() -> None:
    """The one of before holds until the new one is approved, and does not come back unasked."""
    book = opened()
    approved(book, "anna", "ben")
    (stands,) = data_stands(book.ledger, PROJECT, [CHANGED])
    assert (stands.state, state(book)) == (DataState.CHANGED, DataState.APPROVED)
    assert [change.in_words for change in stands.changes] == ["kept: as long as the home -> 30 days"]

    approved(book, "anna", "carla", declarations=(CHANGED,))

    assert (state(book, CHANGED), state(book)) == (DataState.APPROVED, DataState.CHANGED)
    approved(book, "ben", "carla", declarations=(SOURCE,))
    assert (state(book, CHANGED), state(book)) == (DataState.CHANGED, DataState.APPROVED)


def test_a_rejection_ends_what_was_approved_until_its_reviewer_takes_it_back() -> None:
    """Nobody else's approval does."""
    book = opened()
    digest = approved(book, "anna", "ben")
    book.add(Kind.DATA_DECIDED, decided(book.now, "carla", digest, verdict=Verdict.REJECT, reason="we may not hold it"))
    (stands,) = data_stands(book.ledger, PROJECT, [SOURCE])
    assert stands.in_words == "rejected by staff-carla: we may not hold it"
    book.add(Kind.DATA_DECIDED, decided(book.now, "dora", digest))
    assert state(book) is DataState.REJECTED

    book.add(Kind.DATA_DECIDED, decided(book.now, "carla", digest))

    assert state(book) is DataState.APPROVED


def rejected(book: Book, who: str, digest: str) -> None:
    """Record somebody's rejection of both."""
    book.add(Kind.DATA_DECIDED, decided(book.now, who, digest, verdict=Verdict.REJECT, reason="we may not hold it"))


def without(book: Book, who: str) -> None:
    """Somebody leaves the trust root."""
    first = trust_root()
    left = tuple(one for one in first.staff if one.staff_id != PEOPLE[who][0])
    book.add(Kind.ROOT, signed_root(replace(first, version=2, previous=first.digest, issued=book.now, staff=left)))


def test_proposing_the_same_again_does_not_wipe_out_a_rejection() -> None:
    """Neither an engineer alone does it, nor two others who approve; who rejected does, by any proposal of it."""
    book = opened()
    rejected(book, "carla", approved(book, "anna", "ben"))
    again = proposed(book, "erik")
    assert state(book) is DataState.REJECTED
    for who in ("anna", "ben"):
        book.add(Kind.DATA_DECIDED, decided(book.now, who, again))
    assert state(book) is DataState.REJECTED

    book.add(Kind.DATA_DECIDED, decided(book.now, "carla", again))

    assert (state(book), state(book, PURPOSE)) == (DataState.APPROVED, DataState.APPROVED)
    assert verify_history(book.ledger).is_sound


def test_what_is_rejected_by_who_left_is_not_stuck() -> None:
    """All who could sign have signed; and nobody's leaving afterwards takes it back."""
    book = opened()
    digest = proposed(book)
    rejected(book, "carla", digest)
    for who in ("anna", "ben"):
        book.add(Kind.DATA_DECIDED, decided(book.now, who, digest))
    assert state(book) is DataState.REJECTED

    without(book, "carla")

    (stands,) = data_stands(book.ledger, PROJECT, [SOURCE])
    assert stands.in_words.startswith("approved by staff-anna and staff-ben")
    assert verify_history(book.ledger).is_sound


def test_another_trust_root_does_not_bring_back_what_was_replaced() -> None:
    """One had signed the new contract before the board approved the old one again; a root by which one is enough adds nothing."""
    book = opened()
    approved(book, "anna", declarations=(CHANGED,))
    approved(book, "anna", "ben", declarations=(SOURCE,))
    first = trust_root()
    fewer = (replace(first.quorums[0], reviewers=1), *first.quorums[1:])
    book.add(Kind.ROOT, signed_root(replace(first, version=2, previous=first.digest, issued=book.now, quorums=fewer)))

    assert (state(book), state(book, CHANGED)) == (DataState.APPROVED, DataState.PROPOSED)


def test_a_trust_root_that_names_the_company_no_more_approves_nothing_new() -> None:
    """And the log is read as before."""
    book = opened()
    approved(book, "anna", "ben", declarations=(SOURCE,))
    approved(book, "anna", declarations=(PURPOSE,))
    first = trust_root()
    other = (replace(first.quorums[0], project="elsewhere"),)
    book.add(Kind.ROOT, signed_root(replace(first, version=2, previous=first.digest, issued=book.now, quorums=other)))

    assert [name for _, name in data_use(book.ledger, PROJECT).approved] == [SOURCE.name]


def test_the_log_remembers_that_purposes_list_columns() -> None:
    """A source alone does not say so."""
    book = opened()
    proposed(book, declarations=(SOURCE,))
    before = data_use(book.ledger, PROJECT).has_purposes
    proposed(book, declarations=(PURPOSE,))

    assert (before, data_use(book.ledger, PROJECT).has_purposes) == (False, True)


@pytest.mark.parametrize(
    "consents",
    [
        None,
        Consents(leaves_training=True),
        Consents("said", did="what", given="yes", withdrawn="no", purpose="whatfor"),
        Consents("said", did="what", given="yes", withdrawn="no", objected="stop", purpose="whatfor"),
    ],
)
def test_who_is_left_out_is_signed_with_the_purpose(consents: Consents | None) -> None:
    """Which word is an objection, and that anybody is heard at all."""
    signed = of_purpose(KNOWN.purpose("retention"), Consents())

    changed = of_purpose(KNOWN.purpose("retention"), consents)

    assert [change.about for change in changes(signed, changed)] == ["consent"]


def test_what_the_board_approved_holds_when_a_member_leaves() -> None:
    """As with promotions: landing does not stop. What was not complete then lacks the signature."""
    book = opened()
    approved(book, "anna", "ben", declarations=(SOURCE,))
    digest = approved(book, "ben", declarations=(PURPOSE,))
    without(book, "ben")
    book.add(Kind.DATA_DECIDED, decided(book.now, "anna", digest, declarations=(PURPOSE.digest,)))

    assert (state(book), state(book, PURPOSE)) == (DataState.APPROVED, DataState.PROPOSED)


def test_sources_of_before_count_until_their_contract_changes() -> None:
    """Nobody signed them, which is said; once people sign, it is theirs."""
    book = trained_on(opened(), SOURCE.name)
    book.add(Kind.DATA_NOTED, noted(book.now))
    before = state(book), state(book, CHANGED)
    approved(book, "anna", "ben")

    assert before == (DataState.NOTED, DataState.CHANGED)
    assert state(book) is DataState.APPROVED
    assert verify_history(book.ledger).is_sound


def test_a_person_alone_proposes_and_approves_in_two_acts() -> None:
    """Where the trust root lets them approve what they trained."""
    alone = staff("dora", roles=(Role.ENGINEER, Role.OWN_REVIEWER, Role.REVIEWER))
    first = trust_root()
    others = (one for one in first.staff if one.staff_id != "staff-dora")
    root = replace(first, quorums=(replace(first.quorums[0], reviewers=1),), staff=(alone, *others))
    book = Book(pinned=root.digest)
    book.add(Kind.ROOT, signed_root(root))
    digest = proposed(book, "dora")
    book.add(Kind.DATA_DECIDED, decided(book.now, "dora", digest))

    assert state(book) is DataState.APPROVED


@pytest.mark.parametrize(
    "said",
    [
        {"grain": "one device of one subscriber"},
        {"why": "another use"},
        {"from_whom": "a broker of addresses"},
        {"kept_days": 3_650},
        {"unread": ("password",)},
        {"owner": "team:other"},
        {"derived": {"is_long": "minutes > 60"}},
    ],
)
def test_what_matters_of_a_contract_is_signed(said: dict[str, object]) -> None:
    """Each such change is another declaration, and is named."""
    changed = of_source(replace(KNOWN.source(company.LINES), **said))

    assert changed.digest != SOURCE.digest
    assert len(changes(SOURCE, changed)) == 1


def test_how_many_rows_are_usual_and_where_files_lie_ask_nobody() -> None:
    """Otherwise people would sign what is none of theirs, and soon without looking."""
    source = KNOWN.source(company.LINES)
    moved = replace(
        source, reader=replace(source.reader, pattern="/elsewhere/{day}.parquet"), late_days=3, max_quarantine_share=0.2
    )

    assert of_source(moved).digest == SOURCE.digest
