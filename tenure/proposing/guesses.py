"""Which columns of a table are its customer, time, order and amount, or what became of customers: proposed."""

from dataclasses import replace

import pyarrow as pa
import pyarrow.compute as pc

from tenure.contracts import ROW
from tenure.contracts.source import GONE
from tenure.errors import SpecError
from tenure.proposing.asked import correlation
from tenure.proposing.customers import entered_on, likely_customer, may_name, n_vanished, time_of, wholes_by
from tenure.proposing.echoes import echoes, empty_before, telling
from tenure.proposing.foreseen import outcome_of
from tenure.proposing.meanings import is_id, speaks_of, words_of
from tenure.proposing.roles import Named, Roles, attributes, named_column, protected
from tenure.proposing.sales import with_sales
from tenure.proposing.seen import FILE, Seen, Table
from tenure.received.normal import quoted, quoted_text
from tenure.received.times_written import why_no_times

# A table with so many rows for each customer tells of events or of several days; with one for each, of states.
_REPEATS = 1.1
# A number that follows so closely from how long a customer has been one tells it.
_FOLLOWS = 0.8
# How long a customer has been one, where the name does not say in what it is counted: in years up to so many, in months likewise.
_MOST_YEARS, _MOST_MONTHS = 15, 600
_LOOKED_AT = 1_000


def propose(table: Table, named: Named) -> Roles:
    """What the columns are, as far as a person did not say.

    Raises
    ------
    SpecError: for a column that is not there, or a table that does not say whose its rows are, or when.
    """
    customer = likely_customer(table) if named.customer is None else named.customer
    customer = customer if customer == ROW and table.column(ROW) is None else named_column(table, customer)
    if not customer:
        raise SpecError(_who(table))
    known = table.column(customer)
    roles = Roles(customer=customer, guests=known.empty if known else 0.0)
    if customer == ROW or known is None or known.n_rows * (1 - known.empty) <= _REPEATS * max(known.n_values, 1):
        return _of_states(table, replace(roles, time=entered_on(table, customer, named.time)), named.outcome)
    # Who says what was paid, or in which order, speaks of what happened.
    if by := "" if named.amount or named.order else wholes_by(table, customer, named.time):
        is_column = by != FILE
        entry = entered_on(table, customer, None if is_column else named.time, by)
        found = replace(roles, time=entry, by=by if is_column else "", comes_again=True)
        return _of_states(table, found, named.outcome)
    time = named_column(table, named.time) if named.time is not None else time_of(table, customer)
    if not time:
        raise SpecError(
            f"{known.received_as} has the same value on several rows, and no column says when each was: {_columns(table)}. Name "
            "the column that does (--time COLUMN), or another that names the customer (--customer COLUMN); or put the day into "
            f"the files' names, one file for each day or month.{_nearly(table, customer)}"
        )
    order = named_column(table, named.order) if named.order is not None else _first(table, "order", customer)
    product = _first(table, "product", customer, order)
    return with_sales(table, replace(roles, time=time, order=order, product=product), named.amount)


def _nearly(table: Table, customer: str) -> str:
    """Columns that would say when, if they were written otherwise."""
    some = {
        c.received_as: table.rows[c.name].slice(0, _LOOKED_AT) for c in table.columns if c.name != customer and c.first is None
    }
    told = {name: why_no_times(pc.drop_null(cells).cast(pa.string())) for name, cells in some.items() if not is_id(name)}
    return "".join(f" Not read as times: {name}, {why}" for name, why in told.items() if why)


def _who(table: Table) -> str:
    """What to say where no column looks like a customer's."""
    ids = [c.received_as for c in table.columns if may_name(c)]
    could = f"It could be {' or '.join(ids[:4])}. " if ids else ""
    return (
        f"Which column names the customer? None of {_columns(table)} looks like one. {could}Say it: --customer COLUMN; of one "
        "table in which each row is another customer, --customer row."
    )


def _columns(table: Table) -> str:
    """The columns as the company calls them."""
    return ", ".join(c.received_as for c in table.columns)


def _of_states(table: Table, roles: Roles, named: str | None) -> Roles:
    """What became of customers, and for how long they have been some."""
    column, value = outcome_of(table, roles, named)
    roles = replace(roles, is_of_states=True, outcome=column, outcome_value=value)
    lasted = next((c for c in table.columns if c.kind == "whole" and speaks_of(c.name, "lasted")), None)
    if lasted is not None and not roles.comes_again and lasted.name != column:
        follows = tuple(
            c.name
            for c in table.columns
            if c.is_number and c.name != lasted.name and c.n_values > 20
            if correlation(table.rows, c.name, lasted.name) > _FOLLOWS
        )
        roles = replace(roles, lasted=lasted.name, unit=_unit(lasted), follows=follows)
    if not column or column == GONE:
        return roles
    readable = tuple(table.column(name) for name in attributes(table, roles))
    seen = tuple(c for c in readable if c is not None)
    if roles.comes_again:
        n = n_vanished(table, roles.customer, roles.by or FILE, told=f"cast({quoted(column)} AS VARCHAR) = {quoted_text(value)}")
        return replace(roles, echoes=empty_before(table, seen, column, value), n_vanished=n)
    told, doubts = echoes(table, seen, column, value)
    held = protected(table, roles)
    return replace(roles, echoes=told, doubtful=doubts, missed=telling(table, held, column, value))


def _unit(lasted: Seen) -> str:
    """In what a time is counted: as its name says, or as its length lets think."""
    words = words_of(lasted.received_as)
    for unit, told in (("MONTH", ("months", "month", "mon")), ("YEAR", ("years", "year", "yrs")), ("DAY", ("days", "day"))):
        if set(words) & set(told):
            return unit
    return "YEAR" if (lasted.highest or 0) <= _MOST_YEARS else "MONTH" if (lasted.highest or 0) <= _MOST_MONTHS else "DAY"


def _first(table: Table, what: str, *taken: str) -> str:
    """The first column of text whose name tells of something; an id before others."""
    found = [c for c in table.columns if speaks_of(c.received_as, what) and c.name not in taken and c.kind == "text"]
    return next((c.name for c in sorted(found, key=lambda c: not is_id(c.received_as))), "")
