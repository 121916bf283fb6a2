"""Gates on a figure: a bound on it, or how it compares with a baseline's or the champion's, each with what was found in words."""

from math import sqrt

from tenure.errors import SpecError
from tenure.evaluation.records import NO_INTERVAL, NOISE_FLOOR, Estimate, Evaluation, Metric, NotDefined
from tenure.gate import INTERVAL, Gate, GateKind, GateResult, GateVerdict


def judge_figure(gate: Gate, evaluation: Evaluation) -> GateVerdict:
    """Judge a gate that reads a figure."""
    match gate.kind:
        case GateKind.NOT_WORSE_THAN_CHAMPION:
            return _against_champion(gate, evaluation)
        case GateKind.BEATS_BASELINE | GateKind.NOT_WORSE_THAN_BASELINE:
            return _against_baseline(gate, evaluation)
        case GateKind.FLOOR | GateKind.CEILING:
            return _whole(gate, evaluation) if gate.bound == INTERVAL else _bound(gate, evaluation)
        case _:
            raise SpecError(f"Gate {gate.name!r} ({gate.kind}) reads no figure.")


def _bound(gate: Gate, evaluation: Evaluation) -> GateVerdict:
    """A floor or a ceiling on the value or on one end of its interval."""
    metric = _metric(gate, evaluation)
    estimate = metric.estimate
    value = {"value": estimate.value, "low": estimate.low, "high": estimate.high}[gate.bound]
    if value is None or isinstance(value, NotDefined):
        return _nothing_shown(gate, metric.title, estimate)
    holds = value >= gate.limit if gate.kind is GateKind.FLOOR else value <= gate.limit
    end = "" if gate.bound == "value" else f" ({gate.bound} end of its interval)"
    return GateVerdict(
        gate=gate,
        result=_held(holds),
        found=f"{metric.title} {value:.4f}{end}, asked {gate.kind} {gate.limit:g}",
        value=value,
        meets_reviewers_line=_meets_reviewers_line(gate, value),
    )


def _whole(gate: Gate, evaluation: Evaluation) -> GateVerdict:
    """A floor or a ceiling that refuses what is shown to break it; what breaks it and may do so by chance needs a reason.

    Where chance alone widens a figure, as few rows make any model look badly calibrated, so much is taken off before anything
    counts as shown; as squares, for the squares of an error and of chance add up.
    """
    metric = _metric(gate, evaluation)
    estimate = metric.estimate
    if isinstance(estimate.value, NotDefined) or estimate.low is None or estimate.high is None:
        return _nothing_shown(gate, metric.title, estimate)
    floor = next((by_chance.value for title, by_chance in metric.baselines if title == NOISE_FLOOR), 0.0)
    by_chance = floor if isinstance(floor, float) else 0.0
    is_ceiling = gate.kind is GateKind.CEILING
    holds = estimate.value <= gate.limit if is_ceiling else estimate.value >= gate.limit
    lowest = sqrt(max(0.0, estimate.low**2 - by_chance**2)) if by_chance else estimate.low
    is_shown = lowest > gate.limit if is_ceiling else estimate.high < gate.limit
    result = GateResult.PASS if holds else GateResult.FAIL if is_shown else GateResult.NEEDS_REASON
    left = f", of which chance alone would leave {by_chance:.4f}" if by_chance else ""
    untold = "; the rows are too few to tell which side it is on" if result is GateResult.NEEDS_REASON else ""
    return GateVerdict(
        gate=gate,
        result=result,
        found=f"{metric.title} {_span(estimate)}{left}, asked {gate.kind} {gate.limit:g}{untold}",
        value=estimate.value,
        meets_reviewers_line=_meets_reviewers_line(gate, estimate.value),
    )


def _against_baseline(gate: Gate, evaluation: Evaluation) -> GateVerdict:
    """The paired improvement over the baseline, on the same rows."""
    metric = _metric(gate, evaluation)
    if metric.difference is None or metric.better not in ("higher", "lower"):
        raise SpecError(f"Gate {gate.name!r} compares {gate.metric!r} with a baseline, but no paired difference was computed.")
    improvement = metric.difference if metric.better == "higher" else metric.difference.reversed
    return _compared(gate, f"{metric.title} against the baseline", improvement)


def _against_champion(gate: Gate, evaluation: Evaluation) -> GateVerdict:
    """Non-inferiority on the same rows."""
    comparison = evaluation.champion
    if comparison is None:
        return GateVerdict(gate=gate, result=GateResult.NOT_APPLICABLE, found="there is none that it could be held against")
    if gate.metric != comparison.metric:
        raise SpecError(
            f"Gate {gate.name!r} asks how {gate.metric!r} compares with the champion, but {comparison.metric!r} was compared."
        )
    return _compared(gate, f"{_metric(gate, evaluation).title} against the champion", comparison.difference)


def _compared(gate: Gate, title: str, improvement: Estimate) -> GateVerdict:
    """The lower end of an improvement is above the limit, or no further below zero than the margin.

    Whoever asks for no more than what is shown is not refused by an interval that reaches to both sides of the margin.
    """
    if improvement.low is None or improvement.high is None:
        return _nothing_shown(gate, title, improvement)
    if gate.kind is GateKind.BEATS_BASELINE:
        result, asked = _held(improvement.low > gate.limit), f"above {gate.limit:g}"
    else:
        result, asked = _held(improvement.low >= -gate.limit), _margin(gate)
        if result is GateResult.FAIL and gate.bound == INTERVAL and improvement.high >= -gate.limit:
            result = GateResult.NEEDS_REASON
    untold = "; the rows are too few to tell whether it is worse" if result is GateResult.NEEDS_REASON else ""
    return GateVerdict(
        gate=gate,
        result=result,
        found=f"{title}: {_span(improvement)}, positive being better; asked a lower end {asked}{untold}",
        value=improvement.low,
        meets_reviewers_line=_meets_reviewers_line(gate, improvement.low),
    )


def _held(holds: bool) -> GateResult:
    """What becomes of a gate that rows can tell."""
    return GateResult.PASS if holds else GateResult.FAIL


def _margin(gate: Gate) -> str:
    """How far the lower end of a comparison may fall, in words."""
    return f"no more than {gate.limit:g} below 0" if gate.limit else "at least 0"


def _meets_reviewers_line(gate: Gate, value: float) -> bool | None:
    """Whether the figure also meets the stricter line; it changes no result."""
    line = gate.reviewers_line
    if line is None:
        return None
    if gate.kind is GateKind.CEILING:
        return value <= line
    # A comparison is shown to be better only above its line, as BEATS_BASELINE has it.
    return value >= line if gate.kind is GateKind.FLOOR else value > line


def _metric(gate: Gate, evaluation: Evaluation) -> Metric:
    """The metric that a gate asks for."""
    try:
        return evaluation.metric(gate.metric)
    except KeyError as error:
        raise SpecError(f"Gate {gate.name!r} asks for a metric that is not measured: {error.args[0]}.") from error


def _nothing_shown(gate: Gate, what: str, estimate: Estimate) -> GateVerdict:
    """A gate on a figure or an interval that the test rows did not give is not met, and says why."""
    why = estimate.why_no_interval or NO_INTERVAL
    found = why.in_words if why is estimate.value else f"no interval could be computed, because {why.because}"
    return GateVerdict(gate=gate, result=GateResult.FAIL, found=f"{what}: {found}; so nothing can be shown", value=why)


def _span(estimate: Estimate) -> str:
    """An estimate with its interval."""
    return f"{estimate.value:.4f} ({estimate.low:.4f} to {estimate.high:.4f})"
