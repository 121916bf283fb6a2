"""The files of a proposed project, as text: `project.py`, its source, `history.py` and `features.py`."""

from collections.abc import Iterator, Mapping
from datetime import date, timedelta

from tenure.contracts import (
    Cumulative,
    Files,
    Reader,
    SetAside,
    Snapshots,
    Source,
    Text,
    Volume,
    Weekdays,
    columns_of,
)
from tenure.open_contracts.python_file import source_file
from tenure.proposing.card_words import model_words, shared_words
from tenure.proposing.meanings import personal, spoken, words_of
from tenure.proposing.models import models
from tenure.proposing.proposal import Proposal
from tenure.proposing.roles import attributes
from tenure.proposing.seen import Seen


def files_of(proposal: Proposal) -> Mapping[str, str]:
    """Every file of the project, by its path in the folder."""
    written = models(proposal)
    return {
        "project.py": _project(proposal),
        f"sources/{proposal.source}.py": _source(proposal),
        "history.py": _history(proposal),
        "features.py": _features(proposal),
        "words.md": shared_words(proposal),
        **{f"models/{model.name}.py": model.text for model in written},
        **{f"models/{model.name}.md": model_words(proposal, model) for model in written},
    }


def _project(proposal: Proposal) -> str:
    """The company."""
    last = "None,  # it still delivers" if proposal.last_day is None else f"{_day(proposal.last_day)},"
    customer = proposal.table.column(proposal.roles.customer)
    known_as = customer.received_as if customer else proposal.roles.customer
    lines = [
        f'"""{_title(proposal.name)}."""',
        "",
        "from datetime import date",
        "",
        f"from tenure.project import {'Attribute, ' if proposal.groups else ''}Project",
        "",
        "PROJECT = Project(",
        f'    name="{proposal.name}",',
        f'    title="{_title(proposal.name)}",',
        f"    first_day={_day(proposal.first_day)},",
        f"    last_day={last}",
        f'    known_as="{known_as}",',
        '    authors={"owner": "owner"},',
        '    purposes={"retention": "deciding whom to contact before they leave"},',
    ]
    if proposal.groups:
        lines.append("    attributes=(")
        for group in proposal.groups:
            named = f'name="{group.name}", title="{group.name.replace("_", " ")}"'
            lines.append(f'        Attribute({named}, source="{proposal.source}", column="{group.held_in}"),')
        lines.append("    ),")
    return "\n".join([*lines, ")", ""])


def _source(proposal: Proposal) -> str:
    """What is delivered."""
    roles, delivery = proposal.roles, proposal.delivery
    came = "one file a day" if delivery.is_daily else "one table" if roles.is_of_states else "a file that grows"
    return source_file(_declared(proposal), f"{_title(proposal.source)}, as delivered: {came}.")


def _declared(proposal: Proposal) -> Source:
    """The source."""
    roles, table = proposal.roles, proposal.table
    times = [c for c in table.columns if c.kind in ("day", "time")]
    forms = tuple(dict.fromkeys(form for c in times for form in c.times))
    is_daily = proposal.delivery.is_daily and not roles.is_of_states
    return Source(
        name=proposal.source,
        grain="one customer" if roles.is_of_states else f"one row of {spoken(proposal.source)}",
        reader=_reader(proposal),
        columns=columns_of(proposal.source, "\n".join(_columns(proposal))),
        derived=dict(_derived(proposal)),
        key=("customer_id",) if roles.is_of_states else ("row",),
        event_time=None if roles.is_of_states else roles.time,
        set_aside=tuple(_set_aside(proposal)),
        delivered=_delivered(proposal) if is_daily else Weekdays(),
        volume=Volume(minimum=1) if is_daily else Volume(),
        text=Text(header=table.has_header, times=forms[0] if len(forms) == 1 else forms),
    )


def _set_aside(proposal: Proposal) -> Iterator[SetAside]:
    """Rows that are expected and no part of the history."""
    roles = proposal.roles
    if roles.guests > 0:
        yield SetAside("guest", "customer_id IS NULL", "it names no customer", usually=(0.0, _usually(roles.guests)))
    if roles.no_sale > 0:
        yield SetAside("no_sale", f"{roles.price} <= 0", "nothing was paid for it", usually=(0.0, 0.1))


def _reader(proposal: Proposal) -> Reader:
    """Where it comes from."""
    pattern = proposal.delivery.pattern
    if proposal.is_one_day:
        return Snapshots(pattern=pattern, of=(proposal.last_day or proposal.first_day) + timedelta(days=1))
    if proposal.roles.is_of_states:
        return Snapshots(pattern=pattern)
    return Files(pattern=pattern) if proposal.delivery.is_daily else Cumulative(pattern=pattern)


def _columns(proposal: Proposal) -> Iterator[str]:
    """The table of columns."""
    rows = [
        (_named(proposal, c), _typed(proposal, c), personal(c.received_as).value, _meaning(proposal, c))
        for c in proposal.table.columns
    ]
    widths = [max(len(row[i]) for row in rows) for i in range(3)]
    for row in rows:
        yield "        " + "  ".join([*(cell.ljust(width) for cell, width in zip(row, widths, strict=False)), row[3]])


def _named(proposal: Proposal, column: Seen) -> str:
    """The column's name, and the company's where they differ."""
    name = "customer_id" if column.name == proposal.roles.customer else column.name
    if name == column.received_as:
        return name
    is_plain = all(c.isalnum() or c == "_" for c in column.received_as)
    return f"{name}={column.received_as if is_plain else _quoted(column.received_as)}"


