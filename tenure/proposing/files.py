"""The files of a proposed project, as text: `project.py`, its sources, `history.py` and `features.py`."""

from collections.abc import Iterator, Mapping, Sequence

from tenure.clocks import UTC
from tenure.contracts import ROW, PersonalData
from tenure.proposing.asked import spelled
from tenure.proposing.card_words import model_words, shared_words
from tenure.proposing.histories import history
from tenure.proposing.literals import is_made, quoted, wrapped
from tenure.proposing.meanings import personal, spoken
from tenure.proposing.models import models
from tenure.proposing.project_file import project_file, titled, written_day
from tenure.proposing.proposal import Proposal
from tenure.proposing.roles import never_read
from tenure.proposing.seen import Seen

# How most programs write days and times; said where other columns of the source are written otherwise.
_ISO = ("%Y-%m-%d", "%Y-%m-%d %H:%M:%S")
_AS_WRITTEN = "A table without a history: what it tells is taken to have been so on every earlier day, too."


def files_of(proposal: Proposal) -> Mapping[str, str]:
    """Every file of the project, by its path in the folder."""
    written = models(proposal)
    return {
        "project.py": project_file(proposal),
        **{f"sources/{each.source}.py": _source(each) for each in proposal.each},
        "history.py": history(proposal),
        "features.py": _features(proposal),
        "words.md": shared_words(proposal),
        **{f"models/{model.name}.py": model.text for model in written},
        **{f"models/{model.name}.md": model_words(proposal, model) for model in written},
    }


def _source(proposal: Proposal) -> str:
    """What is delivered."""
    roles, delivery = proposal.roles, proposal.delivery
    arguments = list(_arguments(proposal))
    body = "\n".join(arguments)
    used = [
        name
        for name in ("Cumulative", "Files", "Query", "SetAside", "Snapshots", "Text", "Volume", "Weekdays")
        if f"{name}(" in body
    ]
    used += ["Available"] * ("Available." in body)
    names = ", ".join(sorted([*used, "Source"]))
    days = "from datetime import date\n\n" if "date(" in body else ""
    every = f"one file a {'month' if delivery.comes_monthly else 'day'}"
    one = "one table that holds those of all days" if roles.by else "one table" if roles.is_of_states else "a file that grows"
    came = every if delivery.is_dated and (roles.is_of_states or delivery.is_daily) else one
    null_words = "from tenure.contracts.text import NULL_WORDS\n" if "NULL_WORDS" in body else ""
    return (
        f'"""{titled(proposal.source)}, as delivered: {came}."""\n\n{days}from tenure.contracts import {names}\n{null_words}\n'
        f"SOURCE = Source(\n{body}\n)\n"
    )


