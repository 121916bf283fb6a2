"""Where purposes and sources stand: what changed asks again, rejections hold, and who leaves takes nothing back."""

from dataclasses import replace

import pytest

from governance.records.approval import Verdict
from governance.records.log import Kind
from governance.records.trust_root import Role
from governance.rules.data_standing import DataState, data_stands
from governance.rules.data_use import data_use
from governance.rules.verify import verify_history
from tenure.consent import Consents
from tenure.purposes.declaration import changes, of_purpose, of_source
from tests import company
from tests.unit.governance.book import Book, opened
from tests.unit.governance.data_book import CHANGED, KNOWN, PURPOSE, SOURCE, approved, decided, noted, proposed, state, trained_on
from tests.unit.governance.sample import PEOPLE, PROJECT, signed_root, staff, trust_root


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
