"""The DuckDB side: rows of many days, typed once, split into good and bad, counted per day and rule."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Self

import duckdb
import numpy as np
import pyarrow as pa

from expectations.differences import Differences, differences
from expectations.hidden_rows import hidden_quarantine, hide_typed
from expectations.rules import UNIQUE_KEY, RowRule
from expectations.typed_rows import NUMBER, counts_by_day, make_typed, register
from expectations.verdicts import BrokenRows
from tenure.contracts import Available, Column, Source
from tenure.errors import ExpectationError
from tenure.pseudonyms.hidden import Hiding
from tenure.received.batch import Received
from tenure.received.casting import TEXT, kind_of
from tenure.received.normal import quoted

THREADS = 2


class Split:
    """Rows of several batches of a source in one DuckDB session; close it, or use it as a context.

    Parameters
    ----------
    batches: readable batches of the right shape, by key.

    Raises
    ------
    ExpectationError: when a rule of the source is not SQL over its columns.
    """

    def __init__(
        self, source: Source, rules: Sequence[RowRule], batches: Mapping[date, Received], *, first_key: date, first_day: date
    ) -> None:
        self._source, self._rules, self._first_key, self._first_day = source, tuple(rules), first_key, first_day
        self._connection = duckdb.connect(config={"threads": THREADS})
        self._connection.execute("SET TimeZone = 'UTC'")
        views = register(self._connection, source, batches)
        make_typed(self._connection, source, views, {name for rule in self._rules for name in rule.columns})
        self.n_rows = int(self._connection.sql("SELECT count(*) FROM typed").fetchall()[0][0])
        self._aside, self._changed, self._alike = counts_by_day(self._connection, source)
        self._make_measured()
        self._make_broken()
        self.quarantined = self._quarantined(views)
        for view in views:  # a year as received is not held twice
            self._connection.unregister(view)

    def __enter__(self) -> Self:
        """Open already."""
        return self

    def __exit__(self, *_: object) -> None:
        """Let go of the rows."""
        self._connection.close()

    def columns(self, names: Iterable[str]) -> pa.Table:
        """Columns of all rows as the rules see them, derived ones included."""
        return _strict(self._connection.sql(f"SELECT {', '.join(map(quoted, names))} FROM measured").to_arrow_table())

    def n_broken(self) -> dict[str, int]:
        """Per rule, how many rows break it, counted as an expectation counts: of rows with one key, every one."""
        rules = "SELECT unnest(rules) AS rule FROM broken_rows UNION ALL SELECT $1 FROM repeated"
        counts = self._connection.execute(f"SELECT rule, count(*) FROM ({rules}) GROUP BY rule", [UNIQUE_KEY]).fetchall()
        return dict.fromkeys((rule.name for rule in self._rules), 0) | dict(counts)

    def broken_by_day(self) -> dict[date, BrokenRows]:
        """Per day, how many rows are quarantined, in all and under each rule."""
        totals = self._connection.sql("SELECT day, count(*) FROM broken GROUP BY day").fetchall()
        unnested = "SELECT day, unnest(rules) AS rule FROM broken"
        rules = self._connection.sql(f"SELECT day, rule, count(*) FROM ({unnested}) GROUP BY ALL").fetchall()
        by_rule: dict[date, dict[str, int]] = {}
        for day, rule, n in rules:
            by_rule.setdefault(day, {})[rule] = n
        n_broken = dict(totals)
        return {
            day: BrokenRows(
                n_rows=n_broken.get(day, 0),
                by_rule=by_rule.get(day, {}),
                set_aside=self._aside.get(day, {}),
                n_normalised=self._changed.get(day, 0),
                n_alike=self._alike.get(day, 0),
            )
            for day in {*n_broken, *self._aside, *self._changed, *self._alike}
        }

    def kept(self, days: Iterable[date]) -> pa.Table:
        """Good rows of these days, in the order received."""
        names = ", ".join(quoted(column.name) for column in self._source.columns)
        query = (
            f"SELECT {names}, day, {self._available_at()} AS available_at, row_number "
            f"FROM measured ANTI JOIN broken USING (row_number) WHERE list_contains($1, day)"
        )
        rows = self._connection.execute(query, [sorted(days)]).to_arrow_table()
        numbers = rows["row_number"].to_numpy()
        if (np.diff(numbers) < 0).any():  # the order mostly survives the join, and sorting a year takes memory
            rows = rows.take(np.argsort(numbers, kind="stable"))
        return rows.drop_columns("row_number").cast(kept_schema(self._source))

    def hide(self, hiding: Hiding) -> None:
        """Replace what identifies somebody, in rows of either kind; nothing is judged after it."""
        hide_typed(self._connection, hiding)
        self.quarantined = hidden_quarantine(self._connection, self._source, self.quarantined, hiding)

    def differing(self, kept: pa.Table, days: Sequence[date], known: pa.Table | None) -> Differences:
        """Of good rows of snapshots those that differ from the snapshot before, and those that are gone."""
        return differences(self._connection, self._source, kept, days, known)

    def _quarantined(self, views: Mapping[str, object]) -> pa.Table:
        """Rows that break a rule, as text as they were received, with the names of the broken rules."""
        parts = " UNION ALL ".join(
            f"SELECT {', '.join(self._as_received(c, view) for c in self._source.received_columns)}, broken.day, broken.rules, "
            f"broken.row_number FROM {view} JOIN broken ON broken.row_number = {view}.{quoted(NUMBER)}"
            for view in views
        )
        rows = self._connection.sql(f"SELECT * EXCLUDE (row_number) FROM ({parts}) ORDER BY row_number").to_arrow_table()
        return rows.cast(quarantine_schema(self._source))

    @staticmethod
    def _as_received(column: Column, view: str) -> str:
        """A cell as text under the contract's name."""
        return f"cast({view}.{quoted(column.source_name)} AS VARCHAR) AS {quoted(column.name)}"

    def _make_measured(self) -> None:
        """Typed rows and the columns that rules derive from them."""
        derived = "".join(f", {rule.derive} AS {quoted(rule.columns[0])}" for rule in self._rules if rule.derive)
        try:
            self._connection.execute(f"CREATE VIEW measured AS SELECT *{derived} FROM typed")
            self._connection.execute(f"CREATE TABLE broken_rows AS {self._broken_rows()}")
        except duckdb.Error as error:
            # A binder's text names columns, a conversion's text quotes values.
            found = str(error).splitlines()[0] if isinstance(error, duckdb.BinderException | duckdb.ParserException) else ""
            raise ExpectationError(
                f"A rule of source {self._source.name!r} cannot be evaluated ({type(error).__name__}). {found} "
                f"Rules are SQL conditions over {[c.name for c in self._source.columns]}; patterns are RE2. Correct the contract."
            ) from None

    def _broken_rows(self) -> str:
        """SQL: rows that break a rule which looks at one row, with the rules' names."""
        row_rules = [rule for rule in self._rules if rule.keeps]
        names = ", ".join(f"CASE WHEN NOT {rule.keeps} THEN '{rule.name}' END" for rule in row_rules)
        good = " AND ".join(rule.keeps for rule in row_rules)
        return f"SELECT row_number, day, list_filter([{names}], x -> x IS NOT NULL) AS rules FROM measured WHERE NOT ({good})"

    def _make_broken(self) -> None:
        """Add rows whose key was there before. The first good row of a key stays, so that a bad copy never costs the good one."""
        key = ", ".join(quoted(name) for name in ("day", *self._source.key))
        same = " AND ".join(f"t.{quoted(n)} IS NOT DISTINCT FROM k.{quoted(n)}" for n in ("day", *self._source.key))
        self._connection.execute(f"CREATE TABLE twice AS SELECT {key} FROM typed GROUP BY ALL HAVING count(*) > 1")
        self._connection.execute(
            f"""CREATE TABLE repeated AS
            SELECT row_number, day, row_number() OVER (PARTITION BY {key} ORDER BY b.rules IS NOT NULL, row_number) AS nth
            FROM (SELECT t.* FROM typed t SEMI JOIN twice k ON {same}) LEFT JOIN
                 (SELECT row_number, rules FROM broken_rows) b USING (row_number)"""
        )
        self._connection.execute(
            f"""CREATE TABLE broken AS
            SELECT row_number, coalesce(b.day, r.day) AS day,
                   list_concat(coalesce(b.rules, []), CASE WHEN r.nth > 1 THEN ['{UNIQUE_KEY}'] ELSE [] END) AS rules
            FROM broken_rows b FULL JOIN (SELECT * FROM repeated WHERE nth > 1) r USING (row_number)"""
        )

    def _available_at(self) -> str:
        """When a row was known. A late row was not known at the end of its own day, but with the batch that brought it."""
        with_batch = "cast(day AS TIMESTAMP) - INTERVAL 1 MICROSECOND"
        match self._source.available:
            case Available.FROM_FIRST_DAY:
                return f"TIMESTAMP '{self._first_day} 00:00:00'"
            case Available.END_OF_EVENT_DAY | Available.ON_RECEIPT:
                return with_batch
            case Available.AT_EVENT:
                name = self._source.event_time or ""
                event = self._source.on_clocks(quoted(name), name)
                on_time = f"day = DATE '{self._first_key}' OR cast({event} AS DATE) = day - 1"
                return f"CASE WHEN {on_time} THEN cast({event} AS TIMESTAMP) ELSE {with_batch} END"


def kept_schema(source: Source) -> pa.Schema:
    """The columns of kept rows: the contract's, the key as `day`, and when each row was known."""
    fields = [pa.field(column.name, column.arrow) for column in source.columns]
    return pa.schema([*fields, pa.field("day", pa.date32()), pa.field("available_at", pa.timestamp("us"))])


def quarantine_schema(source: Source) -> pa.Schema:
    """The columns of quarantined rows: those received, as text, the key as `day`, and the broken rules."""
    fields = [pa.field(column.name, pa.string()) for column in source.received_columns]
    return pa.schema([*fields, pa.field("day", pa.date32()), pa.field("rules", pa.list_(pa.string()))])


def _strict(table: pa.Table) -> pa.Table:
    """Undo DuckDB's choice of large or view strings."""
    return table.cast(pa.schema([(f.name, pa.string() if kind_of(f.type) == TEXT else f.type) for f in table.schema]))
