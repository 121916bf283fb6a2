"""From a company's files to what is proposed of them: by flags, by answers, or as it is guessed."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from cli.places import say
from home.workplace import utc_now
from tenure.clocks import UTC, check_zone, day_of
from tenure.errors import SourceError, SpecError
from tenure.names import meant

if TYPE_CHECKING:
    from adapters.looking import Looked
    from tenure.proposing.kinds import Joined, Kind
    from tenure.proposing.proposal import Proposal
    from tenure.proposing.roles import Named, Roles
    from tenure.proposing.seen import Table
    from tenure.proposing.several import Several

Seen = tuple["Looked", "Table"]


def proposal_of(
    name: str,
    place: str,
    named: "Named",
    *,
    read: Sequence[str],
    table_name: str | None,
    source: str | None,
    day: date | None,
    timezone: str | None,
    asks: bool,
) -> "Proposal":
    """What is proposed of the files at a place; it says what it saw.

    Raises
    ------
    SourceError: where nothing is read there.
    SpecError: for tables that do not say enough, or that do not belong together.
    """
    from tenure.proposing.deliveries import delivery_of
    from tenure.proposing.told import seen_in_words

    kinds = [(looked, _with_order(looked, table, asks=asks)) for looked, table in _kinds(place, table_name)]
    kinds = _readable(kinds, read)
    for looked, table in kinds:
        lines = seen_in_words(table, delivery_of(looked.paths), n_files=len(looked.paths), n_read=len(looked.some))
        for line in lines:
            say(f"{looked.called}: {line}" if len(kinds) > 1 else line)
    if len(kinds) > 1:
        return _of_several(name, kinds, named, source, day, timezone, asks=asks)
    looked, table = kinds[0]
    roles = _with_outcome(table, _roles(table, named, asks=asks), named, asks=asks)
    zone = _zone(table, roles, timezone, asks=asks)
    return _proposal(name, looked, table, roles, source, day or _known_on(looked), zone)


def _readable(kinds: Sequence[Seen], read: Sequence[str]) -> Sequence[Seen]:
    """The tables with the columns that models may read whatever their names tell; refused is one that no table has."""
    there = [c.received_as for _, table in kinds for c in table.columns]
    for name in read:
        if not any(table.column(name) for _, table in kinds):
            raise SpecError(f"--read names {name!r}, and no table has such a column.{meant(name, there)}")
    return [(looked, table.read(read)) for looked, table in kinds]


def returned_in_words(roles: "Roles") -> str:
    """What lowers an amount."""
    told = f", their {roles.order} begins with {roles.return_letter}" if roles.return_letter else ""
    return f"{roles.n_returns} rows are negative{told}: returns, which lower an amount and are no purchase?"


def _of_several(
    name: str,
    kinds: Sequence[Seen],
    named: "Named",
    source: str | None,
    day: date | None,
    timezone: str | None,
    *,
    asks: bool,
) -> "Proposal":
    """What is proposed of tables of several kinds."""
    from tenure.proposing.kinds import Kind, joined, tells_consent
    from tenure.proposing.together import beside
    from tenure.proposing.told import joined_in_words

    called = [Kind(called=looked.called, table=table) for looked, table in kinds]
    found = joined(called, named.customer)
    if asks and named.customer is None:
        first = kinds[found.first][1]
        found = joined(called, _asked(f"Which column of {called[found.first].called} names the customer?", _shown(first, found)))
    for line in joined_in_words(called, found):
        say(line)
    what = _roles_of_several(called, found, named, asks=asks)
    looked, table = kinds[what.foreseen]
    roles = what.roles[what.foreseen]
    if roles.is_of_states and not roles.outcome:
        roles = _with_outcome(table, roles, named, asks=False)
    roles = _judged(table, roles) if asks else roles
    for place in what.left:
        say(f"Left out, {called[place].called}: a model can read none of its columns.")
    for one in (each for each in called if tells_consent(each)):
        typer.secho(
            f"{one.called} seems to tell who consented or objected. Nothing goes by it until it is a source and "
            "consents=Consents(…) in project.py names it (docs/consent.md): do that before anybody is scored.",
            err=True,
            fg=typer.colors.YELLOW,
        )
    if what.stopped:
        say(
            f"{what.stopped} is not foreseen: who has it did nothing any more, so that the days without it tell all. Foreseen is "
            "who will do nothing. --outcome says otherwise."
        )
    others = [(kinds[place], its) for place, its in what.roles.items() if place != what.foreseen]
    zone = _zone(*next(((t, r) for (_, t), r in others if not r.is_of_states), (table, roles)), timezone, asks=asks)
    main = _proposal(name, looked, table, roles, source, day or _known_on(looked), zone)
    return beside(main, [_proposal(name, its, rows, role, None, day or _known_on(its), zone) for (its, rows), role in others])


def _shown(table: "Table", found: "Joined") -> str:
    """The customer's column as the company calls it."""
    column = table.column(found.customers[found.first])
    return column.received_as if column is not None else ""


