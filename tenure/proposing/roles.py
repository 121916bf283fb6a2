"""Which columns of a table are its customer, time, order, product and amount; what is a return, a guest, no sale; proposed."""

from dataclasses import dataclass, replace
from typing import Any

import duckdb
import pyarrow as pa

from tenure.contracts import PersonalData
from tenure.errors import SpecError
from tenure.history.row_sql import RowSQL
from tenure.names import meant
from tenure.proposing.meanings import is_direct, is_id, personal, speaks_of
from tenure.proposing.seen import Seen, Table

# Rows that lower an amount are returns by the first letter of their order's id, where so many of them and so few others begin so.
_NEARLY_ALL, _HARDLY_ANY = 0.9, 0.01
# A table with so many rows for each customer tells of events; with one for each, of states.
_REPEATS = 1.1
# No column of so few values names customers.
_FEW = 5
# A number that follows so closely from how long a customer has been one tells it.
_FOLLOWS = 0.8


@dataclass(frozen=True, kw_only=True)
class Roles:
    """What columns are, by their plain names; empty where there is none.

    Parameters
    ----------
    amount: SQL over one row, such as "Quantity * UnitPrice".
    returns: SQL that is true of rows that take something back; `return_letter` by which letter they are told.
    guests, no_sale: the share of rows without a customer, and of rows whose price is none.
    outcome, outcome_value: of a table of customers, the column that says what became of them, and the value to foresee.
    lasted: a column that says for how many months a customer has been one; `follows` those that follow from it.
    """

    customer: str
    time: str = ""
    order: str = ""
    product: str = ""
    amount: str = ""
    units: str = ""
    price: str = ""
    returns: str = ""
    return_letter: str = ""
    n_returns: int = 0
    guests: float = 0.0
    no_sale: float = 0.0
    is_of_states: bool = False
    outcome: str = ""
    outcome_value: str = ""
    lasted: str = ""
    follows: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Named:
    """What a person said of the columns; None where they said nothing, "" for none."""

    customer: str | None = None
    time: str | None = None
    order: str | None = None
    amount: str | None = None


def propose(table: Table, named: Named) -> Roles:
    """What the columns are, as far as a person did not say.

    Raises
    ------
    SpecError: for a column that is not there, or a table that names no customer.
    """
    customer = _named(table, named.customer) if named.customer is not None else likely_customer(table)
    if not customer:
        raise SpecError(
            f"Which column names the customer? None of {', '.join(c.received_as for c in table.columns)} looks like one. "
            "Say it: --customer COLUMN."
        )
    time = _named(table, named.time) if named.time is not None else _time(table)
    known = table.column(customer)
    repeats = known is None or known.n_rows * (1 - known.empty) > _REPEATS * max(known.n_values, 1)
    # A time that is one for each customer, however often a row comes, is when they entered.
    is_entry = bool(time) and repeats and _n_pairs(table.rows, customer, time) <= _REPEATS * (known.n_values if known else 0)
    is_of_states = not (time and repeats) or is_entry
    roles = Roles(customer=customer, time=time, guests=known.empty if known else 0.0, is_of_states=is_of_states)
    if roles.is_of_states:
        return _of_states(table, roles)
    order = _named(table, named.order) if named.order is not None else _first(table, "order", customer, is_text=True)
    product = _first(table, "product", customer, order, is_text=True)
    roles = replace(roles, order=order, product=product)
    return _with_sales(table, roles, named.amount)


def likely_customer(table: Table) -> str:
    """The column that names the customer: an id of one, the fuller the likelier."""
    many = [c for c in table.columns if c.n_values > _FEW or c.n_values == c.n_rows]
    named = [c for c in many if speaks_of(c.received_as, "customer") and not is_direct(c.received_as)]
    ids = [c for c in named if is_id(c.received_as)] or [c for c in named if c.kind == "text"]
    alone = [c for c in table.columns if c.received_as.lower() == "id" and c.n_values == c.n_rows]
    return next((c.name for c in (*sorted(ids, key=lambda c: -c.n_values), *alone)), "")


def _with_sales(table: Table, roles: Roles, named: str | None) -> Roles:
    """What was paid, what takes it back, and what is no sale."""
    units = next((c.name for c in table.columns if c.kind == "whole" and speaks_of(c.name, "quantity")), "")
    price = next((c.name for c in table.columns if c.is_number and speaks_of(c.name, "price")), "")
    direct = next((c.name for c in table.columns if c.is_number and speaks_of(c.name, "amount") and c.name != units), "")
    product_of = f"{units} * {price}" if units and price else ""
    amount = direct or product_of or price if named is None else _checked(table, named)
    roles = replace(roles, amount=amount, units=units, price=price if price and price in amount else "")
    if not amount:
        return roles
    roles = replace(roles, no_sale=_share(table.rows, f"{roles.price} <= 0") if roles.price else 0.0)
    letter, n_returns = _return_letter(table.rows, amount, roles.order)
    returns = f"{roles.order} LIKE '{letter}%'" if letter else f"{amount} < 0" if n_returns else ""
    return replace(roles, returns=returns, return_letter=letter, n_returns=n_returns)


