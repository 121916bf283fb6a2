"""Training challengers: `tenure train` and `tenure card`."""

from typing import Annotated

import typer

from adapters.workplace import Workplace
from cli.failed_runs import tell_of_failures
from cli.history import land_missing, within
from cli.places import DEMO_PROJECT, ModelName, ProjectName, open_workplace, say
from tenure.errors import PromotionError
from tenure.specs import ModelSpec
from tenure.timeline import parse_day


def add_to(app: typer.Typer) -> None:
    """Add the commands."""
    app.command()(train)
    app.command()(card)


def train(
    as_of: Annotated[str, typer.Option(help="Nothing available on or after this day is used, YYYY-MM-DD.")],
    project: ProjectName = DEMO_PROJECT,
    model: ModelName = None,
    staff_id: Annotated[
        str | None, typer.Option("--as", help="Your staff id; your approval of what you train does not count.")
    ] = None,
) -> None:
    """Train, evaluate and audit challengers, and write their cards. Nothing is promoted."""
    workplace = open_workplace(project)
    day = parse_day(as_of)
    within(workplace, workplace.project.first_key, day)
    land_missing(workplace, until=day)
    specs = [workplace.project.model(model)] if model else list(workplace.project.models)
    failed = [spec.name for spec in specs if not train_model(workplace, spec, as_of, trainer=staff_id)]
    if failed:
        raise typer.Exit(1)


def train_model(workplace: Workplace, spec: ModelSpec, as_of: str, *, trainer: str | None = None) -> bool:
    """Run a model's challenger lane; say what came of it."""
    from assets.candidate import TRAINER_TAG
    from pipelines.jobs import train_config, train_job_name
    from pipelines.run import run_job

    config = train_config(workplace.project, spec, as_of)
    tags = {TRAINER_TAG: trainer} if trainer else {}
    outcome = run_job(workplace.project, workplace.settings, train_job_name(spec), config=config, tags=tags)
    tell_of_failures(workplace, train_job_name(spec), outcome)
    if outcome.succeeded:
        _tell(workplace, spec)
    return outcome.succeeded


def _tell(workplace: Workplace, spec: ModelSpec) -> None:
    """The newest candidate of a model, in a few lines."""
    from assets.card_page import card_now, write_card

    newest = workplace.packages.candidates(workplace.project.name, spec.name)[-1]
    now = card_now(workplace, newest.digest)
    say(f"{spec.name}: candidate {newest.digest[:12]}, {now.decision.outcome}")
    for reason in now.decision.reasons:
        say(f"  {reason}")
    say(f"  card: {write_card(workplace, now)}")


def card(
    project: ProjectName = DEMO_PROJECT,
    model: ModelName = None,
    candidate: Annotated[str | None, typer.Option(help="Digest of a candidate; by default the champion.")] = None,
    markdown: Annotated[bool, typer.Option("--markdown", help="Print the card as Markdown.")] = False,
) -> None:
    """Write a card as it stands now, and say where it is."""
    from assets.card_page import card_now, write_card
    from model_cards.markdown import render_markdown

    workplace = open_workplace(project)
    if model is None and candidate is None:
        raise PromotionError("Name a --model for its champion's card, or a --candidate by its digest.")
    digest = candidate or workplace.promotions.champion_record(workplace.project.name, str(model)).package_digest
    now = card_now(workplace, digest)
    say(render_markdown(now.card, now.standing) if markdown else str(write_card(workplace, now)))
