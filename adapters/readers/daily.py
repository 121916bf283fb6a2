"""One file a day, or several; its bytes as they are."""

import io
from collections.abc import Callable, Generator, Mapping, Sequence
from datetime import date, timedelta

import pyarrow as pa
import pyarrow.parquet as pq

from adapters.readers.places import is_pattern, lying, together
from tenure.contracts import Files, Source
from tenure.contracts.readers import of_day
from tenure.received.without import no_rows as empty_batch

Batch = tuple[date, bytes, str]
# Given bytes and format, what is left of them without rows of people who were erased.
Left = Callable[[bytes, str], tuple[bytes, str]]


def event_day_of(key: date) -> date:
    """The day whose events a key holds."""
    return key - timedelta(days=1)


def daily_batches(
    source: Source, reader: Files, keys: Sequence[date], first_key: date, left: Left
) -> Generator[Batch, None, Mapping[date, str]]:
    """The files of each day; a missing one is an empty delivery only where a day without rows is normal."""
    missing: dict[date, str] = {}
    for key in keys:
        place = of_day(reader.pattern, event_day_of(key))
        if source.is_static and key != first_key:
            yield key, empty_batch(source), "parquet"
        elif files := lying(place):
            yield key, *left(*together(files))
        elif source.minimum_on(event_day_of(key)) == 0:
            yield key, empty_batch(source), "parquet"
        else:
            missing[key] = (
                f"Nothing was delivered for {event_day_of(key)}: expected {'files like' if is_pattern(place) else 'the file'} "
                f"{place!r}. Have it delivered, or put it into the inbox."
            )
    return missing


def as_parquet(rows: pa.Table) -> bytes:
    """Rows as Parquet; equal rows give equal bytes."""
    buffer = io.BytesIO()
    pq.write_table(rows, buffer, compression="zstd")
    return buffer.getvalue()
