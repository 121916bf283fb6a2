"""Members of known value against those of unknown: the gap that no group shows, judged."""

from datetime import date, datetime

import numpy as np
import pyarrow as pa

from tenure.audit import UNKNOWN, AuditReport, Verdict, audit
from tenure.audit.attributes import columns_read, groups_as_known
from tenure.contracts import Files, Source, columns_of
from tenure.estimators.calibration import inverse_logit
from tenure.project import Attribute

N = 2000
RNG = np.random.default_rng(5)
SCORE = inverse_logit(RNG.normal(-0.5, 1, N))
KNOWN = np.arange(N) % 3 > 0
GROUPS = np.where(KNOWN, np.where(np.arange(N) % 2 == 0, "a", "b"), UNKNOWN)


def audited(event: np.ndarray, selected: np.ndarray, groups: np.ndarray = GROUPS) -> AuditReport:
    """The audit of one attribute."""
    return audit(
        SCORE,
        event,
        groups={"region": groups},
        titles={"region": "region"},
        customer=np.arange(N),
        selected=selected,
        selection_rule="by lot",
        seed=1,
        n_resamples=200,
    )


def test_groups_that_are_alike_may_all_fare_otherwise_than_the_unknown() -> None:
    """Both known groups are selected twice as often as the others and under-predicted alike: only this row says so."""
    event = RNG.random(N) < np.where(KNOWN, np.minimum(1, SCORE + 0.1), SCORE)
    selected = RNG.random(N) < np.where(KNOWN, 0.4, 0.2)

    (found,) = audited(event, selected).attributes

    assert {d.measure: d.verdict for d in found.disparities}["selection_ratio"] is not Verdict.FAIL
    by_measure = {d.measure: d for d in found.coverage}
    assert by_measure["selection_ratio"].verdict is Verdict.FAIL
    assert by_measure["calibration_in_the_large"].groups == ("known",)
    assert by_measure["calibration_in_the_large"].verdict is Verdict.FAIL
    assert found.coverage_verdict is Verdict.FAIL
    assert "unknown is in the top band" in by_measure["selection_ratio"].reason


def test_unknown_members_who_fare_alike_pass() -> None:
    """Drawn by lot, nothing is apart; no row of it is a failure."""
    (found,) = audited(RNG.random(N) < SCORE, RNG.random(N) < 0.3).attributes

    assert Verdict.FAIL not in {d.verdict for d in found.coverage}


def test_where_every_value_is_known_or_none_there_is_nothing_to_compare() -> None:
    """The row needs both."""
    event, selected = RNG.random(N) < SCORE, RNG.random(N) < 0.3

    for groups in (np.full(N, "a"), np.full(N, UNKNOWN)):
        (found,) = audited(event, selected, groups).attributes
        assert found.coverage == ()
        assert found.coverage_verdict is None


def test_too_few_known_members_leave_the_unknown_ones_judged_alone() -> None:
    """Forty known members cannot be compared; that the others are promised what happens can still be said."""
    groups = np.where(np.arange(N) < 40, "a", UNKNOWN)

    (found,) = audited(RNG.random(N) < SCORE, RNG.random(N) < 0.3, groups).attributes

    by_measure = {d.measure: d for d in found.coverage}
    assert by_measure["selection_ratio"].verdict is Verdict.NOT_ASSESSABLE
    assert by_measure["calibration_in_the_large"].groups == (UNKNOWN,)


def test_the_group_is_the_one_last_known_as_of_the_training_and_a_value_without_one_is_unknown() -> None:
    """A customer moves, another did so afterwards, and one lives where nobody drew a group: no training ends for it."""
    source = Source(
        name="orders",
        grain="an order",
        key=("order_id",),
        event_time="ordered_at",
        reader=Files(pattern="/orders/{day}.csv"),
        columns=columns_of(
            "orders",
            """
            order_id     text   pseudonym  order
            customer_id  text   pseudonym  customer
            country      text?  protected  where it is sent
            ordered_at   time   behaviour  when
            """,
        ),
    )
    attribute = Attribute(name="abroad", title="abroad", source="orders", column="country", groups={"UK": "home", "FR": "abroad"})
    known = [
        ("moved", "FR", 3), ("moved", "UK", 1), ("moves later", "UK", 2), ("moves later", "FR", 9), ("elsewhere", "Nowhere", 2),
        ("said once", "UK", 1), ("said once", None, 3),
    ]  # fmt: skip
    rows = pa.table(
        {
            "order_id": [str(i) for i in range(len(known))],
            "customer_id": [customer for customer, _, _ in known],
            "country": [country for _, country, _ in known],
            "day": pa.array([date(2020, 1, day) for _, _, day in known]),
            "available_at": [datetime(2020, 1, day) for _, _, day in known],  # noqa: DTZ001 - UTC as all are
            "ordered_at": [datetime(2020, 1, day) for _, _, day in known],  # noqa: DTZ001
        }
    )

    found = groups_as_known(rows.select(columns_read(attribute, source)), attribute, source, as_of=date(2020, 1, 8))

    assert found == {"moved": "abroad", "moves later": "home", "said once": "home"}
