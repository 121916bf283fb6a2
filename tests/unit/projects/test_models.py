"""The grocer's models: every spec loads, says what its card owes, and stands in a file of its own."""

from dataclasses import replace
from pathlib import Path

import pytest

from model_cards.compile import compile_card, gaps
from model_cards.fields import MAY_BE_NOT_YET_ASSESSED, REQUIRED_STATEMENTS
from model_cards.wording import plain
from projects.complete_journey.features import FEATURES
from tenure.evidence import Evidence
from tenure.features.snapshot import check_history
from tenure.gate import GateKind, GateResult, GateVerdict
from tenure.gates import Decision, Outcome
from tenure.loading import load_project
from tenure.parameters import LightGBMParameters
from tenure.specs import Model, lookback_days
from tenure.timeline import SnapshotSplit, split_snapshots
from tests.unit.model_cards.sample import evidence
from tests.unit.model_cards.sample_measured import metric

PROJECT = load_project("projects.complete_journey")
SPECS = {spec.name: spec for spec in PROJECT.models}
HOUSE = Path(__file__).parents[3]
# Metrics that the evaluation reports beside those of the sample, and that gates of this company read.
MORE_METRICS = (
    metric("ibs_skill_over_kaplan_meier", "Skill over Kaplan-Meier", 0.35, 0.33),
    metric("ibs_gain_over_cox", "Gain over Cox", 0.002, 0.0, spread=0.001),
    metric("calibration_error_28d", "Calibration error at 28 days", 0.012, 0.02, better="lower", spread=0.005),
)
each_model = pytest.mark.parametrize("spec", SPECS.values(), ids=SPECS.keys())


def accepted(spec: Model) -> Evidence:
    """Made-up evidence of the spec's kind, in which each of its gates passed."""
    sample = evidence(spec.kind.value)
    verdicts = tuple(GateVerdict(gate=gate, result=GateResult.PASS, found="it held") for gate in spec.gates)
    measured = replace(sample.evaluation, metrics=(*sample.evaluation.metrics, *MORE_METRICS))
    return replace(sample, evaluation=measured, decision=Decision(outcome=Outcome.ACCEPTED, verdicts=verdicts))


def split(spec: Model) -> SnapshotSplit:
    """The snapshots that the spec would train on at the demonstration's training day."""
    return split_snapshots(
        spec.snapshots,
        known_until=PROJECT.demo_days.train_as_of,
        first_day=PROJECT.first_day,
        lookback_days=lookback_days(spec),
        outcome_days=spec.outcome_days,
        purge_days=spec.purge_days,
    )


@each_model
def test_every_statement_that_a_card_asks_of_people_is_there(spec):
    """A spec without one could not be promoted, and whoever adds it learns so here."""
    assert set(REQUIRED_STATEMENTS) <= set(spec.narrative.statements)


@each_model
def test_the_card_compiles_and_only_later_work_is_open(spec):
    """Every reference leads to evidence, no digit is typed, every author is a role."""
    found = accepted(spec)

    assert gaps(found, spec.narrative, PROJECT.authors) == ()
    fields = compile_card(found, spec.narrative, PROJECT.authors)["fields"]
    open_fields = {field["number"] for field in fields if field["status"] != "filled"}
    assert open_fields <= set(MAY_BE_NOT_YET_ASSESSED)


@each_model
def test_the_box_on_probabilities_and_the_box_on_ranking_each_rest_on_a_gate(spec):
    """A reader who sees that probabilities hold must be able to ask what was required of them."""
    boxes = {box["key"]: box for box in compile_card(accepted(spec), spec.narrative, PROJECT.authors)["verdicts"]}

    assert boxes["predicts"]["verdict"] == "meets"
    assert boxes["probabilities"]["verdict"] == "meets"
    assert "No gate sets a line" not in plain(boxes["probabilities"]["sentence"])