def _roles_of_several(kinds: "Sequence[Kind]", found: "Joined", named: "Named", *, asks: bool) -> "Several":
    """What the columns of several tables are, by flags, by answers, or as proposed."""
    from tenure.proposing.several import several

    what = several(kinds, found, named)
    first = what.roles.get(found.first, what.roles[what.foreseen])
    if not asks:
        return what
    if not first.is_of_states:
        table = kinds[found.first].called
        named = _of_events(named, first, of=f" of {table}")
    if named.outcome is None:
        roles = what.roles[what.foreseen]
        proposed = f"{roles.outcome}={roles.outcome_value}" if roles.outcome else ""
        question = "Which column says what became of customers, and which value is foreseen? (none: who will do nothing more)"
        answer = _asked(question, proposed)
        named = replace(named, outcome=answer)
    return several(kinds, found, named)


def _of_events(named: "Named", roles: "Roles", *, of: str = "") -> "Named":
    """What a person answers of a table of what happened."""
    if named.time is None and of:
        named = replace(named, time=_asked(f"Which column{of} says when?", roles.time))
    if named.order is None:
        named = replace(named, order=_asked("Which names the order? (none)", roles.order))
    if named.amount is None:
        named = replace(named, amount=_asked("What was paid: a column, or columns multiplied? (none)", roles.amount))
    return named


def _known_on(looked: "Looked") -> date:
    """The day of which files without dates tell: when they were written, or the last day that is over."""
    return min(looked.written_on, utc_now().date() - timedelta(days=1))


def _roles(table: "Table", named: "Named", *, asks: bool) -> "Roles":
    """What the columns are, by flags, by answers, or as proposed."""
    from tenure.proposing.customers import likely_customer
    from tenure.proposing.guesses import propose

    if asks and named.customer is None:
        named = replace(named, customer=_asked("Which column names the customer?", likely_customer(table)))
    if not asks:
        return propose(table, named)
    roles = propose(table, named)
    if named.time is None and not roles.by:
        question = "Which says since when somebody is a customer? (none)" if roles.is_of_states else "Which says when? (none)"
        named = replace(named, time=_asked(question, roles.time))
        roles = propose(table, named)
    if not roles.is_of_states:
        roles = propose(table, _of_events(named, roles))
    if roles.returns and not typer.confirm(returned_in_words(roles), default=True):
        roles = replace(roles, returns="", return_letter="")
    return roles


def _with_outcome(table: "Table", roles: "Roles", named: "Named", *, asks: bool) -> "Roles":
    """Of a table of customers, what is foreseen of them."""
    from tenure.proposing.foreseen import in_question
    from tenure.proposing.guesses import propose

    if not roles.is_of_states:
        return roles
    if named.outcome is None and asks:
        proposed = f"{roles.outcome}={roles.outcome_value}" if roles.outcome else ""
        answer = _asked("Which column says what became of them, and which value is foreseen?", proposed)
        roles = propose(table, replace(named, customer=roles.customer, time=roles.time or named.time, outcome=answer))
    if not roles.outcome:
        raise SpecError(
            f"This is a table of customers, and it is not said what is to be foreseen of them. {in_question(table, roles)}"
        )
    return _judged(table, roles) if asks else roles


