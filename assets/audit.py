"""Audit: the challenger's figures by protected group. The only stage that opens protected attributes."""

import dagster as dg

from adapters.tables import validated_table
from assets.naming import lane_stage, upstream, validated_key
from home.workplace import Workplace
from provenance.people import told_of_people
from tenure.audit import AuditReport
from tenure.audit.attributes import columns_read, groups_as_known
from tenure.audit.challenger import audit_rows, selection_rule
from tenure.challenger import Challenger
from tenure.evaluation.measured import measured_rows
from tenure.project import Attribute, Project
from tenure.specs import Model
from tenure.training_set import TEST, TrainingSet

STAGE = "audit"


def audit_asset(project: Project, spec: Model) -> dg.AssetsDefinition:
    """The bias audit of a model's challenger."""
    held = sorted({project.attribute(name).source for name in spec.protected})

    @dg.asset(
        **lane_stage(project, spec, STAGE, kinds={"python"}),
        ins=upstream(project, spec, "training_set", "challenger"),
        deps=[validated_key(project, project.source(name)) for name in held],
        description=f"Selection, opportunity and calibration by {', '.join(spec.protected)} and their pairs, with verdicts.",
    )
    def audit(
        context: dg.AssetExecutionContext,
        training_set: TrainingSet,
        challenger: Challenger,
        workplace: dg.ResourceParam[Workplace],
    ) -> AuditReport:
        report = audit_rows(
            measured_rows(
                challenger, training_set.role(TEST), spec, champion=None, groups=groups_of(workplace, spec, training_set)
            ),
            spec,
            selection_rule=selection_rule(challenger.facts.high_from, spec),
            titles={name: project.attribute(name).title for name in spec.protected},
            lines=project.audit_lines,
        )
        context.add_output_metadata({"verdict": str(report.verdict), "in_words": report.in_words})
        return report

    return audit


def groups_of(workplace: Workplace, spec: Model, training_set: TrainingSet) -> dict[str, dict[str, str]]:
    """By protected attribute, the group of each customer whose value was known as of the training."""
    return {name: known_groups(workplace, workplace.project.attribute(name), training_set) for name in spec.protected}


def known_groups(workplace: Workplace, attribute: Attribute, training_set: TrainingSet) -> dict[str, str]:
    """The group of each customer whose value was known as of the training."""
    source = workplace.project.source(attribute.source)
    rows = workplace.lake.rows(validated_table(source), columns=columns_read(attribute, source))
    as_of = training_set.split.test_known_until
    found = {} if rows is None else groups_as_known(rows, attribute, source, as_of=as_of)
    return found if workplace.project.people is None else told_of_people(workplace, found, as_of=as_of)
