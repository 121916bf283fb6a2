"""Deleting what is past its time: entered in the log first, left out of what is read next, and cleared where nothing holds it.

A process that is killed has entered what it was about to do; the next one looks again, and does what is left of it. What is
past its time is found in `retention.py`.
"""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from adapters.lake_rewriting import Rewriting, files_of, rewrite_beside
from adapters.receipts import Receipt
from adapters.wholes import wholes_of
from governance.records.retention import EndedDays, HeldDays, TimeOf
from home.workplace import Workplace
from provenance.erased_pseudonyms import leaving
from provenance.erasing import end_what_was_begun, finish
from provenance.erasing_act import Act
from provenance.lineage import RAW
from provenance.retention import TEST_ROWS, PastTime, past_time
from tenure.errors import RetentionError

Tell = Callable[[str], None]


@dataclass(frozen=True, kw_only=True)
class Ended:
    """What was deleted, and by which record of the log; None where nothing was past its time."""

    times: tuple[PastTime, ...]
    record: int | None

    @property
    def due(self) -> tuple[PastTime, ...]:
        """Those of which something was deleted."""
        return tuple(one for one in self.times if one.is_due)


def end_what_is_past(workplace: Workplace, tell: Tell = lambda _: None) -> Ended:
    """Delete everything of a company that is past its time and held by nothing, and leave the rest out of what is read.

    Raises
    ------
    RefusedError: for what the approved declarations still keep. RetentionError: where something is left. ErasureError: where
        what was taken out after a backup was restored waits for signatures.
    """
    times = past_time(workplace)
    if not any(one.is_due for one in times):
        return Ended(times=times, record=None)
    with workplace.lake.guard.erasing():
        end_what_was_begun(workplace, tell, None)
    records, envelopes = workplace.promotions.enter_retention(*_as_record(times))
    for one in times:
        if one.to_leave:
            tell(f"{one.table}: {len(one.to_leave)} days are read no more …")
            lake = workplace.lake
            lake.take_out(lake.open(one.table), one.to_leave, record=records[0])
    _clear(workplace, times, envelopes, tell)
    left = [one for one in past_time(workplace) if one.is_due]
    if left:
        raise RetentionError(
            f"Past its time and still here: {'; '.join(one.due_in_words for one in left)}. Somebody wrote it meanwhile: run "
            "`tenure retention` again."
        )
    return Ended(times=times, record=records[0])


def _as_record(times: Sequence[PastTime]) -> tuple[list[TimeOf], list[EndedDays]]:
    """What is entered in the log."""
    named = list(dict.fromkeys(_time_of(one) for one in times))
    ended = [
        EndedDays(table=one.table, of=named.index(_time_of(one)), left=one.to_leave, gone=one.to_clear, held=_held(one))
        for one in times
    ]
    return named, ended


def _held(one: PastTime) -> HeldDays | None:
    """What had to stay, and why."""
    return HeldDays(n_days=len(one.held), first=min(one.held), last=max(one.held), by=one.by) if one.held else None


def _time_of(one: PastTime) -> TimeOf:
    return TimeOf(kind=one.kept.kind, name=one.kept.name, kept_days=one.kept.days, kept_from=one.kept_from)


def _clear(workplace: Workplace, times: Sequence[PastTime], envelopes: tuple[str, ...], tell: Tell) -> None:
    """Take out of every version what nothing holds, and let go of batches and test rows."""
    guard, clears = workplace.lake.guard, [one for one in times if one.to_clear]
    with guard.erasing():
        end_what_was_begun(workplace, tell, None)
        tables = {
            one.table: Rewriting(files=_rewritten(workplace, one)) for one in clears if not one.table.startswith((RAW, TEST_ROWS))
        }
        act = replace(_NOBODY, tables=tables, envelopes=envelopes, pseudonyms=leaving(workplace, tables))
        guard.begin(act.as_json())
        finish(workplace, act, tell)
        guard.end(is_of_people=False)
        for one in clears:
            if one.table.startswith(RAW):
                _let_batches_go(workplace, one.table.removeprefix(RAW), one.to_clear)
            elif one.table.startswith(TEST_ROWS):
                workplace.test_rows.drop(one.table.removeprefix(TEST_ROWS))


def _rewritten(workplace: Workplace, one: PastTime) -> dict[str, int]:
    """Write each file that holds such days beside itself without them; returns how many rows it has then."""
    ended = pa.array(one.to_clear, pa.date32())
    folder = workplace.lake.root / workplace.project.name / one.table
    holding = [f for f in files_of(folder) if pc.any(pc.is_in(pq.read_table(f, columns=["day"])["day"], ended)).as_py()]
    return {f.name: rewrite_beside(f, lambda rows: rows.filter(pc.invert(pc.is_in(rows["day"], ended)))) for f in holding}


def _let_batches_go(workplace: Workplace, source: str, days: Collection[date]) -> None:
    """Delete batches and what they were cut from, but for bytes that a receipt of another day or source names; receipts stay."""
    raw, project = workplace.raw, workplace.project.name
    wholes_of(workplace.settings.raw, project, source, workplace.at_rest).let_go(days)

    def is_ending(receipt: Receipt) -> bool:
        return (receipt.project, receipt.source) == (project, source) and receipt.key in days

    ending = {(receipt.sha256, receipt.format) for _, receipt in raw.all_receipts(project) if is_ending(receipt)}
    raw.let_go(ending, but_for=is_ending)


_NOBODY = Act(
    n_people=0, ids=(), reason="its time has ended", tables={}, receipts=(), rewritten=(), emptied=(), learnt_from=(), counts={}
)