def _of_states(table: Table, roles: Roles) -> Roles:
    """What became of customers, and for how long they have been some."""
    two = [c for c in table.columns if c.n_values == 2 and c.name not in (roles.customer, roles.time)]
    named = [c for c in two if speaks_of(c.received_as, "outcome")]
    # What is to be foreseen commonly stands last.
    outcome = next((c for c in (*sorted(named, key=lambda c: "churn" not in c.name.lower()), *two[-1:])), None)
    lasted = next((c.name for c in table.columns if c.kind == "whole" and speaks_of(c.name, "lasted")), "")
    value = "" if outcome is None else outcome.words[-1]  # the rarer one
    follows = tuple(
        c.name
        for c in table.columns
        if lasted and c.is_number and c.name != lasted and c.n_values > 20 and _correlation(table.rows, c.name, lasted) > _FOLLOWS
    )
    return replace(roles, outcome=outcome.name if outcome else "", outcome_value=value, lasted=lasted, follows=follows)


def attributes(table: Table, roles: Roles) -> tuple[str, ...]:
    """Of a table of customers, the columns that a model may read."""
    left_out = {roles.customer, roles.time, roles.lasted, *roles.follows}
    return tuple(c.name for c in table.columns if c.name not in left_out and _is_readable(c))


def protected(table: Table, roles: Roles) -> tuple[Seen, ...]:
    """Columns by which a model is to be audited, and which it never reads."""
    used = {roles.customer, roles.time, roles.order, roles.product, roles.outcome, roles.lasted}
    return tuple(
        c for c in table.columns if c.name not in used and c.n_values > 1 and personal(c.received_as) is PersonalData.PROTECTED
    )


def _is_readable(column: Seen) -> bool:
    """Whether a column may be an attribute: neither protected, nor an id, nor a name, nor a word of each customer's own."""
    is_own = column.kind == "text" and column.n_values > max(20, 0.2 * column.n_rows)
    return (
        personal(column.received_as) in (PersonalData.BEHAVIOUR, PersonalData.NONE)
        and not is_direct(column.received_as)
        and not is_id(column.received_as)
        and column.kind in ("text", "whole", "number")
        and not is_own
        and column.n_values > 1
    )


def _named(table: Table, name: str) -> str:
    """The column that a person named."""
    if not name:
        return ""
    found = table.column(name)
    if found is None:
        there = [column.received_as for column in table.columns]
        raise SpecError(f"There is no column {name!r}; there are {', '.join(there)}.{meant(name, there)}")
    return found.name


def _checked(table: Table, amount: str) -> str:
    """An amount that a person spelled, over columns that are there."""
    for name in RowSQL(amount).reads if amount else ():
        _named(table, name)
    return amount


def _time(table: Table) -> str:
    """The column that says when: of several the fullest, a time before a day."""
    found = [c for c in table.columns if c.kind in ("time", "day") and c.empty < 0.5]
    return next((c.name for c in sorted(found, key=lambda c: (c.empty, c.kind != "time"))), "")


def _first(table: Table, what: str, *taken: str, is_text: bool) -> str:
    """The first column whose name tells of something; an id before others."""
    found = [c for c in table.columns if speaks_of(c.received_as, what) and c.name not in taken and (c.kind == "text") == is_text]
    return next((c.name for c in sorted(found, key=lambda c: not is_id(c.received_as))), "")


def _return_letter(rows: pa.Table, amount: str, order: str) -> tuple[str, int]:
    """The letter with which the orders of rows that lower an amount begin, and how many such rows there are."""
    n_returns = _count(rows, f"{amount} < 0")
    if not n_returns or not order:
        return "", n_returns
    letters = _ask(
        rows,
        f'SELECT left("{order}", 1) AS letter, count(*) FILTER ({amount} < 0), count(*) FILTER ({amount} > 0) FROM it '
        "GROUP BY letter ORDER BY 2 DESC LIMIT 1",
    )
    ((letter, n_lower, n_raise),) = letters
    n_others = _count(rows, f"{amount} > 0")
    tells = letter and letter.isalpha() and n_lower >= _NEARLY_ALL * n_returns and n_raise <= _HARDLY_ANY * n_others
    return (letter, n_returns) if tells else ("", n_returns)


def _correlation(rows: pa.Table, one: str, other: str) -> float:
    """How closely two numbers go together, by their ranks."""
    ((found,),) = _ask(
        rows,
        f'SELECT corr(a, b) FROM (SELECT rank() OVER (ORDER BY "{one}") a, rank() OVER (ORDER BY "{other}") b FROM it '
        f'WHERE "{one}" IS NOT NULL AND "{other}" IS NOT NULL)',
    )
    return float(found or 0.0)


def _n_pairs(rows: pa.Table, one: str, other: str) -> int:
    """How many different pairs two columns hold."""
    ((n,),) = _ask(rows, f'SELECT count(DISTINCT ("{one}", "{other}")) FILTER ("{one}" IS NOT NULL) FROM it')
    return int(n)


def _share(rows: pa.Table, condition: str) -> float:
    """The share of rows that meet a condition."""
    return _count(rows, condition) / rows.num_rows if rows.num_rows else 0.0


def _count(rows: pa.Table, condition: str) -> int:
    """The rows that meet a condition."""
    ((n,),) = _ask(rows, f"SELECT count(*) FILTER ({condition}) FROM it")
    return int(n)


def _ask(rows: pa.Table, question: str) -> list[tuple[Any, ...]]:
    """What a question about the rows, called `it`, is answered."""
    with duckdb.connect(config={"threads": 2}) as connection:
        connection.register("it", rows)
        return connection.sql(question).fetchall()
