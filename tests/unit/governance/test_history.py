"""Who serves, by the history of promotions."""

from datetime import UTC, datetime

import pytest

from tenure.gates import Outcome
from tenure.promotions import Action, PromotionRecord, current, history, rollback_target


def _log(*moves: str, model: str = "lapse_28d") -> tuple[PromotionRecord, ...]:
    """Promotions of one model: `a` promotes package a, `<a` rolls back to it."""
    records: tuple[PromotionRecord, ...] = ()
    known: dict[str, int] = {}
    for move in moves:
        digest = move.removeprefix("<")
        standing = current(records, "shop", model)
        records += (
            PromotionRecord(
                sequence=len(records) + 1,
                place=0,
                action=Action.ROLLBACK if move.startswith("<") else Action.PROMOTE,
                project="shop",
                model=model,
                version=known.setdefault(digest, len(known) + 1),
                package_digest=digest,
                model_digest=f"model of {digest}",
                previous_digest=standing.package_digest if standing else None,
                reason="",
                decided_at=datetime(2017, 10, 1, tzinfo=UTC),
                outcome=Outcome.ACCEPTED,
            ),
        )
    return records


def test_nobody_serves_before_the_first_promotion() -> None:
    """An empty history has no champion, and nothing to go back to."""
    assert current((), "shop", "lapse_28d") is None
    assert rollback_target((), "shop", "lapse_28d") is None


def test_last_record_of_a_model_serves() -> None:
    """Promotions of other models and projects do not matter."""
    records = (*_log("a", "b"), *_log("c", model="buys_7d"))
    standing = current(records, "shop", "lapse_28d")

    assert standing is not None
    assert standing.package_digest == "b"
    assert [r.package_digest for r in history(records, "shop", "lapse_28d")] == ["a", "b"]
    assert current(records, "other", "lapse_28d") is None


@pytest.mark.parametrize(
    ("moves", "target"),
    [("a", None), ("a b", "a"), ("a b c <b", "a"), ("a b c <b <a", None), ("a b <a c", "a")],
)
def test_rollback_goes_to_what_served_before_the_champion_was_promoted(moves: str, target: str | None) -> None:
    """Rolling back twice goes back two promotions, and never forward to what was rolled away."""
    assert rollback_target(_log(*moves.split()), "shop", "lapse_28d") == target


def test_after_a_renewal_a_rollback_goes_to_what_served_before() -> None:
    """Not to the renewed package itself; and the first of its model, renewed, has nothing to go back to."""
    assert rollback_target(_log("a", "b", "b"), "shop", "lapse_28d") == "a"
    assert rollback_target(_log("a", "a"), "shop", "lapse_28d") is None
