"""Raw: the bytes of a day's batch as received, landed once, with a receipt."""

import dagster as dg

from adapters.readers import read_batches
from adapters.workplace import Workplace
from assets.naming import INGESTION, ONE_RUN, RETRIES, days_of, raw_key
from tenure.contracts import Source
from tenure.project import Project


def raw_asset(project: Project, source: Source, partitions: dg.PartitionsDefinition) -> dg.AssetsDefinition:
    """The raw asset of a source."""

    @dg.asset(
        key=raw_key(project, source),
        description=f"{source.title}, as received: {source.grain}. Available {source.available}.",
        partitions_def=partitions,
        backfill_policy=ONE_RUN,
        group_name=INGESTION,
        owners=[source.owner],
        kinds={"file"},
        retry_policy=RETRIES,
    )
    def raw(context: dg.AssetExecutionContext, workplace: dg.ResourceParam[Workplace]) -> dg.MaterializeResult:
        batches = read_batches(source, days_of(context), project.first_key, project=project.name, inbox=workplace.settings.inbox)
        receipts = workplace.raw.land_many(project.name, source.name, batches, workplace.clock())
        for receipt in receipts:
            context.add_asset_metadata(
                {
                    "rows": receipt.n_rows,
                    "bytes": receipt.n_bytes,
                    "sha256": receipt.sha256,
                    "landed": receipt.landed_at.isoformat(),
                },
                partition_key=receipt.key.isoformat(),
            )
        return dg.MaterializeResult(metadata={"dagster/row_count": sum(r.n_rows or 0 for r in receipts)})

    return raw
