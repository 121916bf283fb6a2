"""People: the ledger of who is one person, kept where a company declares what identifies."""

import dagster as dg

from assets.days import days_of, of_commit, tell_days
from assets.naming import FEATURES, ONE_RUN, PLATFORM, RETRIES, lake_key, table_schema, validated_key
from home.lake_tables import PEOPLE
from home.workplace import Workplace
from provenance.people import keep_people, open_ledger
from tenure.people import People
from tenure.people.deciding import waiting
from tenure.project import Project


def people_assets(project: Project, partitions: dg.PartitionsDefinition) -> list[dg.AssetsDefinition]:
    """The ledger of people, where one is kept."""
    return [] if project.people is None else [people_asset(project, project.people, partitions)]


def people_asset(project: Project, declared: People, partitions: dg.PartitionsDefinition) -> dg.AssetsDefinition:
    """The ledger of a company that declares what identifies a person."""

    @dg.asset(
        key=lake_key(project, PEOPLE.name),
        deps=[validated_key(project, project.source(name)) for name in declared.sources],
        description=f"Who is one person, by {', '.join(declared.told_by)}: entries that stay.",
        partitions_def=partitions,
        backfill_policy=ONE_RUN,
        group_name=FEATURES,
        owners=[PLATFORM],
        kinds={"duckdb", "deltalake"},
        retry_policy=RETRIES,
        metadata={"dagster/column_schema": table_schema(PEOPLE.shape)},
    )
    def people(context: dg.AssetExecutionContext, workplace: dg.ResourceParam[Workplace]) -> dg.MaterializeResult:
        days = days_of(context)
        commit = keep_people(workplace)
        tell_days(context, of_commit(commit, days))
        if n_waiting := len(waiting(open_ledger(workplace).ledger)):
            context.log.info(f"{n_waiting} pairs of ids wait for somebody's decision: tenure people pairs.")
        return dg.MaterializeResult(metadata={"lake_version": commit.version})

    return people
