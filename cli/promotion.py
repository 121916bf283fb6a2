"""Deciding who serves: `tenure promote` and `tenure rollback`."""

from typing import Annotated

import typer

from adapters.alerts import AlertKind
from cli.passphrases import asker_id, person_key
from cli.places import ProjectName, open_workplace, say
from cli.progress import at_work
from home.card_page import card_now, write_card
from home.conditions import conditions_of, naming
from home.workplace import Workplace
from tenure.errors import RegistryError
from tenure.promotions import PromotionRecord

AskerId = Annotated[
    str | None, typer.Option("--as", help="Your staff id; by default the only engineer or reviewer whose key is here.")
]


def add_to(app: typer.Typer) -> None:
    """Add the commands."""
    app.command()(promote)
    app.command()(rollback)


def promote(
    digest: Annotated[str, typer.Argument(help="Digest of the candidate, or its first 8 letters or more.")],
    reason: Annotated[str, typer.Option(help="Why, where the gates left a question open. Printed on the card.")] = "",
    staff_id: AskerId = None,
    project: ProjectName = None,
) -> None:
    """Let a candidate serve from now on, once enough reviewers have approved it; you sign for asking."""
    workplace = open_workplace(project)
    with at_work("Reading the candidate"):
        now = card_now(workplace, digest)  # refuses another project's candidate before anything is written
        said = naming(reason, conditions_of(workplace, now.package.digest))
    who = asker_id(workplace, staff_id)
    key = person_key(workplace.settings, who)
    with at_work("Promoting"):
        lines = show(workplace, workplace.promotions.promote(digest, said, staff_id=who, key=key))
    _say(lines)


def rollback(
    model: Annotated[str, typer.Option("--model", "-m", help="Name of the model.")],
    reason: Annotated[str, typer.Option(help="Why. Printed on the card.")],
    to: Annotated[str | None, typer.Option(help="Digest of a package that served before; by default the last one.")] = None,
    staff_id: AskerId = None,
    project: ProjectName = None,
) -> None:
    """Let a package serve again that has served before, once a reviewer has approved it for that; you sign for asking."""
    workplace = open_workplace(project)
    workplace.project.model(model)
    who = asker_id(workplace, staff_id)
    key = person_key(workplace.settings, who)
    with at_work("Rolling back"):
        record = workplace.promotions.rollback(workplace.project.name, model, reason, to, staff_id=who, key=key)
        lines = show(workplace, record)
    _say(lines)


def show(workplace: Workplace, record: PromotionRecord) -> tuple[str, str]:
    """Show a promotion in the catalogue and on the card, and tell of it; return what serves, and what does not show it yet."""
    said = (
        f"{record.asked_by}: {record.action.as_noun} of version {record.version}, package {record.package_digest[:12]}: "
        f"{record.reason or 'no open question'}"
    )
    workplace.alert(AlertKind.PROMOTED, record.model, said)
    unseen = ""
    try:
        workplace.registry.register_champion(record)
    except RegistryError as error:
        unseen = f"The promotion stands; the catalogue does not show it yet: {error}"
    if record.previous_digest and record.previous_digest != record.package_digest:
        write_card(workplace, card_now(workplace, record.previous_digest))
    page = write_card(workplace, card_now(workplace, record.package_digest))
    return f"{record.model}: version {record.version} serves ({record.package_digest[:12]}). Card: {page}", unseen


def _say(lines: tuple[str, str]) -> None:
    """Say what serves, and as a warning what does not show it."""
    serves, unseen = lines
    say(serves)
    if unseen:
        typer.secho(unseen, err=True, fg=typer.colors.YELLOW)
