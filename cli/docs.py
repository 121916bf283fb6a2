"""The data dictionary and the lineage of a company, as a page: `tenure docs`."""

from pathlib import Path
from typing import Annotated

import typer

from adapters.settings import load_settings
from cli.places import ProjectName, open_settings, say
from home.companies import find
from tenure.errors import SpecError
from tenure.history.nouns import counted

FORMATS = (".html", ".md")


def add_to(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(docs)


def docs(
    project: ProjectName = None,
    out: Annotated[Path | None, typer.Option(help="File to write: .html or .md; by default NAME-data.html, here.")] = None,
) -> None:
    """Write what the company's folder declares as a page: sources, inputs, models, and what is made of what. Nothing is run."""
    from adapters.whole_files import write_whole
    from provenance.dictionary import dictionary_at

    if out is not None and out.suffix not in FORMATS:
        raise SpecError(f"The data dictionary is written as {' or '.join(FORMATS)}; found {out.name!r}.")
    settings = load_settings()
    if settings.home.exists():
        settings = open_settings()
    dictionary = dictionary_at(find(settings, project), settings)
    file = out or Path(f"{dictionary.name}-data.html")
    if file.suffix == ".md":
        from model_cards.dictionary_markdown import render_dictionary_markdown as render
    else:
        from model_cards.dictionary_html import render_dictionary as render
    write_whole(file, render(dictionary))
    what = ((len(dictionary.sources), "source"), (len(dictionary.inputs), "input"), (len(dictionary.models), "model"))
    say(f"Wrote {file}: {', '.join(counted(n, one, f'{one}s') for n, one in what)}.")
