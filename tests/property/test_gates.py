"""Gates, for any evaluation: better figures never turn acceptance into refusal."""

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from tenure.audit import AuditLines, AuditReport
from tenure.evaluation.records import ChampionComparison, Estimate, Evaluation, Metric
from tenure.gate import BOUNDS, ON_A_METRIC, Gate, GateKind
from tenure.gates import Outcome, decide
from tests.audited import FILLED

RANK = {Outcome.REFUSED: 0, Outcome.NEEDS_REASON: 1, Outcome.ACCEPTED: 2}
NO_AUDIT = AuditReport(lines=AuditLines(), selection_rule="", attributes=())
figures = st.floats(-1, 1, allow_nan=False).map(lambda x: round(x, 4))
widths = st.floats(0, 0.3).map(lambda x: round(x, 4))


def estimate(value: float, width: float) -> Estimate:
    """A figure with its interval."""
    return Estimate(value=value, low=value - width, high=value + width)


def evaluation(better: str, value: float, difference: float, champion: float, width: float) -> Evaluation:
    """An evaluation of one metric, whose comparison with the champion is signed so that positive is better."""
    metric = Metric(
        name="m",
        title="m",
        definition="",
        better=better,
        estimate=estimate(value, width),
        difference=estimate(difference, width),
    )
    compared = ChampionComparison(
        champion_version=1,
        champion_digest="d",
        metric="m",
        challenger=estimate(value, width),
        champion=estimate(value, width),
        difference=estimate(champion, width),
    )
    return Evaluation(
        test_from=date(2017, 1, 1),
        test_to=date(2017, 1, 1),
        known_until=date(2017, 1, 1),
        n_rows=1,
        n_customers=1,
        n_events=1,
        censored_rate=0.0,
        metrics=(metric,),
        calibration=(),
        lift=(),
        champion=compared,
    )


@given(
    better=st.sampled_from(["higher", "lower"]),
    value=figures,
    difference=figures,
    champion=figures,
    width=widths,
    gain=st.floats(0, 1),
    limits=st.tuples(figures, figures, figures),
    bound=st.sampled_from(BOUNDS),
)
def test_a_better_metric_never_turns_accept_into_reject(
    better: str,
    value: float,
    difference: float,
    champion: float,
    width: float,
    gain: float,
    limits: tuple[float, float, float],
    bound: str,
) -> None:
    """Whatever the limits, the ends they read, and whichever way the metric runs."""
    sign = 1 if better == "higher" else -1
    kind = GateKind.FLOOR if better == "higher" else GateKind.CEILING
    gates = (
        Gate(name="bound", kind=kind, metric="m", limit=limits[0], bound=bound),
        Gate(name="baseline", kind=GateKind.BEATS_BASELINE, metric="m", limit=limits[1]),
        Gate(name="near baseline", kind=GateKind.NOT_WORSE_THAN_BASELINE, metric="m", limit=limits[1]),
        Gate(name="champion", kind=GateKind.NOT_WORSE_THAN_CHAMPION, metric="m", limit=limits[2]),
    )
    before = evaluation(better, value, difference, champion, width)
    after = evaluation(better, value + sign * gain, difference + sign * gain, champion + gain, width)
    for chosen in (*((gate,) for gate in gates), gates):
        first = decide(chosen, evaluation=before, audit=NO_AUDIT, card=FILLED)
        second = decide(chosen, evaluation=after, audit=NO_AUDIT, card=FILLED)

        assert RANK[second.outcome] >= RANK[first.outcome]


@given(value=figures, width=widths, limit=figures)
def test_one_more_gate_never_makes_a_challenger_more_acceptable(value: float, width: float, limit: float) -> None:
    """Conditions only add up."""
    on = evaluation("higher", value, value, value, width)
    floor = Gate(name="floor", kind=GateKind.FLOOR, metric="m", limit=limit)
    audit = Gate(name="audit", kind=GateKind.AUDIT)

    alone = decide((floor,), evaluation=on, audit=NO_AUDIT, card=FILLED)
    both = decide((floor, audit), evaluation=on, audit=NO_AUDIT, card=FILLED)

    assert RANK[both.outcome] <= RANK[alone.outcome]


@given(
    kind=st.sampled_from(sorted(ON_A_METRIC)),
    value=figures,
    width=widths,
    limit=figures,
    line=figures,
)
def test_the_reviewers_line_changes_no_outcome(kind: GateKind, value: float, width: float, limit: float, line: float) -> None:
    """It is shown beside the result, wherever it lies."""
    on = evaluation("higher", value, value, value, width)
    plain = decide((Gate(name="g", kind=kind, metric="m", limit=limit),), evaluation=on, audit=NO_AUDIT, card=FILLED)
    lined = decide(
        (Gate(name="g", kind=kind, metric="m", limit=limit, reviewers_line=line),), evaluation=on, audit=NO_AUDIT, card=FILLED
    )

    assert (lined.outcome, lined.verdicts[0].result) == (plain.outcome, plain.verdicts[0].result)
    assert lined.verdicts[0].meets_reviewers_line is not None