def _arguments(proposal: Proposal) -> Iterator[str]:
    """The arguments of the source."""
    roles, delivery, table = proposal.roles, proposal.delivery, proposal.table
    yield f'    name="{proposal.source}",'
    yield f'    grain="{"one customer" if roles.is_of_states else f"one row of {spoken(proposal.source)}"}",'
    yield '    why="telling who comes and who stays away",'
    yield f'    from_whom="the systems of {titled(proposal.name)}",'
    yield f"    reader={_reader(proposal)},"
    yield '    columns="""'
    yield from _columns(proposal)
    yield '    """,'
    yield from _unread(proposal)
    if derived := dict(_derived(proposal)):
        yield "    derived={"
        yield from (f'        "{name}": {quoted(sql)},' for name, sql in derived.items())
        yield "    },"
    yield '    key=("customer_id",),' if roles.is_of_states and roles.customer != ROW else '    key=("row",),'
    times = [c for c in table.columns if c.kind in ("day", "time")]
    if proposal.database and roles.is_of_states:
        yield "    event_time=None,"
        yield "    available=Available.ON_RECEIPT,"
    if proposal.is_dated or (len(times) > 1 and not roles.is_of_states):
        yield f'    event_time="{roles.time}",'
    if proposal.timezone != UTC and any(c.kind == "time" and not c.zone for c in times):
        yield f'    zone="{proposal.timezone}",'
    aside = [
        f'        SetAside("guest", "customer_id IS NULL", "it names no customer", usually=(0.0, {_usually(roles.guests)})),'
    ] * (roles.guests > 0)
    aside += [
        f'        SetAside("no_sale", {quoted(spelled(roles.price) + " <= 0")}, "nothing was paid for it", usually=(0.0, 0.1)),'
    ] * (roles.no_sale > 0)
    if aside:
        yield from ("    set_aside=(", *aside, "    ),")
    if delivery.is_daily and not roles.is_of_states:
        yield from _delivered(proposal)
    forms = tuple(dict.fromkeys(form for c in times for form in c.times))
    if forms and any(not c.times for c in times):
        forms += _ISO
    nothing = "".join(f", {quoted(word)}" for word in table.nothing)
    written = [] if table.has_header else ["header=False"]
    written += [f"times={quoted(forms[0]) if len(forms) == 1 else _listed(forms)}"] * bool(forms)
    written += [f"decimal={quoted(table.decimal)}, thousands={quoted(table.thousands)}"] * bool(table.decimal)
    written += [f"null_words=(*NULL_WORDS{nothing})"] * bool(nothing)
    if written:
        yield f"    text=Text({', '.join(written)}),"
    if proposal.is_beside_events and not roles.comes_again:
        yield f"    limitation={quoted(_AS_WRITTEN)},"


def _listed(forms: Sequence[str]) -> str:
    """Several texts, as a tuple."""
    return f"({', '.join(quoted(form) for form in forms)})"


def _unread(proposal: Proposal) -> Iterator[str]:
    """What of the files nothing else is to hold."""
    names = [quoted(column.received_as) for column in never_read(proposal.table, proposal.roles)]
    if names:
        yield f"    unread=({', '.join(names)}{',' * (len(names) == 1)}),"


def _reader(proposal: Proposal) -> str:
    """Where it comes from."""
    pattern = quoted(proposal.delivery.pattern)
    if proposal.database:
        return f"Query(database={quoted(proposal.database)}, table={quoted(proposal.database_table)})"
    if proposal.is_dated:
        return f"Cumulative(pattern={quoted(proposal.delivery.of_all)})"
    if proposal.is_one_day:
        return f"Snapshots(pattern={pattern}, of={written_day(proposal.taken_on)})"
    gone = f", gone={quoted(_outcome(proposal))}" if proposal.roles.n_vanished else ""
    if proposal.roles.by:
        return f"Snapshots(pattern={pattern}, by={quoted(proposal.roles.by)}{gone})"
    if gone:
        return f"Snapshots(pattern={pattern}{gone})"
    kind = "Snapshots" if proposal.roles.is_of_states else "Files" if proposal.delivery.is_daily else "Cumulative"
    if kind == "Cumulative":
        pattern = quoted(proposal.delivery.of_all)
    return f"{kind}(pattern={pattern})"


def _outcome(proposal: Proposal) -> str:
    """To what rows that are gone are taken to have come."""
    return f"{proposal.roles.outcome}={proposal.roles.outcome_value}"


