"""Card: the model card, compiled once, from the evidence and the project's words."""

from typing import Any

import dagster as dg

from assets.naming import lane_stage, upstream
from governance.stores.package_reading import evidence_of
from home.workplace import Workplace
from model_cards.compile import compile_card
from model_cards.wording import plain
from tenure.evidence import Evidence
from tenure.judged import Judged
from tenure.project import Project
from tenure.specs import Model

STAGE = "card"


def card_asset(project: Project, spec: Model) -> dg.AssetsDefinition:
    """The model card of a model's challenger."""

    @dg.asset(
        **lane_stage(project, spec, STAGE, kinds={"json"}),
        ins=upstream(project, spec, "decision"),
        description="What the model is for, how well it predicts, whom it treats differently, what is not known.",
    )
    def card(context: dg.AssetExecutionContext, decision: Judged, workplace: dg.ResourceParam[Workplace]) -> dict[str, Any]:
        evidence = decision.evidence
        content = compile_card(evidence, spec.narrative, project.authors, champion=champion_of(workplace, evidence))
        context.add_output_metadata({"summary": dg.MetadataValue.md(plain(content["summary"]))})
        return content

    return card


def champion_of(workplace: Workplace, evidence: Evidence) -> Evidence | None:
    """The evidence of the champion that the gates held the challenger against; None where there was none."""
    digest = evidence.decision.champion_digest if evidence.decision else None
    return None if digest is None else evidence_of(workplace.packages.load(digest))
