"""What the sources of a proposed project mean, as text: `history.py`."""

from collections.abc import Iterator

from tenure.contracts.source import GONE
from tenure.proposing.asked import spelled
from tenure.proposing.literals import is_made, quoted, wrapped
from tenure.proposing.meanings import spoken, words_of
from tenure.proposing.proposal import Proposal
from tenure.proposing.roles import attributes


def history(proposal: Proposal) -> str:
    """What the sources mean."""
    bodies = [_states(each) if each.roles.is_of_states else _events(each, is_first=each is proposal) for each in proposal.each]
    body = "\n".join(bodies)
    made = sorted(name for name in ("cents", "distinct_of", "rows", "whole") if f"{name}(" in body)
    kinds = [name for name in ("Events", "States") if f" {name}(" in body]
    what = " and ".join(spoken(each.source) for each in proposal.each)
    return f'"""What {what} mean."""\n\nfrom tenure.history import {", ".join([*kinds, *made])}\n\n{body}'


def _events(proposal: Proposal, *, is_first: bool) -> str:
    """What happens."""
    roles = proposal.roles
    # Values of another history would make features of one name.
    before = "" if is_first else f"{proposal.noun}_"
    values = {f"{before}{name}": call for name, call in _values(proposal)}
    lines = [
        f"{proposal.constant} = Events(",
        f'    "{proposal.source}",',
        f'    noun="{proposal.noun}",',
        *_listed(values),
    ]
    if roles.product:
        lines.append(f'    sets={{"{before}product": {quoted(spelled(roles.product))}}},')
    if roles.returns:
        lines.append(f"    returns={quoted(roles.returns)},")
    return "\n".join([*lines, ")", "", *(_part(proposal) if is_first and proposal.part else [])])


def _part(proposal: Proposal) -> list[str]:
    """The part of what happens that is foreseen."""
    where = proposal.part.where if proposal.part else ""
    return [
        f"{proposal.foreseen_constant} = Events(",
        f'    "{proposal.source}",',
        f'    noun="{proposal.foreseen_noun}",',
        f"    where={quoted(where)},",
        ")",
        "",
    ]


def _listed(values: dict[str, str]) -> list[str]:
    """Values on one line, or each on its own."""
    one = "    values={" + ", ".join(f'"{name}": {call}' for name, call in values.items()) + "},"
    each = [f'        "{name}": {call},' for name, call in values.items()]
    return [one] if len(one) <= 120 else ["    values={", *each, "    },"]


def _values(proposal: Proposal) -> Iterator[tuple[str, str]]:
    """What rows add up to, by name."""
    roles = proposal.roles
    amount = "amount" if is_made(roles.amount) else roles.amount
    if roles.is_signed:
        yield "paid_in", f"cents({quoted(amount)}, where={quoted(f'{amount} > 0')})"
        yield "paid_out", f"cents({quoted(f'-{amount}')}, where={quoted(f'{amount} < 0')})"
    elif amount:
        yield "moved" if roles.is_money else "spend", f"cents({quoted(amount)})"
    if roles.direction and amount and (column := proposal.table.column(roles.direction)):
        for word in column.words:
            said = word.replace("'", "''")
            where = f"{spelled(column.name)} = '{said}'"
            yield f"moved_{'_'.join(words_of(word)) or 'otherwise'}", f"cents({quoted(amount)}, where={quoted(where)})"
    if roles.balance:
        yield "held", f"cents({quoted(spelled(roles.balance))})"
    if roles.units and roles.units != roles.amount:
        yield "units", f"whole({quoted(spelled(roles.units))})"
    yield "line", "rows()"
    if roles.order:
        yield words_of(roles.order)[0], f"distinct_of({quoted(spelled(roles.order))})"


def _states(proposal: Proposal) -> str:
    """What a table of customers means."""
    roles = proposal.roles
    names = [*attributes(proposal.table, roles), *[GONE] * (roles.outcome == GONE)]
    listed = [f"        {line}" for line in wrapped(", ".join(f'"{name}"' for name in names))]
    lines = [
        f"{proposal.constant} = States(",
        f'    "{proposal.source}",',
        f'    noun="{proposal.noun}",',
        "    attributes=(",
        *listed,
        "    ),",
    ]
    if roles.lasted or roles.time:
        lines.append(f'    entered="{"entered_on" if roles.lasted else roles.time}",')
    left = dict(roles.echoes)
    if roles.lasted:
        left |= {roles.lasted: "it is the time that is foreseen"}
        left |= dict.fromkeys(roles.follows, "it grows with the time that is foreseen")
    if left:
        lines += ["    left_out={", *(f'        "{name}": "{why}",' for name, why in left.items()), "    },"]
    return "\n".join([*lines, ")", ""])
