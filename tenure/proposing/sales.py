"""What was paid in a table of events: the amount, what takes it back, what is no sale, and money that goes both ways."""

from dataclasses import replace

import pyarrow as pa

from tenure.history.row_sql import RowSQL
from tenure.proposing.asked import ask, count, share, spelled
from tenure.proposing.meanings import speaks_of
from tenure.proposing.roles import Roles, named_column
from tenure.proposing.seen import Seen, Table

# Rows that lower an amount are returns by the first letter of their order's id, where so many of them and so few others begin so.
_NEARLY_ALL, _HARDLY_ANY = 0.9, 0.01
# Where so many rows are negative they are no returns: money goes both ways, as on a bank's account.
_BOTH_WAYS = 0.25
_FEW_WAYS = 4


def with_sales(table: Table, roles: Roles, named: str | None) -> Roles:
    """What was paid, what takes it back, and what is no sale."""
    units = next((c for c in table.columns if c.kind == "whole" and speaks_of(c.name, "quantity")), None)
    price = next((c for c in table.columns if c.is_number and speaks_of(c.name, "price")), None)
    direct = next((c for c in table.columns if c.is_number and speaks_of(c.name, "amount") and c is not units), None)
    product_of = f"{spelled(units.name)} * {spelled(price.name)}" if units and price else ""
    proposed = spelled(direct.name) if direct else product_of or (spelled(price.name) if price else _only_money(table))
    amount = proposed if named is None else _checked(table, named)
    is_priced = price is not None and price.name in amount
    roles = replace(roles, amount=amount, units=units.name if units else "", price=price.name if price and is_priced else "")
    if not amount:
        return roles
    balance = next((c.name for c in table.columns if c.is_number and speaks_of(c.name, "balance")), "")
    roles = replace(roles, balance=balance if spelled(balance) != amount else "")
    if share(table.rows, f"({amount}) < 0") > _BOTH_WAYS:
        return replace(roles, is_signed=True, order="")
    if direction := _direction(table):
        return replace(roles, direction=direction, order="")
    if roles.balance:
        roles = replace(roles, order="")
    roles = replace(roles, no_sale=share(table.rows, f"{spelled(roles.price)} <= 0") if roles.price else 0.0)
    letter, n_returns = _return_letter(table.rows, amount, roles.order)
    returns = f"{spelled(roles.order)} LIKE '{letter}%'" if letter else f"({amount}) < 0" if n_returns else ""
    return replace(roles, returns=returns, return_letter=letter, n_returns=n_returns)


def _direction(table: Table) -> str:
    """The column whose few words say which way money goes, such as credit and debit."""
    few = [c for c in table.columns if c.kind == "text" and 2 <= c.n_values <= _FEW_WAYS and c.words]
    told = [c for c in few if sum(speaks_of(word, "way") for word in c.words) >= 2]
    return next((c.name for c in told), "")


def _only_money(table: Table) -> str:
    """The one column of numbers with a fraction, where names tell nothing."""
    found: list[Seen] = [c for c in table.columns if c.kind == "number"]
    return spelled(found[0].name) if len(found) == 1 and not table.has_header else ""


def _checked(table: Table, amount: str) -> str:
    """An amount that a person spelled, over columns that are there."""
    for name in RowSQL(amount).reads if amount else ():
        named_column(table, name)
    return amount


def _return_letter(rows: pa.Table, amount: str, order: str) -> tuple[str, int]:
    """The letter with which the orders of rows that lower an amount begin, and how many such rows there are."""
    n_returns = count(rows, f"({amount}) < 0")
    if not n_returns or not order:
        return "", n_returns
    letters = ask(
        rows,
        f"SELECT left({spelled(order)}, 1) AS letter, count(*) FILTER (({amount}) < 0), count(*) FILTER (({amount}) > 0) FROM it "
        "GROUP BY letter ORDER BY 2 DESC LIMIT 1",
    )
    ((letter, n_lower, n_raise),) = letters
    n_others = count(rows, f"({amount}) > 0")
    tells = letter and letter.isalpha() and n_lower >= _NEARLY_ALL * n_returns and n_raise <= _HARDLY_ANY * n_others
    return (letter, n_returns) if tells else ("", n_returns)
