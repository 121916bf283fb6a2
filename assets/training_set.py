"""Training set: labelled snapshots stacked over time, split by time. The first stage of the challenger lane."""

from dataclasses import replace
from datetime import date

import dagster as dg

from adapters.tables import FEATURES_TABLE, validated_table
from assets.naming import lake_key, lane_stage, project_key
from home.workplace import Workplace
from provenance.consent import inputs_of as told_in
from provenance.consent_heard import require_heard
from provenance.happened import inputs_of
from provenance.history import read_history
from provenance.inputs_again import read_by
from provenance.people import keep_people_if_told
from provenance.purposes import check_inputs
from provenance.roll_up import roll_up_all
from provenance.snapshots import ensure_snapshots
from provenance.training_rows import stacked
from tenure.features.snapshot import check_history
from tenure.project import Project
from tenure.specs import Model
from tenure.timeline import parse_day
from tenure.training_set import TrainingSet, training_split

STAGE = "training_set"


class TrainAsOf(dg.Config):
    """The day as of which a challenger is trained (YYYY-MM-DD): nothing available on or after it is used."""

    as_of: str


def training_set_asset(project: Project, spec: Model) -> dg.AssetsDefinition:
    """The training set of a model."""

    @dg.asset(
        **lane_stage(project, spec, STAGE, kinds={"duckdb"}),
        deps=[
            project_key(project, FEATURES_TABLE),
            *(lake_key(project, name) for name in dict.fromkeys([*inputs_of(project, spec.foresees), *told_in(project)])),
        ],
        description=f"Snapshots {spec.snapshots.in_words} of {spec.population.in_words}, with what then happened, "
        "split by time into fit, calibration and test.",
    )
    def training_set(context: dg.AssetExecutionContext, config: TrainAsOf, workplace: dg.ResourceParam[Workplace]) -> TrainingSet:
        made = build(workplace, spec, parse_day(config.as_of), context)
        context.add_output_metadata(
            {
                "dagster/row_count": made.rows.num_rows,
                "as_of": config.as_of,
                "fit": f"{made.split.fit[0]} to {made.split.fit[-1]}",
                "calibration": f"{made.split.calibration[0]} to {made.split.calibration[-1]}",
                "test": f"{made.split.test[0]} to {made.split.test[-1]}",
                "content": made.digest,
                "features_version": made.features_version,
                "history_versions": dict(made.history_versions),
                "source_versions": dict(made.source_versions),
            }
        )
        return made

    return training_set


def build(workplace: Workplace, spec: Model, as_of: date, context: dg.AssetExecutionContext | None = None) -> TrainingSet:
    """Make the snapshots that are missing, label them with what was known on `as_of`, and stack them.

    Raises
    ------
    RefusedError: when the model's purpose is not approved. ConsentError: when what people said is withheld. PurposeError: when it
        reads what its purpose does not list.
    """
    project = workplace.project
    workplace.promotions.require_purpose(spec.name)
    require_heard(workplace, until=as_of)
    check_inputs(project, spec)
    split = training_split(spec, as_of=as_of, first_day=project.first_day)
    check_history(spec.inputs, as_of=split.days[0], first_day=project.first_day)
    # Training has no step that rolls up: what an ended run left is made up for here.
    roll_up_all(workplace)
    keep_people_if_told(workplace)
    read_history(workplace).require_whole(as_of)
    for day in ensure_snapshots(workplace, split.days):
        if context is not None:
            # The same features as the features asset makes of a day, so the day shows as made there.
            key = project_key(project, FEATURES_TABLE)
            context.log_event(dg.AssetMaterialization(key, partition=day.isoformat(), metadata={"made for": spec.name}))
    # Before anything is read: rows of whoever is erased from here on are in what is made of them.
    begun = workplace.lake.guard.n_acts
    # Opened once: every snapshot is read at the versions that the record names, whatever is committed meanwhile.
    lake = workplace.lake
    histories = {name: lake.open(name) for name in read_by(project)}
    versions = tuple((source.name, lake.open(validated_table(source)).version) for source in project.sources)
    return replace(stacked(project, spec, split, lake.open(FEATURES_TABLE), histories, versions), n_erasures=begun)
