"""Handing scores out: `tenure export scores`."""

from pathlib import Path
from typing import Annotated

import typer

from cli.places import DEMO_PROJECT, ProjectName, open_workplace, say
from tenure.errors import MissingHistoryError, SpecError
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
    project: ProjectName = DEMO_PROJECT,
) -> None:
    """Write the scores of one day: customer_id, as_of, score, band, reasons, survival curve where there is one, digests."""
    from adapters.tables import stage_table
    from provenance.score_export import write_scores

    workplace = open_workplace(project)
    spec, as_of = workplace.project.model(model), parse_day(day)
    if out.suffix not in (".parquet", ".csv"):
        raise SpecError(f"Scores are written as .parquet or .csv; found {out.name!r}.")
    n_rows = write_scores(workplace.lake.open(stage_table(spec, "scores")), as_of, out)
    if not n_rows:
        raise MissingHistoryError(
            f"There are no scores of {model} for {as_of}. Run `tenure score --project {project} --day {as_of}` first."
        )
    say(f"{n_rows} customers written to {out}.")
