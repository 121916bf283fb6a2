"""Specs: what a model file may say, and what follows from it."""

from dataclasses import replace
from datetime import date

import pytest

from tenure.errors import SpecError, TimelineError
from tenure.features import active_days, latest, recency
from tenure.gate import TELLS_OF_NOBODY, Gate, GateKind
from tenure.outcomes import Kind, any_of, becomes, count, entry, first, is_now, none_of, recurring, time_until
from tenure.parameters import ONE_DAY_PARAMETERS, LightGBMParameters
from tenure.populations import ever, everyone, had, is_in
from tenure.specs import Model, directions, lookback_days, with_features
from tenure.statements import Narrative, Statement
from tenure.timeline import SnapshotPlan, SnapshotSplit, folds
from tenure.training_set import stack
from tests.small_models import BUYS, FEATURES, LAPSE, LEFT, MODELS, OF_PURCHASES, PAUSE, TIME_TO_LEAVE
from tests.unit.outcomes.small import PURCHASES, SUBSCRIBERS

STATEMENT = Statement(text="words", author="owner", on=date(2020, 1, 1))
LEAVES = becomes(SUBSCRIBERS.status, "left", within_days=30)
each_model = pytest.mark.parametrize("spec", MODELS, ids=lambda spec: spec.name)


def gate(kind: GateKind, metric: str, **rest: str) -> Gate:
    """A gate on a metric."""
    return Gate(name="g", kind=kind, metric=metric, **rest)


def test_trees_of_one_table_of_customers_are_larger_unless_somebody_says_otherwise():
    """Those of many days, those of time, and those that are said stay as they are."""
    usual, said = LightGBMParameters(), LightGBMParameters(num_leaves=3)
    told = {"name": "m", "owner": "o", "population": everyone(SUBSCRIBERS), "foresees": is_now(SUBSCRIBERS.status, "left")}
    of_time = time_until(is_now(SUBSCRIBERS.status, "left"), since=entry(SUBSCRIBERS), horizons_days=(90,), score_at=90)

    assert Model(**told, split=folds(5)).parameters == ONE_DAY_PARAMETERS
    assert Model(**told, split=folds(5), parameters=said).parameters == said
    assert Model(**{**told, "foresees": of_time}, split=folds(5)).parameters == usual
    assert Model(**{**told, "foresees": any_of(PURCHASES, within_days=7)}).parameters == usual


@each_model
def test_a_protected_input_is_refused_when_the_spec_is_made(spec: Model):
    """The file does not even load."""
    inputs = (*spec.inputs, replace(spec.inputs[0], name="age"))

    with pytest.raises(SpecError, match=r"uses \['age'\] as inputs, but they are protected attributes"):
        replace(spec, features=inputs, protected=("age",))


def test_a_protected_input_that_got_past_the_spec_is_refused_when_the_training_set_is_stacked():
    """The second lock does not trust the first."""
    forced = replace(LAPSE)
    object.__setattr__(forced, "features", (replace(LAPSE.inputs[0], name="region"),))
    day = date(2017, 6, 1)
    split = SnapshotSplit(fit=(day,), calibration=(day,), test=(day,), test_known_until=day)

    with pytest.raises(SpecError, match=r"would train on protected attributes \['region'\]"):
        stack([], forced, split, features_version=0)


def test_directions_stand_in_the_order_of_the_features():
    """Plus one where an input may only raise the score, minus one where it may only lower it."""
    spec = replace(LAPSE, raises=("purchase_recency_days",), lowers=("purchase_days_28d",))

    found = dict(zip([f.name for f in spec.inputs], directions(spec), strict=True))

    assert (found.pop("purchase_recency_days"), found.pop("purchase_days_28d")) == (1, -1)
    assert set(found.values()) == {0}


