"""An audit recounted: whatever is changed in it by hand contradicts the rest."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from tenure.audit import AttributeAudit, AuditLines, AuditReport, CalibrationReference, Disparity, GroupFigures, Verdict
from tenure.audit.recount import contradictions
from tenure.evaluation.records import Estimate
from tests.audited import audited

LINES = AuditLines()
PROTECTED = ("age",)


def with_attribute(**changes: object) -> AuditReport:
    """The audit with another first attribute."""
    (attribute,) = audited().attributes
    return replace(audited(), attributes=(replace(attribute, **changes),))


def with_group(change: Callable[[GroupFigures], GroupFigures]) -> AuditReport:
    """The audit with its first group changed."""
    first, *others = audited().attributes[0].groups
    return with_attribute(groups=(change(first), *others))


def with_disparity(measure: str, change: Callable[[Disparity], Disparity]) -> AuditReport:
    """The audit with one measure changed."""
    found = audited().attributes[0].disparities
    return with_attribute(disparities=tuple(change(one) if one.measure == measure else one for one in found))


def turned(verdict: Verdict) -> Verdict:
    """Another verdict."""
    return Verdict.PASS if verdict is not Verdict.PASS else Verdict.FAIL


def moved(estimate: Estimate | None, by: float) -> Estimate:
    """Another estimate; its ends move along."""
    assert estimate is not None
    assert estimate.low is not None
    assert estimate.high is not None
    return Estimate(value=estimate.value + by, low=estimate.low + by, high=estimate.high + by)


def test_an_honest_audit_holds() -> None:
    """And it says something, so there is something to contradict."""
    assert contradictions(audited(), LINES, PROTECTED) == ()
    assert all(one.estimate is not None for one in audited().attributes[0].disparities)


MEASURES = ("selection_ratio", "opportunity_difference", "calibration_in_the_large", "calibration_slope")
GROUP = {
    "fewer customers": lambda g: replace(g, n_customers=99),
    "not compared": lambda g: replace(g, assessable=False, why_not="too small: 7 customers"),
    "no figures": lambda g: replace(g, figures=()),
    "another's name": lambda g: replace(g, group="35-44"),
}


@pytest.mark.parametrize("change", GROUP.values(), ids=GROUP.keys())
def test_a_changed_group_is_found(change: Callable[[GroupFigures], GroupFigures]) -> None:
    """Counts contradict whether it is compared, or the words of a disparity."""
    assert contradictions(with_group(change), LINES, PROTECTED)


@pytest.mark.parametrize("measure", MEASURES)
@pytest.mark.parametrize(
    "change",
    [
        lambda d: replace(d, verdict=turned(d.verdict)),
        lambda d: replace(d, verdict=Verdict.NOT_ASSESSABLE, estimate=None),
        lambda d: replace(d, estimate=moved(d.estimate, 0.01)),
        lambda d: replace(d, estimate=Estimate(value=d.estimate.value, low=d.estimate.value + 0.1, high=d.estimate.high + 0.1)),
        lambda d: replace(d, reason="all is well"),
        lambda d: replace(d, line="at least 0.10"),
        lambda d: replace(d, groups=("a", "b")),
    ],
    ids=["verdict", "not assessable", "gap", "interval beside its figure", "words", "line", "groups"],
)
def test_a_changed_disparity_is_found(measure: str, change: Callable[[Disparity], Disparity]) -> None:
    """Its figure, verdict, words, line and groups follow from the groups' figures and its interval."""
    assert contradictions(with_disparity(measure, change), LINES, PROTECTED)


def covered() -> AuditReport:
    """An audit in which a third of the customers have no known value."""
    return audited(unknown_rate=1 / 3)


@pytest.mark.parametrize("measure", MEASURES)
def test_a_changed_verdict_on_known_against_unknown_members_is_found(measure: str) -> None:
    """The row follows from the figures of both, and may not be left out."""
    (attribute,) = covered().attributes
    turned_one = tuple(replace(d, verdict=turned(d.verdict)) if d.measure == measure else d for d in attribute.coverage)

    assert contradictions(covered(), LINES, PROTECTED) == ()
    for coverage in (turned_one, ()):
        assert contradictions(replace(covered(), attributes=(replace(attribute, coverage=coverage),)), LINES, PROTECTED)


@pytest.mark.parametrize("protected", [(), ("age", "income"), ("income",)])
def test_an_attribute_that_is_missing_or_was_not_asked_for_is_found(protected: tuple[str, ...]) -> None:
    """What fails could be hidden by auditing something else."""
    assert "where the policy asks for" in contradictions(audited(), LINES, protected)[0]
    assert contradictions(with_attribute(), LINES, PROTECTED) == ()
    assert contradictions(replace(audited(), attributes=()), LINES, PROTECTED)
    assert contradictions(replace(audited(), attributes=audited().attributes * 2), LINES, PROTECTED)


def test_a_measure_left_out_or_a_group_listed_twice_is_found() -> None:
    """What fails could be hidden by leaving it away."""
    attribute: AttributeAudit = audited().attributes[0]

    assert contradictions(with_attribute(disparities=attribute.disparities[1:]), LINES, PROTECTED)
    assert contradictions(with_attribute(groups=(*attribute.groups, attribute.groups[0])), LINES, PROTECTED)


@pytest.mark.parametrize(
    "lines",
    [
        AuditLines(selection_ratio=0.5),
        AuditLines(min_customers=10_000),
        AuditLines(calibration_reference=CalibrationReference.KNOWN_MEMBERS),
    ],
)
def test_an_audit_held_to_other_lines_than_the_policys_is_found(lines: AuditLines) -> None:
    """Whether it says so itself, or only claims to have kept the policy's."""
    assert contradictions(audited(), lines, PROTECTED) == ("it was held to other lines than the policy's",)
    assert contradictions(replace(audited(), lines=lines), LINES, PROTECTED) == ("it was held to other lines than the policy's",)
    assert contradictions(replace(audited(), lines=lines), lines, PROTECTED)
