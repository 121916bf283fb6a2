"""What the columns of a table hold, found without a contract: types as cells prove them, how many are empty, how many differ."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

import duckdb
import pyarrow as pa

from tenure.contracts import Available, Column, Files, Source, Text
from tenure.contracts.column import DTypes
from tenure.contracts.column_table import TYPES
from tenure.errors import SourceError
from tenure.proposing.meanings import is_id, personal, plain_name
from tenure.received.batch import Received, read
from tenure.received.casting import FITTING, kind_of, missing, typed
from tenure.received.encoding import decoded
from tenure.received.forms import Form, forms_of
from tenure.received.header import folded
from tenure.received.json_lines import read_json
from tenure.received.layout import layout_of
from tenure.received.opened import Kind, Unreadable, opened
from tenure.received.parquet import read_parquet

# Of the filled cells so many must be of a type: a few that are not are faults, and quarantined as such.
_NEARLY_ALL = 0.995
_FEW = 60
# What stands in no header: a number, a day, or a time.
_VALUE = r"[-+]?\d+([.,]\d+)*|\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}.*"


@dataclass(frozen=True, kw_only=True)
class Seen:
    """One column as it was seen.

    Parameters
    ----------
    kind: a type of the table of columns, such as "whole"; `received_as` is the company's own name of the column.
    empty: the share of its cells that hold nothing; `n_values` how many values differ, `words` the most frequent of few.
    lowest, highest: of numbers; `first`, `last`: of days and times.
    times: how times are written, where that is not to be found in each file alone.
    zone: of times that say their zone the most frequent: a name, or what it is ahead of UTC, such as "+02:00".
    """

    name: str
    received_as: str
    kind: str
    empty: float
    n_values: int
    n_rows: int
    words: tuple[str, ...] = ()
    lowest: float | None = None
    highest: float | None = None
    first: datetime | None = None
    last: datetime | None = None
    times: tuple[str, ...] = ()
    zone: str = ""

    @property
    def is_number(self) -> bool:
        """Whether it can be counted with."""
        return self.kind in ("whole", "number")


@dataclass(frozen=True, kw_only=True)
class Table:
    """Tables of one kind as they were received, put together: `rows` in the types of `columns`, under their plain names."""

    columns: tuple[Seen, ...]
    rows: pa.Table
    said: tuple[str, ...]
    has_header: bool = True

    def column(self, name: str) -> Seen | None:
        """The column of a name, as it is written here or as the company writes it."""
        return next((c for c in self.columns if folded(name) in (folded(c.name), folded(c.received_as))), None)


def see(contents: Sequence[tuple[bytes, str]]) -> Table:
    """Look at files of one kind: bytes, and what their names end in.

    Raises
    ------
    SourceError: for what is no table, or for files whose columns differ.
    """
    batches: list[Received] = []
    try:
        names, text = _names(*contents[0])
        trial = _source(names, dict.fromkeys(names, str), text)
        for content, ending in contents:
            batches.append(read(content, ending, trial))
    except Unreadable as error:
        raise SourceError(str(error)) from None
    odd = next((i for i, batch in enumerate(batches) if set(batch.rows.schema.names) != set(names)), None)
    if odd is not None:
        raise SourceError(
            f"Expected files of one kind; number {odd + 1} of those read has other columns than the first: "
            f"{sorted(set(batches[odd].rows.schema.names) ^ set(names))}. Name files of one kind."
        )
    rows = pa.concat_tables([batch.rows.select(names) for batch in batches], promote_options="permissive")
    said = tuple(dict.fromkeys(each for batch in batches for each in batch.said))
    return _typed(rows, names, said if text.header else (*said, "no header"), has_header=text.header)


def _names(content: bytes, format: str) -> tuple[list[str], Text]:
    """The names of a table's columns, and how it is written as far as that is to be declared."""
    found = opened(content, format)
    if found.kind is Kind.PARQUET:
        return list(read_parquet(found.content).schema.names), Text()
    text, _ = decoded(found.content, None)
    if found.kind is Kind.JSON:
        return list(read_json(text).schema.names), Text()
    layout = layout_of(text, Text(), (), 1)
    for _ in range(layout.n_skipped):
        text = text.partition("\n")[2]
    first = [name.strip().lstrip("\ufeff") for name in next(layout.records(text), [])]
    if any(re.fullmatch(_VALUE, cell) for cell in first):
        return [f"column_{i}" for i in range(1, len(first) + 1)], Text(header=False)
    return first, Text()


def _source(names: Sequence[str], types: Mapping[str, DTypes], text: Text) -> Source:
    """A contract that only names columns, so that a batch is read as any other is."""
    taken: dict[str, str] = {}
    for name in names:
        plain = plain_name(name, taken.values())
        taken[name] = plain
    return Source(
        name="looked_at",
        grain="a row",
        key=(next(iter(taken.values())),),
        event_time=None,
        available=Available.FROM_FIRST_DAY,
        columns=tuple(
            Column(taken[n], types[n], received_as=n, meaning="a column", nullable=True, personal=personal(n)) for n in names
        ),
        reader=Files(pattern="{day}.csv"),
        text=text,
    )