def test_a_model_that_says_least_says_enough():
    """Title, gates, snapshots and the card's summary follow from what it foresees; its features are the project's."""
    spec = Model(
        name="lapse", owner="team:x", population=had(PURCHASES, within_days=91), foresees=none_of(PURCHASES, within_days=28)
    )
    whole = with_features(spec, FEATURES)

    assert spec.title == "No purchase within 28 days"
    assert [g.metric for g in spec.gates] == ["roc_auc", "expected_calibration_error", "roc_auc", "", "", ""]
    assert {g.kind for g in spec.gates} >= {GateKind.AUDIT, GateKind.PRIVACY, GateKind.CARD_COMPLETE}
    assert replace(spec, gates=()).gates == (TELLS_OF_NOBODY,), "whoever names gates is asked for privacy all the same"
    assert (whole.features, whole.protected, lookback_days(whole)) == (FEATURES, (), 91)
    assert [m.narrative.verb for m in (whole, BUYS, PAUSE, LEFT)] == [
        "have no purchase",
        "have at least one purchase",
        "complete a pause of 28 days without a purchase",
        "have “left” as status",
    ]
    assert replace(PAUSE, narrative=Narrative(verb="lapse")).narrative.verb == "lapse"
    assert PAUSE.title == "Time until a pause of 28 days without a purchase"
    assert "calibration_error_28d" in {g.metric for g in PAUSE.gates}
    with pytest.raises(SpecError, match="names no features, and the project's were not given"):
        _ = spec.inputs


def test_the_features_of_a_project_never_tell_what_a_model_foresees():
    """The attribute itself, and, where time is looked back at, how long it took."""
    names = {f.name for f in FEATURES}

    assert names - {f.name for f in with_features(LEFT, FEATURES).inputs} == {"status"}
    assert names - {f.name for f in with_features(TIME_TO_LEAVE, FEATURES).inputs} == {"status", "subscription_age_days"}
    assert with_features(LAPSE, FEATURES).inputs == OF_PURCHASES
    with pytest.raises(SpecError, match=r"reads \['status'\], which say so already on the scoring day"):
        replace(LEFT, features=latest(SUBSCRIBERS.status, SUBSCRIBERS.plan))


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"raises": ("purchase_days_28d",), "lowers": ("purchase_days_28d",)}, "two on one feature"),
        ({"raises": ("nonsense",)}, r"direction on \['nonsense'\], which are not its features"),
        (
            {"features": (*OF_PURCHASES, OF_PURCHASES[0])},
            r"each feature once, and at least one; repeated: \['purchase_recency_days'\]",
        ),
        ({"features": ()}, "at least one"),
        ({"name": "Lapse 28"}, "lower-case letters, digits and underscores"),
        ({"name": "../lapse"}, "names keys and folders"),
        ({"max_age_days": 0}, "within 0 days; expected a day at least and 366 at most"),
        ({"max_age_days": 367}, "within 367 days; expected a day at least and 366 at most"),
        ({"gates": (gate(GateKind.FLOOR, "roc_aucc"),)}, "Did you mean 'roc_auc'"),
        ({"gates": (gate(GateKind.FLOOR, "roc_auc", bound="lower"),)}, "value, low, high, interval"),
        ({"top_band_share": 1.5}, "a share between 0 and 1"),
        ({"snapshots": SnapshotPlan(n_calibration=1)}, "has 1 calibration snapshots; expected 2 at least"),
        ({"snapshots": SnapshotPlan(step_days=0)}, "every 0 days with 1 for test"),
        ({"snapshots": SnapshotPlan(day_of_month=31)}, "day 31 of each month; expected a day that every month has"),
        ({"split": folds(5)}, "foresees what happens within 28 days: leave split= out"),
        ({"features": (recency(PURCHASES, cap_days=30),)}, "reaches back 56 days by 'purchase_recency_days', which is cut at 30"),
        ({"population": is_in(SUBSCRIBERS.plan, "a"), "protected": ("plan",)}, r"chooses whom it scores by \['plan'\]"),
        ({"population": "everybody"}, "expected a population, such as had"),
        ({"foresees": "lapse"}, "expected an outcome, such as none_of"),
        ({"foresees": first(PURCHASES)}, "foresees the next purchase, and does not say by when: give it within_days="),
    ],
)
def test_a_spec_that_cannot_work_is_refused_in_words(change, message):
    """When it is made, not when it is trained."""
    with pytest.raises(SpecError, match=message):
        replace(LAPSE, **change)


