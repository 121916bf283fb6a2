"""What is said of trust before anybody trains: whether it would be signed, and who can approve it here."""

from home.trusted import trust_in_words
from home.workplace import Workplace
from tests.shop import NOW, Shop, shop_project


def test_without_a_trust_root_nobody_can_approve(tmp_path):
    """And how to begin one is said."""
    words, is_enough = trust_in_words(_workplace(Shop(tmp_path)))

    assert not is_enough
    assert "nothing lands" in words
    assert "tenure trust init --alone" in words


def test_reviewers_are_counted_by_the_keys_that_are_here(tmp_path):
    """All of a demonstration's are; without their files none is, and training would be a draft."""
    shop = Shop(tmp_path).founded()
    with_keys = trust_in_words(_workplace(shop))
    for key in shop.settings.keys.glob("demo-*.pem"):
        key.rename(key.with_suffix(".away"))
    without = trust_in_words(_workplace(shop))

    assert with_keys == (
        "Training would be signed with --as demo-engineer; 2 of 2 reviewers have a key here, 2 must approve; whoever trains does "
        "not count.",
        True,
    )
    assert "Training would be a draft" in without[0]
    assert "0 of 2 reviewers have a key here" in without[0]
    assert not without[1]


def _workplace(shop: Shop) -> Workplace:
    """The shop at its places, at the moment of its records."""
    return Workplace(shop_project(shop.gates), shop.settings, clock=lambda: NOW)
