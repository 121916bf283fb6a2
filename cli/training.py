"""Training challengers: `tenure train` and `tenure card`."""

import json
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from adapters.whole_files import write_whole
from cli.asking import signed_for
from cli.failed_runs import tell_of_failures
from cli.history import land_missing, within
from cli.places import ModelName, ProjectName, open_workplace, say
from cli.progress import at_work
from home.own_keys import STATING, require_keys
from home.workplace import Workplace
from tenure.errors import PromotionError
from tenure.excepted import EXCEPTABLE
from tenure.figures import typeset
from tenure.gates import Decision, GateResult, Outcome
from tenure.specs import Model
from tenure.timeline import parse_day

if TYPE_CHECKING:
    from home.card_page import CardNow


def add_to(app: typer.Typer) -> None:
    """Add the commands."""
    app.command()(train)
    app.command()(card)
    app.command()(catalogue)


def train(
    as_of: Annotated[str, typer.Option(help="Nothing available on or after this day is used, YYYY-MM-DD.")],
    project: ProjectName = None,
    model: ModelName = None,
    staff_id: Annotated[
        str | None,
        typer.Option("--as", help="Your staff id: you sign for the training, and do not approve what comes of it unless alone."),
    ] = None,
) -> None:
    """Train, evaluate and audit challengers, and write their cards. Nothing is promoted; unsigned, they are drafts."""
    workplace = open_workplace(project)
    day = parse_day(as_of)
    within(workplace, workplace.project.first_key, day)
    specs = [workplace.project.model(model)] if model else list(workplace.project.models)
    require_keys(workplace, STATING)
    request = signed_for(workplace, specs, staff_id)
    land_missing(workplace, until=day)
    failed = [spec.name for spec in specs if not train_model(workplace, spec, as_of, request=request)]
    if failed:
        raise typer.Exit(1)


def train_model(workplace: Workplace, spec: Model, as_of: str, *, request: str | None = None) -> bool:
    """Run a model's challenger lane on a signed request, without which it makes a draft; say what came of it."""
    from assets.candidate import REQUEST_TAG
    from pipelines.jobs import train_config, train_job_name
    from pipelines.run import run_job

    config = train_config(workplace.project, spec, as_of)
    tags = {REQUEST_TAG: request} if request else {}
    job = train_job_name(spec)
    with at_work(f"Training {spec.name}", is_told_elsewhere=True) as tell:
        outcome = run_job(workplace.project, workplace.settings, job, config=config, tags=tags, on_step=tell)
    tell_of_failures(workplace, job, outcome)
    if outcome.succeeded:
        _tell(workplace, spec)
        _tell_of_catalogue(workplace, spec, outcome.run_id)
    return outcome.succeeded


def _tell(workplace: Workplace, spec: Model) -> None:
    """The newest candidate of a model, in a few lines."""
    from governance.stores.package_reading import evidence_of
    from home.card_page import card_now, write_card

    newest = workplace.packages.candidates(workplace.project.name, spec.name)[-1]
    now = card_now(workplace, newest.digest)
    say(f"{spec.name}: candidate {newest.digest[:12]}, {now.decision.outcome}")
    for reason in now.decision.reasons:
        say(f"  {typeset(reason)}")
    if empty := evidence_of(now.package).never_filled:
        say(f"  empty in every row it learnt from, so that it takes nothing from them: {', '.join(empty)}")
    say(f"  card: {write_card(workplace, now)}")
    if now.decision.outcome is Outcome.REFUSED:
        say(f"  {_refused(now.decision, newest.digest[:12])}")
    if workplace.promotions.is_draft(newest.digest):
        say(f"  a draft, which nobody can approve until somebody signs for its training: tenure sign {newest.digest[:12]}")


