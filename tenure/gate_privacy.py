"""The gate on privacy: a model that tells who was trained on, or holds what is one customer's own, does not serve."""

from tenure.evaluation.records import Estimate, NotDefined
from tenure.gate import Gate, GateResult, GateVerdict
from tenure.privacy.records import Memorised, PrivacyReport


def judge_privacy(gate: Gate, report: PrivacyReport | None) -> GateVerdict:
    """Refuse what memorised somebody, or whose attack gets further than the limit; ask where the interval alone does.

    Without a report the gate is not met: evidence from before these tests shows nothing.
    """
    if report is None:
        return GateVerdict(gate=gate, result=GateResult.FAIL, found="it was not tried whether the model tells of anybody")
    held, auc = report.memorised, report.membership.auc
    if held.n_found:
        return GateVerdict(gate=gate, result=GateResult.FAIL, found=_of_files(held), value=auc.value)
    return GateVerdict(gate=gate, result=_result(gate, auc), found=f"{_of_attack(gate, auc)}; {_of_files(held)}", value=_end(auc))


def _result(gate: Gate, auc: Estimate) -> GateResult:
    """What becomes of the gate by the attack: too few customers to tell is a question for a person."""
    if isinstance(auc.value, NotDefined) or auc.high is None:
        return GateResult.NEEDS_REASON
    if auc.high <= gate.limit:
        return GateResult.PASS
    return GateResult.FAIL if auc.value > gate.limit else GateResult.NEEDS_REASON


def _end(auc: Estimate) -> float | NotDefined:
    """The figure that is held against the limit."""
    return auc.value if auc.high is None or isinstance(auc.value, NotDefined) else auc.high


def _of_attack(gate: Gate, auc: Estimate) -> str:
    """How far the attack got, in words."""
    if isinstance(auc.value, NotDefined):
        return f"whether it tells who was trained on cannot be told, because {auc.value.because}"
    span = f" ({auc.low:.4f} to {auc.high:.4f})" if auc.low is not None and auc.high is not None else ", without an interval"
    return f"who was trained on is told with an AUC of {auc.value:.4f}{span}, asked an upper end of {gate.limit:g} at most"


def _of_files(held: Memorised) -> str:
    """What the files hold, in words."""
    if not held.n_found:
        return f"its {held.n_files} files hold nothing of one customer"
    found = (
        (held.n_ids_found, "ids of customers"),
        (held.n_rare_words_found, "words that few customers have"),
        (held.n_own_figures_found, "figures that one customer alone has"),
    )
    return f"its files hold {', '.join(f'{n} {what}' for n, what in found if n)}"
