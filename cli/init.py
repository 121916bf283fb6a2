"""Beginning a company from its files: `tenure init`."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from adapters.whole_files import write_whole
from cli.founding import Governance, asked_founding, found
from cli.places import say
from home.workplace import utc_now
from tenure.clocks import UTC, check_zone, day_of
from tenure.errors import SourceError, SpecError
from tenure.timeline import parse_day

if TYPE_CHECKING:
    from adapters.looking import Looked
    from tenure.proposing.proposal import Proposal
    from tenure.proposing.roles import Named, Roles
    from tenure.proposing.seen import Table


def add_to(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(init)


def init(
    folder: Annotated[Path, typer.Argument(help="The company's folder, which is made; its name is the company's.")],
    files: Annotated[
        str, typer.Option("--from", help="A file, a folder, a pattern in quotes, an address of files, or a PostgreSQL database.")
    ],
    customer: Annotated[str | None, typer.Option(help="The column that names the customer.")] = None,
    time: Annotated[str | None, typer.Option(help="The column that says when; '' for none.")] = None,
    order: Annotated[str | None, typer.Option(help="The column that names the order; '' for none.")] = None,
    amount: Annotated[str | None, typer.Option(help="What was paid: a column, or SQL such as 'Quantity * UnitPrice'.")] = None,
    outcome: Annotated[
        str | None, typer.Option(help="Of a table of customers, what is foreseen: COLUMN=VALUE, such as Churn=Yes.")
    ] = None,
    table_name: Annotated[str | None, typer.Option("--table", help="Of a database, the table or view that is read.")] = None,
    source: Annotated[str | None, typer.Option(help="What the files are called, such as invoices.")] = None,
    day: Annotated[str | None, typer.Option(help="Of a table without dates, the day of which it tells, YYYY-MM-DD.")] = None,
    timezone: Annotated[
        str | None, typer.Option(help="Whose days are the company's, such as Europe/Paris; by default those of UTC.")
    ] = None,
    yes: Annotated[
        bool, typer.Option("--yes", help="Take every proposal without asking; who approves is left for later.")
    ] = False,
    governance: Annotated[
        Governance | None, typer.Option(help="Who approves: one person, two, the full ceremony, or later.")
    ] = None,
    staff_id: Annotated[str | None, typer.Option("--as", help="Your staff id, a pseudonym; by default owner-1.")] = None,
    reviewers: Annotated[
        list[str] | None, typer.Option("--reviewer", help="STAFF_ID=PUBLIC_KEY of who else approves; may be repeated.")
    ] = None,
    engineers: Annotated[
        list[str] | None, typer.Option("--engineer", help="STAFF_ID=PUBLIC_KEY of who else trains; may be repeated.")
    ] = None,
    holders: Annotated[
        list[str] | None, typer.Option("--root-holder", help="NAME=PUBLIC_KEY of a root key made elsewhere; may be repeated.")
    ] = None,
) -> None:
    """Look at files, and write a company's folder that reads them: sources, history, features, two models, the card's words."""
    from tenure.proposing.deliveries import delivery_of
    from tenure.proposing.roles import Named
    from tenure.proposing.told import seen_in_words

    folder = _free(folder)
    if timezone is not None:
        check_zone("--timezone", timezone)
    looked, table = _one_kind(files, table_name)
    table = _with_order(looked, table, asks=not yes)
    delivery = delivery_of(looked.paths)
    for line in seen_in_words(table, delivery, n_files=len(looked.paths), n_read=len(looked.some)):
        say(line)
    named = Named(customer=customer, time=time, order=order, amount=amount, outcome=outcome)
    roles = _with_outcome(table, _roles(table, named, asks=not yes), named, asks=not yes)
    zone = _zone(table, roles, timezone, asks=not yes)
    proposal = _proposal(folder.name, looked, table, roles, source, parse_day(day) if day else _known_on(looked), zone)
    wanted = asked_founding(
        governance, staff_id, reviewers=reviewers or (), engineers=engineers or (), holders=holders or (), asks=not yes
    )
    _write(folder, proposal)
    found(folder, wanted)


def _free(folder: Path) -> Path:
    """The folder, if it may be made: what is there is never written over."""
    folder = folder.expanduser().resolve()
    if not folder.name.isidentifier() or not folder.name.islower():
        raise SpecError(f"The folder {folder} cannot name a company: expected lower-case letters, digits and underscores.")
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise SpecError(f"There are files at {folder} already, and init writes over none. Name another folder, or empty it.")
    return folder


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
        if named.order is None:
            named = replace(named, order=_asked("Which names the order? (none)", roles.order))
        if named.amount is None:
            named = replace(named, amount=_asked("What was paid: a column, or columns multiplied? (none)", roles.amount))
        roles = propose(table, named)
    if roles.returns and not typer.confirm(_returned(roles), default=True):
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
    return roles


def _one_kind(place: str, table_name: str | None) -> tuple["Looked", "Table"]:
    """The files of one kind, or the table of a database, and what they hold."""
    from adapters.looking import look_at, together
    from adapters.looking_into import is_database, look_into
    from tenure.proposing.looking import names_of, see

    if is_database(place):
        looked = look_into(place, table_name)
        return looked, see(looked.some)
    kinds: dict[frozenset[str], list[Looked]] = {}
    unread = []
    for each in look_at(place):
        try:
            kinds.setdefault(frozenset(names_of(*each.some[0])[0]), []).append(each)
        except SourceError as error:
            unread.append(f"{each.called}: {error}")
    if len(kinds) > 1:
        told = "; ".join(f"{each[0].called} ({len(names)} columns)" for names, each in kinds.items())
        raise SpecError(f"There are tables of {len(kinds)} kinds: {told}. Name the files of one kind by --from.")
    if not kinds:
        raise SourceError(" ".join(unread))
    for line in unread:
        say(f"Not read: {line}")
    looked = together(next(iter(kinds.values())))
    return looked, see(looked.some)


def _with_order(looked: "Looked", table: "Table", *, asks: bool) -> "Table":
    """The table with its days as a person says that they are written, where no cell proves it."""
    from tenure.proposing.looking import see

    doubtful = [column for column in table.columns if column.doubt and asks]
    said = {
        c.received_as: (_asked(f"{c.received_as} can be read in several ways. How is it written?", c.times[0]),) for c in doubtful
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


def _write(folder: Path, proposal: "Proposal") -> None:
    """Write the files, and say what they are and what comes next."""
    from adapters.project_folders import read_folder
    from tenure.proposing.files import files_of
    from tenure.proposing.told import proposed_in_words

    for line in proposed_in_words(proposal):
        say(line)
    if proposal.roles.returns:
        say(_returned(proposal.roles).removesuffix("?") + ".")
    written: Mapping[str, str] = files_of(proposal)
    for name, text in written.items():
        write_whole(folder / name, text)
    say(f"Wrote {folder}/: {', '.join(written)}.")
    if findings := read_folder(folder).findings:
        raise SpecError(*(found.in_words for found in findings))
    if proposal.database:
        say(
            f"Set TENURE_DATABASE_{proposal.database.upper()} to its address, which no file holds: there may be a password in it."
        )
    say(f"Read them, answer the questions in {folder / 'words.md'}, then: tenure check --project {folder} --sample")


def _returned(roles: "Roles") -> str:
    """What lowers an amount."""
    told = f", their {roles.order} begins with {roles.return_letter}" if roles.return_letter else ""
    return f"{roles.n_returns} rows are negative{told}: returns, which lower an amount and are no purchase?"


def _asked(question: str, proposed: str) -> str:
    """An answer; nothing, or the word none, for none."""
    answer = str(typer.prompt(question, default=proposed or "none")).strip()
    return "" if answer == "none" else answer
