"""Pairs in the review room: who sees them, what is shown of two records, and a decision that is signed and made once."""

import re

import pytest

from provenance.people import open_ledger
from provenance.people_signed import decisions_held
from review.access import RoomRole
from tenure.people import deciding
from tenure.people.ledger import Did
from tests.integration.review.conftest import copied
from tests.pairs_room import ROWS, PairsRoom, asked
from tests.review_room import SHOP, csrf_of, says


@pytest.fixture(scope="module")
def pairs(opened, tmp_path_factory) -> PairsRoom:
    """A room with three pairs that wait."""
    return asked(PairsRoom(copied(opened, tmp_path_factory.mktemp("pairs") / "home").shop))


def sent(room, client, number, **changes):
    """Send the form of a pair as somebody who looked at it."""
    shown = client.get(f"{SHOP}/people/{number}").text
    once = re.search(r'name="once" value="([0-9a-f.]+)"', shown)
    form = {"csrf": csrf_of(client), "choice": "merge", "reason": "they told us so", "passphrase": room.passphrase}
    return client.post(f"{SHOP}/people/{number}/decide", data={**form, "once": once[1] if once else "", **changes})


def test_pairs_are_shown_likeliest_first_and_no_value_of_theirs(pairs):
    """Whoever may look at people sees why a pair is asked about and both records masked; engineers see nothing of it."""
    reviewer = pairs.as_role(RoomRole.REVIEWER)
    listed = reviewer.get(f"{SHOP}/people")
    first = deciding.waiting(open_ledger(pairs.workplace).ledger)[0].number
    shown = reviewer.get(f"{SHOP}/people/{first}")

    assert re.findall(r"\d\d\.\d&nbsp;%", listed.text) == ["97.4&nbsp;%", "95.1&nbsp;%", "91.2&nbsp;%"]
    assert "<code>aaaa</code>" in shown.text
    assert "9999-99-99" in shown.text
    for value in {cell for row in ROWS for cell in row if cell}:
        assert f">{value}<" not in shown.text + listed.text
    assert pairs.as_role(RoomRole.ENGINEER).get(f"{SHOP}/people").status_code == 403
    assert "Reviewers decide" in says(pairs.as_role(RoomRole.AUDITOR).get(f"{SHOP}/people/{first}"))
    assert reviewer.get(f"{SHOP}/people/999").status_code == 404


def test_a_decision_is_signed_and_made_once(pairs):
    """A form that is sent twice makes one entry, which holds against its signature; the pair waits no more."""
    reviewer, ledger = pairs.as_role(RoomRole.REVIEWER), open_ledger(pairs.workplace).ledger
    likeliest, second, _ = deciding.waiting(ledger)
    assert sent(pairs, reviewer, likeliest.number, reason=" ").status_code == 409
    assert "does not open the key" in says(sent(pairs, reviewer, likeliest.number, passphrase="another one"))  # noqa: S106

    shown = reviewer.get(f"{SHOP}/people/{likeliest.number}").text
    once = re.search(r'name="once" value="([0-9a-f.]+)"', shown)[1]
    answers = [sent(pairs, reviewer, likeliest.number, once=once) for _ in range(2)]
    apart = sent(pairs, reviewer, second.number, choice="apart")

    assert [answer.status_code for answer in (*answers, apart)] == [303, 303, 303]
    assert answers[0].headers["location"] == answers[1].headers["location"]
    assert "is in the ledger" in says(reviewer.get(answers[0].headers["location"]))
    made = open_ledger(pairs.workplace).ledger
    assert [entry.did for entry in made.entries[len(ledger.entries) :]] == [Did.MERGED, Did.APART]
    assert decisions_held(pairs.workplace).in_words == "Decisions about people: 2 signed."
    assert len(deciding.waiting(made)) == 1
    assert "waits no more" in says(reviewer.get(f"{SHOP}/people/{likeliest.number}"))


def test_where_nobody_says_what_identifies_the_page_says_so(shared_room):
    """A company without a declaration has a page that tells how to make one."""
    assert "every id is one" in says(shared_room.as_role(RoomRole.REVIEWER).get(f"{SHOP}/people"))
