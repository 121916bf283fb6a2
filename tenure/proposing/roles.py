"""What the columns of a table are: its customer, time and amount, or what became of customers and what a model may read."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from tenure.contracts import PersonalData
from tenure.errors import SpecError
from tenure.names import meant
from tenure.proposing.meanings import is_direct, is_id, personal
from tenure.proposing.seen import Seen, Table

# So many different whole numbers, one for each row, are ids.
_MANY = 100
# Of so few words, or with so many customers for each, an id is a kind of customers, as a code of a region is.
_FEW, _EACH = 60, 50
HELD = "held for audits"


@dataclass(frozen=True, kw_only=True)
class Roles:
    """What columns are, by their plain names; empty where there is none.

    Parameters
    ----------
    customer: `ROW` where no column names one, and a row's place in the file does.
    amount: SQL over one row, such as "Quantity * UnitPrice"; `is_signed` where money goes both ways.
    direction: where money goes both ways and its sign does not say which, the column that does, in few words.
    balance: of an account's rows, the column that says what is on it.
    returns: SQL that is true of rows that take something back; `return_letter` by which letter they are told.
    guests, no_sale: the share of rows without a customer, and of rows whose price is none.
    by: of tables of customers that stand in one file below one another, the column that says of which day each is.
    comes_again: tables of customers of several days, each whole.
    outcome, outcome_value: of a table of customers, the column that says what became of them, and the value to foresee.
    lasted: a column that says for how long a customer has been one, in `unit`; `follows` those that follow from it.
    echoes: columns that tell the outcome itself, with the reason; `doubtful` those that a person should look at.
    missed: columns held for audits alone that would tell much of the outcome.
    n_vanished: of tables that come again, customers whose rows are gone without ever saying the outcome's value.
    """

    customer: str
    time: str = ""
    order: str = ""
    product: str = ""
    amount: str = ""
    is_signed: bool = False
    direction: str = ""
    balance: str = ""
    units: str = ""
    price: str = ""
    returns: str = ""
    return_letter: str = ""
    n_returns: int = 0
    guests: float = 0.0
    no_sale: float = 0.0
    is_of_states: bool = False
    comes_again: bool = False
    by: str = ""
    outcome: str = ""
    outcome_value: str = ""
    lasted: str = ""
    unit: str = "MONTH"
    follows: tuple[str, ...] = ()
    echoes: Mapping[str, str] = field(default_factory=dict)
    doubtful: tuple[str, ...] = ()
    missed: tuple[str, ...] = ()
    n_vanished: int = 0

    @property
    def is_money(self) -> bool:
        """Whether rows are of money that comes in and goes out, as on an account."""
        return self.is_signed or bool(self.direction) or bool(self.balance)


@dataclass(frozen=True, kw_only=True)
class Named:
    """What a person said of the columns; None where they said nothing, "" for none."""

    customer: str | None = None
    time: str | None = None
    order: str | None = None
    amount: str | None = None
    outcome: str | None = None


def attributes(table: Table, roles: Roles) -> tuple[str, ...]:
    """Of a table of customers, the columns that a model may read, and the outcome."""
    left_out = {roles.customer, roles.time, roles.by, roles.lasted, *roles.follows, *roles.echoes}
    return tuple(c.name for c in table.columns if c.name == roles.outcome or (c.name not in left_out and not unread(c)))


def protected(table: Table, roles: Roles) -> tuple[Seen, ...]:
    """Columns by which a model is to be audited, and which it never reads."""
    used = {roles.customer, roles.time, roles.by, roles.order, roles.product, roles.outcome, roles.lasted}
    return tuple(c for c in table.columns if c.name not in used and c.n_values > 1 and is_held(c))


def never_read(table: Table, roles: Roles) -> tuple[Seen, ...]:
    """The columns that only the files as they came are to hold: they may tell who a person is, and nothing asks for them."""
    asked = {roles.customer, roles.time, roles.by, roles.order, roles.product, roles.outcome, roles.lasted}
    if not table.has_header:
        return ()
    return tuple(c for c in table.columns if is_direct(c.received_as) and c.name not in asked and not c.may_be_read)


def is_held(column: Seen) -> bool:
    """Whether a column is held for audits alone: by its name, unless a person says that models may read it."""
    return personal(column.received_as) is PersonalData.PROTECTED and not column.may_be_read


def unread(column: Seen) -> str:
    """Why no model reads a column of a table of customers; empty where one may."""
    if column.n_values <= 1:
        return "the same on every row"
    if is_held(column):
        return HELD
    if is_direct(column.received_as) or (is_id(column.received_as) and column.n_values > max(_FEW, column.n_rows / _EACH)):
        return "an id or a name, as it is called"
    if column.kind in ("day", "time"):
        return "a day, which tells nothing by itself"
    if column.kind == "whole" and column.n_values == column.n_rows > _MANY:
        return "another number on each row, as ids are"
    if column.kind == "text" and column.n_values > max(20, 0.2 * column.n_rows):
        return "a word of nearly each customer's own"
    return ""


def named_column(table: Table, name: str) -> str:
    """The column that a person named."""
    if not name:
        return ""
    found = table.column(name)
    if found is None:
        there = [column.received_as for column in table.columns]
        raise SpecError(f"There is no column {name!r}; there are {', '.join(there)}.{meant(name, there)}")
    return found.name
