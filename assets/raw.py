"""Raw: the bytes of a day's batch as received, landed once, with a receipt."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date

import dagster as dg

from adapters.readers import UndeliveredError, is_placed, read_batches
from adapters.receipts import Receipt
from adapters.wholes import wholes_of
from assets.days import ROWS, STATE, days_of, tell_days
from assets.naming import INGESTION, ONE_RUN, RETRIES, late_after, raw_key
from home.workplace import Workplace
from provenance.kept_out import Left
from provenance.retention_act import end_begun_retention
from provenance.retention_seen import ended_days
from tenure.consent.recorded import RECORDED
from tenure.contracts import Source
from tenure.project import Project


def raw_asset(project: Project, source: Source, partitions: dg.PartitionsDefinition) -> dg.AssetsDefinition:
    """The raw asset of a source."""

    @dg.asset(
        key=raw_key(project, source),
        description=" ".join(
            filter(
                None,
                [
                    f"{source.title}, as received: {source.grain}. Available {source.available_in_words}.",
                    source.delivered.in_words,
                ],
            )
        ),
        partitions_def=partitions,
        backfill_policy=ONE_RUN,
        group_name=INGESTION,
        owners=[source.owner],
        kinds={"file"},
        retry_policy=RETRIES,
        freshness_policy=late_after(project),
    )
    def raw(context: dg.AssetExecutionContext, workplace: dg.ResourceParam[Workplace]) -> dg.MaterializeResult:
        receipts, undelivered = land(workplace, source, days_of(context), context.log.info)
        for reason in undelivered.values():
            # The other days go on; validation withholds this one, in these words.
            context.log.warning(reason)
        tell_days(context, {receipt.key: of_receipt(receipt) for receipt in receipts})
        tell_days(context, {day: {STATE: f"nothing landed: {why}"} for day, why in undelivered.items()})
        return dg.MaterializeResult()

    return raw


def of_receipt(receipt: Receipt) -> dict[str, str | int]:
    """What is said of a landed batch; the rows of a file that could not be opened are not known."""
    rows = {} if receipt.n_rows is None else {ROWS: receipt.n_rows}
    return {**rows, "bytes": receipt.n_bytes, "sha256": receipt.sha256, "landed": receipt.landed_at.isoformat()}


def land(
    workplace: Workplace, source: Source, days: Sequence[date], tell: Callable[[str], None] = lambda _: None
) -> tuple[tuple[Receipt, ...], Mapping[date, str]]:
    """Land what was delivered of these days; return the receipts, and for each other day why there is none.

    A file that is no longer where it was landed from is no loss; more than one file for a day is a question all the same. Rows of
    people who were erased are left out before their bytes land; `tell` is told how many.

    Raises
    ------
    RefusedError: when the source is not approved as it is declared; nothing is read.
    """
    workplace.promotions.require_sources([source.name])
    raw, project, settings = workplace.raw, workplace.project, workplace.settings
    end_begun_retention(workplace, tell)
    # Who was erased is asked once no erasure is at work: one that was waited for leaves tombstones of its own.
    with workplace.lake.guard.writing():
        left, stays, ended = Left(workplace, source), recorded(workplace, source, days), ended_days(workplace, source)
        if n_ended := len({*days} & {*ended}):
            tell(f"{n_ended} days are past the time for which {source.name} is kept, and are not landed again.")
        batches = read_batches(
            source,
            [day for day in days if day not in stays and day not in ended],
            project.first_key,
            project=project.name,
            inbox=settings.inbox,
            wholes=wholes_of(settings.raw, project.name, source.name, workplace.at_rest),
            databases=settings.databases,
            left=left,
        )
        try:
            landed = raw.land_many(project.name, source.name, batches, workplace.clock(), source.text)
            return (*stays.values(), *landed), {}
        except UndeliveredError as error:
            missing = {day: why for day, why in error.missing.items() if raw.receipt(project.name, source.name, day) is None}
            undelivered = {**missing, **error.unclear}
        finally:
            if left.n_gone:
                tell(f"{left.n_gone} rows of people who were erased were delivered again, and left out.")
    held = {day: raw.receipt(project.name, source.name, day) for day in days}
    raw.note_undelivered(project.name, source.name, {day: undelivered.get(day) for day in days})
    return tuple(r for day, r in held.items() if r is not None and day not in undelivered), undelivered


def recorded(workplace: Workplace, source: Source, days: Sequence[date]) -> Mapping[date, Receipt]:
    """Batches of what people recorded, which nobody delivers again: they stay though their files no longer lie in the inbox."""
    if source.name != RECORDED:
        return {}
    raw, project, inbox = workplace.raw, workplace.project.name, workplace.settings.inbox
    held = {day: raw.receipt(project, source.name, day) for day in days if not is_placed(inbox, project, source, day)}
    return {day: receipt for day, receipt in held.items() if receipt is not None}
