"""Opening a home of an earlier Tenure, or with stores of earlier libraries: `tenure upgrade`."""

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from adapters.settings import Settings
from cli.places import open_settings, say
from cli.progress import at_work
from home.format import FORMAT, format_of
from home.upgrade import NOTE_FORMAT, STEPS, Step, plan
from tenure.errors import HomeError, TraceError

if TYPE_CHECKING:
    from home.workplace import Workplace


def add_to(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(upgrade)


def upgrade(
    agreed: Annotated[bool, typer.Option("--yes", help="Do it without asking; what is done is said all the same.")] = False,
) -> None:
    """Say what opening an older home would change, then change it. What was signed, landed or delivered stays as it is."""
    settings = open_settings()
    steps = plan(settings, (*STEPS, *OTHERS, NOTE_FORMAT, NAME_DAYS))
    if not steps:
        say(f"The home {settings.home} has format {FORMAT}; there is nothing to change.")
        return
    say(f"The home {settings.home}:")
    for words, _ in steps:
        say(f"  {words}")
    if not agreed and not (sys.stdin.isatty() and typer.confirm("Do this?")):
        raise HomeError("Nothing was changed. Make a backup (`tenure backup`), then run `tenure upgrade --yes`.")
    with at_work("Changing it", is_told_elsewhere=True) as tell:
        for words, step in steps:
            tell(words)
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


def _here(settings: Settings) -> "list[Workplace]":
    """The companies of a home."""
    from adapters.project_folders import load_folder
    from home.companies import companies
    from home.workplace import Workplace

    return [Workplace(load_folder(folder, settings.deliveries), settings) for folder in companies(settings).values()]


def _behind(settings: Settings) -> "list[tuple[Workplace, int]]":
    """How many days of each company are not rolled up as rows are rolled up now."""
    from provenance.history import read_history

    return [(workplace, n_days) for workplace in _here(settings) if (n_days := len(read_history(workplace).behind))]


def _what_of_roll_ups(settings: Settings) -> str | None:
    """Days that an earlier Tenure rolled up otherwise."""
    behind = [f"{n_days} days of {workplace.project.name}" for workplace, n_days in _behind(settings)]
    return f"Roll up {', '.join(behind)} as rows are rolled up now; delivered scores stay as they are." if behind else None


def _roll_up(settings: Settings) -> None:
    """Roll them up."""
    from provenance.people import keep_people_if_told
    from provenance.roll_up import roll_up_all

    for workplace, _ in _behind(settings):
        roll_up_all(workplace)
        keep_people_if_told(workplace)


def _what_of_champions(settings: Settings) -> str | None:
    """Champions that read features which are not made any more; a home of today was told so when it was opened."""
    if format_of(settings.home) == FORMAT:
        return None
    idle = [name for workplace in _here(settings) for name in _idle(workplace)]
    if not idle:
        return None
    return (
        f"Score no more with the champions of {', '.join(idle)}: they read features that are defined otherwise now. Train them "
        "again and promote their successors; days that they scored still verify, trace and replay."
    )


def _idle(workplace: "Workplace") -> list[str]:
    """The models of a company whose champion cannot score the features of today."""
    from tenure.scoring import not_made, read_facts

    project, made = workplace.project, [feature.name for feature in workplace.project.told]
    found = ((spec.name, workplace.promotions.champion_to_beat(project.name, spec.name)) for spec in project.models)
    return [f"{project.name}.{name}" for name, one in found if one is not None and not_made(read_facts(one[1].files), made)]


def _what_of_noted_days(settings: Settings) -> str | None:
    """Days whose signatures stand outside the log, where a former key of the scoring service could add to them."""
    from provenance.signer import unnamed_days

    n_days = sum(len(unnamed_days(place, spec)) for place in _here(settings) for spec in place.project.models)
    return f"Let the log name {n_days} scored days from before deliveries came to it: no others count then." if n_days else None


def _name_noted_days(settings: Settings) -> None:
    """Let it, with the scoring service's key."""
    from provenance.signer import NOBODY_SIGNS, open_signer, unnamed_days

    for place in _here(settings):
        for spec in place.project.models:
            if unnamed_days(place, spec):
                signer = open_signer(place)
                if signer is None:
                    raise TraceError(NOBODY_SIGNS)
                signer.name_noted(spec)


# What needs more than the home itself: Dagster, and the companies' code.
OTHERS = (
    Step(what=_what_of_dagster, do=_migrate_dagster),
    Step(what=_what_of_roll_ups, do=_roll_up),
    # To be known beforehand; there is nothing to do about it here.
    Step(what=_what_of_champions, do=lambda _: None),
)
# Behind all others: a service's key that is not here must not leave a home that cannot be opened.
NAME_DAYS = Step(what=_what_of_noted_days, do=_name_noted_days)
