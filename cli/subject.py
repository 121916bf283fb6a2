"""What is held of one person, for that person: `tenure export-subject`."""

import json
from pathlib import Path
from typing import Annotated

import typer

from cli.person_named import ASKS, read_id
from cli.person_named import person as named
from cli.places import Encrypted, ProjectName, open_workplace, say
from cli.progress import at_work
from cli.pseudonyms import StaffId, may_resolve
from cli.requests import Received, day_of
from home.asked_for import check_came, note_done
from home.looked_up import account_here, note_look
from home.pseudonyms import ids_again
from tenure.errors import SpecError
from tenure.people.requests import Asks

PAGE, DATA = "index.html", "data.json"


def add_to(app: typer.Typer) -> None:
    """Add the command."""
    app.command("export-subject")(export_subject)


def export_subject(
    person: Annotated[str, typer.Option("--person", help=f"Any id of the person, as in `customer_id`; {ASKS}", callback=read_id)],
    out: Annotated[Path, typer.Option(help="A new folder to write into.")],
    received: Received = None,
    staff_id: StaffId = None,
    project: ProjectName = None,
    encrypted: Encrypted = False,
) -> None:
    """Write what is held of one person: a page that they can read, and the same as JSON, both closed to other accounts.

    Rows, scores and reasons, what they said of purposes, what their data are used for and by which right. Of a company with
    pseudonyms it tells the raw ids, and takes the key of a reviewer or an auditor.
    """
    from adapters.whole_files import make_folder, write_whole
    from model_cards.subject_html import render_subject
    from provenance.subject import subject_of

    if out.exists():
        raise SpecError(f"{out} is there already; name a folder that is not, so that what is another person's stays apart.")
    workplace, came = open_workplace(project), day_of(received)
    check_came(workplace, came)
    customer_id = named(workplace, person)
    if workplace.project.pseudonyms is None:
        note_look(workplace, "tenure export-subject", customer_id)
    else:
        who = f"{may_resolve(workplace, staff_id)}, as {account_here()}"
        note_look(workplace, "tenure export-subject", customer_id, by=who, is_resolved=True)
    with at_work("Gathering"):
        subject = subject_of(workplace, customer_id)
    make_folder(out)
    data = json.dumps(subject.as_json(), indent=1, ensure_ascii=False)
    for name, content in ((DATA, data), (PAGE, render_subject(subject))):
        write_whole(out / name, workplace.at_rest.handed_out(out / name, content.encode(), is_asked=encrypted))
    ids = ids_again(workplace, subject.ids)
    note_done(workplace, Asks.ACCESS, ids, received=came, receipt=f"gathered by {account_here()}")
    n_rows = sum(held.rows.num_rows for held in subject.tables)
    say(f"{n_rows:,} rows of {sum(1 for _ in subject.tables)} tables, under {len(subject.ids)} ids: {out / PAGE}")
    say("It is personal data: hand it to that person alone, and delete it here once they have it.")
