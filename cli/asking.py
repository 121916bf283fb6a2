"""Asking for training in one's own name: `tenure sign` for a draft, `tenure enable` for a schedule or sensor."""

from collections.abc import Sequence
from typing import Annotated

import typer

from cli.passphrases import asker_id, person_key
from cli.places import ModelName, ProjectName, open_workplace, say
from cli.progress import at_work
from governance.stores.key_session import find_session
from home.workplace import Workplace
from tenure.clocks import start_of
from tenure.errors import SpecError
from tenure.specs import Model
from tenure.timeline import parse_day

StaffId = Annotated[str | None, typer.Option("--as", help="Your staff id; by default the only engineer whose key is here.")]


def add_to(app: typer.Typer) -> None:
    """Add the commands."""
    app.command()(sign)
    app.command()(enable)


def sign(
    digest: Annotated[str, typer.Argument(help="Digest of a draft, or its first 8 letters or more.")],
    staff_id: StaffId = None,
    project: ProjectName = None,
) -> None:
    """Sign for the training of a draft, so that others may approve it: you answer for how it came about."""
    workplace = open_workplace(project)
    who = asker_id(workplace, staff_id, trains=True)
    key = person_key(workplace.settings, who)
    with at_work("Signing"):
        workplace.promotions.sign_training(digest, staff_id=who, key=key)
    say(f"{who} signed for the training of {digest[:12]}. Others may approve it now; your approval of it does not count.")


def enable(
    name: Annotated[str, typer.Argument(help="The schedule or sensor that may ask, such as on_drift_or_age.")],
    until: Annotated[str, typer.Option(help="The day on which this ends, YYYY-MM-DD; 366 days ahead at most.")],
    model: ModelName = None,
    staff_id: StaffId = None,
    project: ProjectName = None,
) -> None:
    """Sign that a schedule or sensor may ask for training in your name; a day that is over ends it."""
    from pipelines.jobs import who_asks

    workplace = open_workplace(project)
    known = who_asks(workplace.project)
    if name not in known:
        raise SpecError(f"Nothing called {name!r} asks for training. What does: {', '.join(known)}.")
    models = [workplace.project.model(model).name] if model else [spec.name for spec in workplace.project.models]
    end, now = start_of(parse_day(until), workplace.project.timezone), workplace.clock()
    who = asker_id(workplace, staff_id, trains=True)
    key = person_key(workplace.settings, who)
    workplace.promotions.ask_to_train(models, staff_id=who, key=key, by=name, until=max(end, now))
    said = "may not ask any more" if end <= now else f"may ask until {until}, and {who} answers for it"
    say(f"{name} {said}: {', '.join(models)}.")


def signed_for(workplace: Workplace, specs: Sequence[Model], staff_id: str | None) -> str | None:
    """The digest of the request that whoever trains signs; None where nobody does, and what comes of it is a draft."""
    promotions, names = workplace.promotions, [spec.name for spec in specs]
    if not promotions.has_trust_root or not (staff_id or promotions.is_demo or find_session(workplace.settings.session)):
        return None
    who = asker_id(workplace, staff_id, trains=True)
    return promotions.ask_to_train(names, staff_id=who, key=person_key(workplace.settings, who))
