"""Judge batches of one source: which days are released, which rows are kept, which are quarantined and why."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from types import MappingProxyType
from typing import Protocol

import pyarrow as pa

from expectations.differences import Differences
from expectations.rules import rules_of
from expectations.shape import breaks_of_shape, columns_to_read
from expectations.split import Split, kept_schema, quarantine_schema
from expectations.suite import judge
from expectations.verdicts import BrokenRows, Reading, verdict
from tenure.contracts import Source
from tenure.errors import ExpectationError
from tenure.pseudonyms.hidden import Hiding
from tenure.received.batch import Received, read
from tenure.received.opened import Unreadable
from tenure.validation import DayVerdict, ExpectationResult, Validation


class File(Protocol):
    """A file of a batch: a name, whose ending says how it is written, and its bytes."""

    @property
    def name(self) -> str:
        """The name."""

    def read_bytes(self) -> bytes:
        """The bytes."""


def validate(
    source: Source,
    batches: Mapping[date, File],
    *,
    first_key: date,
    first_day: date,
    undelivered: Mapping[date, str] = MappingProxyType({}),
    known: pa.Table | None = None,
    hiding: Hiding | None = None,
) -> Validation:
    """Judge batches by the source's contract, all days in one pass.

    Parameters
    ----------
    batches: the file of each key, named for its format.
    first_key: the first key of the project, with which sources without a date arrive.
    first_day: the day from which rows of such sources count as known.
    known: of a source of snapshots, the rows kept of those before these days.
    undelivered: for keys without a batch, why there is none; these days are withheld.
    hiding: what of the rows is replaced by pseudonyms once they are judged, as `known` has them.

    Raises
    ------
    ExpectationError: when a rule cannot be evaluated, or Great Expectations and the split disagree.
    """
    readable, reasons, n_received = _read_all(source, batches)
    readings = {key: Reading(said=received.said, told=received.told) for key, received in readable.items()}
    reasons |= {key: (reason,) for key, reason in undelivered.items()}
    filled = {key: received for key, received in readable.items() if n_received[key]}
    rules = rules_of(source, first_key=first_key, as_text=columns_to_read(source, filled.values()))
    del readable
    if not filled:
        return Validation(
            source=source.name,
            days=tuple(_verdicts(source, n_received, reasons, first_key, {}, readings)),
            kept=kept_schema(source).empty_table(),
            quarantined=quarantine_schema(source).empty_table(),
            expectations=(),
        )
    with Split(source, rules, filled, first_key=first_key, first_day=first_day) as split:
        filled.clear()
        # Every row may be set aside.
        expectations = judge(source, rules, split.columns, n_rows=split.n_rows) if split.n_rows else ()
        _refuse_disagreement(source, expectations, split.n_broken())
        days = tuple(_verdicts(source, n_received, reasons, first_key, split.broken_by_day(), readings))
        if hiding is not None:
            split.hide(hiding)
        kept = split.kept(day.key for day in days if day.is_released)
        if source.is_snapshot:
            found = split.differing(kept, [day.key for day in days if day.is_released], known)
            kept, days = found.rows, tuple(_with_differences(day, found) for day in days)
        return Validation(
            source=source.name,
            days=days,
            kept=kept,
            quarantined=split.quarantined,
            expectations=expectations,
        )


def _read_all(
    source: Source, batches: Mapping[date, File]
) -> tuple[dict[date, Received], dict[date, tuple[str, ...]], dict[date, int]]:
    """Batches that can be judged row by row, for the others the reasons why not, and the rows of all that could be opened."""
    readable: dict[date, Received] = {}
    reasons: dict[date, tuple[str, ...]] = {}
    n_received: dict[date, int] = {}
    for key, file in sorted(batches.items()):
        try:
            received = read(file.read_bytes(), format_of(file), source).without(source.unread)
        except Unreadable as error:
            reasons[key] = (str(error),)
            continue
        n_received[key] = received.rows.num_rows
        breaks = breaks_of_shape(source, received)
        if breaks:
            reasons[key] = breaks
        else:
            readable[key] = received
    return readable, reasons, n_received


def format_of(file: File) -> str:
    """What the name of a landed batch says of its bytes."""
    return file.name.partition(".")[2]


def _verdicts(
    source: Source,
    n_received: Mapping[date, int],
    reasons: Mapping[date, tuple[str, ...]],
    first_key: date,
    broken: Mapping[date, BrokenRows],
    readings: Mapping[date, Reading],
) -> Iterator[DayVerdict]:
    """One verdict per batch, in order. Of a batch that could not be opened, no row is counted."""
    for key in sorted({*n_received, *reasons}):
        if key in reasons:
            received = n_received.get(key, 0)
            yield DayVerdict(key=key, source=source.name, n_received=received, n_kept=0, n_quarantined=0, withheld=reasons[key])
        else:
            bad = broken.get(key, BrokenRows())
            reading = readings[key]
            yield verdict(source, key, n_received=n_received[key], broken=bad, is_first=key == first_key, reading=reading)


def _with_differences(day: DayVerdict, found: Differences) -> DayVerdict:
    """A verdict on a snapshot: of the rows kept those that say nothing new; withheld where rows are gone that may not be."""
    if day.key not in found.refused:
        return replace(day, n_repeated=day.n_kept - found.n_new[day.key]) if day.key in found.n_new else day
    reason = f"Expected every row of the snapshot before, found {found.refused[day.key]} that are gone, which the source refuses."
    return replace(day, n_kept=0, withheld=(*day.withheld, reason))


def _refuse_disagreement(source: Source, expectations: Sequence[ExpectationResult], n_broken: Mapping[str, int]) -> None:
    """Great Expectations and the split must have found the same number of rows under every rule."""
    for result in expectations:
        if result.n_unexpected != n_broken[result.name] or result.success != (n_broken[result.name] == 0):
            raise ExpectationError(
                f"Two judgements of source {source.name!r} differ: under {result.name!r} Great Expectations found "
                f"{result.n_unexpected} rows (success {result.success}), the split {n_broken[result.name]}. Nothing is released; "
                "correct the kind of rule in expectations/rules.py."
            )
