"""The doors of promotion on a real disk, with real keys and a real log."""

from dataclasses import replace
from datetime import timedelta, timezone
from pathlib import Path

import pytest

from governance.doors.demonstration import REVIEWERS, demo_key
from governance.rules.standing import standing_of
from governance.stores.package_store import PackageStore
from governance.stores.trust import Trust
from model_cards.standing import Status
from tenure.errors import NoChampionError, PackageError, PromotionError, RefusedError
from tenure.gates import Outcome
from tenure.promotions import Action
from tests import company
from tests.shop import FAIR, NOW, RANKS, RANKS_TOO_LITTLE, Shop, files_of

ROOT = Path(__file__).parents[2]


@pytest.fixture
def shop(tmp_path: Path) -> Shop:
    """A shop with its trust, whose gates leave nothing open."""
    return Shop(tmp_path).founded()


def test_champion_is_what_was_promoted(shop: Shop) -> None:
    """The read door returns the bytes that went through the write door, with the record that let them."""
    package = shop.approved("one")
    record = shop.promote(package.digest[:10], "  looks right ")
    champion = shop.doors.champion("shop", company.PROPENSITY)

    assert champion == package
    assert dict(champion.files) == dict(package.files)
    assert (record.sequence, record.version, record.action, record.previous_digest) == (1, 1, Action.PROMOTE, None)
    assert (record.reason, record.decided_at, record.outcome) == ("looks right", NOW, Outcome.ACCEPTED)
    assert shop.doors.records() == (record,)


def test_a_promotion_without_open_questions_needs_no_reason(shop: Shop) -> None:
    """The signed record says so; the card is not told of a reason that nobody gave."""
    assert shop.promote(shop.approved("one").digest).reason == ""


def test_champion_outlives_its_candidate(shop: Shop) -> None:
    """What serves is a copy of its own; nobody who may write candidates can change it."""
    package = shop.serving("one")
    booster = shop.home / f"candidates/shop/{company.PROPENSITY}" / package.digest / "model/booster.txt"
    booster.chmod(0o644)
    booster.write_bytes(b"two")

    assert shop.doors.champion("shop", company.PROPENSITY).model_files["booster.txt"] == b"one"


def test_no_champion_before_the_first_promotion(shop: Shop) -> None:
    """The message says how to get one."""
    shop.approved("one")

    with pytest.raises(NoChampionError, match=r"tenure promote DIGEST\."):
        shop.doors.champion("shop", company.PROPENSITY)


def test_a_home_without_a_trust_root_trains_and_promotes_nothing(tmp_path: Path) -> None:
    """No statement is signed, for nobody could check it; the refusal says which command makes a trust root."""
    shop = Shop(tmp_path)
    package = shop.train("one")

    assert not shop.doors.has_trust_root
    assert shop.doors.records() == ()
    assert shop.doors.decisions(package.digest) == ()
    with pytest.raises(PromotionError, match="tenure trust init"):
        shop.promote(package.digest, "why not")
    with pytest.raises(NoChampionError):
        shop.doors.champion("shop", company.PROPENSITY)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["candidates"]


@pytest.mark.parametrize("people", [(), REVIEWERS[:1]])
def test_nothing_serves_without_its_quorum(shop: Shop, people: tuple[str, ...]) -> None:
    """Nobody, or one reviewer: the package is not even copied."""
    package = shop.train("one")
    shop.approve(package, people)

    with pytest.raises(RefusedError, match=r"different reviewers are needed"):
        shop.promote(package.digest, "I insist")
    assert not (shop.home / "store" / "sha256").exists()


def test_a_decision_pressed_twice_is_one(shop: Shop) -> None:
    """The second is refused in words, and leaves nothing over for after a rollback."""
    one = shop.serving("one")
    two = shop.approved("two")
    with pytest.raises(RefusedError, match=r"demo-reviewer-1 approved package .* already: record 9 of"):
        shop.approve(two, REVIEWERS[:1])
    shop.promote(two.digest)
    shop.approve(one, REVIEWERS[:1])
    shop.rollback("two misbehaves")

    with pytest.raises(RefusedError, match="2 different reviewers are needed"):
        shop.promote(two.digest)
    assert shop.doors.champion("shop", company.PROPENSITY) == one


def test_nothing_serves_without_its_training_statement(shop: Shop) -> None:
    """Nobody has said where it comes from, so nobody can approve it either."""
    package = shop.keep("one")

    with pytest.raises(RefusedError, match="no signed training statement"):
        shop.approve(package)
    with pytest.raises(RefusedError, match="no signed training statement"):
        shop.promote(package.digest)


def test_what_was_judged_under_another_policy_is_not_promoted(shop: Shop) -> None:
    """Gates that were loosened after training loosen nothing."""
    package = shop.approved("one")
    stricter = replace(shop, gates=(replace(RANKS, limit=0.85),))

    with pytest.raises(RefusedError, match="is not what its evidence gives under policy"):
        stricter.promote(package.digest)


