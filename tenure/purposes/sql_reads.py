"""Which columns a query reads: told from its text alone, before it runs.

It is closed by construction: tables are those that are named here, every column of the text must be found in one of them, and
whatever cannot be told so (functions that read tables, files, other schemas, columns chosen by a pattern, whole rows as values,
statements that are no queries) is refused. So is what goes by the place of a column and takes all of them (`*` below a list of
other names, or in a UNION), and what goes by all that is selected (ORDER BY ALL). A column that an inner query selects and
nothing outside of it asks for is not read.
"""

from collections.abc import Collection, Mapping
from functools import lru_cache
from typing import TYPE_CHECKING

from tenure.errors import SpecError
from tenure.history.row_sql import DIALECT

if TYPE_CHECKING:
    from sqlglot import exp
    from sqlglot.optimizer.scope import Scope

# Where the tables of a private database are, as queries may spell it.
_OWN_PLACES = (("", ""), ("", "main"), ("memory", "main"), ("temp", "main"))
ColumnsOf = frozenset[tuple[str, str]]
"""Columns by the names of their table and their own, in small letters."""


def columns_read(text: str, tables: Mapping[str, Collection[str]]) -> ColumnsOf:
    """The columns of tables that a query of DuckDB reads.

    Parameters
    ----------
    tables: the tables that it may read, with their columns. Names are compared without regard to case, as DuckDB does.

    Raises
    ------
    SpecError: where it cannot be told from the text which columns it reads.
    """
    return _columns_read(text, tuple(sorted((name, tuple(columns)) for name, columns in tables.items())))


@lru_cache(maxsize=256)
def _columns_read(text: str, tables: tuple[tuple[str, tuple[str, ...]], ...]) -> ColumnsOf:
    """The same, worked out once for each text."""
    from sqlglot.errors import SqlglotError
    from sqlglot.optimizer.pushdown_projections import pushdown_projections
    from sqlglot.optimizer.qualify import qualify

    query = _query(text)
    known = {name.lower(): frozenset(column.lower() for column in columns) for name, columns in tables}
    _check_told(query, set(known))
    schema: dict[str, object] = {name: dict.fromkeys(columns, "UNKNOWN") for name, columns in tables}
    try:
        _check_by_name(query)
        named = qualify(query, dialect=DIALECT, schema=schema, infer_schema=False)
        asked = pushdown_projections(named, schema=schema, dialect=DIALECT)
    except SqlglotError as error:
        raise _untold(str(error).splitlines()[0]) from None
    except ValueError:  # of joins that sqlglot cannot write otherwise, such as SEMI JOIN … USING
        raise _untold("its joins cannot be written by the names of their tables; write ON instead of USING") from None
    return _found(asked, known)


def _query(text: str) -> "exp.Expr":
    """The one query that a text holds."""
    import sqlglot
    from sqlglot import exp

    try:
        found = [one for one in sqlglot.parse(text, dialect=DIALECT) if one is not None]
    except sqlglot.errors.SqlglotError as error:
        raise _untold(str(error).splitlines()[0]) from None
    if len(found) != 1 or not isinstance(found[0], exp.Query):
        raise _untold(f"expected one query, found {len(found)} statements" if len(found) != 1 else "it is no query")
    return found[0]


def _check_told(query: "exp.Expr", known: set[str]) -> None:
    """Refuse what reads other things than columns of named tables."""
    from sqlglot import exp

    beyond = (
        exp.Pivot, exp.Columns, exp.Command, exp.DDL, exp.DML, exp.Placeholder, exp.Parameter,
        exp.PositionalColumn, exp.ReadCSV, exp.ReadParquet, exp.Summarize, exp.Describe,
    )  # fmt: skip
    for node in query.find_all(*beyond, exp.Anonymous):
        is_of_columns = isinstance(node, exp.Anonymous) and node.name.lower() == "columns"
        if (isinstance(node, beyond) and not isinstance(node, exp.Query)) or is_of_columns:
            raise _untold(f"{node.sql(DIALECT)!r} does not say which columns it reads")
    own = {cte.alias.lower() for cte in query.find_all(exp.CTE)}
    for table in query.find_all(exp.Table):
        is_here = (table.catalog.lower(), table.db.lower()) in _OWN_PLACES
        is_hidden = bool(table.db) and table.name.lower() in own  # whether it is the table or the one of the query
        if not isinstance(table.this, exp.Identifier) or not is_here or is_hidden:
            raise _untold(f"{table.sql(DIALECT)!r} is no table that is named here")
        if table.name.lower() not in known | own:
            raise _untold(f"there is no table {table.name!r} here; there are {', '.join(sorted(known))}")
        table.set("db", None)
        table.set("catalog", None)


