"""What the source of a proposed project means, as text: `history.py`."""

from tenure.contracts.source import GONE
from tenure.proposing.asked import spelled
from tenure.proposing.literals import is_made, quoted, wrapped
from tenure.proposing.meanings import spoken, words_of
from tenure.proposing.proposal import Proposal
from tenure.proposing.roles import attributes


def history(proposal: Proposal) -> str:
    """What the source means."""
    roles = proposal.roles
    if roles.is_of_states:
        return _states(proposal)
    values = {}
    amount = "amount" if is_made(roles.amount) else roles.amount
    if roles.is_signed:
        values["paid_in"] = f"cents({quoted(amount)}, where={quoted(f'{amount} > 0')})"
        values["paid_out"] = f"cents({quoted(f'-{amount}')}, where={quoted(f'{amount} < 0')})"
    elif amount:
        values["spend"] = f"cents({quoted(amount)})"
    if roles.units and roles.units != roles.amount:
        values["units"] = f"whole({quoted(spelled(roles.units))})"
    values["line"] = "rows()"
    if roles.order:
        values[words_of(roles.order)[0]] = f"distinct_of({quoted(spelled(roles.order))})"
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
        lines.append(f'    sets={{"product": {quoted(spelled(roles.product))}}},')
    if roles.returns:
        lines.append(f"    returns={quoted(roles.returns)},")
    return "\n".join([*lines, ")", ""])


def _states(proposal: Proposal) -> str:
    """What a table of customers means."""
    roles = proposal.roles
    names = [*attributes(proposal.table, roles), *[GONE] * (roles.outcome == GONE)]
    listed = [f"        {line}" for line in wrapped(", ".join(f'"{name}"' for name in names))]
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
    left = dict(roles.echoes)
    if roles.lasted:
        left |= {roles.lasted: "it is the time that is foreseen"}
        left |= dict.fromkeys(roles.follows, "it grows with the time that is foreseen")
    if left:
        lines += ["    left_out={", *(f'        "{name}": "{why}",' for name, why in left.items()), "    },"]
    return "\n".join([*lines, ")", ""])