def _typed(proposal: Proposal, column: Seen) -> str:
    """Its type, with a bound that its numbers keep, and whether it may hold nothing."""
    roles = proposal.roles
    is_text = column.name == roles.customer or (roles.is_of_states and column.kind == "truth")
    kind = "text" if is_text else column.kind
    has_bound = kind in ("whole", "number") and (column.lowest or 0.0) >= 0 and column.name != roles.price
    return f"{kind}{'[0..]' * has_bound}{'?' * (column.empty > 0)}"


def _meaning(proposal: Proposal, column: Seen) -> str:
    """What it means, as far as its part says."""
    roles = proposal.roles
    parts = {
        roles.customer: "customer" + ("; empty for guests" if roles.guests else ""),
        roles.time: "when",
        roles.order: f"order; begins with {roles.return_letter} when taken back" if roles.return_letter else "order",
        roles.product: "product",
        roles.units: "units" + (", negative when taken back" if roles.n_returns else ""),
        roles.price: "price of one unit",
        roles.outcome: "what became of the customer",
        roles.lasted: "for how many months a customer has been one",
    }
    return parts.get(column.name) or spoken(column.received_as)


def _derived(proposal: Proposal) -> Iterator[tuple[str, str]]:
    """Columns that are made."""
    roles = proposal.roles
    if _is_made(roles.amount):
        yield "amount", f"round({roles.amount}, 2)"
    if roles.lasted:
        day = date.fromordinal((proposal.last_day or proposal.first_day).toordinal() + 1)
        yield "entered_on", f"cast(DATE '{day}' - {roles.lasted} * INTERVAL 1 MONTH AS DATE)"
    yield from ((group.held_in, group.sql) for group in proposal.groups if group.sql)


def _delivered(proposal: Proposal) -> Weekdays:
    """On which days files come."""
    days, closed = proposal.delivery.weekdays, proposal.delivery.closed_on
    return Weekdays(" ".join(days), closed_on=tuple(day.isoformat() for day in closed))


def _wrapped(listed: str) -> Iterator[str]:
    """A list over several lines."""
    items = listed.split(", ")
    yield from (", ".join(items[i : i + 7]) + "," for i in range(0, len(items), 7))


def _history(proposal: Proposal) -> str:
    """What the source means."""
    roles = proposal.roles
    if roles.is_of_states:
        return _states(proposal)
    values = {}
    if roles.amount:
        values["spend"] = f"cents({_quoted('amount' if _is_made(roles.amount) else roles.amount)})"
    if roles.units and roles.units != roles.amount:
        values["units"] = f"whole({_quoted(roles.units)})"
    values["line"] = "rows()"
    if roles.order:
        values[words_of(roles.order)[0]] = f"distinct_of({_quoted(roles.order)})"
    made = sorted({call.split("(")[0] for call in values.values()})
    lines = [
        f'"""What {spoken(proposal.source)} mean."""',
        "",
        f"from tenure.history import Events, {', '.join(made)}",
        "",
        f"{proposal.constant} = Events(",
        f'    "{proposal.source}",',
        f'    noun="{proposal.noun}",',
        "    values={" + ", ".join(f'"{name}": {call}' for name, call in values.items()) + "},",
    ]
    if roles.product:
        lines.append(f'    sets={{"product": {_quoted(roles.product)}}},')
    if roles.returns:
        lines.append(f"    returns={_quoted(roles.returns)},")
    return "\n".join([*lines, ")", ""])


def _states(proposal: Proposal) -> str:
    """What a table of customers means."""
    roles = proposal.roles
    listed = [f"        {line}" for line in _wrapped(", ".join(f'"{name}"' for name in attributes(proposal.table, roles)))]
    lines = [
        f'"""What {spoken(proposal.source)} mean."""',
        "",
        "from tenure.history import States",
        "",
        f"{proposal.constant} = States(",
        f'    "{proposal.source}",',
        f'    noun="{proposal.noun}",',
        "    attributes=(",
        *listed,
        "    ),",
    ]
    if roles.lasted or roles.time:
        lines.append(f'    entered="{"entered_on" if roles.lasted else roles.time}",')
    if roles.lasted:
        left = {roles.lasted: "it is the time that is foreseen"} | dict.fromkeys(
            roles.follows, "it grows with the time that is foreseen"
        )
        lines += ["    left_out={", *(f'        "{name}": "{why}",' for name, why in left.items()), "    },"]
    return "\n".join([*lines, ")", ""])


def _features(proposal: Proposal) -> str:
    """What may be known of a customer."""
    return (
        '"""What may be known of a customer: whatever the history allows."""\n\n'
        "from tenure.features import standard\n\n"
        f"from .history import {proposal.constant}\n\nFEATURES = standard({proposal.constant})\n"
    )


def _is_made(amount: str) -> bool:
    """Whether an amount is more than a column."""
    return bool(amount) and not amount.isidentifier()


def _usually(guests: float) -> float:
    """The most of a day's rows that guests usually are; of some days they are far more than of most."""
    return 0.95 if guests > 0.05 else 0.5


def _quoted(text: str) -> str:
    """Text as a literal in double quotes."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _day(day: date) -> str:
    """A day as it is written in Python."""
    return f"date({day.year}, {day.month}, {day.day})"


def _title(name: str) -> str:
    """A name as a title."""
    return spoken(name).capitalize()
