"""A whole challenger lane, without a store, on companies in which some figures are not defined: the card is always made."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pyarrow as pa
import pytest

from model_cards.compile import card_fields, compile_card
from model_cards.exports import huggingface, plain, sagemaker
from model_cards.html import render_html
from model_cards.markdown import render_markdown
from model_cards.standing import Standing, Status
from tenure.audit.challenger import audit_rows
from tenure.audit.lines import USUAL_LINES
from tenure.audit.recount import contradictions
from tenure.canonical import record_reader
from tenure.challenger import Effort, fit_challenger
from tenure.evaluation.challenger import evaluate_challenger
from tenure.evaluation.measured import measured_rows, rows_of
from tenure.evaluation.recount import measured_otherwise
from tenure.evidence import AttributeFacts, Evidence
from tenure.gate import Gate, GateKind, GateResult
from tenure.gates import Outcome, decide
from tenure.gathering import gather
from tenure.loading import load_project
from tenure.specs import Model
from tenure.timeline import SnapshotSplit
from tenure.training_set import TEST, TrainingSet, stack
from tests import company
from tests.unit.model_cards.sample import PRIVACY, evidence
from tests.unit.model_cards.sample_learnt import data

PROJECT = load_project(company.PACKAGE)
FIRST = date(2020, 1, 5)
PAUSE = 28
DAYS = [FIRST + timedelta(days=PAUSE * i) for i in range(6)]
SPLIT = SnapshotSplit(
    fit=tuple(DAYS[:3]), calibration=tuple(DAYS[3:5]), test=(DAYS[5],), test_known_until=DAYS[5] + timedelta(28)
)
SLOPE = Gate(name="slope", kind=GateKind.FLOOR, metric="calibration_slope", limit=0.5, bound="low")

Company = Callable[[int, int], tuple[bool, float]]


def regulars_and_passers_by(customer: int, day: int) -> tuple[bool, float]:
    """Half buy every second day and never lapse; the other half came once and do."""
    return customer % 2 == 0, 1.0 if customer % 2 else 27.0


def alike(customer: int, day: int) -> tuple[bool, float]:
    """Nothing tells customers apart."""
    return (customer + day) % 3 == 0, 7.0


def observed(spec: Model, n_customers: int, of: Company, *, empty: str = "") -> TrainingSet:
    """Every input of a customer is one figure, and so is what happens to them; one input may be empty."""
    snapshots = []
    for i, day in enumerate(DAYS):
        found = [of(customer, i) for customer in range(n_customers)]
        columns = {f.name: [None if f.name == empty else figure for _, figure in found] for f in spec.inputs}
        columns |= {empty: pa.nulls(n_customers, pa.float64())} if empty else {}
        event = [happens for happens, _ in found]
        # A pause that began so many days ago is complete on the first day on which it can be.
        duration = [PAUSE + 1 - int(figure) if happens else PAUSE for happens, figure in found]
        outcome = {"event": event, "duration": duration}
        who = {"day": [day] * n_customers, "customer_id": [f"c{customer:04}" for customer in range(n_customers)]}
        snapshots.append(pa.table(who | columns | outcome))
    return stack(snapshots, spec, SPLIT, features_version=1)


def trained(name: str, n_customers: int, of: Company, *, empty: str = "") -> Evidence:
    """Fit, evaluate, audit, gather and judge, as the assets do."""
    spec = PROJECT.model(name)
    spec = replace(spec, gates=(*spec.gates, SLOPE)) if name == company.PROPENSITY else spec
    training_set = observed(spec, n_customers, of, empty=empty)
    challenger = fit_challenger(training_set, spec, project=PROJECT.name, n_threads=1)
    effort = Effort(trained_at=datetime(2020, 8, 1, tzinfo=UTC), seconds=1.0, n_threads=1, peak_memory_mb=1.0)
    challenger = replace(challenger, effort=effort)
    evaluation = evaluate_challenger(challenger, training_set, spec, champion=None)
    titles = {name: PROJECT.attribute(name).title for name in spec.protected}
    groups = {name: {f"c{i:04}": "ab"[i % 2] for i in range(n_customers)} for name in spec.protected}
    rows = measured_rows(challenger, training_set.role(TEST), spec, champion=None, groups=groups)
    audit = audit_rows(rows, spec, selection_rule="by score", titles=titles, lines=USUAL_LINES)
    assert contradictions(audit, USUAL_LINES, spec.protected) == ()
    gathered = gather(
        challenger,
        training_set,
        evaluation,
        audit,
        PRIVACY,
        spec,
        first_day=FIRST,
        timezone="UTC",
        sources=data().sources,
        attributes=[AttributeFacts(name=n, title=t, source=company.AUDITED, n_known=9, n_customers=9) for n, t in titles.items()],
        environment=evidence().environment,
        test_rows_digest="cd" * 32,
        policy=None,
    ).evidence
    assert measured_otherwise(rows_of(rows.table()), gathered, spec, with_draws=True) == ()
    lacks = card_fields(gathered, spec.narrative, PROJECT.authors)
    return replace(gathered, decision=decide(spec.gates, evaluation=evaluation, audit=audit, card=lacks, privacy=PRIVACY))


@pytest.mark.parametrize(
    ("model", "n_customers", "of"),
    [
        (company.PROPENSITY, 10, regulars_and_passers_by),
        (company.PROPENSITY, 240, alike),
        (company.SURVIVAL, 240, regulars_and_passers_by),
        (company.SURVIVAL, 10, alike),
    ],
)
def test_a_card_is_made_of_every_company(model: str, n_customers: int, of: Company) -> None:
    """Evidence is read back as it was written, and the card says in words what has no value, in every form it takes."""
    found = trained(model, n_customers, of)
    reader = record_reader(Evidence)

    card = compile_card(found, PROJECT.model(model).narrative, PROJECT.authors)

    assert reader.validate_json(reader.dump_json(found)) == found
    standing = Standing(status=Status.REFUSED)
    for page in (render_html(card), render_markdown(card, standing), huggingface.export(card, standing)):
        assert "nan" not in page.lower().split()
    assert plain.export(card, standing)["card"]["evidence"] == card["evidence"]
    assert sagemaker.export(card, standing)["evaluation_details"]


@pytest.mark.parametrize("model", [company.PROPENSITY, company.SURVIVAL])
def test_an_input_that_is_empty_throughout_is_said_and_no_hindrance(model: str) -> None:
    """The card names it; from start to end nothing is made of it."""
    spec = PROJECT.model(model)
    clock = spec.foresees.clock
    empty = next(f.name for f in spec.inputs if clock is None or f.name != clock.column)

    found = trained(model, 240, alike, empty=empty)
    card = compile_card(found, spec.narrative, PROJECT.authors)

    assert found.never_filled == (empty,)
    assert empty not in {effect.feature for effect in found.evaluation.effects}
    for page in (render_html(card), render_markdown(card, Standing(status=Status.REFUSED))):
        assert "Empty in every row it learnt from, so that it takes nothing from them" in page


def test_a_gate_on_what_is_not_defined_refuses_with_that_reason() -> None:
    """Scores that part the outcomes have no slope: the gate that asks for one fails, and the card prints why."""
    found = trained(company.PROPENSITY, 120, regulars_and_passers_by)
    card = compile_card(found, PROJECT.model(company.PROPENSITY).narrative, PROJECT.authors)

    assert found.decision is not None
    verdict = found.decision.verdicts[-1]
    assert found.decision.outcome is Outcome.REFUSED
    assert verdict.result is GateResult.FAIL
    assert verdict.found.startswith("Calibration slope: not defined, because the scores part rows with the event")
    assert "not defined<small>because the scores part rows" in render_html(card)
