"""Privacy: whether the challenger tells who was trained on, and whether its files hold what is some customer's own."""

import dagster as dg

from assets.naming import lane_stage, upstream
from home.workplace import Workplace
from tenure.challenger import Challenger
from tenure.gate import TELLS_OF_NOBODY
from tenure.gate_privacy import judge_privacy
from tenure.privacy.challenger import privacy_of
from tenure.privacy.records import PrivacyReport
from tenure.project import Project
from tenure.specs import Model
from tenure.training_set import TrainingSet

STAGE = "privacy"


def privacy_asset(project: Project, spec: Model) -> dg.AssetsDefinition:
    """The privacy tests of a model's challenger."""

    @dg.asset(
        **lane_stage(project, spec, STAGE, kinds={"python"}),
        ins=upstream(project, spec, "training_set", "challenger"),
        description="Membership inference by the loss, on models of two halves of the customers; and a search of its files.",
    )
    def privacy(
        context: dg.AssetExecutionContext,
        training_set: TrainingSet,
        challenger: Challenger,
        workplace: dg.ResourceParam[Workplace],
    ) -> PrivacyReport:
        report = privacy_of(challenger, training_set, spec, project=project.name, n_threads=workplace.settings.n_threads)
        context.add_output_metadata({"in_words": judge_privacy(TELLS_OF_NOBODY, report).found})
        return report

    return privacy
