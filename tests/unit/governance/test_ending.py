"""Keys that end: told before and after, and nothing is begun with one that has ended."""

from dataclasses import replace
from datetime import timedelta

import pytest

from governance.records.trust_root import Role
from governance.rules.ending import check_can_sign, ending_keys
from pipelines.jobs import DAILY, HISTORY, keys_needed
from tenure.errors import RefusedError
from tests.unit.governance.sample import DAY, START, staff, trust_root

HOURS = timedelta(hours=1)


@pytest.mark.parametrize(
    ("left", "words"),
    [
        (31 * DAY, None),
        (29 * DAY, "ends on 2026-11-30 09:00 UTC: from then no day of scores can be signed"),
        (-6 * HOURS, "ended on 2026-11-01 03:00 UTC: since then no day of scores can be signed"),
        (-400 * DAY, "ended on"),
    ],
)
def test_a_key_is_told_of_before_and_after_its_end(left: timedelta, words: str | None) -> None:
    """The warning does not stop on the day that the key ends; it says what stops, and the command that mends it."""
    ends = START + left
    entry = staff("scorer", valid_from=ends - 300 * DAY, valid_until=ends)
    found = ending_keys(trust_root(staff=(entry,)), START)

    assert len(found) == (0 if words is None else 1)
    if words is not None:
        assert words in found[0].in_words
        assert found[0].in_words.endswith("Renew it: tenure trust renew service-scorer.")


def test_a_key_that_was_followed_is_not_told_of() -> None:
    """Anna's first key ended, her second does its work; a second key without the role would not."""
    old = staff("anna", valid_until=START)

    assert ending_keys(trust_root(staff=(old, staff("anna2"))), START) == ()
    assert len(ending_keys(trust_root(staff=(old, replace(staff("anna2"), roles=(Role.AUDITOR,)))), START)) == 1


def test_nothing_is_begun_with_a_key_that_has_ended() -> None:
    """Before landing, before training: the sentence names the service, and a role that nobody has is not asked for."""
    root = trust_root(staff=(staff("training", valid_until=START), staff("log")))

    check_can_sign(root, (Role.TRAINER, Role.LOG), START - HOURS)
    check_can_sign(root, (Role.LOG, Role.SCORER), START)
    with pytest.raises(RefusedError, match=r"Nothing was begun\. The key of service-training ended on 2026-11-01 09:00 UTC"):
        check_can_sign(root, (Role.TRAINER, Role.LOG), START)


def test_each_job_says_whose_keys_it_needs() -> None:
    """Landing alone signs nothing."""
    assert keys_needed(HISTORY) == ()
    assert Role.SCORER in keys_needed(DAILY)
    assert Role.TRAINER in keys_needed("train_lapse_28d")