@each_model
def test_no_model_goes_without_audit_card_and_comparison_with_the_champion(spec):
    """And each gate says why its line is where it is."""
    kinds = {gate.kind for gate in spec.gates}

    assert {GateKind.AUDIT, GateKind.CARD_COMPLETE, GateKind.NOT_WORSE_THAN_CHAMPION} <= kinds
    assert len({gate.name for gate in spec.gates}) == len(spec.gates)
    assert all(gate.because for gate in spec.gates)


@each_model
def test_every_audited_attribute_of_the_project_is_audited(spec):
    """None is forgotten, and the spec itself refuses any of them as an input."""
    assert spec.protected == tuple(attribute.name for attribute in PROJECT.attributes)


@each_model
def test_the_training_day_of_the_demonstration_leaves_snapshots_for_every_role(spec):
    """Enough to fit on, and no window longer than the history at the first snapshot."""
    days = split(spec)

    assert len(days.fit) >= 12
    assert (len(days.calibration), len(days.test)) == (spec.snapshots.n_calibration, spec.snapshots.n_test)
    check_history(spec.inputs, as_of=days.fit[0], first_day=PROJECT.first_day)


def test_the_fit_follow_up_of_time_to_lapse_reaches_its_longest_horizon():
    """A horizon beyond what fitting saw would be an error when scores are written."""
    spec = SPECS["time_to_lapse"]
    days = split(spec)

    assert (days.fit_known_until - days.fit[0]).days >= max(spec.horizons_days)
    assert (days.test_known_until - days.test[-1]).days >= max(spec.horizons_days)


def test_a_pause_of_28_days_is_counted_towards_by_the_survival_model_alone():
    """All other inputs are those of every model."""
    names = {name: {feature.name for feature in spec.inputs} for name, spec in SPECS.items()}

    assert names["time_to_lapse"] == {feature.name for feature in FEATURES}
    for name in ("lapse_28d", "buys_7d"):
        assert names["time_to_lapse"] - names[name] == {"expected_purchases_before_pause_28d"}


@each_model
def test_a_start_from_the_logistic_baseline_is_said_on_the_card(spec):
    """A reader must know that the model holds a part of its own baseline."""
    if spec.parameters.start_share > LightGBMParameters().start_share:
        assert "of its log-odds" in spec.narrative.statements["algorithm"].text


def test_adding_buys_7d_touches_one_file():
    """No other file that runs knows that this model exists; tests, docs and measurements may name it."""
    rooms = [
        path for path in HOUSE.iterdir() if path.name not in ("tests", "docs", "benchmarks") and not path.name.startswith(".")
    ]
    files = [file for room in rooms for file in (room.rglob("*") if room.is_dir() else [room])]
    read = [file for file in files if file.suffix in (".py", ".yaml", ".toml") or file.name in ("README.md", "Makefile")]
    mentions = [file.relative_to(HOUSE).as_posix() for file in read if "buys_7d" in file.read_text(encoding="utf-8")]

    assert len(read) > 50
    assert mentions == ["projects/complete_journey/models/buys_7d.py"]


# What reviewers ask of a figure (its lower end, or the value where no end is named), and whether more of it is better.
REVIEWERS = {
    ("expected_calibration_error", GateKind.CEILING): 0.02,
    ("calibration_error_28d", GateKind.CEILING): 0.03,
    ("roc_auc", GateKind.NOT_WORSE_THAN_BASELINE): 0.0,
    ("uno_c", GateKind.FLOOR): 0.60,
    ("ibs_skill_over_kaplan_meier", GateKind.FLOOR): 0.05,
}


@each_model
def test_a_gate_that_asks_less_than_reviewers_states_their_line(spec):
    """A passed gate must not be taken for a line that nobody drew there."""
    for gate in spec.gates:
        line = REVIEWERS.get((gate.metric, gate.kind))
        asked = -gate.limit if gate.kind is GateKind.NOT_WORSE_THAN_BASELINE else gate.limit
        asks_less = line is not None and (asked > line if gate.kind is GateKind.CEILING else asked < line)

        assert gate.reviewers_line == (line if asks_less else None), gate.name
