"""Paths over evidence."""

from dataclasses import replace

import pytest

from model_cards.paths import as_tree, keys_of, register, resolve, walk
from tenure.errors import CardError
from tests.unit.model_cards.sample import evidence

TREE = as_tree(evidence())


def test_lists_are_walked_by_the_name_of_their_entries():
    """Metrics by name, periods by role, groups by group, pairs by their first half."""
    assert resolve(TREE, "evaluation.metrics.roc_auc.estimate.value") == 0.862
    assert resolve(TREE, "data.periods.test.n_rows") == 6377
    assert resolve(TREE, "audit.attributes.age.groups.19_34.n_customers") == 180
    assert resolve(TREE, "evaluation.metrics.roc_auc.baselines.logistic_regression.value") == 0.851
    assert resolve(TREE, "evaluation.lift.0_1.event_rate.value") == 0.61
    assert resolve(TREE, "decision.verdicts.calibrated.result") == "pass"


def test_entries_without_a_unique_name_are_walked_by_position():
    """Two entries of one name would make a reference say either."""
    assert keys_of([{"name": "a b"}, {"name": "a-b"}, {"name": "c"}]) == ["0", "1", "c"]
    assert keys_of([3, 4]) == ["0", "1"]


def test_every_path_that_is_walked_resolves_to_what_was_met():
    """Walking and resolving agree on all of the evidence."""
    assert all(resolve(TREE, path) == value for path, value in walk(TREE))


def test_a_path_to_nothing_names_the_step_and_near_candidates():
    """The message says where the path broke and what could have been meant."""
    with pytest.raises(CardError, match=r"'evaluation.metrics' has no 'roc_auk'.*Did you mean evaluation.metrics.roc_auc"):
        resolve(TREE, "evaluation.metrics.roc_auk.estimate")


def test_a_figure_that_is_not_finite_is_refused_by_its_path():
    """JSON has no word for it, and neither has a reader."""
    broken = evidence()
    broken = replace(broken, model=replace(broken.model, training_seconds=float("nan")))

    with pytest.raises(CardError, match=r"'model.training_seconds' must be a finite number"):
        as_tree(broken)


def test_the_register_holds_every_single_value_once():
    """An estimate is one row with its ends; whatever is no record or list of records has a row."""
    rows = register(TREE)

    assert rows["evaluation.metrics.roc_auc.estimate"] == {"value": 0.862, "low": 0.842, "high": 0.882}
    assert rows["model.seed"] == 20170101
    assert "evaluation" not in rows
