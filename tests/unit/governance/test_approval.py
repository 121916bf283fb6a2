"""What a reviewer signs, and when it counts."""

from dataclasses import replace

import pytest

from governance.records.approval import Approval, Subject, Verdict, read_approval
from governance.rules.quorum import check_quorum, check_subject, check_unopposed
from tenure.canonical import SKEW
from tenure.errors import RefusedError
from tenure.promotions import Action
from tests.unit.governance.sample import DAY, START, approval, approve, package, trust_root

SUBJECT = approval(package(), "anna", at=START).subject
NOBODY: frozenset[str] = frozenset()


def signed(*people: str):
    """Verified approvals."""
    return [read_approval(approve(package(), who, at=START), trust_root(), now=START) for who in people]


def test_quorum_counts_people() -> None:
    """Two people are two, whatever the order; more than needed is enough."""
    terms = {"action": Action.PROMOTE, "needed": 2, "trainers": NOBODY, "now": START}

    assert check_quorum(signed("ben", "anna"), SUBJECT, **terms) == {"staff-anna", "staff-ben"}
    assert len(check_quorum(signed("anna", "ben", "carla"), SUBJECT, **terms)) == 3


@pytest.mark.parametrize(
    ("people", "action", "needed", "words"),
    [
        ((), Action.ROLLBACK, 1, "is approved by nobody, but one reviewer is needed to roll back to it"),
        (("anna",), Action.PROMOTE, 2, "is approved by staff-anna, but 2 different reviewers are needed to promote it"),
    ],
)
def test_what_is_missing_is_said_with_what_it_is_for(people, action, needed, words) -> None:
    """Who asks reads how many must still allow which action."""
    with pytest.raises(RefusedError, match=words):
        check_quorum(signed(*people), SUBJECT, action=action, needed=needed, trainers=NOBODY, now=START)


def test_quorum_is_counted_when_it_is_used() -> None:
    """An approval that ran out in between counts no more; the last second still counts."""
    end, terms = START + 7 * DAY, {"action": Action.PROMOTE, "needed": 1, "trainers": NOBODY}

    check_quorum(signed("anna"), SUBJECT, **terms, now=end.replace(hour=8, minute=59, second=59))
    with pytest.raises(RefusedError, match="could be used until 2026-11-08 09:00 UTC"):
        check_quorum(signed("anna"), SUBJECT, **terms, now=end)


def test_clocks_may_differ_by_five_minutes() -> None:
    """A reviewer's clock a little ahead does not stop a promotion; an hour does."""
    data = approve(package(), "anna", at=START)

    read_approval(data, trust_root(), now=START - SKEW)
    for arrived in (START - SKEW * 2, START + SKEW * 2):
        with pytest.raises(RefusedError, match="but reached the log at"):
            read_approval(data, trust_root(), now=arrived)


def test_a_decision_is_about_one_model_and_a_time_of_service() -> None:
    """The same bytes under another name, or for longer, take another decision."""
    for changes, words in (
        ({"model": "other"}, "counts for the model that it names"),
        ({"serves_days": 300}, "let the package serve"),
    ):
        with pytest.raises(RefusedError, match=words):
            check_subject(approval(package(), "anna", at=START), replace(SUBJECT, **changes))


@pytest.mark.parametrize("name", [name for name in vars(SUBJECT) if name.endswith("_digest")])
def test_every_digest_is_signed_for(name: str) -> None:
    """Another model, card, audit, policy or package is another subject, and the message says which differs."""
    other = replace(SUBJECT, **{name: "ab" * 32})

    with pytest.raises(RefusedError, match=f"decided on {name.removesuffix('_digest')}"):
        check_subject(approval(package(), "anna", at=START), other)


def test_a_rejection_stands_until_its_own_author_approves() -> None:
    """Others' approvals do not take it back, and rejections of other packages do not matter."""
    no = approval(package(), "anna", at=START, verdict=Verdict.REJECT)
    yes, other_yes = approval(package(), "anna", at=START), approval(package(), "ben", at=START)
    elsewhere = replace(no, subject=replace(SUBJECT, package_digest="ab" * 32))

    check_unopposed([no, yes], SUBJECT)
    check_unopposed([elsewhere], SUBJECT)
    for decisions in ([no], [no, other_yes], [yes, no]):
        with pytest.raises(RefusedError, match="staff-anna rejected package"):
            check_unopposed(decisions, SUBJECT)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"nonce": "AB" * 16}, "lower-case hex"),
        ({"nonce": ""}, "lower-case hex"),
        ({"identity": " "}, "expected an identity"),
        ({"issued": START.replace(microsecond=1)}, "UTC and whole seconds"),
    ],
)
def test_what_could_be_spelled_twice_is_no_approval(changes, words: str) -> None:
    """Upper-case hex, an empty name, parts of a second."""
    with pytest.raises(ValueError, match=words):
        Approval(**{**vars(approval(package(), "anna", at=START)), **changes})


def test_a_subject_is_five_digests() -> None:
    """In lower-case hex."""
    with pytest.raises(ValueError, match="lower-case hex"):
        Subject(**{**vars(SUBJECT), "card_digest": SUBJECT.card_digest.upper()})
