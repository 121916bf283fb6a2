"""Tables that are whole each time: one file for each day, one that is written again and again, or a single one of a day."""

from collections.abc import Callable, Generator, Mapping, Sequence
from datetime import date

from adapters.readers.daily import Batch, empty_batch, event_day_of
from adapters.readers.places import lying, together
from adapters.wholes import Whole, Wholes
from tenure.contracts import Snapshots, Source
from tenure.contracts.readers import of_day


def snapshot_batches(
    source: Source, reader: Snapshots, keys: Sequence[date], wholes: Wholes
) -> Generator[Batch, None, Mapping[date, str]]:
    """The snapshot of each key, where there is one; of other days nothing is known to have changed."""
    if of_day(reader.pattern, date.min) == reader.pattern and reader.of is None:
        return (yield from snapshots_of_now(source, keys, wholes, lambda: _whole(reader.pattern)))
    missing: dict[date, str] = {}
    for key in keys:
        is_due = reader.of in (None, key)
        place = of_day(reader.pattern, event_day_of(key))
        if is_due and (files := lying(place)):
            yield key, *together(files)
        elif is_due and (reader.of is not None or source.minimum_on(event_day_of(key))):
            missing[key] = f"No snapshot was delivered for {key}: expected the file {place!r}. Have it delivered."
        else:
            yield key, empty_batch(source), "parquet"
    return missing


def snapshots_of_now(
    source: Source, keys: Sequence[date], wholes: Wholes, now: Callable[[], Whole | None]
) -> Generator[Batch, None, Mapping[date, str]]:
    """What stands there now is known on the last of the days; earlier ones keep what was read for them, if anything was."""
    missing: dict[date, str] = {}
    for key in keys:
        is_last = key == keys[-1] and not wholes.any_after(key)
        whole = now() if is_last else wholes.of(key)
        if whole is not None:
            yield key, whole.content, whole.format
            wholes.keep(key, whole)
        elif is_last and source.volume.minimum:
            missing[key] = f"There is no snapshot of {source.name} to be read on {key}. Have it delivered."
        else:
            yield key, empty_batch(source), "parquet"
    return missing


def _whole(pattern: str) -> Whole | None:
    """The files as they lie there."""
    files = lying(pattern)
    return Whole(*together(files)) if files else None
