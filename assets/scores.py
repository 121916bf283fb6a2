"""Scores: one row per customer of a champion's population and day. A day with equal content commits nothing."""

from collections.abc import Sequence
from datetime import date

import dagster as dg
import pyarrow as pa

from adapters.alerts import AlertKind
from adapters.lake import Commit, read_rows
from adapters.tables import (
    CUSTOMER_KEY,
    FEATURES_TABLE,
    FEATURES_VERSION,
    MODEL_DIGEST,
    RUN_ID,
    SCORES,
)
from assets.days import MADE_WITHOUT, ROOM, STATE, days_of, of_commit, tell_days, told_withheld
from assets.naming import daily_stage, lake_key, late_after, project_key, table_schema
from home.lake_tables import scores as scores_table
from home.links import room_model
from home.workplace import Workplace
from provenance.consent import inputs_of
from provenance.consent_at_scoring import asked, left_out, noted_by, open_consented
from provenance.history import read_history
from provenance.outdated import score_origins
from provenance.signer import NOBODY_SIGNS, Signer, open_signer
from tenure.errors import NoChampionError
from tenure.project import Project
from tenure.scoring import Scorer, open_scorer, score_day
from tenure.specs import Model

STAGE = SCORES


def scores_asset(project: Project, spec: Model, partitions: dg.PartitionsDefinition) -> dg.AssetsDefinition:
    """The daily scores of a model."""

    @dg.asset(
        **daily_stage(project, spec, STAGE, partitions, kinds={"deltalake", "lightgbm"}),
        deps=[project_key(project, FEATURES_TABLE), *(lake_key(project, name) for name in inputs_of(project))],
        description=f"By the champion, for {spec.population.in_words}: {spec.score_means}; band and reasons.",
        output_required=False,
        freshness_policy=late_after(project),
        metadata={
            "dagster/column_schema": table_schema(scores_table(spec, project).shape),
            "dagster/column_lineage": column_lineage(project, spec),
        },
    )
    def scores(context: dg.AssetExecutionContext, workplace: dg.ResourceParam[Workplace]):  # noqa: ANN202 - a generator
        try:
            scorer = open_champion(workplace, spec)
        except NoChampionError as error:
            # A model nobody promoted yet must not stop the others; the empty lane says so in the UI.
            context.log.warning(str(error))
            return
        # It has seen what happened on the days before; its score of them would be hindsight.
        hindsight = f"not scored: the champion was trained with what was known on {scorer.facts.trained_as_of}"
        seen = [day for day in days_of(context) if day < scorer.facts.trained_as_of]
        history = read_history(workplace)
        withheld = {day: history.withheld[day] for day in days_of(context) if day in history.withheld}
        released = [day for day in days_of(context) if day not in withheld and day not in seen]
        if not released:
            context.log.warning(f"{spec.name} scores none of these days: {hindsight if seen else 'they are withheld'}.")
            return
        signer = open_signer(workplace)
        if signer is None:
            context.log.warning(NOBODY_SIGNS)
        commit = score_days(workplace, spec, scorer, released, signer=signer, run_id=context.run.run_id)
        tell_days(context, of_commit(commit, released) | told_withheld(withheld) | {day: {STATE: hindsight} for day in seen})
        tell_days(context, {day: {STATE: "nobody to score"} for day in released if day not in commit.digests})
        tell_days(context, left_out(workplace, spec, released))
        tell_days(context, {day: {MADE_WITHOUT: [str(hole) for hole in history.holes_until(day)]} for day in released})
        if lacking := history.lacking(released[-1]):
            context.log.warning(lacking)
            workplace.alert(AlertKind.SCORED_WITHOUT, spec.name, f"{released[-1]}: {lacking}")
        room = dg.MetadataValue.url(room_model(workplace, spec.name))
        made = {"model_digest": scorer.model_digest, "lake_version": commit.version, ROOM: room}
        yield dg.MaterializeResult(metadata=made)

    return scores


def open_champion(workplace: Workplace, spec: Model) -> Scorer:
    """The promoted model, its bytes verified before they are read."""
    package = workplace.promotions.champion(workplace.project.name, spec.name)
    return open_scorer(package.files, package.model_digest)


def score_days(
    workplace: Workplace, spec: Model, scorer: Scorer, days: Sequence[date], *, signer: Signer | None, run_id: str = ""
) -> Commit:
    """Score the days that have features, in one commit. Without a signer nobody signs them."""
    lake, consented = workplace.lake, open_consented(workplace, spec)
    features = lake.open(FEATURES_TABLE)
    # The table keeps the columns of features that are not made any more; on newer days they hold nothing.
    made = ["day", *CUSTOMER_KEY, *(feature.name for feature in workplace.project.told)]
    origins = score_origins(workplace, spec, features, consented and consented.register)
    scored = {}
    with asked(consented) as those_of:
        for day in days:
            rows = read_rows(features, days=[day], columns=made)
            if rows is not None and (scores := score_day(scorer, those_of(rows, day, scorer.facts), day)).num_rows:
                scored[day] = scores
    if not scored:
        return Commit(version=origins.table.version, changed=(), digests={})

    rows = pa.concat_tables(scored.values())
    note = {MODEL_DIGEST: scorer.model_digest, FEATURES_VERSION: str(features.version), RUN_ID: run_id, **noted_by(consented)}
    commit = origins.replace_days(rows, days=sorted(scored), key=CUSTOMER_KEY, note=note, is_salted=signer is not None)
    if signer:
        signer.deliver(spec, scored, model_digest=scorer.model_digest, features=features)
    return commit


def column_lineage(project: Project, spec: Model) -> dg.TableColumnLineage:
    """From which features a score is made; the model is an input of its own."""
    features = project_key(project, FEATURES_TABLE)
    inputs = [dg.TableColumnDep(asset_key=features, column_name=feature.name) for feature in spec.inputs]
    keys = {name: [dg.TableColumnDep(asset_key=features, column_name=name)] for name in ("day", "customer_id")}
    return dg.TableColumnLineage({**keys, **dict.fromkeys(("score", "band", "reasons"), inputs)})
