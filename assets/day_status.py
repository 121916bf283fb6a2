"""Day status: which days are complete and which are withheld, and why. It ends a run with withheld days as failed."""

from collections.abc import Mapping, Sequence
from datetime import date

import dagster as dg
import pyarrow as pa

from adapters.alerts import AlertKind
from adapters.tables import DAY_STATUS_TABLE
from assets.naming import INGESTION, ONE_RUN, PLATFORM, days_of, project_key, validated_key
from home.workplace import Workplace
from provenance.history import withheld_days
from tenure.project import Project


def day_status_asset(project: Project, partitions: dg.PartitionsDefinition) -> dg.AssetsDefinition:
    """The status of a project's days."""

    @dg.asset(
        key=project_key(project, DAY_STATUS_TABLE),
        deps=[validated_key(project, source) for source in project.sources],
        description="One row a day: complete, or withheld with the reasons in words.",
        partitions_def=partitions,
        backfill_policy=ONE_RUN,
        group_name=INGESTION,
        owners=[PLATFORM],
        kinds={"deltalake"},
    )
    def day_status(context: dg.AssetExecutionContext, workplace: dg.ResourceParam[Workplace]) -> dg.MaterializeResult:
        days = days_of(context)
        withheld = tell_withheld(workplace, days)
        if withheld:
            raise dg.Failure(
                description=f"{len(withheld)} of {len(days)} days are withheld: "
                + " ".join(f"{day}: {' '.join(reasons)}" for day, reasons in list(withheld.items())[:10]),
                metadata={"withheld": [day.isoformat() for day in withheld]},
                allow_retries=False,
            )
        return dg.MaterializeResult(metadata={"days_complete": len(days)})

    return day_status


def tell_withheld(workplace: Workplace, days: Sequence[date]) -> Mapping[date, Sequence[str]]:
    """Write the status of the days, alert of those that are withheld, and return them with their reasons."""
    withheld = withheld_days(workplace, days)
    note(workplace, days, withheld)
    _alert(workplace, withheld)
    return withheld


def note(workplace: Workplace, days: Sequence[date], withheld: Mapping[date, Sequence[str]]) -> None:
    """Write the status of the days."""
    rows = pa.table(
        {
            "day": pa.array(days, pa.date32()),
            "status": pa.array(["withheld" if day in withheld else "complete" for day in days], pa.string()),
            "reasons": pa.array([list(withheld.get(day, ())) for day in days], pa.list_(pa.string())),
        }
    )
    lake = workplace.lake
    lake.replace_days(lake.open(DAY_STATUS_TABLE), rows, days=days, key=("status",), note={"table": DAY_STATUS_TABLE})


def _alert(workplace: Workplace, withheld: Mapping[date, Sequence[str]]) -> None:
    """Tell of every withheld day."""
    for day, reasons in withheld.items():
        workplace.alert(AlertKind.DAY_WITHHELD, day.isoformat(), " ".join(reasons))
