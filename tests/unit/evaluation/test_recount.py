"""Figures measured again from the test rows."""

from dataclasses import replace

import numpy as np
import pytest

from tenure.evaluation.measured import rows_of
from tenure.evaluation.recount import measured_otherwise
from tenure.evidence import Evidence
from tests import company
from tests.measured import measured, rows
from tests.shop import RANKS, shop_project
from tests.unit.model_cards.sample import evidence

SPEC = shop_project((RANKS,)).model(company.PROPENSITY)


def told() -> Evidence:
    """Evidence of the rows, with a champion."""
    return measured(evidence(), SPEC, champion=(1, "ab" * 32))


def moved(figure: str, by: float = 0.01) -> Evidence:
    """The same with the AUC, or another part of it, moved."""
    known = told()
    first, *others = known.evaluation.metrics
    estimate = replace(first.estimate, **{figure: getattr(first.estimate, figure) + by})
    return replace(known, evaluation=replace(known.evaluation, metrics=(replace(first, estimate=estimate), *others)))


def test_honest_figures_are_measured_again_from_rows_that_went_through_a_file() -> None:
    """Every figure, interval and verdict, champion and audit included."""
    again = rows_of(rows(champion=True).table())
    assert measured_otherwise(again, told(), SPEC, with_draws=True) == ()
    assert measured_otherwise(again, told(), SPEC, with_draws=False) == ()


def test_a_moved_figure_is_named() -> None:
    """By its place, with what is said and what the rows give."""
    (found,) = measured_otherwise(rows(champion=True), moved("value"), SPEC, with_draws=False)
    assert found.startswith("evaluation.metrics.roc_auc.estimate.value 0.90")
    assert "where the rows give 0.89" in found


def test_the_end_of_an_interval_that_was_moved_is_found_by_drawing_again() -> None:
    """A gate may ask for it, so it counts as the figure does."""
    assert measured_otherwise(rows(champion=True), moved("low"), SPEC, with_draws=False) == ()
    (found,) = measured_otherwise(rows(champion=True), moved("low"), SPEC, with_draws=True)
    assert found.startswith("evaluation.metrics.roc_auc.estimate.low")


def test_a_group_s_figure_that_was_moved_is_found() -> None:
    """The audit is measured again with its groups."""
    known = told()
    (attribute,) = known.audit.attributes
    first, *others = attribute.groups
    forged = replace(attribute, groups=(replace(first, n_customers_with_event=first.n_customers_with_event - 1), *others))
    changed = replace(known, audit=replace(known.audit, attributes=(forged,)))
    (found,) = measured_otherwise(rows(champion=True), changed, SPEC, with_draws=False)
    assert found.startswith("audit.attributes.age.groups.19-34.n_customers_with_event")


@pytest.mark.parametrize("champion", [True, False])
def test_a_champion_left_out_or_made_up_is_said(champion: bool) -> None:
    """Rows hold what a champion foretold if, and only if, the evidence compares with one."""
    known = told() if not champion else measured(evidence(), SPEC)
    (found,) = measured_otherwise(rows(champion=champion), known, SPEC, with_draws=False)
    assert "a comparison with a champion" in found


def test_rows_that_measure_nothing_are_a_sentence() -> None:
    """Nobody with the event, or no group at all."""
    nobody = replace(rows(), event=np.zeros(len(rows().event), dtype=bool))
    for odd in (nobody, replace(rows(), groups={})):
        (found,) = measured_otherwise(odd, measured(evidence(), SPEC), SPEC, with_draws=False)
        assert found.startswith("nothing of it can be measured from the rows")