def _check_by_name(query: "exp.Expr") -> None:
    """Refuse columns that are told by their place among all of a table's, which no text says; and by all that is selected."""
    from sqlglot import exp
    from sqlglot.optimizer.scope import traverse_scope

    for scope in traverse_scope(query):
        if any(_takes_all(part, set()) for part in scope.union_scopes):
            raise _untold("all columns of a table stand above or below others in a UNION, INTERSECT or EXCEPT")
        named = scope.expression.parent
        while isinstance(named, exp.Subquery | exp.CTE | exp.Lateral):
            if named.alias_column_names and _takes_all(scope, set()):
                raise _untold(f"{named.args['alias'].sql(DIALECT)!r} gives other names to all columns of a table")
            named = named.parent
    for table in query.find_all(exp.Table):
        if table.alias_column_names:
            raise _untold(f"{table.sql(DIALECT)!r} gives other names to all columns of a table")
    for ordered in query.find_all(exp.Ordered):
        if isinstance(ordered.this, exp.Var):
            raise _untold("it orders by all columns, whichever they are")


def _takes_all(scope: "Scope", seen: set[int]) -> bool:
    """Whether a query takes all columns of a table as they are: itself, a part of a UNION, or a query that it takes all of."""
    from sqlglot import exp
    from sqlglot.optimizer.scope import Scope

    if id(scope) in seen:  # a query WITH RECURSIVE has the columns that its first part has
        return False
    seen.add(id(scope))
    if isinstance(scope.expression, exp.SetOperation):
        return any(_takes_all(part, seen) for part in scope.union_scopes)
    if not isinstance(scope.expression, exp.Query) or not scope.expression.is_star:
        return False
    sources = [source for _, source in scope.selected_sources.values()]
    return len(sources) != 1 or not isinstance(sources[0], Scope) or _takes_all(sources[0], seen)


def _found(query: "exp.Expr", known: Mapping[str, Collection[str]]) -> ColumnsOf:
    """The columns of tables in a query whose every column says of which it is."""
    from sqlglot import exp
    from sqlglot.optimizer.scope import traverse_scope

    found, told = set(), set()
    for scope in traverse_scope(query):
        read = [source.name.lower() for source in scope.sources.values() if isinstance(source, exp.Table)]
        if other := [name for name in read if name not in known]:
            raise _untold(f"there is no table {other[0]!r} here; there are {', '.join(sorted(known))}")
        for column in scope.columns:
            source = scope.sources.get(column.table)
            if source is not None:
                told.add(id(column))
            if isinstance(source, exp.Table):
                found.add((source.name.lower(), column.name.lower()))
    _check_all_told(query, told)
    if left := [f"{table}.{column}" for table, column in sorted(found) if column not in known.get(table, ())]:
        raise _untold(f"there is no column {left[0]!r} here")
    return frozenset(found)


def _check_all_told(query: "exp.Expr", told: set[int]) -> None:
    """Refuse a query with a column of which nobody knows whose it is, and one that takes a row or all columns as they are."""
    from sqlglot import exp

    whole = (exp.Star, exp.TableColumn)
    for node in query.find_all(exp.Column, *whole):
        is_count = isinstance(node, exp.Star) and isinstance(node.parent, exp.Count)
        if (isinstance(node, whole) and not is_count) or (isinstance(node, exp.Column) and id(node) not in told):
            raise _untold(f"nothing here says which columns {node.sql(DIALECT)!r} is")


def _untold(why: str) -> SpecError:
    """What to say of a query of which it cannot be told what it reads."""
    return SpecError(f"A query is not run, for it cannot be told which columns it reads: {why}. Name each column and table.")
