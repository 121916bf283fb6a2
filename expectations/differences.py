"""What differs from one snapshot to the next: rows that are new or otherwise become history, rows that are gone end theirs."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import duckdb
import pyarrow as pa

from tenure.contracts import Query, Snapshots, Source
from tenure.contracts.readers import became
from tenure.contracts.source import GONE
from tenure.received.normal import quoted, quoted_text


@dataclass(frozen=True, kw_only=True)
class Differences:
    """Rows that differ from the snapshot before, day by day; how many that are, and how many are gone where none may be."""

    rows: pa.Table
    n_new: dict[date, int]
    refused: dict[date, int]


def differences(
    connection: duckdb.DuckDBPyConnection, source: Source, kept: pa.Table, days: Sequence[date], known: pa.Table | None
) -> Differences:
    """Compare each day's good rows with what is known before it.

    Parameters
    ----------
    connection: holds every row of these days in `typed`, those that break a rule too: they are there, whatever they say.
    kept: good rows of the days, as validated tables hold them.
    known: the rows that validation kept of earlier snapshots, or None.
    """
    keys = [quoted(name) for name in source.key]
    values = [quoted(column.name) for column in source.columns if column.name not in (*source.key, GONE)]
    names = [quoted(name) for name in kept.schema.names]
    same_key = " AND ".join(f"a.{name} = b.{name}" for name in keys)
    same = " AND ".join([same_key, *(f"a.{name} IS NOT DISTINCT FROM b.{name}" for name in values), f"NOT b.{GONE}"])
    connection.register("good", kept)
    connection.execute("CREATE TABLE state AS SELECT * FROM good LIMIT 0")
    if known is not None:
        connection.register("known", known.select(kept.schema.names))
        latest = f"SELECT * FROM known QUALIFY row_number() OVER (PARTITION BY {', '.join(keys)} ORDER BY day DESC) = 1"
        connection.execute(f"INSERT INTO state {latest}")
    gone_is = source.reader.gone if isinstance(source.reader, Snapshots | Query) else ""
    stamps = _STAMPS | _became(source, gone_is)
    parts: list[pa.Table] = []
    n_new, refused = dict[date, int](), dict[date, int]()
    for day in sorted(days):
        if not connection.execute("SELECT 1 FROM typed WHERE day = ? LIMIT 1", [day]).fetchone():
            continue
        gone = f"SELECT a.* FROM state a ANTI JOIN (SELECT * FROM typed WHERE day = $day) b ON {same_key} WHERE NOT a.{GONE}"
        n_gone = connection.execute(f"SELECT count(*) FROM ({gone})", {"day": day}).fetchall()[0][0]
        if gone_is == "refused" and n_gone:
            refused[day] = int(n_gone)
            continue
        here = "SELECT * FROM good WHERE day = $day"
        ended = ", ".join(f"{stamps.get(name, f'a.{name}')} AS {name}" for name in names)
        connection.execute(
            f"CREATE OR REPLACE TABLE part AS SELECT * FROM ({here}) a ANTI JOIN state b ON {same} "
            f"UNION ALL BY NAME SELECT {ended} FROM ({gone}) a",
            {"day": day},
        )
        n_new[day] = int(connection.execute(f"SELECT count(*) FROM part WHERE NOT {GONE}").fetchall()[0][0])
        parts.append(connection.execute(f"SELECT {', '.join(names)} FROM part").to_arrow_table().cast(kept.schema))
        connection.execute(f"DELETE FROM state a USING part b WHERE {same_key}")
        connection.execute(f"INSERT INTO state SELECT {', '.join(names)} FROM part")
    return Differences(rows=pa.concat_tables(parts) if parts else kept.schema.empty_table(), n_new=n_new, refused=refused)


# What of a row that is gone is of the day on which it is no longer there.
_STAMPS = {
    quoted("day"): "$day::DATE",
    quoted("available_at"): "cast($day::DATE AS TIMESTAMP) - INTERVAL 1 MICROSECOND",
    quoted(GONE): "true",
}


def _became(source: Source, gone_is: str) -> dict[str, str]:
    """What a row that is gone is taken to have come to."""
    found = became(gone_is)
    if found is None:
        return {}
    name, value = found
    return {quoted(name): f"CAST({quoted_text(value)} AS {source.column(name).sql})"}
