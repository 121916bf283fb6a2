"""What a page says of where a card stands: who approved, who must, and until when it may serve."""

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from model_cards.html import render_html
from model_cards.markdown import render_markdown
from model_cards.page import approvals_line, decided_rows, notices, review_line
from model_cards.pages import body_of, page_now
from model_cards.standing import Decided, Force, Standing, Status
from tests.unit.model_cards.sample import card

DAY = datetime(2026, 11, 20, 9, tzinfo=UTC)
DIGESTS = (("package", "aa" * 32), ("model", "bb" * 32), ("card", "cc" * 32), ("audit", "dd" * 32), ("policy", "ee" * 32))


def decision(who: str, verdict: str = "approve", **changes: object) -> Decided:
    """A reviewer's decision."""
    made = Decided(
        staff_id=who,
        role="reviewer",
        verdict=verdict,
        reason="Read to the end; <b>fine</b> | for a pilot.",
        issued=DAY,
        expires=DAY + timedelta(days=30),
        digests=DIGESTS,
    )
    return replace(made, **changes)


CANDIDATE = Standing(status=Status.CANDIDATE, package_digest="aa" * 32, n_needed=2)
APPROVED = replace(
    CANDIDATE, approved_by=("demo-anna", "demo-ben"), is_demo=True, decided=(decision("demo-anna"), decision("demo-ben"))
)
CHAMPION = replace(APPROVED, status=Status.CHAMPION, version=1, promoted_at=DAY, review_by=DAY + timedelta(days=120))


def both(standing: Standing) -> tuple[str, str]:
    """Page and Markdown."""
    return page_now(render_html(card()), standing), render_markdown(card(), standing)


@pytest.mark.parametrize(
    ("standing", "line"),
    [
        (CANDIDATE, "Approved by nobody yet; two are needed."),
        (replace(CANDIDATE, n_needed=1), "Approved by nobody yet; one is needed."),
        (replace(CANDIDATE, n_needed=None), "Nobody can approve it yet: there is no trust root that says who may."),
        (APPROVED, "Approved by demo-anna and demo-ben, each by a signature over exactly this package; two are needed."),
        (
            replace(CANDIDATE, decided=(decision("demo-anna", "reject", reason="No labels for November."),)),
            f"Rejected by demo-anna on {DAY:%Y-%m-%d}, for this reason: No labels for November. Nobody can promote it while that "
            "stands.",
        ),
    ],
    ids=["nobody", "one is enough", "no trust root", "approved", "rejected"],
)
def test_who_approves_and_how_many_must_is_said_in_words(standing, line):
    """Above the page and in the Markdown."""
    page, text = both(standing)

    assert approvals_line(standing) == line
    assert line in page
    assert line.replace("-", "\\-") in text or line in text


def test_each_decision_shows_who_when_verdict_reason_expiry_and_what_it_covers():
    """Nothing of a signature is left out, and a reason cannot bring markup."""
    standing = replace(
        CANDIDATE,
        decided=(
            decision("staff-anna", force=Force.REPLACED),
            decision("staff-anna", "reject"),
            decision("staff-ben", force=Force.EXPIRED),
        ),
    )
    page, text = both(standing)
    for shown in (page, text):
        assert "staff-anna (reviewer)" in shown
        assert "2026-11-20 09:00 UTC" in shown
        assert "2026-12-20 09:00 UTC" in shown
        assert "rejects" in shown
        assert "replaced by a later decision" in shown
        assert "ran out" in shown
        assert "<b>fine</b>" not in shown
        assert all(f"{name} {digest[:12]}" in shown for name, digest in DIGESTS)
    assert [row["verdict"] for row in decided_rows(standing)] == ["approves", "rejects", "approves"]


def test_approvals_of_a_demonstration_are_marked_as_such():
    """Nobody may take them for a person's."""
    said = "software signed them, and no person has read this card"
    assert all(said in shown for shown in both(APPROVED))
    assert not any(said in shown for shown in both(replace(APPROVED, is_demo=False)))


def test_the_review_date_is_said_once_promoted_and_an_overdue_one_at_the_top():
    """Before a promotion there is none."""
    assert review_line(APPROVED) == ""
    assert review_line(CHAMPION) == "Review by 2027-03-20; after that day the scorer refuses it."
    late = replace(CHAMPION, is_overdue=True)
    assert review_line(late) == "Review by 2027-03-20: overdue."
    assert "Review overdue since 2027-03-20: the scorer refuses it until people decide anew." in notices(late)
    assert not any("overdue" in notice for notice in notices(CHAMPION))
    page, text = both(CHAMPION)
    assert "Review by 2027-03-20" in page
    assert "Review by 2027" in text


def test_the_policy_fills_the_fields_of_approvals_gates_and_monitoring():
    """At compile time: how many, who never counts, for how long, and under which digest."""
    by_key = {field["key"]: field for field in card()["fields"]}
    said = {
        key: "".join(p if isinstance(p, str) else p["shown"] for line in f["facts"] for p in line) for key, f in by_key.items()
    }

    assert {by_key[key]["status"] for key in ("approvals", "gates", "security", "monitoring")} == {"filled"}
    assert "must approve before it may serve: 2," in said["approvals"]
    assert "Whoever trained it never counts" in said["approvals"]
    assert "can be used for 30 days" in said["approvals"]
    assert f"under policy {'9f0c' * 16}" in said["gates"]
    assert "within 120 days of its promotion" in said["monitoring"]
    assert "No pickle" in said["security"]
    assert "advisory scan" in by_key["security"]["reason"]
    assert "MIT 120, Apache-2.0 61, BSD-3-Clause 27" in said["code_and_environment"]
    assert "No licence is declared by: huey, skops" in said["code_and_environment"]


def test_a_page_is_not_changed_by_what_is_shown_beside_it():
    """Above it stands where the package stands; within another page its title is a second heading; the words stay."""
    sealed = render_html(card())
    head, _, body = page_now(sealed, CHAMPION).partition('<section class="standing"')

    within, alone = body_of(sealed), sealed.partition("<body>\n")[2].partition("</body>")[0]
    assert head + body.partition("</section>")[2] == sealed
    assert "<h1" not in within
    assert re.sub("<[^>]+>", "", within) == re.sub("<[^>]+>", "", alone)


def test_a_reason_for_promotion_is_printed():
    """Whoever promoted despite open questions said why, and the reader sees it."""
    standing = Standing(
        status=Status.CHAMPION,
        version=4,
        package_digest="de" * 32,
        promoted_at=datetime(2026, 11, 21, 8, tzinfo=UTC),
        reason="A pilot & no more.",
        previous_version=3,
    )
    page = page_now(render_html(card()), standing)

    assert "Promoted on 2026-11-21 despite open questions, for this reason: A pilot &amp; no more." in page
    assert "de" * 32 in page
