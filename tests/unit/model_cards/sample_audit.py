"""A made-up audit, for tests of the card alone. No figure here was ever measured."""

from tenure.audit import AttributeAudit, AuditLines, AuditReport, Disparity, GroupFigures, Verdict
from tests.unit.model_cards.sample_measured import about


def group(name: str, rate: float, *, n: int = 180, assessable: bool = True, why_not: str = "") -> GroupFigures:
    """One group's figures; none of a small one."""
    figures = (
        ("selection_rate", about(rate, 0.025)),
        ("selection_ratio", about(rate / 0.13, 0.1)),
        ("true_positive_rate", about(rate + 0.35, 0.08)),
        ("event_rate", about(rate + 0.02, 0.02)),
        ("mean_score", about(rate + 0.03, 0.01)),
        ("calibration_in_the_large", about(0.01, 0.012)),
        ("calibration_slope", about(1.02, 0.14)),
    )
    return GroupFigures(
        group=name,
        n_rows=3 * n,
        n_customers=n,
        n_customers_with_event=n // 4,
        assessable=assessable,
        why_not=why_not,
        figures=figures if n >= 100 else (),
    )


MEASURES = (
    ("selection_ratio", "Selection-rate ratio", "at least 0.80 (and so at most 1.25 the other way round)", about(0.84, 0.09)),
    ("opportunity_difference", "Equal-opportunity difference", "at most 0.10", about(0.08, 0.06)),
    (
        "calibration_in_the_large",
        "Calibration in the large, within groups",
        "at most 0.02 off in every group",
        about(0.011, 0.008),
    ),
    (
        "calibration_slope",
        "Calibration slope, within groups",
        "at most a factor of 1.25 from 1, in every group",
        about(1.08, 0.07),
    ),
)
_WHY = {
    Verdict.PASS: "the whole interval keeps the line",
    Verdict.FAIL: "the whole interval is beyond the line",
    Verdict.INCONCLUSIVE: "19-34 and 45-54 are furthest apart, and the interval reaches to both sides of the line",
    Verdict.NOT_ASSESSABLE: "fewer than two groups have enough customers",
}


def attribute(name: str, title: str, groups: tuple[GroupFigures, ...], verdicts: tuple[Verdict, ...]) -> AttributeAudit:
    """One attribute with four measures."""
    return AttributeAudit(
        attribute=name,
        title=title,
        n_known=801,
        n_customers=2469,
        known=(),
        groups=groups,
        disparities=tuple(
            Disparity(
                measure=measure,
                title=words,
                line=line,
                estimate=None if verdict is Verdict.NOT_ASSESSABLE else figure,
                groups=("19-34", "45-54"),
                verdict=verdict,
                reason=_WHY[verdict],
            )
            for (measure, words, line, figure), verdict in zip(MEASURES, verdicts, strict=True)
        ),
    )


def audit(*, assessable: bool = True) -> AuditReport:
    """An audit in which something can be said, or nothing."""
    ok, unclear, none = (
        (Verdict.PASS, Verdict.INCONCLUSIVE, Verdict.NOT_ASSESSABLE) if assessable else (Verdict.NOT_ASSESSABLE,) * 3
    )
    few = "too small: 31 customers, 7 of them with the event, where 100 and 20 are needed"
    unknown = group("unknown", 0.12, n=1668, assessable=False, why_not="value not known: shown, never compared")
    ages = (
        group("19-34", 0.11),
        group("35-44", 0.09),
        group("45-54", 0.08, n=280),
        group("65+", 0.1, n=31, assessable=False, why_not=few),
        unknown,
    )
    incomes = (group("under 35K", 0.12), group("35-74K", 0.1, n=300), group("75K and over", 0.08, n=240), unknown)
    marital = (group("married", 0.08, n=340), group("single", 0.11, n=160), unknown)
    pair = (group("19-34 x married", 0.1, n=60, assessable=False, why_not=few), group("45-54 x married", 0.09, n=131), unknown)
    return AuditReport(
        lines=AuditLines(),
        selection_rule="the tenth of customers with the highest score on each day",
        attributes=(
            attribute("age", "age of the head of household", ages, (unclear, unclear, ok, ok)),
            attribute("income", "household income", incomes, (ok, unclear, ok, ok)),
            attribute("marital_status", "marital status", marital, (ok, ok, ok, ok)),
            attribute("age x income", "age of the head of household x household income", pair, (none, none, none, none)),
            attribute("age x marital_status", "age of the head of household x marital status", pair, (none, unclear, ok, ok)),
        ),
    )
