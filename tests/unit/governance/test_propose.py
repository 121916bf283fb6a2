"""Drafts of promotions and rollbacks."""

from dataclasses import replace

from governance.records.approval import Verdict
from governance.records.log import Kind
from governance.records.serving import newest_promotion
from tenure.promotions import Action
from tests.unit.governance.sample import DAY, MODEL, PROJECT, approve, opened, package, served


def test_a_draft_names_what_stands_and_what_it_rests_on() -> None:
    """Version, predecessor, statement, approvals, and the day by which people look again."""
    book = served("tree one")
    book.trained(package("tree two"))
    book.approved(package("tree two"), "anna", "ben")
    draft = book.draft(package("tree two"))
    records = book.ledger.records

    assert (draft.version, draft.expected_previous) == (2, package("tree one").digest)
    assert draft.statement == records[8].envelope_digest
    assert draft.approvals == (records[9].envelope_digest, records[10].envelope_digest)
    assert draft.review_by - draft.decided_at == 120 * DAY


def test_of_one_person_the_last_approval_is_named() -> None:
    """After a change of mind and back, the later approval replaces the earlier one."""
    book = opened()
    book.trained(package())
    book.approved(package(), "anna")
    book.add(Kind.REJECTION, approve(package(), "anna", at=book.now, verdict=Verdict.REJECT))
    book.approved(package(), "ben", "anna")

    assert set(book.draft(package()).approvals) == {record.envelope_digest for record in book.ledger.records[5:7]}


def test_an_approval_that_ran_out_does_not_stand_in_the_way_of_enough_others() -> None:
    """Two of three still count."""
    book = opened()
    book.trained(package())
    book.approved(package(), "carla")
    book.now += 7 * DAY
    book.approved(package(), "anna", "ben")

    assert len(book.draft(package()).approvals) == 2
    book.promote(package())


def test_rolling_back_keeps_version_and_subject() -> None:
    """A version names bytes, not an occasion; one fresh approver is enough."""
    book = served("tree one", "tree two")
    first = newest_promotion(book.ledger, PROJECT, MODEL, before=8)[1]
    book.approved(package("tree one"), "carla")
    back = book.rollback(package("tree one"))

    assert (back.action, back.version, back.subject) == (Action.ROLLBACK, 1, first.subject)
    assert back.expected_previous == package("tree two").digest
    assert len(back.approvals) == 1
    assert replace(back) == newest_promotion(book.ledger, PROJECT, MODEL)[1]
