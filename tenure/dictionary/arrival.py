"""How a source arrives and what it may bring, in sentences."""

from collections.abc import Iterator

from tenure.contracts import Available, Cumulative, Files, Query, Reader, Snapshots, Source, Text
from tenure.contracts.readers import became, is_monthly, is_of_days


def arrives(source: Source) -> Iterator[str]:
    """Where it is read from, on which days, how it is written, and when its rows are known."""
    yield _read_from(source.reader)
    if said := source.delivered.in_words:
        yield said
    if source.text != Text():
        yield f"Its text is {', '.join(_written(source.text))}; what is not said here is found in each file."
    if source.zone != "UTC":
        yield f"Times without an offset are those of {source.zone}."
    known = _KNOWN[source.available]
    yield f"A row is known {known if source.clocks == 'UTC' else known.replace('UTC day', f'day in {source.clocks}')}."
    if source.most_days_late > source.late_days:
        yield "It may come any number of days after its event."
    elif source.late_days:
        yield f"It may come up to {_days(source.late_days)} after its event."


def limits(source: Source) -> Iterator[str]:
    """Outside of what a whole day is withheld."""
    low, high = source.volume.minimum, source.volume.maximum
    why = f" ({source.volume.because.rstrip('.')})" if source.volume.because else ""
    if low and high is not None:
        yield f"A batch holds {low:,} to {high:,} rows{why}."
    elif low or high is not None:
        yield f"A batch holds at least {low:,} rows{why}." if low else f"A batch holds at most {high:,} rows{why}."
    yield (
        f"A day is withheld where more than {source.max_quarantine_share:.1%} of its rows break a rule, or more than "
        f"{source.max_duplicate_share:.1%} repeat a key."
    )


_KNOWN = {
    Available.END_OF_EVENT_DAY: "from the end of its event's UTC day on, and a late one from the batch that brings it on",
    Available.AT_EVENT: "from its event's own time on, and a late one from the batch that brings it on",
    Available.ON_RECEIPT: "from the day on which it was received",
    Available.FROM_FIRST_DAY: "from the first day on, for the source carries no date",
}


def _read_from(reader: Reader) -> str:
    """Where it is read from."""
    if isinstance(reader, Files):
        return f"One delivery a day, at {reader.pattern}."
    if isinstance(reader, Cumulative):
        return f"A file that grows, at {reader.pattern}; it is cut by the day of each row's event."
    if isinstance(reader, Snapshots):
        return _of_snapshots(reader)
    if isinstance(reader, Query):
        by = f", beyond the {reader.cursor} read before" if reader.cursor else ""
        return f"Rows of {' '.join(reader.table.split())}{by}, from the PostgreSQL database called {reader.database}."
    tables = ", ".join(path for _, path in reader.tables)
    return f"Tables inside the Python package {reader.package}: {tables}."


def _of_snapshots(reader: Snapshots) -> str:
    """A table that is whole each time."""
    came_to = became(reader.gone)
    gone = "withholds the day" if reader.gone == "refused" else "ends"
    if came_to is not None:
        gone = f"is taken to have come to {came_to[0]} = {came_to[1]}"
    if reader.of is not None:
        return f"One table of one day, at {reader.pattern}: what was known at the beginning of {reader.of}."
    if reader.by:
        each = f"The whole tables of many days below one another, told apart by {reader.by}"
    elif is_of_days(reader.pattern):
        each = f"A whole table each {'month' if is_monthly(reader.pattern) else 'day'}"
    else:
        each = "A whole table that is written again and again"
    return f"{each}, at {reader.pattern}; what differs from the one before is kept, and a row that is gone {gone}."


def _written(text: Text) -> Iterator[str]:
    """How text is written, as far as it is said."""
    signs = {"\t": "tabs", " ": "blanks"}
    if text.encoding:
        yield f"encoded as {text.encoding}"
    if text.separator:
        yield f"separated by {signs.get(text.separator, text.separator)}"
    if text.quote is not None:
        yield f"quoted by {text.quote}" if text.quote else "without quotes"
    if not text.header:
        yield "without a header"
    if text.decimal:
        yield f"with {text.decimal} for decimals"
    if text.thousands:
        yield f"with {signs.get(text.thousands, text.thousands)} between thousands"
    if text.formats:
        yield f"with times as {' or '.join(text.formats)}"
    if text.null_words != Text().null_words:
        yield f"with {', '.join(text.null_words) or 'no word'} for nothing"


def _days(n: int) -> str:
    """A number of days."""
    return f"{n} day{'s' * (n != 1)}"
