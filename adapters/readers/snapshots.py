"""Tables that are whole each time: one file for each day, one that is written again and again, or a single one of a day."""

from collections.abc import Callable, Generator, Mapping, Sequence
from datetime import date

import numpy as np

from adapters.readers.daily import Batch, Left, empty_batch, event_day_of
from adapters.readers.places import lying, together
from adapters.wholes import Whole, Wholes
from tenure.contracts import Snapshots, Source
from tenure.contracts.readers import is_of_days, of_day
from tenure.received.batch import read
from tenure.received.cut import as_batch, days_by, to_be_cut
from tenure.received.opened import Unreadable


def snapshot_batches(
    source: Source, reader: Snapshots, keys: Sequence[date], wholes: Wholes, left: Left
) -> Generator[Batch, None, Mapping[date, str]]:
    """The snapshot of each key, where there is one; of other days nothing is known to have changed."""
    if reader.by:
        return (yield from snapshots_within(source, reader, keys, wholes, left))
    if not is_of_days(reader.pattern) and reader.of is None:
        return (yield from snapshots_of_now(source, keys, wholes, lambda: _whole(reader.pattern, left)))
    missing: dict[date, str] = {}
    for key in keys:
        is_due = reader.of in (None, key)
        place = of_day(reader.pattern, event_day_of(key))
        if is_due and (files := lying(place)):
            yield key, *left(*together(files))
        elif is_due and place and (reader.of is not None or source.minimum_on(event_day_of(key))):
            missing[key] = f"No snapshot was delivered for {key}: expected the file {place!r}. Have it delivered."
        else:
            yield key, empty_batch(source), "parquet"
    return missing


def snapshots_within(
    source: Source, reader: Snapshots, keys: Sequence[date], wholes: Wholes, left: Left
) -> Generator[Batch, None, Mapping[date, str]]:
    """The rows of each day out of one table, by their column of the day; a day without rows has no snapshot."""
    whole = _whole(reader.pattern, left)
    if whole is None:
        return dict.fromkeys(keys, f"Nothing was delivered: expected the file {reader.pattern!r}. Have it delivered.")
    try:
        received = to_be_cut(read(whole.content, whole.format, source))
    except Unreadable:
        yield from ((key, whole.content, whole.format) for key in keys)  # validation says why
        return {}
    days = days_by(source, received, reader.by)
    for key in keys:
        rows = np.flatnonzero(days == np.datetime64(event_day_of(key), "D")) if days is not None else None
        if rows is None:
            yield key, whole.content, whole.format  # validation says which column cannot be read
        elif len(rows):
            yield key, *as_batch(received, rows)
            wholes.keep(key, whole)
        else:
            yield key, empty_batch(source), "parquet"
    return {}


def snapshots_of_now(
    source: Source, keys: Sequence[date], wholes: Wholes, now: Callable[[], Whole | None]
) -> Generator[Batch, None, Mapping[date, str]]:
    """What stands there now is known on the last of the days; earlier ones keep what was read for them, if anything was."""
    missing: dict[date, str] = {}
    for key in keys:
        is_last = key == keys[-1] and key >= wholes.last
        whole = now() if is_last else wholes.of(key)
        if whole is not None:
            yield key, whole.content, whole.format
            wholes.keep(key, whole)
        elif is_last and source.volume.minimum:
            missing[key] = f"There is no snapshot of {source.name} to be read on {key}. Have it delivered."
        else:
            yield key, empty_batch(source), "parquet"
    return missing


def _whole(pattern: str, left: Left) -> Whole | None:
    """The files as they lie there."""
    files = lying(pattern)
    return Whole(*left(*together(files))) if files else None
