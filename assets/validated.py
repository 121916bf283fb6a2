"""Validated: the rows of a batch that keep the source's contract; the others go to quarantine with the rules they break.

A schema-level break withholds the whole day: the check says why, nothing is made of it further down, and other days go on.
"""

import json
from collections.abc import Mapping, Sequence
from datetime import date

import dagster as dg
import pyarrow as pa
import pyarrow.compute as pc

from adapters.lake import OpenTable
from adapters.receipts import Receipt
from adapters.tables import BATCHES, quarantine_table, validated_table, verdicts_table
from assets.days import MOST_TOLD, ROWS, STATE, days_of, tell_days
from assets.naming import INGESTION, ONE_RUN, RETRIES, raw_key, table_schema, validated_key
from home.day_figures import VERDICT_ROWS, verdict_rows
from home.lake_tables import validated as validated_rows
from home.pseudonyms import hiding_of
from home.workplace import Workplace
from provenance.repeats import with_repeats
from provenance.retention_seen import ended_days
from tenure.column_lineage import received_of
from tenure.contracts import Source
from tenure.day_parts import ROWS_AT_ONCE, in_parts
from tenure.errors import MissingHistoryError, RetentionError
from tenure.project import Project
from tenure.validation import DayVerdict, Validation, together

CHECK = "contract"


def validated_asset(project: Project, source: Source, partitions: dg.PartitionsDefinition) -> dg.AssetsDefinition:
    """The validated asset of a source, with its check."""
    key = validated_key(project, source)

    @dg.asset(
        key=key,
        deps=[raw_key(project, source)],
        description=f"{source.title}: rows that keep the contract ({len(source.columns)} columns). Others are in quarantine.",
        partitions_def=partitions,
        backfill_policy=ONE_RUN,
        group_name=INGESTION,
        owners=[source.owner],
        kinds={"deltalake", "greatexpectations"},
        retry_policy=RETRIES,
        check_specs=[
            dg.AssetCheckSpec(
                CHECK,
                asset=key,
                partitions_def=partitions,
                description="The batch has the contract's shape, volume and uniqueness, and few rows in quarantine.",
            )
        ],
        metadata={
            "dagster/column_schema": column_schema(source),
            "dagster/column_lineage": dg.TableColumnLineage(
                {
                    c.name: [dg.TableColumnDep(raw_key(project, source), name) for name in received_of(source, c)]
                    for c in source.columns
                }
            ),
        },
    )
    def validated(context: dg.AssetExecutionContext, workplace: dg.ResourceParam[Workplace]) -> dg.MaterializeResult:
        days = days_of(context)
        validation, version = judge_and_write(workplace, source, days)
        tell_days(context, {day.key: of_verdict(day) for day in validation.days if day.key in days})
        return dg.MaterializeResult(metadata={"lake_version": version}, check_results=[check_result(validation)])

    return validated


def of_verdict(day: DayVerdict) -> dict[str, str | int]:
    """What is said of a judged batch."""
    figures = {ROWS: day.n_kept, "received": day.n_received, "quarantined": day.n_quarantined}
    return {**figures, STATE: "released" if day.is_released else "withheld", "verdict": day.in_words}


def judge_and_write(workplace: Workplace, source: Source, days: Sequence[date]) -> tuple[Validation, int]:
    """Judge the landed batches of days and write what came of them, so many days at once as memory holds.

    Snapshots of later days are judged again, for they are held against those before them. Returns what was found, without the
    rows, and the version of the validated table.

    Raises
    ------
    RefusedError: when the source is not approved as it is declared: another contract takes other columns out of the same bytes.
    """
    workplace.promotions.require_sources([source.name])
    tables, ended = open_tables(workplace, source), ended_days(workplace, source)
    days = [day for day in _with_later_snapshots(workplace, source, days) if day not in ended]
    if not days:
        raise RetentionError(
            f"All of these days are past the time for which {source.name} is kept, so nothing is judged again. Name later days."
        )
    receipts = receipts_of(workplace, source, days)
    found = []
    for part in in_parts(days, {day: receipt.n_rows or 0 for day, receipt in receipts.items()}, at_once=ROWS_AT_ONCE):
        own = {day: receipts[day] for day in part if day in receipts}
        validation = validate_days(workplace, source, part, own)
        versions = write(workplace, source, validation, own, part, tables)
        found.append(validation.without_rows)
        # As this step left them: whoever else commits one of its days wins as before.
        tables = {name: workplace.lake.open(name, version=version) for name, version in versions.items()}
    return together(found), tables[validated_table(source)].version


