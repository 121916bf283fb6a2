"""What was seen of a company's files, in a few lines; no customer's value is in them."""

from collections.abc import Iterator, Sequence

from tenure.contracts import ROW
from tenure.contracts.source import GONE
from tenure.contracts.weekdays import NAMES
from tenure.proposing.deliveries import Delivery
from tenure.proposing.kinds import Joined, Kind, tells_consent
from tenure.proposing.meanings import is_direct, spoken
from tenure.proposing.proposal import Proposal
from tenure.proposing.roles import HELD, never_read, protected, unread
from tenure.proposing.seen import Table
from tenure.proposing.shared import n_shared, reaches

_WEEKDAYS = dict(zip(NAMES, ("Mondays", "Tuesdays", "Wednesdays", "Thursdays", "Fridays", "Saturdays", "Sundays"), strict=True))


def seen_in_words(table: Table, delivery: Delivery, *, n_files: int, n_read: int) -> Iterator[str]:
    """What the files are."""
    how = f", {', '.join(table.said)}" if table.said else ""
    some = f" ({n_read} of them read)" if n_read < n_files else ""
    days = (
        f", one a {'month' if delivery.comes_monthly else 'day'} from {delivery.days[0]} to {delivery.days[-1]}"
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


def joined_in_words(kinds: Sequence[Kind], found: Joined) -> Iterator[str]:
    """Which tables are of the same customers, and why others are left out."""
    first = f"{_shown(kinds[found.first].table, found.customers[found.first])} of {kinds[found.first].called}"
    for place, name in found.customers.items():
        if place != found.first:
            yield f"{_shown(kinds[place].table, name)} of {kinds[place].called} holds the same customers as {first}."
    for place, why in found.left.items():
        yield f"Left out, {kinds[place].called}: {why}."


def consents_in_words(kinds: Sequence[Kind]) -> Iterator[str]:
    """Tables that nobody is left out by unless they are declared."""
    for one in (each for each in kinds if tells_consent(each)):
        yield (
            f"{one.called} seems to tell who consented or objected. Nothing goes by it until it is a source and "
            "consents=Consents(…) in project.py names it (docs/consent.md): do that before anybody is scored."
        )


def proposed_in_words(proposal: Proposal) -> Iterator[str]:
    """What is made of the columns, of one source after the other."""
    for each in proposal.each:
        for line in _of_one(each, is_foreseen=each is proposal):
            yield f"{spoken(each.source).capitalize()}: {line[0].lower()}{line[1:]}" if proposal.beside else line


def _of_one(proposal: Proposal, *, is_foreseen: bool) -> Iterator[str]:
    """What is made of the columns of a source; of one by which nothing is foreseen no more than that."""
    roles, table = proposal.roles, proposal.table
    kind = (
        "Each row tells how things stand with one customer" if roles.is_of_states else "Each row tells of something that happened"
    )
    is_one_day = proposal.first_day == proposal.last_day
    reach = "all of one day" if is_one_day else f"history from {proposal.first_day} to {proposal.last_day or 'now'}"
    yield f"{kind}; {reach}."
    if roles.customer == ROW:
        yield "No column names the customer: each row is one, called by its place in the file. Scores then go by that place, too."
    if roles.guests:
        yield f"{_shown(table, roles.customer)} is empty on {roles.guests:.0%}: guests, set aside."
    if roles.no_sale:
        yield f"{_shown(table, roles.price)} is zero or less on {roles.no_sale:.1%}: no sales, set aside."
    if roles.direction:
        yield f"{_shown(table, roles.direction)} says which way money goes; each is told apart."
    if roles.is_signed:
        yield f"{roles.amount} is above zero and below: money that comes in and that goes out are told apart."
    if roles.lasted:
        yield f"{_shown(table, roles.lasted)} says for how many {roles.unit.lower()}s somebody has been a customer."
    yield from _of_customers(proposal)
    if not roles.is_of_states and is_foreseen:
        yield from _of_rhythm(proposal)
    yield from _of_persons(proposal)


def _of_persons(proposal: Proposal) -> Iterator[str]:
    """Which columns are held for audits, what that costs, and which may tell who a person is."""
    roles, table = proposal.roles, proposal.table
    if held := protected(table, roles):
        yield f"Held for audits alone, and read by no model, by their names: {', '.join(c.received_as for c in held)}."
    if roles.missed:
        yield (
            f"{_listed(table, roles.missed)} would tell of the outcome, so models are the worse for not reading "
            f"{'it' if len(roles.missed) == 1 else 'them'}. Where that is lawful and meant, --read lets them."
        )
    hidden = [c.received_as for c in never_read(table, roles)]
    if hidden:
        yield (
            f"{', '.join(hidden)} may tell who a person is: never read, and nowhere but in the files as they came. Leave out of "
            "the files what nobody needs here."
        )
    for column in never_read(table, roles):
        if roles.customer != ROW and reaches(column) and (n := n_shared(table, roles.customer, column)):
            yield (
                f"{n} ids of {_shown(table, roles.customer)} share their {column.received_as} with another, and may be of one "
                "person. Where they are to count as one: docs/people.md."
            )
    if direct := [c.received_as for c in table.columns if is_direct(c.received_as) and c.received_as not in hidden]:
        yield f"{', '.join(direct)} may tell who a person is. Leave out of the files what nobody needs here."


def _of_customers(proposal: Proposal) -> Iterator[str]:
    """Of a table of customers: what is foreseen of them, if anything is."""
    roles, table = proposal.roles, proposal.table
    if not roles.is_of_states:
        return
    if not roles.outcome:
        again = ": it is taken to have been so on every day" * proposal.is_beside_events
        yield f"It describes customers{again}; nothing is foreseen by it."
        yield from _not_read(proposal)
        return
    column = table.column(roles.outcome)
    if column is not None and column.empty:
        yield (
            f"{column.received_as} is empty on {column.empty:.0%}: what became of these customers is not known. They are scored, "
            "and nothing is learnt from them."
        )
    told = "who is no longer in the table" if roles.outcome == GONE else f"{_shown(table, roles.outcome)} = {roles.outcome_value}"
    again = f"The table comes again, told apart by {_shown(table, roles.by) if roles.by else 'the files'}. " * roles.comes_again
    yield f"{again}Foreseen: {told}."
    if roles.n_vanished:
        yield (
            f"{roles.n_vanished} customers are gone from later tables, and none says {told} of them: they are taken to have come "
            "to it on the day on which they are seen no more."
        )
    yield from _not_read(proposal)


def _not_read(proposal: Proposal) -> Iterator[str]:
    """Which columns of a table of customers no model reads, and why."""
    roles, table = proposal.roles, proposal.table
    if roles.follows:
        verb, them = ("follows", "it") if len(roles.follows) == 1 else ("follow", "them")
        yield f"{_listed(table, roles.follows)}: {verb} from {_shown(table, roles.lasted)}, so no model reads {them}."
    for why in dict.fromkeys(roles.echoes.values()):
        names = [name for name, reason in roles.echoes.items() if reason == why]
        yield f"Left out, {_listed(table, names)}: {why}."
    if roles.doubtful:
        one = len(roles.doubtful) == 1
        yield (
            f"Look at {_listed(table, roles.doubtful)}: {'it' if one else 'each'} alone tells so much of the outcome that it "
            f"may have been written once that was known. {'It is' if one else 'They are'} read; models cannot be promoted until "
            "that is answered, under features in the words of each."
        )
    used = {roles.customer, roles.time, roles.by, roles.lasted, roles.outcome, *roles.follows, *roles.echoes}
    used |= {c.name for c in table.columns if is_direct(c.received_as)}
    left = [(c.received_as, why) for c in table.columns if c.name not in used and (why := unread(c)) and why != HELD]
    for why in dict.fromkeys(why for _, why in left):
        yield f"Read by no model, {_some([name for name, each in left if each == why])}: {why}."


def _of_rhythm(proposal: Proposal) -> Iterator[str]:
    """Of what happened: after how long customers come again, who is scored, and what is foreseen."""
    rhythm, noun, part = proposal.rhythm, spoken(proposal.foreseen_noun), proposal.part
    if part is not None:
        yield (
            f"Hardly anybody stays away altogether ({part.of_all:.1%} for two months), so the rows are looked at whose "
            f"{_shown(proposal.table, part.column)} is {part.word}: {part.share:.0%} stay away from those as long."
        )
    again = "" if rhythm.usual_days is None else f"Half of the next {noun}s come within {rhythm.usual_days} days. "
    whom = f"a {noun} in the {rhythm.before_days} days before" if rhythm.before_days else f"ever a {noun}"
    share = f"; of known customers who came in the last {rhythm.window_days} days, {rhythm.held:.0%} are such" * (rhythm.held < 1)
    yield f"{again}Foreseen: no {noun} within {rhythm.window_days} days. Scored: who had {whom}{share}."


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