def _refused(decision: Decision, digest: str) -> str:
    """What can be done about a refused candidate."""
    failed = [verdict.gate for verdict in decision.verdicts if verdict.result is GateResult.FAIL]
    first = "nobody can approve it. Read the card, change what the model reads, whom it scores or what it foresees, and train"
    if any(gate.kind not in EXCEPTABLE for gate in failed):
        return f"{first}."
    proposed = "; ".join(f"tenure exception propose {digest} {gate.name} --reason '…'" for gate in failed)
    return f"{first}; or, where no training mends it, let the gate fail for a time: {proposed}"


def _tell_of_catalogue(workplace: Workplace, spec: Model, run_id: str) -> None:
    """Say that MLflow shows nothing of it, where it does not, and what mends that."""
    from assets.candidate import STAGE
    from home.catalogue import NOT_SHOWN
    from pipelines.io import record_of

    stage = (workplace.project.name, spec.name, STAGE)
    shown = str(record_of(workplace.settings.lanes, workplace.at_rest, stage, run_id).get("mlflow", ""))
    if shown.startswith(NOT_SHOWN):
        typer.secho(f"  {shown}", err=True, fg=typer.colors.YELLOW)


def catalogue(project: ProjectName = None) -> None:
    """Show in MLflow what was trained or promoted while it could not be used; what is there already stays as it is."""
    from home.catalogue import show_all

    workplace = open_workplace(project)
    with at_work("Showing every candidate in MLflow"):
        shown = tuple(show_all(workplace))
    for version in shown:
        say(f"{version.model} version {version.version}")


class CardFormat(StrEnum):
    """What a card is written as."""

    HTML = "html"
    MARKDOWN = "markdown"
    JSON = "json"
    PDF = "pdf"
    SAGEMAKER = "sagemaker"
    HUGGINGFACE = "huggingface"


def card(
    project: ProjectName = None,
    model: ModelName = None,
    candidate: Annotated[str | None, typer.Option(help="Digest of a candidate; by default the champion.")] = None,
    form: Annotated[CardFormat, typer.Option("--format", help="What to write it as.")] = CardFormat.HTML,
    markdown: Annotated[bool, typer.Option("--markdown", help="The same as --format markdown.")] = False,
    output: Annotated[
        Path | None, typer.Option(help="The file to write; by default text is printed and pages go to reports.")
    ] = None,
) -> None:
    """Write a card as it stands now: a page, or what another catalogue reads."""
    from home.card_page import card_now

    workplace = open_workplace(project)
    if model is None and candidate is None:
        raise PromotionError("Name a --model for its champion's card, or a --candidate by its digest.")
    digest = candidate or workplace.promotions.champion_record(workplace.project.name, str(model)).package_digest
    with at_work("Writing the card"):
        written = _write(workplace, card_now(workplace, digest), CardFormat.MARKDOWN if markdown else form, output)
    say(written)


def _write(workplace: Workplace, now: "CardNow", form: CardFormat, output: Path | None) -> str:
    """Write a card in one form; return what it says, or where it is."""
    from adapters.printing import print_page
    from home.card_page import write_card

    if form is CardFormat.HTML and output is None:
        return str(write_card(workplace, now))
    if form is CardFormat.PDF:
        return str(print_page(now.page, output or write_card(workplace, now).with_suffix(".pdf")))
    text = _as_text(workplace, now, form)
    return text if output is None else str(write_whole(output, text))


def _as_text(workplace: Workplace, now: "CardNow", form: CardFormat) -> str:
    """A card in one of the forms that are text."""
    from home.card_page import content_now
    from model_cards.exports import huggingface, plain, sagemaker
    from model_cards.markdown import render_markdown

    if form is CardFormat.HTML:
        return now.page
    content = content_now(workplace, now)
    if form is CardFormat.MARKDOWN:
        return render_markdown(content, now.standing)
    if form is CardFormat.HUGGINGFACE:
        return huggingface.export(content, now.standing)
    export = plain.export if form is CardFormat.JSON else sagemaker.export
    return json.dumps(export(content, now.standing), indent=1, ensure_ascii=False)
