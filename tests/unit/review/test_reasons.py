"""Reasons: which say something, and the one line that is signed of them."""

import pytest

from governance.doors.open_questions import is_thin
from review.reasons import missing, open_points, signed_reason
from tenure.gate import Gate, GateKind, GateResult, GateVerdict
from tenure.gates import Answer, Decision, OpenPoint, Outcome, Question

FOUND = OpenPoint(question=Question.GROUPS, answer=Answer.NOT_ASSESSED, found="age", gate="fair")
ASKING = GateVerdict(
    gate=Gate(name="ranks_well", kind=GateKind.FLOOR, metric="roc_auc"), result=GateResult.NEEDS_REASON, found="0.7"
)
POINTS = open_points(Decision(outcome=Outcome.NEEDS_REASON, verdicts=(), open_points=(FOUND,)))


@pytest.mark.parametrize(
    ("reason", "expected"),
    [
        ("ok", True),
        ("", True),
        ("ok ok ok ok ok", True),
        ("looks fine to", True),
        ("too few people are known", False),
        ("対象者が少なく、影響は小さい。", False),
        ("可", True),
    ],
)
def test_a_reason_has_four_different_words_or_as_much_of_a_script_without_spaces(reason, expected):
    """Repeating one is not saying more."""
    assert is_thin(reason) is expected


def test_an_open_point_is_named_by_its_question():
    """A gate that asks for a reason, and of which no point speaks, is one as well."""
    assert [(one.name, one.text) for one in POINTS] == [("Treats groups alike", "not assessed: age")]
    asking = open_points(Decision(outcome=Outcome.NEEDS_REASON, verdicts=(ASKING,), open_points=(FOUND,)))
    assert [one.name for one in asking] == ["Treats groups alike", "Ranks well"]


@pytest.mark.parametrize(
    ("ticks", "reasons", "overall", "message"),
    [
        ((), ("few people are known",), "it ranks as before", "tick that you have read the card"),
        (("card",), ("few people are known",), "it ranks as before", "Open point 1, “Treats groups alike”, is not ticked"),
        (("card", "1"), (), "it ranks as before", "found none"),
        (("card", "1"), ("fine",), "it ranks as before", "found “fine”"),
        (("card", "1"), ("few people are known",), "fine", "A card with open points needs a reason"),
        (("card", "1"), ("few people are known",), "it ranks as before", ""),
    ],
)
def test_an_approval_lacks_what_it_lacks_in_words(ticks, reasons, overall, message):
    """The first thing, so that it can be put right."""
    found = missing(POINTS, ticks, reasons, overall)

    assert (message in found) if message else found == ""


def test_a_card_without_open_points_takes_any_reason():
    """There is nothing to answer for but the card."""
    assert missing((), ("card",), (), "as agreed") == ""
    assert "Say why" in missing((), ("card",), (), "  ")


def test_what_is_signed_is_one_line_with_each_points_reason():
    """In the card's order."""
    assert signed_reason(POINTS, ("few are known ",), " it ranks ") == "it ranks [1] Treats groups alike: few are known"
