"""The card in the words of other catalogues."""

import json
from typing import Any

import pytest
import yaml

from model_cards.exports import huggingface, plain, sagemaker
from model_cards.markdown import render_markdown
from tests.unit.model_cards.sample import card
from tests.unit.model_cards.test_standing import APPROVED

# The places of a SageMaker model card with the longest text each takes, as Amazon documents them; None is not text.
PLACES = {
    "model_overview": {
        "model_id": 1024,
        "model_name": 1024,
        "model_description": 1024,
        "model_version": None,
        "problem_type": 1024,
        "algorithm_type": 1024,
        "model_creator": 1024,
        "model_owner": 1024,
    },
    "intended_uses": {
        "purpose_of_model": 2048,
        "intended_uses": 2048,
        "factors_affecting_model_efficiency": 2048,
        "risk_rating": 7,
        "explanations_for_risk_rating": 2048,
    },
    "business_details": {"business_problem": 2048, "business_stakeholders": 2048, "line_of_business": 2048},
    "training_details": {"training_observations": 1024, "training_job_details": None},
    "additional_information": {"ethical_considerations": 2048, "caveats_and_recommendations": 2048, "custom_details": None},
}


@pytest.fixture(scope="module", params=["propensity", "survival"])
def content(request) -> dict[str, Any]:
    """Each kind of card as read from its file."""
    return json.loads(json.dumps(card(request.param)))


def test_a_sagemaker_card_has_the_documented_places_and_lengths(content):
    """Every text fits, no place is invented, and the whole fits into one call."""
    made = sagemaker.export(content, APPROVED)

    assert set(made) == {*PLACES, "evaluation_details"}
    for section, places in PLACES.items():
        assert set(made[section]) <= set(places)
        for name, value in made[section].items():
            if (length := places[name]) is not None:
                assert isinstance(value, str), (section, name)
                assert 0 < len(value) <= length, (section, name)
    assert made["intended_uses"]["risk_rating"] == "Low"  # as the statement begins
    assert all(0 < len(text) <= 1024 for text in made["additional_information"]["custom_details"].values())
    assert len(json.dumps(made)) < 100_000


def test_a_sagemaker_card_carries_each_metric_unrounded_with_its_type(content):
    """A number is a number there; a verdict is a string."""
    evaluation, audit = sagemaker.export(content, APPROVED)["evaluation_details"]
    found = {
        m["name"]: m["value"] for group in evaluation["metric_groups"] for m in group["metric_data"] if m["type"] == "number"
    }

    assert found == {m["name"]: m["estimate"]["value"] for m in content["evidence"]["evaluation"]["metrics"]}
    assert {m["type"] for group in audit["metric_groups"] for m in group["metric_data"]} == {"string"}


@pytest.mark.parametrize(
    ("said", "rating"), [("Low: marketing.", "Low"), ("high", "High"), ("Lower than before.", "Unknown"), ("", "Unknown")]
)
def test_a_risk_that_nobody_rated_is_unknown(said, rating):
    """The rating is the word that the statement begins with."""
    assert sagemaker._rating(said) == rating


def test_a_hugging_face_page_starts_with_metadata_that_yaml_reads(content):
    """Results as `model-index` has them, unrounded; below, the card as Markdown."""
    page = huggingface.export(content, APPROVED)
    _, front, body = page.split("---\n", 2)
    metadata = yaml.safe_load(front)
    (model,) = metadata["model-index"]
    (result,) = model["results"]

    assert body.lstrip("\n") == render_markdown(content, APPROVED)
    assert {m["type"]: m["value"] for m in result["metrics"]} == {
        m["name"]: m["estimate"]["value"] for m in content["evidence"]["evaluation"]["metrics"]
    }
    assert set(result) == {"task", "dataset", "metrics"}
    assert {"type", "name"} <= set(result["dataset"])
    assert metadata == huggingface.front_matter(content)


def test_the_json_is_the_card_beside_where_it_stands(content):
    """Nothing is added to the card itself."""
    made = json.loads(json.dumps(plain.export(content, APPROVED)))

    assert made["card"] == content
    assert made["standing"]["approved_by"] == ["demo-anna", "demo-ben"]
    assert made["standing"]["decided"][0]["issued"] == "2026-11-20T09:00:00+00:00"
