"""Handing scores out: `tenure export scores`."""

from pathlib import Path
from typing import Annotated

import typer

from cli.places import Encrypted, ProjectName, open_workplace, say
from cli.progress import at_work
from cli.pseudonyms import allowed
from home.looked_up import note_handing_out
from tenure.errors import SpecError
from tenure.purposes.seeing import check_seen_by
from tenure.timeline import parse_day

export_app = typer.Typer(no_args_is_help=True, help="Hand out what was made.")


def add_to(app: typer.Typer) -> None:
    """Add the group."""
    app.add_typer(export_app, name="export")


@export_app.callback()
def export() -> None:
    """Hand out what was made."""


@export_app.command()
def scores(
    model: Annotated[str, typer.Option("--model", "-m", help="Name of the model.")],
    day: Annotated[str, typer.Option(help="The scored day, YYYY-MM-DD.")],
    out: Annotated[Path, typer.Option(help="File to write: .parquet or .csv.")],
    project: ProjectName = None,
    for_spreadsheets: Annotated[
        bool,
        typer.Option("--for-spreadsheets", help="A .csv for spreadsheets: marked as UTF-8, ids as text, 6 decimals."),
    ] = False,
    resolve_ids: Annotated[
        bool, typer.Option("--resolve-ids", help="Of a company with pseudonyms: ids as received. It is kept who did it.")
    ] = False,
    staff_id: Annotated[
        str | None, typer.Option("--as", help="With --resolve-ids: your staff id, of a reviewer or an auditor.")
    ] = None,
    for_whom: Annotated[
        str | None, typer.Option("--for", help="Who will see it, of those whom the model's purpose names; it is kept.")
    ] = None,
    encrypted: Encrypted = False,
) -> None:
    """Write the scores of one day: customer_id, as_of, score, band, reasons, survival curve where there is one, digests.

    Nothing is written unless the rows are what the scoring service signed.
    """
    from provenance.delivered import open_day
    from provenance.history import read_history
    from provenance.score_export import hand_out
    from provenance.score_file import CSV, FORMATS

    if out.suffix not in FORMATS:
        raise SpecError(f"Scores are written as {' or '.join(FORMATS)}; found {out.name!r}.")
    if for_spreadsheets and out.suffix != CSV:
        raise SpecError(f"Only {CSV} is written for spreadsheets; found {out.name!r}.")
    workplace = open_workplace(project)
    delivered = open_day(workplace, workplace.project.model(model), parse_day(day))
    seen_by = check_seen_by(workplace.project, delivered.spec, for_whom)
    what = f"tenure export scores, {model}" + (f", for {seen_by}" if seen_by else "")
    resolved = None
    if resolve_ids:
        resolved = allowed(workplace, staff_id, f"{what}, --resolve-ids", n_people=delivered.rows.num_rows)
    else:
        note_handing_out(workplace, what, delivered.rows.num_rows)
    with at_work("Holding the day against its signature"):
        written = hand_out(delivered, out, for_spreadsheets=for_spreadsheets, encrypted=encrypted, resolved=resolved)
    say(f"{written.n_rows} customers written to {out}.")
    if seen_by:
        say(f"It is for the eyes of: {seen_by}. The access audit counts that it was handed out.")
    if written.n_left_out:
        say(f"{written.n_left_out} who were scored are left out: they have withdrawn or objected since.")
    if delivered.erased_in_words:
        say(f"{delivered.erased_in_words}.")
    if lacking := read_history(workplace).lacking(parse_day(day)):
        typer.secho(lacking, err=True, fg=typer.colors.YELLOW)
