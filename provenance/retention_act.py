"""Deleting what is past its time: entered in the log first, left out of what is read next, and cleared where nothing holds it.

A process that is killed has entered what it was about to do; the next one ends what it had begun, looks again, and does what is
left of it under the same record. What is past its time is found in `retention.py`.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from adapters.lake_rewriting import Rewriting, files_of, rewrite_beside
from adapters.receipts import Receipt
from adapters.wholes import wholes_of
from governance.records.retention import EndedDays, HeldDays, TimeOf
from home.workplace import Workplace
from provenance.erased_pseudonyms import leaving
from provenance.erasing import end, end_what_was_begun, finish, finish_unfinished
from provenance.erasing_act import Act
from provenance.erasing_prepared import Tell
from provenance.lineage import RAW
from provenance.retention import TEST_ROWS, PastTime, company_day, past_time
from tenure.errors import RetentionError

# So far may the clock be ahead of everything that is known.
_AHEAD = timedelta(days=3)


@dataclass(frozen=True, kw_only=True)
class Ended:
    """What was deleted, and by which record of the log; None where nothing was past its time."""

    times: tuple[PastTime, ...]
    record: int | None

    @property
    def due(self) -> tuple[PastTime, ...]:
        """Those of which something was deleted."""
        return tuple(one for one in self.times if one.is_due)


def end_what_is_past(workplace: Workplace, tell: Tell = lambda _: None, *, it_is: date | None = None) -> Ended:
    """Delete everything of a company that is past its time and held by nothing, and leave the rest out of what is read.

    Parameters
    ----------
    it_is: the day that it is, as a person says; asked for where nothing that is known is of these days.

    Raises
    ------
    RefusedError: for what the approved declarations still keep. RetentionError: where something is left, or the clock may be
        ahead. ErasureError: where what was taken out after a backup was restored waits for signatures.
    """
    if workplace.lake.guard.is_unfinished:
        finish_unfinished(workplace, tell)
    times = past_time(workplace)
    if not any(one.is_due for one in times):
        return Ended(times=times, record=None)
    _check_clock(workplace, it_is)
    with workplace.lake.guard.erasing():
        end_what_was_begun(workplace, tell, None)
    records, envelopes = _entered(workplace, times) or workplace.promotions.enter_retention(*_as_record(times))
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


def _check_clock(workplace: Workplace, it_is: date | None) -> None:
    """A clock that is far ahead ends nothing: by it all would be past its time, and the log could take nothing after that."""
    today, raw, project = company_day(workplace), workplace.raw, workplace.project
    signed = project.today(workplace.promotions.ledger().records[-1].at)
    landed = max((key for source in project.sources for key in raw.keys(project.name, source.name)), default=date.min)
    if today - max(signed, landed) > _AHEAD and it_is != today:
        raise RetentionError(
            f"The clock says that it is {today}, but the newest record of the log is of {signed} and the newest batch landed of "
            f"{'no day' if landed == date.min else landed}. If the clock is ahead, set it right: by it, too much would be "
            f"deleted. If it is right, land what was delivered since, or say so: tenure retention --it-is {today}."
        )


def end_begun_retention(workplace: Workplace, tell: Tell = lambda _: None) -> None:
    """End a retention that a killed process had begun; an erasure of people waits for its own command."""
    guard = workplace.lake.guard
    if not guard.is_unfinished:
        return
    with guard.erasing():
        act = Act.from_json(guard.act.read_text(encoding="utf-8")) if guard.is_unfinished else None
        if act is not None and replace(act, tables={}, envelopes=(), pseudonyms=()) == _NOBODY:
            end_what_was_begun(workplace, tell, None)


def _entered(workplace: Workplace, times: Sequence[PastTime]) -> tuple[tuple[int, ...], tuple[str, ...]] | None:
    """The records that say all of it already, by a process that was killed: places and digests; None where something is new."""
    known, places = workplace.promotions.ended_as_kept(), set[int]()
    for one in times:
        for days, said in ((one.to_leave, known.left(one.table)), (one.to_clear, known.gone(one.table))):
            if not said.keys() >= set(days):
                return None
            places |= {said[day] for day in days}
    digests = {record.sequence: record.envelope_digest for record, _ in known.acts}
    return tuple(sorted(places)), tuple(digests[place] for place in sorted(places))


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
        end(workplace, act)
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
