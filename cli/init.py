"""Beginning a company from its files: `tenure init`."""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from adapters.whole_files import write_whole
from cli.founding import Governance, asked_founding, found
from cli.places import say
from cli.proposed import proposal_of, returned_in_words
from tenure.clocks import check_zone
from tenure.errors import SpecError
from tenure.timeline import parse_day

if TYPE_CHECKING:
    from tenure.proposing.proposal import Proposal


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
        str | None,
        typer.Option(help="Of a table of customers, what is foreseen: COLUMN=VALUE, such as Churn=Yes; '' for none."),
    ] = None,
    read: Annotated[
        list[str] | None, typer.Option(help="A column that models may read although its name is of something protected.")
    ] = None,
    table_name: Annotated[str | None, typer.Option("--table", help="Of a database, the table or view that is read.")] = None,
    source: Annotated[str | None, typer.Option(help="What the files are called, such as invoices.")] = None,
    day: Annotated[str | None, typer.Option(help="Of a table without dates, the day of which it tells, YYYY-MM-DD.")] = None,
    timezone: Annotated[
        str | None, typer.Option(help="Whose days are the company's, such as Europe/Paris; by default those of UTC.")
    ] = None,
    pseudonyms: Annotated[
        bool, typer.Option("--pseudonyms", help="Replace ids before anything is written to the lake; it cannot be changed later.")
    ] = False,
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
    from tenure.proposing.proposal import with_pseudonyms
    from tenure.proposing.roles import Named

    folder = _free(folder)
    if timezone is not None:
        check_zone("--timezone", timezone)
    proposal = proposal_of(
        folder.name,
        files,
        Named(customer=customer, time=time, order=order, amount=amount, outcome=outcome),
        read=read or (),
        table_name=table_name,
        source=source,
        day=parse_day(day) if day else None,
        timezone=timezone,
        asks=not yes,
    )
    wanted = asked_founding(
        governance, staff_id, reviewers=reviewers or (), engineers=engineers or (), holders=holders or (), asks=not yes
    )
    _write(folder, with_pseudonyms(proposal) if pseudonyms else proposal)
    found(folder, wanted)


def _free(folder: Path) -> Path:
    """The folder, if it may be made: what is there is never written over."""
    folder = folder.expanduser().resolve()
    if not folder.name.isidentifier() or not folder.name.islower():
        raise SpecError(f"The folder {folder} cannot name a company: expected lower-case letters, digits and underscores.")
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise SpecError(f"There are files at {folder} already, and init writes over none. Name another folder, or empty it.")
    return folder


def _write(folder: Path, proposal: "Proposal") -> None:
    """Write the files, and say what they are and what comes next."""
    from adapters.project_folders import read_folder
    from tenure.proposing.files import files_of
    from tenure.proposing.told import proposed_in_words

    for line in proposed_in_words(proposal):
        say(line)
    if proposal.roles.returns:
        say(returned_in_words(proposal.roles).removesuffix("?") + ".")
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
