"""Deleting what is past the time for which it is kept: `tenure retention`."""

from typing import Annotated

import typer

from cli.places import ProjectName, open_workplace, say
from cli.progress import at_work
from home.own_keys import DELIVERING, require_keys


def add_to(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(retention)


def retention(
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what is past its time, and what holds it.")] = False,
    it_is: Annotated[str | None, typer.Option(help="The day that it is, YYYY-MM-DD, where the clock is asked about.")] = None,
    project: ProjectName = None,
) -> None:
    """Delete what is past the time for which approved declarations keep it, as the nightly job does, and say what is held."""
    from provenance.retention import past_time
    from provenance.retention_act import Ended, end_what_is_past
    from tenure.purposes.kept import names_days
    from tenure.timeline import parse_day

    workplace = open_workplace(project)
    if not names_days(workplace.project):
        say("Nothing here is kept for a number of days: no source and no purpose says kept_days=. See docs/purposes.md.")
        return
    if dry_run:
        with at_work("Looking what is past its time"):
            ended = Ended(times=past_time(workplace), record=None)
    else:
        require_keys(workplace, DELIVERING)
        with at_work("Deleting what is past its time"):
            ended = end_what_is_past(workplace, it_is=parse_day(it_is) if it_is else None)
    for one in ended.due:
        say(f"{'past its time' if dry_run else 'ended'}: {one.due_in_words}")
    for one in ended.times:
        if one.held:
            say(f"past its time and held: {one.held_in_words}")
    if not ended.due:
        say("Nothing else is past its time." if ended.times else "Nothing is past its time.")
    elif ended.record is not None:
        say(f"The receipt is record {ended.record} of the log.")
