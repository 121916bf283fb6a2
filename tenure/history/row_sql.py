"""SQL over one row of a source: what may stand in a value, a set, a `where=` or a `returns=`, and which columns it reads.

It is parsed where it is declared, so that what cannot work is refused there; DuckDB runs it.
"""

from collections.abc import Collection
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from tenure.clocks import UTC, on_clocks
from tenure.errors import SpecError

if TYPE_CHECKING:
    from sqlglot.expressions import Expr

DIALECT = "duckdb"


@dataclass(frozen=True)
class RowSQL:
    """An expression over the columns of one row.

    Raises
    ------
    SpecError: for text that is no expression, or one that looks beyond its row: an aggregate, a query, a window, the clock,
        chance, a file, or a function that this does not know.
    """

    text: str

    def __post_init__(self) -> None:
        """Refuse what is no expression over one row."""
        from sqlglot import expressions as sql

        beyond_a_row = (sql.AggFunc, sql.Window, sql.Query, sql.Subquery, sql.Command, sql.Star)
        of_the_moment = (sql.Rand, sql.CurrentDate, sql.CurrentTime, sql.CurrentTimestamp, sql.Uuid)
        elsewhere = (sql.Anonymous, sql.AnonymousAggFunc, sql.ReadCSV, sql.UDTF)
        for kinds, why in (
            (beyond_a_row, "reads other rows than its own"),
            (of_the_moment, "is another one each time that it is asked"),
            (elsewhere, "is not known here, or reads what is no column"),
        ):
            if found := self._tree.find(*kinds):
                raise SpecError(
                    f"The SQL {self.text!r} holds {found.sql(DIALECT)!r}, which {why}. Expected an expression over the columns "
                    'one row, such as "round(Quantity * UnitPrice, 2)" or "brand = \'Private\'".'
                )

    @cached_property
    def reads(self) -> tuple[str, ...]:
        """The columns that it reads, in their order of appearance, each once."""
        from sqlglot.expressions import Column

        return tuple(dict.fromkeys(column.name for column in self._tree.find_all(Column, bfs=False)))

    @cached_property
    def _tree(self) -> "Expr":
        """The parsed expression."""
        return _parsed(self.text)


def shown_on_clocks(text: str, times: Collection[str], zone: str) -> str:
    """SQL over one row, reading of the columns that hold moments (in small letters) what the clocks of a zone show."""
    if zone == UTC or not text:
        return text
    from sqlglot import parse_one
    from sqlglot.expressions import Column

    def shown(node: "Expr") -> "Expr":
        if not isinstance(node, Column) or node.name.lower() not in times:
            return node
        return parse_one(on_clocks(node.sql(DIALECT, identify=True), zone), dialect=DIALECT)

    return _parsed(text).transform(shown).sql(DIALECT)


def _parsed(text: str) -> "Expr":
    """One expression.

    Raises
    ------
    SpecError: for text that is none, or several.
    """
    import sqlglot

    try:
        found = sqlglot.parse(text, dialect=DIALECT)
    except sqlglot.errors.SqlglotError as error:
        raise SpecError(f"The SQL {text!r} cannot be read: {str(error).splitlines()[0]}") from None
    if len(found) != 1 or found[0] is None:
        raise SpecError(f"The SQL {text!r} holds {len(found)} statements; expected one expression over one row.")
    return found[0]