@pytest.mark.parametrize(
    "foresees",
    [
        count(PURCHASES, within_days=28),
        recurring(PURCHASES, within_days=28),
        becomes(SUBSCRIBERS.status, "left", within_days=30, reason="why"),
        time_until(becomes(SUBSCRIBERS.status, "left"), since=entry(SUBSCRIBERS), horizons_days=(90,), score_at=90),
    ],
    ids=lambda outcome: outcome.kind.value,
)
def test_what_can_be_labelled_and_not_yet_trained_is_refused_in_these_words(foresees):
    """Amounts, reasons, recurrence, and time from an entry that lies before the first look."""
    with pytest.raises(SpecError, match="can be labelled, not yet trained"):
        Model(name="m", owner="team:x", population=is_in(SUBSCRIBERS.status, "active"), foresees=foresees)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"gates": (gate(GateKind.FLOOR, "roc_auc"),)}, "not measured of such a model"),
        ({"gates": (gate(GateKind.CEILING, "brier_9d"),)}, "'brier_9d'"),
        ({"population": had(PURCHASES, within_days=29)}, "reaches back 29 days, further than a pause of 28 days"),
        ({"population": ever(PURCHASES)}, "may hold customers to whom a pause of 28 days"),
        ({"population": ~had(PURCHASES, within_days=7)}, "may hold customers to whom a pause of 28 days"),
        ({"features": (active_days(PURCHASES, last=28),)}, "needs 'purchase_recency_days' among its features"),
    ],
)
def test_a_survival_model_asks_for_what_its_event_needs(change, words):
    """Nobody has had the event before being scored, and the model sees when it can be complete."""
    with pytest.raises(SpecError, match=words):
        replace(PAUSE, **change)


def test_a_population_narrowed_by_another_condition_may_wait_for_the_pause():
    """Joined by "and" the shorter reach counts, by "or" the longer."""
    near, far = had(PURCHASES, within_days=28), had(PURCHASES, within_days=56)

    assert replace(PAUSE, population=far & near).kind is Kind.SURVIVAL
    with pytest.raises(SpecError, match="reaches back 56 days"):
        replace(PAUSE, population=far | near)


def test_nobody_in_a_population_is_already_what_they_may_become():
    """Said by the values from which it can become so, or by the one that it is not."""
    for population in (is_in(SUBSCRIBERS.status, "active", "paused"), ~is_in(SUBSCRIBERS.status, "left", "lost")):
        assert Model(name="m", owner="o", population=population, foresees=LEAVES).kind is Kind.PROPENSITY
    for population in (is_in(SUBSCRIBERS.status, "active", "left"), is_in(SUBSCRIBERS.plan, "a"), had(PURCHASES, within_days=7)):
        with pytest.raises(SpecError, match="may hold customers whose status is 'left' already"):
            Model(name="m", owner="o", population=population, foresees=LEAVES)


def test_a_statement_of_no_field_and_too_few_parts_are_refused():
    """With what was likely meant."""
    with pytest.raises(SpecError, match=r"'tresholds'\. Did you mean 'thresholds'"):
        Narrative(statements={"tresholds": STATEMENT})
    with pytest.raises(TimelineError, match="in 2 parts; expected 3 at least"):
        folds(2)


def test_a_label_needs_its_window_as_purge_and_a_survival_outcome_none():
    """Follow-up of a survival model is cut instead."""
    assert (LAPSE.purge_days, LAPSE.outcome_days, LAPSE.score_horizon_days) == (28, 28, 28)
    assert (PAUSE.purge_days, PAUSE.outcome_days, PAUSE.score_horizon_days) == (0, 56, 28)
    assert (LEFT.purge_days, LEFT.outcome_days) == (0, 0)


@each_model
def test_words_for_people_name_the_figures_of_the_spec(spec: Model):
    """The card prints these; they move with the spec."""
    assert f"{28 if spec is PAUSE else 56} days" in spec.population.in_words
    assert f"{7 if spec is BUYS else 28} days" in spec.score_means
    assert any_of(PURCHASES, within_days=9).score_means.count("9 days") == 1
