"""Card: the model card, compiled from the evidence alone."""

import json
from typing import Any

import dagster as dg

from adapters.workplace import Workplace
from assets.naming import lane_stage, upstream
from model_cards.compile import compile_card
from model_cards.wording import plain
from tenure.errors import NoChampionError
from tenure.evidence import Evidence
from tenure.project import Project
from tenure.specs import ModelSpec

STAGE = "card"


def card_asset(project: Project, spec: ModelSpec) -> dg.AssetsDefinition:
    """The model card of a model's challenger."""

    @dg.asset(
        **lane_stage(project, spec, STAGE, kinds={"json"}),
        ins=upstream(project, spec, "decision"),
        description="What the model is for, how well it predicts, whom it treats differently, what is not known.",
    )
    def card(context: dg.AssetExecutionContext, decision: Evidence, workplace: dg.ResourceParam[Workplace]) -> dict[str, Any]:
        content = compile_card(decision, spec.narrative, project.authors, champion_card=champion_card(workplace, spec))
        context.add_output_metadata({"summary": dg.MetadataValue.md(plain(content["summary"]))})
        return content

    return card


def champion_card(workplace: Workplace, spec: ModelSpec) -> dict[str, Any] | None:
    """The card of the present champion; None before the first promotion."""
    try:
        package = workplace.promotions.champion(workplace.project.name, spec.name)
    except NoChampionError:
        return None
    content: dict[str, Any] = json.loads(package.file("card.json"))
    return content