def _judged(table: "Table", roles: "Roles") -> "Roles":
    """Columns that may tell the outcome itself, as a person judges them."""
    from tenure.proposing.echoes import NOT_KNOWN_BEFORE

    later = []
    for name in roles.doubtful:
        column = table.column(name)
        called = column.received_as if column is not None else name
        question = f"{called} alone tells very much of the outcome. Is it known before the day on which customers are scored?"
        if not typer.confirm(question, default=False):
            later.append(name)
    return replace(roles, doubtful=(), echoes={**roles.echoes, **dict.fromkeys(later, NOT_KNOWN_BEFORE)})


def _kinds(place: str, table_name: str | None) -> Sequence[Seen]:
    """The files of each kind, or the table of a database, and what they hold."""
    from adapters.looking import look_at, together
    from adapters.looking_into import is_database, look_into
    from tenure.proposing.looking import names_of, see

    if is_database(place):
        looked = look_into(place, table_name)
        return [(looked, see(looked.some))]
    kinds: dict[frozenset[str], list[Looked]] = {}
    unread = []
    for each in look_at(place):
        try:
            kinds.setdefault(frozenset(names_of(*each.some[0])), []).append(each)
        except SourceError as error:
            unread.append(f"{each.called}: {error}")
    if not kinds:
        raise SourceError(" ".join(unread))
    for line in unread:
        say(f"Not read: {line}")
    return [(looked, see(looked.some)) for looked in map(together, kinds.values())]


def _with_order(looked: "Looked", table: "Table", *, asks: bool) -> "Table":
    """The table with its days as a person says that they are written, where no cell proves it."""
    from tenure.proposing.looking import see

    said = {
        column.received_as: (_asked(f"{column.received_as} can be read in several ways. How is it written?", column.times[0]),)
        for column in table.columns
        if column.doubt and asks
    }
    return see(looked.some, said) if said else table


def _zone(table: "Table", roles: "Roles", named: str | None, *, asks: bool) -> str:
    """Whose days count: by flag or, where times say a zone that is not UTC, by an answer or as proposed."""
    from tenure.proposing.proposal import zone_shown

    shown = zone_shown(table, roles)
    if named is None and shown:
        # What a time is ahead of UTC is that of many places, each with its own summer.
        proposed = shown if "/" in shown else UTC
        named = (
            _asked(f"{roles.time} is told in {shown}. Whose days count, such as Europe/Paris?", proposed) if asks else proposed
        )
    zone = named or UTC
    check_zone("--timezone", zone)
    if zone != UTC or shown:
        other = f", though {roles.time} is told in {shown}: --timezone says otherwise" if shown and zone == UTC else ""
        say(f"A day begins at midnight in {zone}{other}.")
    return zone


def _proposal(
    name: str, looked: "Looked", table: "Table", roles: "Roles", source: str | None, snapshot_of: date, zone: str
) -> "Proposal":
    """The project as it would be written."""
    from tenure.proposing.deliveries import delivery_of, is_history
    from tenure.proposing.proposal import Proposal, reach, source_name

    delivery, today = delivery_of(looked.paths), day_of(utc_now(), zone)
    first, last = reach(table, roles, delivery, snapshot_of, zone)
    is_over = is_history(last, today) or (roles.is_of_states and not roles.comes_again)
    stems = (looked.table,) if looked.table else tuple(Path(path).name.partition(".")[0] for path in looked.paths)
    return Proposal(
        name=name,
        source=source or source_name(roles, stems),
        table=table,
        roles=roles,
        delivery=delivery,
        first_day=first,
        last_day=last if is_over else None,
        today=today,
        timezone=zone,
        database=looked.paths[0] if looked.table else "",
        database_table=looked.table,
    )


def _asked(question: str, proposed: str) -> str:
    """An answer; nothing, or the word none, for none."""
    answer = str(typer.prompt(question, default=proposed or "none")).strip()
    return "" if answer == "none" else answer