def test_a_successor_is_trained_and_promoted_after_a_revocation(shop: Shop) -> None:
    """What was revoked is nothing to be compared with, and nothing to go back to; its card says so."""
    revoked = shop.serving("one")
    shop.doors.revoke(revoked.digest, "its data were wrong", staff_id=REVIEWERS[0], key=demo_key(shop.settings, REVIEWERS[0]))

    assert shop.doors.champion_to_beat("shop", company.PROPENSITY) is None
    successor = shop.approved("two")
    shop.promote(successor.digest)
    assert shop.doors.champion("shop", company.PROPENSITY).digest == successor.digest
    known = {"decisions": shop.doors.decisions(revoked.digest), "project": "shop", "now": NOW}
    standing = standing_of(revoked.digest, Outcome.ACCEPTED, shop.doors.records(), shop.doors.ledger(), **known)
    assert (standing.status, standing.revoked and standing.revoked.reason) == (Status.REVOKED, "its data were wrong")


def test_an_overdue_champion_is_still_what_a_successor_is_compared_with(shop: Shop) -> None:
    """People look again, or promote the successor; training does not wait for them."""
    package = shop.serving("one")
    later = replace(shop, now=NOW + timedelta(days=400))

    found = later.doors.champion_to_beat("shop", company.PROPENSITY)
    assert found is not None
    assert found[1].digest == package.digest


def test_a_champion_is_renewed_by_fresh_approvals(shop: Shop) -> None:
    """Under the same version, until another review; the approvals it rests on cannot be used for that."""
    package = shop.serving("one")
    later = replace(shop, now=NOW + timedelta(days=100))
    with pytest.raises(RefusedError, match="already serves"):
        later.promote(package.digest)
    later.approve(package, REVIEWERS[:1])
    with pytest.raises(RefusedError, match="approved by demo-reviewer-1, but 2"):
        later.promote(package.digest)
    later.approve(package, REVIEWERS[1:])

    renewed = later.promote(package.digest)

    assert (renewed.version, renewed.package_digest, renewed.previous_digest) == (1, package.digest, package.digest)
    assert replace(shop, now=NOW + timedelta(days=210)).doors.champion("shop", company.PROPENSITY).digest == package.digest
    assert later.doors.history().is_sound


@pytest.mark.parametrize("loosened", [False, True])
def test_refused_candidate_is_not_promoted(tmp_path: Path, loosened: bool) -> None:
    """A failed gate refuses with its reasons, also where the outcome was written kinder than the gates."""
    shop = Shop(tmp_path, gates=(RANKS_TOO_LITTLE,)).founded()
    files = files_of("one", company.PROPENSITY, shop.gates, None)
    if loosened:
        files = {**files, "evidence.json": files["evidence.json"].replace(b'"outcome": "refused"', b'"outcome": "accepted"')}
    digest = PackageStore(tmp_path).keep_candidate("shop", company.PROPENSITY, files).digest

    with pytest.raises(PromotionError, match=r"The gates refused.*\n  - ranks well: ROC-AUC 0\.89\d\d"):
        shop.promote(digest, "I insist")
    assert shop.doors.records() == ()


def test_open_question_needs_a_reason(tmp_path: Path) -> None:
    """Without a reason the candidate waits; with one it serves and the record keeps the reason."""
    shop = Shop(tmp_path, gates=(RANKS, FAIR)).founded()
    digest = shop.approved("one").digest

    for blank in ("", "   "):
        with pytest.raises(PromotionError, match=r"only with a reason: .*--reason '...'\)\.\n  - fair"):
            shop.promote(digest, blank)
    assert shop.promote(digest, "few customers of known age").reason == "few customers of known age"


def test_decision_of_another_shape_is_refused(shop: Shop) -> None:
    """A package whose decision cannot be read is damaged, not accepted."""
    files = {**files_of("one", company.PROPENSITY, shop.gates, None), "evidence.json": b'{"decision": {"outcome": "fine"}}'}
    digest = PackageStore(shop.home).keep_candidate("shop", company.PROPENSITY, files).digest

    with pytest.raises(PackageError, match="another shape"):
        shop.promote(digest)


def test_promoting_the_champion_again_is_said_to_be_idle(shop: Shop) -> None:
    """Nothing is recorded when nothing changes."""
    package = shop.serving("one")

    with pytest.raises(
        PromotionError, match=rf"already serves as shop\.{company.PROPENSITY}, version 1, since 2026-11-22 08:30 UTC"
    ):
        shop.promote(package.digest)
    assert len(shop.doors.records()) == 1


def test_models_do_not_meet(shop: Shop) -> None:
    """A promotion of one model leaves the other's champion alone; promotions are counted over both."""
    one = shop.serving("one")
    two = shop.approved("two", model=company.SOON)
    second = shop.promote(two.digest)

    assert (second.sequence, second.version, second.previous_digest) == (2, 1, None)
    assert shop.doors.champion("shop", company.PROPENSITY) == one
    assert shop.doors.champion("shop", company.SOON) == two


def test_times_are_recorded_in_utc(shop: Shop) -> None:
    """Whatever zone the clock is in, the record is in UTC."""
    local = replace(shop, now=NOW.astimezone(timezone(timedelta(hours=-5))))
    record = local.promote(local.approved("one").digest)

    assert record.decided_at == NOW
    assert record.decided_at.utcoffset() == timedelta(0)


def test_the_demonstration_says_in_its_own_files_what_it_is(shop: Shop) -> None:
    """The signed names of its reviewers, and the file of the passphrase that opens every key."""
    assert shop.doors.is_demo
    assert shop.settings.passphrase_file.read_text().startswith("# DEMONSTRATION.")
    pinned = Trust(shop.settings).pinned
    shop.founded()
    assert Trust(shop.settings).pinned == pinned
