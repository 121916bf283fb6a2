"""Test rows of customers drawn by lot, measured as a lane measures them, for tests of what rests on figures."""

from dataclasses import replace
from datetime import date
from functools import cache

import numpy as np
import pyarrow as pa

from tenure.audit import AuditReport
from tenure.audit.challenger import audit_rows
from tenure.audit.lines import USUAL_LINES, AuditLines
from tenure.challenger import LOGISTIC
from tenure.estimators.calibration import inverse_logit
from tenure.evaluation.challenger import evaluate_rows
from tenure.evaluation.measured import CHAMPION, MODEL, MeasuredRows
from tenure.evaluation.records import Evaluation
from tenure.evidence import Evidence
from tenure.gate import Gate, GateKind
from tenure.specs import Model

N_CUSTOMERS = 600
SERVED_FROM = 0.97
# So few customers tell that they are treated alike where little is asked, and nothing where as much is asked as usual.
LENIENT = AuditLines(selection_ratio=0.3, opportunity_difference=0.5, calibration_in_the_large=0.3, calibration_slope_factor=4.0)
KNOWN_UNTIL = date(2017, 10, 1)
TITLES = {"age": "age of the head of household"}


def lines_for(gates: tuple[Gate, ...]) -> AuditLines:
    """The audit's lines of a project with these gates: the usual ones where a gate asks for the audit."""
    return USUAL_LINES if any(gate.kind is GateKind.AUDIT for gate in gates) else LENIENT


@cache
def rows(*, champion: bool = False) -> MeasuredRows:
    """Two groups of one attribute that are treated alike, each customer in two snapshots; a champion foretells a little less."""
    rng = np.random.default_rng(6)
    customer = np.tile(np.arange(N_CUSTOMERS), 2)
    log_odds = rng.normal(-0.3, 2.4, N_CUSTOMERS)[customer]
    score = inverse_logit(log_odds)
    predicted = {MODEL: score, LOGISTIC: inverse_logit(log_odds + rng.normal(0, 2, len(score)))}
    return MeasuredRows(
        day=np.repeat(np.array(["2017-08-06", "2017-09-03"], dtype="datetime64[D]"), N_CUSTOMERS),
        customer_id=pa.array([f"c{one:04}" for one in customer]),
        event=rng.random(len(score)) < score,
        duration=np.full(len(score), 28),
        selected=score >= np.quantile(score, 0.9),
        predicted={**predicted, CHAMPION: predicted[LOGISTIC]} if champion else predicted,
        groups={"age": np.array(["19-34", "35-44"], dtype=object)[customer % 2]},
    )


def measured(made: Evidence, spec: Model, *, champion: tuple[int, str] | None = None) -> Evidence:
    """Evidence whose figures are those of the rows."""
    evaluation, audit = _figures(_Spec(spec), champion)
    return replace(made, evaluation=replace(evaluation, effects=made.evaluation.effects), audit=audit)


class _Spec:
    """A spec that is known by what it says, so that equal ones are measured under once."""

    def __init__(self, spec: Model) -> None:
        """Take a spec."""
        self.spec = spec

    def __hash__(self) -> int:
        """Equal for equal specs."""
        return hash(repr(self.spec))

    def __eq__(self, other: object) -> bool:
        """Whether both say the same."""
        return isinstance(other, _Spec) and repr(other.spec) == repr(self.spec)


@cache
def _figures(of: _Spec, champion: tuple[int, str] | None) -> tuple[Evaluation, AuditReport]:
    """What the rows give."""
    found = rows(champion=champion is not None)
    return (
        evaluate_rows(found, of.spec, known_until=KNOWN_UNTIL, champion=champion, served_from=SERVED_FROM, effects=()),
        audit_rows(found, of.spec, selection_rule="the highest tenth", titles=TITLES, lines=lines_for(of.spec.gates)),
    )
