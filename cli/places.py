"""What every command starts from: the project named on the command line, at this installation's places.

What each command does to a home stands here, in one table: reading ones leave it alone, and only some may begin one.
"""

import sys
from collections.abc import Sequence
from typing import Annotated

import typer

from adapters.project_folders import load_folder
from adapters.settings import Settings, load_settings
from home.companies import find, names, no_company, remember
from home.opened import Opened, open_companies
from home.opening import Use, open_home
from home.workplace import Workplace

DEMO_PROJECT = "complete_journey"
# A command that stands in neither table changes a home that is there.
USES = {
    **dict.fromkeys(("demo", "init", "land", "train", "up", "trust init", "review account new", "encryption begin"), Use.MAKES),
    **dict.fromkeys(
        (
            "check",
            "simulate",
            "docs",
            "contracts export",
            "contracts import",
            "status",
            "verify",
            "trace",
            "replay",
            "rebuild",
            "verify-scores",
            "export scores",
            "encryption status",
            "trust show",
            "exception list",
            "data list",
            "people status",
            "people pairs",
            "people who",
            "pseudonyms resolve",
            "consent status",
            "consent of",
            "request list",
            "review account list",
        ),
        Use.READS,
    ),
    # What an earlier Tenure made is backed up before it is opened.
    **dict.fromkeys(("upgrade", "backup"), Use.UPGRADES),
}

ProjectName = Annotated[
    str | None,
    typer.Option(
        "--project", "-p", help="A company, by name or by its folder; by default this folder's, or the home's only one."
    ),
]
Encrypted = Annotated[
    bool, typer.Option("--encrypted", help="Encrypted for who has the installation's key; `tenure encryption open` opens it.")
]
ModelName = Annotated[str | None, typer.Option("--model", "-m", help="Name of a model; all models by default.")]


def open_workplace(project: str | None) -> Workplace:
    """Open a company, by its name or the path of its folder, at a home that the running command may use.

    Raises
    ------
    SpecError: when there is no such company, or it is not said which. HomeError: when the home cannot be used.
    """
    use = use_of(sys.argv[1:])
    # A home that is not there is said first, but none is begun for a company that cannot be loaded.
    settings = load_settings() if use is Use.MAKES else open_settings()
    folder = find(settings, project)
    company = load_folder(folder, settings.deliveries)
    if use is Use.MAKES:
        settings = open_settings()
    if use is not Use.READS:
        remember(settings, folder)
    return Workplace(company, settings)


def open_all() -> Opened:
    """Open every company of the home, at a home that the running command may use.

    Raises
    ------
    SpecError: when the home holds none. HomeError: when the home cannot be used.
    """
    begins = use_of(sys.argv[1:]) is Use.MAKES
    settings = load_settings() if begins else open_settings()
    if not names(settings):
        raise no_company(settings)
    return open_companies(open_settings() if begins else settings)


def open_settings() -> Settings:
    """The places of this installation, at a home that the running command may use."""
    settings = load_settings()
    is_new = not settings.home.exists()
    closed = open_home(settings, use_of(sys.argv[1:]))
    if is_new:
        typer.echo(f"A new home begins at {settings.home}.", err=True)
    if closed:
        typer.echo(f"Closed to other accounts: {len(closed)} files and folders of {settings.home}.", err=True)
    return settings


def use_of(words: Sequence[str]) -> Use:
    """What a command line does to a home: its first words name the command, for no group takes options of its own."""
    named = (" ".join(words[:length]) for length in (3, 2, 1))
    return next((USES[name] for name in named if name in USES), Use.CHANGES)


def say(text: str = "") -> None:
    """Tell the person something."""
    typer.echo(text)
