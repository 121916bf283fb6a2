"""Opening a home of an earlier Tenure, or with stores of earlier libraries: `tenure upgrade`."""

import sys
from typing import Annotated

import typer

from adapters.settings import Settings
from cli.places import open_settings, say
from home.format import FORMAT
from home.upgrade import NOTE_FORMAT, STEPS, Step, plan
from tenure.errors import HomeError


def add_to(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(upgrade)


def upgrade(
    agreed: Annotated[bool, typer.Option("--yes", help="Do it without asking; what is done is said all the same.")] = False,
) -> None:
    """Say what opening an older home would change, then change it. What was signed, landed or delivered stays as it is."""
    settings = open_settings()
    steps = plan(settings, (*STEPS, Step(what=_what_of_dagster, do=_migrate_dagster), NOTE_FORMAT))
    if not steps:
        say(f"The home {settings.home} has format {FORMAT}; there is nothing to change.")
        return
    say(f"The home {settings.home}:")
    for words, _ in steps:
        say(f"  {words}")
    if not agreed and not (sys.stdin.isatty() and typer.confirm("Do this?")):
        raise HomeError("Nothing was changed. Make a backup (`tenure backup`), then run `tenure upgrade --yes`.")
    for _, step in steps:
        step.do(settings)
    say("Done.")


def _what_of_dagster(settings: Settings) -> str | None:
    """Stores of an older Dagster."""
    from adapters.store_versions import DAGSTER, Fit, fit_of
    from pipelines.instance import stores

    is_older = any(fit_of(store, DAGSTER) is Fit.OLDER for store in stores(settings))
    return "Bring the Dagster store to the Dagster that is installed." if is_older else None


def _migrate_dagster(settings: Settings) -> None:
    """Let Dagster do so."""
    import dagster as dg

    from pipelines.instance import prepare_instance

    prepare_instance(settings)
    with dg.DagsterInstance.from_config(str(settings.dagster_home)) as instance:
        instance.upgrade()
