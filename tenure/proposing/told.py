"""What was seen of a company's files, in a few lines; no customer's value is in them."""

from collections.abc import Iterator, Sequence

from tenure.contracts import ROW
from tenure.contracts.source import GONE
from tenure.contracts.weekdays import NAMES
from tenure.proposing.deliveries import Delivery
from tenure.proposing.meanings import is_direct
from tenure.proposing.proposal import Proposal
from tenure.proposing.roles import HELD, protected, unread
from tenure.proposing.seen import Table

_WEEKDAYS = dict(zip(NAMES, ("Mondays", "Tuesdays", "Wednesdays", "Thursdays", "Fridays", "Saturdays", "Sundays"), strict=True))


def seen_in_words(table: Table, delivery: Delivery, *, n_files: int, n_read: int) -> Iterator[str]:
    """What the files are."""
    how = f", {', '.join(table.said)}" if table.said else ""
    some = f" ({n_read} of them read)" if n_read < n_files else ""
    days = (
        f", one a {'month' if delivery.is_monthly else 'day'} from {delivery.days[0]} to {delivery.days[-1]}"
        if delivery.is_dated
        else ""
    )
    without = [_WEEKDAYS[name] for name in NAMES if name not in delivery.weekdays]
    none_on = f", none on {' and '.join(without)}" if without else ""
    closed = f", {len(delivery.closed_on)} other days without one" if delivery.closed_on else ""
    files = f"{n_files} file{'s' * (n_files != 1)}{some}{how}{days}{none_on}{closed}"
    yield f"{files}; {len(table.columns)} columns, {table.rows.num_rows} rows."
    for column in table.columns:
        if column.times:
            doubt = f", as far as can be told: {column.doubt}" if column.doubt else ""
            yield f"{column.received_as} is written as {' or '.join(column.times)}{doubt}."
    for word, shown in table.nothing.items():
        yield f"{word} stands for nothing, as among the numbers of {_some(shown)}; in every column."


def proposed_in_words(proposal: Proposal) -> Iterator[str]:
    """What is made of the columns."""
    roles, table = proposal.roles, proposal.table
    kind = (
        "Each row tells how things stand with one customer" if roles.is_of_states else "Each row tells of something that happened"
    )
    yield f"{kind}; history from {proposal.first_day} to {proposal.last_day or 'now'}."
    if roles.customer == ROW:
        yield "No column names the customer: each row is one, called by its place in the file. Scores then go by that place, too."
    if roles.guests:
        yield f"{_shown(table, roles.customer)} is empty on {roles.guests:.0%}: guests, set aside."
    if roles.no_sale:
        yield f"{_shown(table, roles.price)} is zero or less on {roles.no_sale:.1%}: no sales, set aside."
    if roles.is_signed:
        yield f"{roles.amount} is above zero and below: money that comes in and that goes out are told apart."
    if roles.lasted:
        yield f"{_shown(table, roles.lasted)} says for how many {roles.unit.lower()}s somebody has been a customer."
    yield from _of_customers(proposal)
    if held := protected(table, roles):
        yield f"Held for audits alone, and read by no model, by their names: {', '.join(c.received_as for c in held)}."
    if direct := [c.received_as for c in table.columns if is_direct(c.received_as)]:
        yield f"{', '.join(direct)} may tell who a person is. Leave them out of the files if nobody needs them here."


def _of_customers(proposal: Proposal) -> Iterator[str]:
    """Of a table of customers: what is foreseen, and which columns no model reads and why."""
    roles, table = proposal.roles, proposal.table
    if not roles.is_of_states:
        return
    told = "who is no longer in the table" if roles.outcome == GONE else f"{_shown(table, roles.outcome)} = {roles.outcome_value}"
    again = f"The table comes again, told apart by {_shown(table, roles.by) if roles.by else 'the files'}. " * roles.comes_again
    yield f"{again}Foreseen: {told}."
    if roles.follows:
        yield f"{_listed(table, roles.follows)}: follows from {_shown(table, roles.lasted)}, so no model reads them."
    for why in dict.fromkeys(roles.echoes.values()):
        names = [name for name, reason in roles.echoes.items() if reason == why]
        yield f"Left out, {_listed(table, names)}: {why}."
    if roles.doubtful:
        yield f"Look at {_listed(table, roles.doubtful)}: it tells so much of the outcome that it may have been written after it."
    used = {roles.customer, roles.time, roles.by, roles.lasted, roles.outcome, *roles.follows, *roles.echoes}
    left = [(c.received_as, why) for c in table.columns if c.name not in used and (why := unread(c)) and why != HELD]
    for why in dict.fromkeys(why for _, why in left):
        yield f"Read by no model, {_some([name for name, each in left if each == why])}: {why}."


def _some(names: Sequence[str]) -> str:
    """Names, the first of many."""
    return ", ".join(names[:4]) + (f" and {len(names) - 4} more" if len(names) > 4 else "")


def _shown(table: Table, name: str) -> str:
    """A column as the company calls it."""
    found = table.column(name)
    return found.received_as if found else name


def _listed(table: Table, names: Sequence[str]) -> str:
    """Columns as the company calls them."""
    return ", ".join(_shown(table, name) for name in names)