def _typed(rows: pa.Table, names: Sequence[str], said: tuple[str, ...], *, has_header: bool) -> Table:
    """Rows in the types that their cells prove."""
    rows = rows.rename_columns(list(names))
    trials = {dtype: _source(names, dict.fromkeys(names, dtype), Text()) for dtype in TYPES.values()}
    is_text = {name: kind_of(rows.schema.field(name).type) == "text" for name in names}
    of_text = rows.select([name for name in names if is_text[name]])
    forms = {dtype: forms_of(trial, of_text) for dtype, trial in trials.items()}
    seen, selected = [], []
    with duckdb.connect(config={"threads": 2}) as connection:
        connection.execute("SET TimeZone = 'UTC'")
        connection.register("received", rows)
        for place, name in enumerate(names):
            kind = kind_of(rows.schema.field(name).type)
            options = {dtype: _as(dtype, trial.columns[place], kind, forms[dtype].by_column) for dtype, trial in trials.items()}
            column = trials[str].columns[place]
            chosen = _chosen(connection, name, kind, options, missing(column, kind, Text()))
            form = forms[TYPES[chosen]].by_column.get(column.name)
            selected.append(f'{options[TYPES[chosen]]} AS "{column.name}"')
            found = _seen(connection, column, chosen, options[TYPES[chosen]], form.times if form else ())
            zone = _zone(connection, name, rows.schema.field(name).type) if chosen == "time" else ""
            seen.append(replace(found, zone=zone))
        table = connection.sql(f"SELECT {', '.join(selected)} FROM received").to_arrow_table()
    return Table(columns=tuple(seen), rows=table, said=said, has_header=has_header)


def _as(dtype: DTypes, column: Column, kind: str, forms: Mapping[str, Form]) -> str:
    """SQL for a cell in a type; null where it cannot be of it."""
    if kind != "text" and kind not in FITTING[dtype]:
        return f"cast(null AS {column.sql})"
    return typed(column, kind, text=Text(), form=forms.get(column.name, Form()))


def _chosen(connection: duckdb.DuckDBPyConnection, name: str, kind: str, options: Mapping[DTypes, str], is_missing: str) -> str:
    """The narrowest type that nearly all filled cells are of; ids stay text, whatever they are made of."""
    if kind in ("truth value", "day", "time", "whole number", "number"):
        own = {"truth value": "truth", "day": "day", "time": "time", "whole number": "whole", "number": "number"}[kind]
        return "text" if is_id(name) and own in ("whole", "number") else own
    if kind != "text":
        return "text"
    counts = ", ".join(f"count({sql}) FILTER (NOT {is_missing})" for sql in options.values())
    midnight = f"bool_and(({options[datetime]}) = date_trunc('day', {options[datetime]}))"
    filled, is_day, *fits = connection.sql(
        f"SELECT count(*) FILTER (NOT {is_missing}), {midnight}, {counts} FROM received"
    ).fetchall()[0]
    fit = dict(zip(options, fits, strict=True))
    if not filled:
        return "text"
    if fit[datetime] >= _NEARLY_ALL * filled and (fit[int] < filled or not is_id(name)):
        return "day" if is_day else "time"
    if is_id(name):
        return "text"
    words = {w for (w,) in connection.sql(f'SELECT DISTINCT lower("{name}") FROM received LIMIT 5').fetchall()}
    if words <= {"true", "false", "", None} and fit[bool]:
        return "truth"
    whole, number = fit[int] >= _NEARLY_ALL * filled, fit[float] >= _NEARLY_ALL * filled
    return "whole" if whole else "number" if number else "text"


def _zone(connection: duckdb.DuckDBPyConnection, name: str, dtype: pa.DataType) -> str:
    """The zone that times say."""
    if pa.types.is_timestamp(dtype):
        return str(dtype.tz or "")
    offset = f"""regexp_extract(trim(cast("{name}" AS VARCHAR)), ':[0-9.]+ ?([+-][0-9]{{2}}(:?[0-9]{{2}})?)$', 1)"""
    most = connection.sql(f"SELECT {offset} AS zone FROM received WHERE zone <> '' GROUP BY zone ORDER BY count(*) DESC LIMIT 1")
    return next((zone for (zone,) in most.fetchall()), "")


def _seen(connection: duckdb.DuckDBPyConnection, column: Column, kind: str, sql: str, times: tuple[str, ...]) -> Seen:
    """What a column holds, in its type."""
    it = f"SELECT {sql} AS it FROM received"
    n_rows, filled, n_values = connection.sql(f"SELECT count(*), count(it), count(DISTINCT it) FROM ({it})").fetchall()[0]
    seen = Seen(
        name=column.name,
        received_as=column.source_name,
        kind=kind,
        empty=1 - filled / n_rows if n_rows else 1.0,
        n_values=n_values,
        n_rows=n_rows,
        times=times,
    )
    if kind in ("whole", "number", "day", "time") and filled:
        least, most = connection.sql(f"SELECT min(it), max(it) FROM ({it})").fetchall()[0]
        if seen.is_number:
            return replace(seen, lowest=float(least), highest=float(most), words=_words(connection, it, n_values))
        return replace(seen, first=_moment(least), last=_moment(most))
    return replace(seen, words=_words(connection, it, n_values))


def _words(connection: duckdb.DuckDBPyConnection, it: str, n_values: int) -> tuple[str, ...]:
    """The values of a column that has few, most frequent first."""
    if n_values > _FEW:
        return ()
    found = connection.sql(f"SELECT it FROM ({it}) WHERE it IS NOT NULL GROUP BY it ORDER BY count(*) DESC, it").fetchall()
    return tuple(str(value) for (value,) in found)


def _moment(value: date) -> datetime:
    """A day as its beginning."""
    return value if isinstance(value, datetime) else datetime(value.year, value.month, value.day)  # noqa: DTZ001 - UTC as all are
