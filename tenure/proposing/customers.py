"""Whose the rows of a table are, and when: the customer's column, the time of events, the day of tables that come again."""

from tenure.contracts import ROW, PersonalData
from tenure.proposing.asked import ask, n_different
from tenure.proposing.meanings import is_direct, is_id, personal, speaks_of
from tenure.proposing.roles import named_column
from tenure.proposing.seen import FILE, Seen, Table
from tenure.received.normal import quoted

# No column of so few values names customers.
_FEW = 5
# Of tables that are whole each time a customer stands in so many of those between the first and the last that hold them, once.
_WHOLE, _ONCE, _FEWEST_TABLES = 0.9, 1.005, 3
# A day that is one for each customer, however often a row comes, is when they entered.
_FOR_EACH = 1.02


def likely_customer(table: Table) -> str:
    """The column that names the customer: an id of one, the fuller the likelier; a row's place where rows are customers."""
    many = [c for c in table.columns if c.n_values > _FEW or c.n_values == c.n_rows]
    named = [c for c in many if speaks_of(c.received_as, "customer") and not is_direct(c.received_as) and not _is_time(c)]
    ids = [c for c in named if is_id(c.received_as)] or [c for c in named if c.kind == "text"]
    # An id that repeats is likelier than one of each row: of account and transaction both speak of a customer.
    alone = [c for c in table.columns if c.received_as.lower() == "id" and c.n_values == c.n_rows]
    if found := [*sorted(ids, key=lambda c: -c.n_values), *alone]:
        return found[0].name
    looks = [c for c in many if may_name(c)]
    if len(looks) == 1:
        return looks[0].name
    return ROW if not looks and not any(_is_time(c) for c in table.columns) and table.has_header else ""


def may_name(column: Seen) -> bool:
    """Whether a column may hold ids of customers, whatever it is called."""
    is_other = any(speaks_of(column.received_as, what) for what in ("order", "product"))
    return column.is_code and column.n_values > _FEW and not is_other and not is_direct(column.received_as)


def time_of(table: Table, customer: str) -> str:
    """The column that says when: of several the fullest, a time before a day; no birthday, and no day that never changes."""
    found = [c for c in table.columns if _is_time(c) and c.empty < 0.5]
    changing = [c for c in found if not _is_for_each(table, customer, c)]
    return next((c.name for c in sorted(changing, key=lambda c: (c.empty, c.kind != "time"))), "")


def entered_on(table: Table, customer: str, named: str | None, by: str = "") -> str:
    """Of a table of customers, the day on which each became one: by its name, and filled for nearly everybody."""
    if named is not None:
        return named_column(table, named)
    found = [c for c in table.columns if _is_time(c) and c.name != by and c.empty < 0.05 and _is_for_each(table, customer, c)]
    told = [c for c in found if speaks_of(c.received_as, "entered")]
    return next((c.name for c in (*told, *(found if len(found) == 1 else ()))), "")


def wholes_by(table: Table, customer: str, named: str | None) -> str:
    """What tells tables of customers apart that are whole each time: a column, `FILE` for their files, or nothing."""
    days = [c.name for c in table.columns if _is_time(c) and not _is_for_each(table, customer, c)]
    periods = [*([FILE] if FILE in table.rows.schema.names else []), *days]
    if named:
        periods = [p for p in periods if p in (FILE, named_column(table, named))]
    return next((period for period in periods if _is_whole(table, customer, period)), "")


def _is_whole(table: Table, customer: str, period: str) -> bool:
    """Whether each period has every customer once who is there before and after it."""
    who, when = quoted(customer), quoted(period)
    ((n_periods, n_rows, n_pairs, n_customers, n_possible),) = ask(
        table.rows,
        f"WITH told AS (SELECT {who} AS c, dense_rank() OVER (ORDER BY {when}) AS p FROM it WHERE {who} IS NOT NULL AND "
        f"{when} IS NOT NULL), spans AS (SELECT c, count(DISTINCT p) AS n, max(p) - min(p) + 1 AS possible FROM told GROUP BY c) "
        "SELECT (SELECT max(p) FROM told), (SELECT count(*) FROM told), sum(n), count(*), sum(possible) FROM spans",
    )
    if not n_pairs or n_periods < _FEWEST_TABLES or n_pairs < 1.5 * n_customers:
        return False
    return bool(n_rows <= _ONCE * n_pairs and n_pairs >= _WHOLE * n_possible)


def n_vanished(table: Table, customer: str, period: str, *, told: str) -> int:
    """Of tables of customers, how many are in none of the last ones although nothing was ever told of them."""
    if period not in table.rows.schema.names:
        return 0
    who, when = quoted(customer), quoted(period)
    ((n,),) = ask(
        table.rows,
        f"SELECT count(*) FROM (SELECT {who} FROM it WHERE {who} IS NOT NULL GROUP BY {who} "
        f"HAVING max({when}) < (SELECT max({when}) FROM it) AND NOT coalesce(bool_or({told}), false))",
    )
    return int(n)


def _is_time(column: Seen) -> bool:
    """Whether a column may say when; a birthday may not."""
    return column.kind in ("day", "time") and personal(column.received_as) is not PersonalData.PROTECTED


def _is_for_each(table: Table, customer: str, column: Seen) -> bool:
    """Whether a day is the same on all rows of a customer."""
    if customer == ROW:
        return True
    n_filled = n_different(table.rows, column.name, customer)
    ((n_customers,),) = ask(
        table.rows,
        f"SELECT count(DISTINCT {quoted(customer)}) FROM it WHERE {quoted(column.name)} IS NOT NULL",
    )
    return bool(n_filled <= _FOR_EACH * n_customers)