def _columns(proposal: Proposal) -> Iterator[str]:
    """The table of columns."""
    hidden = {c.name for c in never_read(proposal.table, proposal.roles)}
    rows = [
        (_named(proposal, c), _typed(proposal, c), _personal(proposal, c).value, _meaning(proposal, c))
        for c in proposal.table.columns
        if c.name not in hidden
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
    return f"{name}={column.received_as if is_plain else quoted(column.received_as)}"


def _personal(proposal: Proposal, column: Seen) -> PersonalData:
    """How personal it is; what names the customer is a pseudonym, whatever it is called, and what models may read a behaviour."""
    if column.name == proposal.roles.customer:
        return PersonalData.PSEUDONYM
    if proposal.has_pseudonyms and proposal.roles.returns and column.name == proposal.roles.order:
        return PersonalData.NONE  # the letter with which it begins is read, which a pseudonym has not
    return PersonalData.BEHAVIOUR if column.may_be_read else personal(column.received_as)


def _typed(proposal: Proposal, column: Seen) -> str:
    """Its type, with a bound that its numbers keep, and whether it may hold nothing."""
    roles = proposal.roles
    is_id = proposal.has_pseudonyms and _personal(proposal, column) is PersonalData.PSEUDONYM
    kind = "text" if column.name == roles.customer or is_id else column.kind
    has_bound = kind in ("whole", "number") and (column.lowest or 0.0) >= 0 and column.name != roles.price
    # Whoever has no outcome yet is whom a company wants scored, also where every row it learns from has one.
    is_open = roles.is_of_states and not roles.comes_again and column.name == roles.outcome
    return f"{kind}{'[0..]' * has_bound}{'?' * (column.empty > 0 or is_open)}"


def _meaning(proposal: Proposal, column: Seen) -> str:
    """What it means, as far as its part says."""
    roles = proposal.roles
    parts = {
        roles.customer: "customer" + ("; empty for guests" if roles.guests else ""),
        roles.time: "when they became a customer" if roles.is_of_states else "when",
        roles.order: f"order; begins with {roles.return_letter} when taken back" if roles.return_letter else "order",
        roles.product: "product",
        roles.units: "units" + (", negative when taken back" if roles.n_returns else ""),
        roles.price: "price of one unit",
        roles.outcome: "what became of the customer",
        roles.lasted: f"for how many {roles.unit.lower()}s a customer has been one",
        roles.by: "of which day the row is",
    }
    return parts.get(column.name) or spoken(column.received_as)


def _derived(proposal: Proposal) -> Iterator[tuple[str, str]]:
    """Columns that are made."""
    roles = proposal.roles
    if roles.customer == ROW:
        yield "customer_id", f"cast({ROW} % 1000000000 AS VARCHAR)"
    if is_made(roles.amount):
        yield "amount", f"round({roles.amount}, 2)"
    if roles.lasted:
        yield "entered_on", f"cast(DATE '{proposal.taken_on}' - {spelled(roles.lasted)} * INTERVAL 1 {roles.unit} AS DATE)"
    yield from ((group.held_in, group.sql) for group in proposal.groups if group.sql)


def _delivered(proposal: Proposal) -> Iterator[str]:
    """On which days files come."""
    days, closed = proposal.delivery.weekdays, proposal.delivery.closed_on
    listed = ", ".join(f'"{day}"' for day in closed)
    every = len(days) == 7
    if closed:
        yield f'    delivered=Weekdays("{" ".join(days)}", closed_on=('
        yield from (f"        {line}" for line in wrapped(listed))
        yield "    )),"
    elif not every:
        yield f'    delivered=Weekdays("{" ".join(days)}"),'
    yield "    volume=Volume(minimum=1),"


def _features(proposal: Proposal) -> str:
    """What may be known of a customer."""
    names = [each.constant for each in proposal.each]
    if proposal.part:
        names.insert(1, proposal.foreseen_constant)
    made = f"standard({names[0]})" if len(names) == 1 else f"({', '.join(f'*standard({name})' for name in names)})"
    what = "whatever the history allows" if len(names) == 1 else "whatever the histories allow"
    return (
        f'"""What may be known of a customer: {what}."""\n\n'
        "from tenure.features import standard\n\n"
        f"from .history import {', '.join(sorted(names))}\n\nFEATURES = {made}\n"
    )


def _usually(guests: float) -> float:
    """The most of a day's rows that guests usually are; of some days they are far more than of most."""
    return 0.95 if guests > 0.05 else 0.5
