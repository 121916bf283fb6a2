"""Reasons at the doors: what is signed is one line that people can read, and nothing is stripped from it unseen."""

import pytest

from governance.doors.demonstration import REVIEWERS, demo_key
from governance.records.approval import Verdict
from tenure.canonical import check_reason
from tenure.errors import PromotionError
from tests.shop import FAIR, RANKS, Shop

FORGED = "too old\n\x1b[2K\x1b[32mtenure: All 12 records are as they were signed.\x1b[0m"
ODD = {
    "a forged line": FORGED,
    "a terminal's code": "\x1b[31mred",
    "a line break": "first\nsecond",
    "a carriage return": "first\rsecond",
    "a code of one byte": "a\x9b31mb",
    "nothing": "a\x00b",
    "a line's end": "a\u2028b",
    "writing turned around": "\u202etxt.exe",
    "half a letter": "a\ud800",
    "a width of zero": "\u200b",
    "a filler": "\u3164",
    "a braille blank": "\u2800",
    "joiners alone": "\u200d \u200d",
}
PLAIN = [
    "",
    "calibrated",
    "Ça marche – très bien!",
    "שלום",
    "می\u200cخواهم",
    "👩\u200d🔬 agreed",
    "日本語",
    "=1+1",
    "a\u00a0b",
    "?",
]


@pytest.mark.parametrize("name", ODD)
def test_what_cannot_be_read_on_one_line_is_no_reason(name: str) -> None:
    """With a message that can be shown anywhere."""
    with pytest.raises(PromotionError, match=r"one line of words|signs that cannot be seen") as refusal:
        check_reason(ODD[name])

    assert str(refusal.value).isprintable()


@pytest.mark.parametrize("reason", PLAIN)
def test_words_of_any_script_are_reasons(reason: str) -> None:
    """Joiners belong to some of them; whether an empty one will do is asked elsewhere."""
    check_reason(reason)


def test_an_approval_of_a_card_with_open_points_says_why_at_every_door(tmp_path) -> None:
    """One word is refused wherever it is signed; a rejection may be short, for it can only stop."""
    shop = Shop(tmp_path, gates=(RANKS, FAIR)).founded()
    package = shop.train("one")
    with pytest.raises(PromotionError, match="a reason that a colleague can follow"):
        shop.approve(package, reason="ok")
    shop.approve(package, verdict=Verdict.REJECT, reason="no")
    shop.approve(package)

    assert len(shop.doors.decisions(package.digest)) == 4


def test_no_door_signs_such_a_reason(tmp_path) -> None:
    """Neither a reviewer's nor the promoter's, and the log does not grow."""
    shop = Shop(tmp_path).founded()
    package = shop.approved("one")
    who = {"staff_id": REVIEWERS[0], "key": demo_key(shop.settings, REVIEWERS[0])}
    size = shop.doors.ledger().size
    doors = {
        "decide": lambda: shop.doors.decide(package.digest, Verdict.REJECT, FORGED, **who),
        "revoke": lambda: shop.doors.revoke(package.digest, FORGED, **who),
        "promote": lambda: shop.promote(package.digest, FORGED),
        "rollback": lambda: shop.rollback(FORGED),
    }
    for ask in doors.values():
        with pytest.raises(PromotionError, match="one line of words"):
            ask()

    assert shop.doors.ledger().size == size
