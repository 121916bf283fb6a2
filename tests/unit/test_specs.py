"""Specs: what a model file may say, and that the grocer's say it."""

from dataclasses import replace
from datetime import date

import pytest

from tenure.contracts import PersonalData
from tenure.errors import SpecError
from tenure.features.snapshot import ALL
from tenure.project import load_project
from tenure.gate import Gate, GateKind
from tenure.specs import ModelSpec, Population, directions, lookback_days
from tenure.statements import Narrative, Statement
from tenure.timeline import SnapshotSplit
from tenure.training_set import stack

PROJECT = load_project("projects.complete_journey")
LAPSE, PAUSE = PROJECT.model("lapse_28d"), PROJECT.model("time_to_lapse")
STATEMENT = Statement(text="words", author="owner", on=date(2020, 1, 1))
each_model = pytest.mark.parametrize("spec", PROJECT.models, ids=lambda spec: spec.name)


@each_model
def test_what_a_model_is_audited_by_is_never_an_input(spec: ModelSpec):
    """Neither by name nor through a column that a feature is made from."""
    held = {
        f"{source.name}.{column.name}"
        for source in PROJECT.sources
        for column in source.columns
        if column.personal is PersonalData.PROTECTED
    }
    audited = {f"{PROJECT.attribute(name).source}.{PROJECT.attribute(name).column}" for name in spec.protected}

    assert held >= audited != set()
    assert not {f.name for f in spec.features} & {*spec.protected, *(path.split(".")[1] for path in held)}
    assert not {path for f in spec.features for path in f.reads} & held
    assert not {path.split(".")[0] for f in spec.features for path in f.reads} & {path.split(".")[0] for path in held}


@each_model
def test_a_protected_input_is_refused_when_the_spec_is_made(spec: ModelSpec):
    """The file does not even load."""
    inputs = (*spec.features, replace(spec.features[0], name="age"))

    with pytest.raises(SpecError, match=r"uses \['age'\] as inputs, but they are protected attributes"):
        replace(spec, features=inputs)


def test_a_protected_input_that_got_past_the_spec_is_refused_when_the_training_set_is_stacked():
    """The second lock does not trust the first."""
    forced = replace(LAPSE)
    object.__setattr__(forced, "features", (replace(LAPSE.features[0], name="age"),))
    day = date(2017, 6, 1)
    split = SnapshotSplit(fit=(day,), calibration=(day,), test=(day,), test_known_until=day)

    with pytest.raises(SpecError, match=r"would train on protected attributes \['age'\]"):
        stack([], forced, split, features_version=0)


@each_model
def test_every_input_is_a_known_feature_with_a_window_the_history_can_hold(spec: ModelSpec):
    """A model reads what `features` makes, and nothing longer than 91 days on this data."""
    assert set(spec.features) <= set(ALL)
    assert lookback_days(spec) == 91


def test_directions_stand_in_the_order_of_the_features():
    """Plus one where an input may only raise the score, minus one where it may only lower it."""
    names = [f.name for f in LAPSE.features]
    spec = replace(LAPSE, raises=("recency_days",), lowers=("purchase_days_28d",))

    found = dict(zip(names, directions(spec), strict=True))

    assert (found.pop("recency_days"), found.pop("purchase_days_28d")) == (1, -1)
    assert set(found.values()) == {0}


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"raises": ("recency_days",), "lowers": ("recency_days",)}, "two on one feature"),
        ({"raises": ("nonsense",)}, r"direction on \['nonsense'\], which are not its features"),
        (
            {"features": (*LAPSE.features, LAPSE.features[0])},
            r"each feature once, and at least one; repeated: \['recency_days'\]",
        ),
        ({"features": ()}, "at least one"),
        ({"name": "Lapse 28"}, "lower-case letters, digits and underscores"),
        ({"name": "../lapse"}, "names keys and folders"),
        ({"max_age_days": 0}, "within 0 days; expected a day at least and 366 at most"),
        ({"max_age_days": 367}, "within 367 days; expected a day at least and 366 at most"),
    ],
)
def test_a_spec_that_cannot_work_is_refused_in_words(change, message):
    """When it is made, not when it is trained."""
    with pytest.raises(SpecError, match=message):
        replace(LAPSE, **change)


@pytest.mark.parametrize(
    ("declare", "words"),
    [
        (lambda: replace(LAPSE, gates=(Gate(name="g", kind=GateKind.FLOOR, metric="roc_aucc"),)), "Did you mean 'roc_auc'"),
        (lambda: replace(PAUSE, gates=(Gate(name="g", kind=GateKind.FLOOR, metric="roc_auc"),)), "not measured of such a model"),
        (lambda: replace(PAUSE, gates=(Gate(name="g", kind=GateKind.CEILING, metric="brier_9d"),)), "'brier_9d'"),
        (lambda: replace(LAPSE, gates=(Gate(name="g", kind=GateKind.FLOOR, metric="roc_auc", bound="lower"),)), "value, low or"),
        (lambda: replace(LAPSE, label_window_days=0), "a label window of 0 days"),
        (lambda: replace(LAPSE, top_band_share=1.5), "a share between 0 and 1"),
        (lambda: Population(bought_within_days=-5), "bought_within_days=-5"),
        (lambda: Narrative(summary="", statements={"tresholds": STATEMENT}), "'tresholds'. Did you mean 'thresholds'"),
    ],
)
def test_what_would_be_noticed_after_a_training_or_never_is_refused_when_it_is_declared(declare, words):
    """With what was likely meant."""
    with pytest.raises(SpecError, match=words):
        declare()


def test_a_survival_model_scores_at_one_of_its_horizons():
    """Otherwise the score would be no point of the curve that is shown."""
    with pytest.raises(SpecError, match="scores at 21 days, which is not among its horizons"):
        replace(PAUSE, score_horizon_days=21)


def test_nobody_in_a_survival_population_has_had_the_event_before_being_scored():
    """A population that reaches back further than the pause would hold customers whose pause is over."""
    with pytest.raises(SpecError, match="further than the pause of 28 days"):
        replace(PAUSE, population=Population(bought_within_days=29))


def test_a_label_needs_its_window_as_purge_and_a_survival_outcome_none():
    """Follow-up of a survival model is cut instead."""
    assert (LAPSE.purge_days, LAPSE.outcome_days) == (28, 28)
    assert (PAUSE.purge_days, PAUSE.outcome_days) == (0, 56)


@each_model
def test_words_for_people_name_the_figures_of_the_spec(spec: ModelSpec):
    """The card prints these; they must move with the spec."""
    assert str(spec.population.bought_within_days) in spec.population.in_words
    assert f"{spec.outcome_days if spec is not PAUSE else 28} days" in spec.score_means
