"""The audit, for any data: names carry no weight, order carries none, unknown members none."""

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from pydantic import TypeAdapter

from tenure.audit import UNKNOWN, AttributeAudit, AuditLines, AuditReport, CalibrationReference, audit
from tenure.audit.recount import contradictions
from tenure.estimators.calibration import inverse_logit

LABELS = ("a", "b", "c")
N_CUSTOMERS = 90
LINES = AuditLines(min_customers=15, min_customers_with_event=5)


def audited(seed: int, names: dict[str, str], order: np.ndarray | None = None) -> AttributeAudit:
    """The audit of random rows whose groups are called by `names`, one attribute of it."""
    return reported(seed, names, order).attributes[0]


def reported(seed: int, names: dict[str, str], order: np.ndarray | None = None, lines: AuditLines = LINES) -> AuditReport:
    """The same as a whole report."""
    rng = np.random.default_rng(seed)
    customer = np.tile(np.arange(N_CUSTOMERS), 2)
    group = np.array([*LABELS, UNKNOWN], dtype=object)[rng.integers(0, 4, N_CUSTOMERS)][customer]
    score = inverse_logit(rng.normal(0, 1, len(customer)))
    event, selected = rng.random(len(score)) < score, rng.random(len(score)) < rng.random()
    named = np.array([names.get(name, name) for name in group], dtype=object)
    rows = np.arange(len(customer)) if order is None else order
    return audit(
        score[rows],
        event[rows],
        groups={"g": named[rows]},
        titles={"g": "G"},
        customer=customer[rows],
        selected=selected[rows],
        selection_rule="by lot",
        seed=seed,
        n_resamples=60,
        lines=lines,
    )


FIGURES = {"selection_ratio": "selection_rate", "opportunity_difference": "true_positive_rate"}


def named(attribute: AttributeAudit, groups: tuple[str, ...], measure: str) -> list[float]:
    """The figures of the groups that a disparity names, smallest first."""
    rows = {group.group: dict(group.figures) for group in attribute.groups}
    return sorted(rows[name][FIGURES.get(measure, measure)].value for name in groups)


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 10_000), names=st.permutations(["x", "y", "z"]))
@example(seed=1030, names=["y", "z", "x"])  # two groups selected at the same rate
def test_relabelling_groups_permutes_the_audit(seed: int, names: list[str]) -> None:
    """A group is judged by how it is treated, not by its name or its place in the alphabet."""
    renaming = dict(zip(LABELS, names, strict=True))
    before, after = audited(seed, {}), audited(seed, renaming)

    rows = {group.group: group for group in after.groups}
    for group in before.groups:
        renamed = rows[renaming.get(group.group, group.group)]
        assert (renamed.n_customers, renamed.assessable, renamed.figures) == (group.n_customers, group.assessable, group.figures)
    for one, other in zip(before.disparities, after.disparities, strict=True):
        assert (one.measure, one.verdict) == (other.measure, other.verdict)
        # Two groups may tie for the widest gap; whichever is named, its figure is the same.
        assert named(after, other.groups, one.measure) == named(before, one.groups, one.measure)
        if one.estimate is not None and other.estimate is not None:
            assert other.estimate.value == pytest.approx(one.estimate.value)
            assert other.estimate.low == pytest.approx(one.estimate.low)
            assert other.estimate.high == pytest.approx(one.estimate.high)


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 10_000))
def test_the_order_of_rows_changes_no_figure(seed: int) -> None:
    """The same rows from another partition or engine give the same audit."""
    order = np.random.default_rng(seed + 1).permutation(2 * N_CUSTOMERS)
    before, after = audited(seed, {}), audited(seed, {}, order)

    assert [d.verdict for d in after.disparities] == [d.verdict for d in before.disparities]
    for group, again in zip(before.groups, after.groups, strict=True):
        for (name, figure), (_, same) in zip(group.figures, again.figures, strict=True):
            assert same.value == pytest.approx(figure.value), name
            assert same.low == pytest.approx(figure.low), name


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 10_000), reference=st.sampled_from(CalibrationReference), minimum=st.integers(5, 40))
def test_an_audit_that_is_recounted_holds(seed: int, reference: CalibrationReference, minimum: int) -> None:
    """Whatever the rows, also after a round through JSON: recounting accuses no honest audit."""
    lines = AuditLines(min_customers=minimum, min_customers_with_event=minimum // 3, calibration_reference=reference)
    report = reported(seed, {}, lines=lines)
    kept = TypeAdapter(AuditReport).validate_json(TypeAdapter(AuditReport).dump_json(report))

    assert contradictions(report, lines, ("g",)) == contradictions(kept, lines, ("g",)) == ()


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 10_000))
def test_every_interval_holds_the_gap_that_was_observed(seed: int) -> None:
    """The widest observed gap lies between the ends said of the widest true one."""
    for found in audited(seed, {}).disparities:
        if found.estimate is not None and found.estimate.low is not None and found.estimate.high is not None:
            assert found.estimate.low - 1e-12 <= found.estimate.value <= found.estimate.high + 1e-12
