"""What a candidate was compared with, and going back to what served before."""

from dataclasses import replace
from pathlib import Path

import pytest

from governance.doors.demonstration import REVIEWERS
from tenure.errors import PromotionError, RefusedError
from tenure.promotions import Action
from tests import company
from tests.shop import NOT_WORSE, RANKS, Shop


@pytest.fixture
def shop(tmp_path: Path) -> Shop:
    """A shop with its trust, whose gates leave nothing open."""
    return Shop(tmp_path).founded()


@pytest.fixture
def comparing(tmp_path: Path) -> Shop:
    """A shop whose gates hold a candidate against the champion."""
    return Shop(tmp_path, gates=(RANKS, NOT_WORSE)).founded()


def test_a_candidate_compared_with_the_champion_that_serves_needs_no_reason(comparing: Shop) -> None:
    """What the gates found still holds."""
    two = comparing.approved("two", champion=comparing.serving("one"))

    assert comparing.promote(two.digest).version == 2


def test_a_candidate_compared_with_another_champion_than_serves_needs_a_reason(comparing: Shop) -> None:
    """Another was promoted meanwhile: the message names both, and a person may still answer for it."""
    one = comparing.serving("one")
    two, three = (comparing.approved(name, champion=one) for name in ("two", "three"))
    comparing.promote(two.digest)
    both = rf"compared with version 1 \({one.digest[:12]}\), but version 2 \({two.digest[:12]}\) serves now.*--reason"

    with pytest.raises(PromotionError, match=both):
        comparing.promote(three.digest)
    assert comparing.doors.champion("shop", company.PROPENSITY) == two
    comparing.approve(three)
    assert comparing.promote(three.digest, "compared by hand").reason == "compared by hand"


def test_after_a_rollback_the_champion_that_was_compared_is_the_one_that_serves_again(comparing: Shop) -> None:
    """It is the package that counts, not the order of promotions."""
    one = comparing.serving("one")
    two, three = (comparing.approved(name, champion=one) for name in ("two", "three"))
    comparing.promote(two.digest)
    comparing.approve(one, REVIEWERS[:1])
    comparing.rollback("two misbehaves")
    comparing.approve(three)

    assert comparing.promote(three.digest).version == 3


def test_a_candidate_judged_before_any_champion_served_needs_a_reason(comparing: Shop) -> None:
    """Nobody knows whether it is worse than what serves by now."""
    two = comparing.train("two")
    comparing.serving("one")
    comparing.approve(two)

    with pytest.raises(PromotionError, match="held against no champion, but version 1"):
        comparing.promote(two.digest)
    assert comparing.promote(two.digest, "the first was a trial").version == 2


def test_rollback_lets_the_one_before_serve_again(shop: Shop) -> None:
    """A rollback is a promotion of a package promoted before, under the version it had, approved afresh by one reviewer."""
    one, two = shop.serving("one"), shop.serving("two")

    with pytest.raises(RefusedError, match="approved by nobody, but one reviewer is needed to roll back to it"):
        shop.rollback("two misbehaves")
    shop.approve(one, REVIEWERS[:1])
    record = shop.rollback("two misbehaves")

    assert (record.action, record.version, record.previous_digest) == (Action.ROLLBACK, 1, two.digest)
    assert shop.doors.champion("shop", company.PROPENSITY) == one
    shop.approve(two, REVIEWERS[1:])
    assert shop.rollback("it was the data", to_digest=two.digest[:8]).version == 2


def test_what_served_under_an_earlier_policy_can_be_rolled_back_to(shop: Shop) -> None:
    """Its reviewer signs the policy that it served under."""
    one, _ = shop.serving("one"), shop.serving("two")
    stricter = replace(shop, gates=(replace(RANKS, limit=0.85),))
    stricter.approve(one, REVIEWERS[:1])

    assert stricter.rollback("two misbehaves").package_digest == one.digest


def test_rollback_has_a_reason_and_a_target_that_served(shop: Shop) -> None:
    """Neither a first champion nor an unpromoted candidate can be rolled back to."""
    one, two = shop.serving("one"), shop.approved("two")

    with pytest.raises(PromotionError, match="needs a reason"):
        shop.rollback(" ")
    with pytest.raises(PromotionError, match="Expected an earlier champion"):
        shop.rollback("why")
    with pytest.raises(PromotionError, match=rf"Packages that have: {one.digest[:12]} \(version 1\)"):
        shop.rollback("why", to_digest=two.digest)