def receipts_of(workplace: Workplace, source: Source, days: Sequence[date]) -> dict[date, Receipt]:
    """The receipts of these days; a day for which nothing could be landed has none."""
    raw, project = workplace.raw, workplace.project.name
    landed = [day for day in days if raw.undelivered(project, source.name, day) is None]
    receipts = {day: receipt for day in landed if (receipt := raw.receipt(project, source.name, day)) is not None}
    missing = [day for day in landed if day not in receipts]
    if missing:
        raise MissingHistoryError(
            f"Source {source.name!r} has no landed batch for {len(missing)} of {len(days)} days (first: {missing[0]}). "
            f"Materialise {project}/raw/{source.name} for them first."
        )
    return receipts


def validate_days(workplace: Workplace, source: Source, days: Sequence[date], receipts: Mapping[date, Receipt]) -> Validation:
    """Judge the landed batches of these days."""
    from expectations.validate import validate

    raw, project = workplace.raw, workplace.project
    undelivered = {day: raw.undelivered(project.name, source.name, day) or "" for day in days if day not in receipts}
    batches = {day: raw.batch_of(receipt) for day, receipt in receipts.items()}
    known = _known_before(workplace, source, min(days)) if source.is_snapshot and days else None
    return validate(
        source,
        batches,
        undelivered=undelivered,
        first_key=project.first_key,
        first_day=project.first_day,
        known=known,
        hiding=hiding_of(workplace, source, is_kept=True),
    )


def _known_before(workplace: Workplace, source: Source, day: date) -> pa.Table | None:
    """The rows that validation kept of the snapshots before a day."""
    rows = workplace.lake.rows(validated_table(source))
    return None if rows is None else rows.filter(pc.less(rows["day"], pa.scalar(day, pa.date32())))


def _with_later_snapshots(workplace: Workplace, source: Source, days: Sequence[date]) -> Sequence[date]:
    """The days, and those whose snapshots were compared with them: what differs from a snapshot changes with it."""
    if not source.is_snapshot:
        return days
    landed = workplace.raw.keys(workplace.project.name, source.name)
    return sorted({*days, *(day for day in landed if day > min(days))})


def open_tables(workplace: Workplace, source: Source) -> dict[str, OpenTable]:
    """Open what the step will write, as it stands when the step begins: whoever commits a day meanwhile wins."""
    names = (validated_table(source), quarantine_table(source), verdicts_table(source))
    return {name: workplace.lake.open(name) for name in names}


def write(
    workplace: Workplace,
    source: Source,
    validation: Validation,
    receipts: Mapping[date, Receipt],
    days: Sequence[date],
    tables: Mapping[str, OpenTable],
) -> dict[str, int]:
    """Replace the released days in the lake, and note every day's verdict; return the version of each table.

    Of a withheld day nothing is written: what an earlier, good delivery left there stays until a good one replaces it.
    """
    lake, note = workplace.lake, {"source": source.name}
    released = [day.key for day in validation.days if day.is_released]
    batches = json.dumps({day.isoformat(): receipts[day].sha256 for day in released})
    kept = lake.replace_days(
        tables[validated_table(source)], validation.kept, days=released, key=source.key, note={**note, BATCHES: batches}
    )
    quarantined = validation.quarantined
    order = [name for name in quarantined.column_names if name not in ("day", "rules")]
    bad = lake.replace_days(tables[quarantine_table(source)], quarantined, days=days, key=order, note=note)
    verdicts = with_repeats(workplace, source, validation.days)
    said = lake.replace_days(tables[verdicts_table(source)], verdict_rows(verdicts), days=days, key=VERDICT_ROWS.key, note=note)
    return dict(zip(tables, (kept.version, bad.version, said.version), strict=True))


def check_result(validation: Validation) -> dg.AssetCheckResult:
    """The check: why days are withheld, if any are."""
    withheld = validation.withheld_days
    return dg.AssetCheckResult(
        check_name=CHECK,
        passed=not withheld,
        description=" ".join(day.in_words for day in withheld[:MOST_TOLD]) or f"Days released: {len(validation.days)}.",
        metadata={
            "days": len(validation.days),
            "days_withheld": len(withheld),
            "rows_received": validation.n_received,
            "rows_quarantined": validation.n_quarantined,
            "expectations_met": sum(e.success for e in validation.expectations),
            "expectations": len(validation.expectations),
        },
    )


def column_schema(source: Source) -> dg.TableSchema:
    """The table as Dagster shows it, with how personal the contract says that each column is."""
    constraints = {
        column.name: dg.TableColumnConstraints(nullable=column.nullable, other=[f"personal data: {column.personal.value}"])
        for column in source.columns
    }
    schema = table_schema(validated_rows(source).shape)
    return dg.TableSchema(
        columns=[dg.TableColumn(c.name, c.type, c.description, constraints.get(c.name)) for c in schema.columns]
    )
