"""Words held against the figures of their own card: what is refused, and what must be let pass."""

from dataclasses import replace
from typing import Any

import pytest

from model_cards.compile import gaps
from model_cards.contradictions import CLAIMS, contradiction
from model_cards.paths import as_tree
from tenure.audit import Verdict
from tenure.evaluation.records import Estimate
from tenure.evidence import Evidence
from tenure.loading import load_project
from tenure.statements import Statement
from tests.unit.model_cards.sample import ROLES, evidence, narrative
from tests.unit.model_cards.sample_audit import attribute


def whole() -> Evidence:
    """The sample under a policy, before it was decided on, of which everything is good: no words in its praise are wrong."""
    good = evidence(governed=True)
    one, same_rows = good.audit.attributes[2], good.evaluation.champion
    return replace(
        good,
        decision=None,
        audit=replace(good.audit, attributes=(one,)),
        stability=replace(good.stability, feature_psi=()),
        evaluation=replace(
            good.evaluation,
            champion=replace(same_rows, difference=Estimate(value=0.02, low=0.01, high=0.03)),
        ),
        data=replace(good.data, sources=tuple(replace(s, n_days_withheld=0, n_quarantined=0) for s in good.data.sources)),
    )


def poor() -> Evidence:
    """The same model, of which nothing is good."""
    made = whole()
    none = Estimate(value=0.0, low=-0.01, high=0.01)
    ranked = Estimate(value=0.55, low=0.48, high=0.62)
    band = replace(made.evaluation.served_band, gap=Estimate(value=0.12, low=0.08, high=0.16))
    metrics = tuple(
        replace(m, difference=none, estimate=ranked if m.name == "roc_auc" else m.estimate) for m in made.evaluation.metrics
    )
    return replace(
        made,
        model=replace(made.model, calibration_method="none"),
        evaluation=replace(
            made.evaluation,
            metrics=metrics,
            censored_rate=0.2,
            champion=replace(made.evaluation.champion, difference=none),
            served_band=band,
            n_customers=90,
        ),
        audit=replace(
            made.audit, attributes=(attribute("age", "age", made.audit.attributes[0].groups, (Verdict.INCONCLUSIVE,) * 4),)
        ),
        stability=replace(made.stability, feature_psi=(("campaigns_running", 0.41),)),
        data=replace(
            made.data,
            periods=tuple(replace(p, n_customers=90) for p in made.data.periods),
            sources=tuple(replace(s, n_days_withheld=1, n_quarantined=3) for s in made.data.sources),
        ),
    )


GOOD, POOR = as_tree(whole()), as_tree(poor())
# Each is true of the good one and not of the poor one.
PRAISE = (
    "Calibration comes after them.",
    "Nothing is censored.",
    "On every test day it beats the baseline.",
    "The model ranks far better than plain logistic regression.",
    "It outperforms the champion.",
    "It treats all groups alike.",
    "Every group is found equally. All groups are selected equally.",
    "The score is fair to every member.",
    "Since the fit no input has moved.",
    "The inputs stayed stable; there was no drift.",
    "It ranks households very well.",
    "The ranking is excellent.",
    "Its probabilities hold.",
    "It was trained on hundreds of households.",
    "No day was withheld.",
    "No rows were set aside.",
)
# Each is true of neither.
WRONG = (
    "It was learnt from tens of thousands of customers.",
    "It is reviewed once a year.",
    "It is retrained every two years.",
    "A model this plain needs no review.",
    "This model was approved in spring.",
    "It predicts purchases almost perfectly.",
)
# Each is let pass whatever the figures are: it denies, asks, sets a condition, or speaks of something else.
HARMLESS = (
    "It does not beat the baseline.",
    "Nothing shows that it beats the baseline on new households.",
    "We aim for a model that treats all groups alike.",
    "It should treat all groups alike; whether it does, the audit says.",
    "If no input has moved, campaigns start.",
    "Campaigns stop until a retrained model is approved.",
    "The campaign was approved by the privacy officer.",
    "The grocer has millions of customers.",
    "It is reviewed each month, and retrained every quarter.",
    "Read it beside what ranks well elsewhere.",
    "It says how well it orders everybody.",
    "A model which predicts well may still mislead.",
    "Nobody can say that the probabilities hold.",
)


@pytest.mark.parametrize("said", PRAISE)
def test_praise_is_refused_where_the_figures_do_not_bear_it(said: str) -> None:
    """And let pass where they do; one of several claims in a statement is enough."""
    assert contradiction(said, GOOD) == ""
    assert contradiction(said, POOR).startswith("the statement says “")


@pytest.mark.parametrize("said", WRONG)
def test_what_no_figure_bears_is_refused_of_every_model(said: str) -> None:
    """Numbers in words, dates that the policy does not know, and a decision that nobody can have made."""
    assert contradiction(said, GOOD)
    assert contradiction(said, POOR)


@pytest.mark.parametrize("said", HARMLESS)
def test_a_denial_a_wish_and_a_condition_are_let_pass(said: str) -> None:
    """To refuse what is true would cost more than to miss what is not."""
    assert contradiction(said, GOOD) == contradiction(said, POOR) == ""


def test_modesty_is_held_to_the_figures_too() -> None:
    """Who says that it ranks as a coin would, beside a figure that says otherwise, misleads as well."""
    assert "ROC-AUC is shown to be above one half" in contradiction("It is no better than chance.", GOOD)
    assert contradiction("It is no better than chance.", POOR) == ""


def test_every_turn_of_phrase_is_tried_here() -> None:
    """A line of the table that no sentence above meets would be a guess."""
    tried = (*PRAISE, *WRONG, "It is no better than chance.")

    assert [claim.says.pattern for claim in CLAIMS if not any(claim.says.search(said) for said in tried)] == []


def test_words_that_people_have_written_are_let_pass() -> None:
    """Whatever the figures are, but for the two turns that say how a model was made."""
    texts: list[Any] = [narrative().statements.values()]
    texts += [spec.narrative.statements.values() for spec in load_project("projects.complete_journey").models]
    found = {contradiction(one.text, POOR) for some in texts for one in some if hasattr(one, "text")}

    assert all("is censored" in one or "alibration" in one for one in found if one)


def test_words_that_a_figure_contradicts_are_a_gap() -> None:
    """They count as none, in the summary as in a statement, and the gate that asks for a complete card says why."""
    said = Statement(text="Calibration comes after them.", author="model_owner", on=narrative().statements["explanation"].on)
    praised = replace(narrative(explanation=said), summary="It beats the baseline.")

    assert gaps(whole(), praised, ROLES) == ()
    assert gaps(poor(), praised, ROLES) == (
        "summary: the statement says “beats the baseline”, and no measure is shown to be better than it",
        "30 explanation: the statement says “Calibration comes”, and no calibration was applied",
    )
