"""Walking back and making again: `tenure trace`, `tenure replay`, `tenure rebuild` and `tenure verify-scores`."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

from cli.person_named import ASKS, person, read_id
from cli.places import ProjectName, open_workplace, say
from cli.progress import at_work
from home.looked_up import note_look
from home.pseudonyms import resolving
from tenure.errors import TraceError
from tenure.timeline import parse_day

if TYPE_CHECKING:
    from provenance.step import Step

OneModel = Annotated[str, typer.Option("--model", "-m", help="Name of the model.")]
SIGNED_BATCHES = " The batches received are those that were signed with the delivery."
UNSIGNED = " Nobody signed this delivery, so it was held against the lake's own notes alone."
ScoredDay = Annotated[str, typer.Option(help="The scored day, YYYY-MM-DD.")]


def add_to(app: typer.Typer) -> None:
    """Add the commands."""
    app.command()(trace)
    app.command()(replay)
    app.command()(rebuild)
    app.command(name="verify-scores")(verify_scores)


def trace(
    model: OneModel,
    customer: Annotated[str, typer.Option(help=f"The customer, as `customer_id` in exported scores; {ASKS}", callback=read_id)],
    day: ScoredDay,
    steps: Annotated[bool, typer.Option("--steps", help="Show each step of the proof, not only those that do not hold.")] = False,
    project: ProjectName = None,
) -> None:
    """Say why a customer had a score, and prove it back to the bytes received. Ends with an error if a step does not hold."""
    from provenance.answer import answer

    workplace, taken = open_workplace(project), []
    customer = person(workplace, customer)
    note_look(workplace, "tenure trace", customer)
    with at_work("Looking it up"):
        found = answer(workplace, model, customer, parse_day(day))
    for sentence in found.sentences:
        say(sentence)
    say()
    with at_work("Proving it"):
        taken += [take() for take in found.steps_to_take]
    for number, step in enumerate(taken, start=1):
        if steps or not step.verified:
            _show(number, step)
    broken = [step.title for step in taken if not step.verified]
    more = "" if steps or broken else " Show them: --steps."
    say(f"{len(taken) - len(broken)} of {len(taken)} steps verified.{more}")
    if broken:
        _refuse(f"These do not hold: {', '.join(broken)}.")


def replay(
    model: OneModel,
    day: ScoredDay,
    sample: Annotated[int | None, typer.Option(min=1, help="Score only so many customers again; by default all.")] = None,
    project: ProjectName = None,
) -> None:
    """Make a delivered day again from the versions that it names, and compare bit for bit."""
    from provenance.replay import replay as again

    workplace = open_workplace(project)
    with at_work("Making the day again"):
        found = again(workplace, workplace.project.model(model), parse_day(day), sample=sample)
    versions = ", ".join(f"{name} {version}" for name, version in found.versions)
    say(f"{model}, {found.day}: {found.n_rows} of {found.n_delivered} scores made again by model {found.model_digest[:12]}")
    say(f"  from {versions}; signed by {found.signed_by or 'nobody'}")
    if not found.is_equal:
        _refuse("Not what was delivered: " + "; ".join(found.differences) + ".")
    if found.are_features_kept:
        say("  of the features that were kept, as they were signed: they are defined otherwise by now, and were not made again")
    if found.n_erased:
        say(f"  {found.n_erased} more were erased since, as the log says")
    nearly = f"Equal but for the last digits in {found.n_last_digits} rows, as another processor makes them."
    say((nearly if found.n_last_digits else "Equal to the bit.") + (SIGNED_BATCHES if found.signed_by else UNSIGNED))


def rebuild(
    model: OneModel,
    candidate: Annotated[str | None, typer.Option(help="Digest of a candidate; by default the champion.")] = None,
    from_raw: Annotated[bool, typer.Option("--from-raw", help="Begin with the bytes received, not with the lake.")] = False,
    project: ProjectName = None,
) -> None:
    """Make features again and train again from what a model's evidence names, and compare its predictions."""
    from provenance.rebuild import rebuild as again

    workplace = open_workplace(project)
    spec = workplace.project.model(model)
    package = (
        workplace.packages.candidate(candidate) if candidate else workplace.promotions.champion(workplace.project.name, model)
    )
    with at_work("Training again"):
        found = again(workplace, spec, package, from_raw=from_raw)
    for line in (*found.circumstances, *filter(None, [found.erased])):
        say(f"  otherwise today: {line}")
    say(
        f"{model}: {found.n_equal_predictions} of {found.n_rows} predictions of {found.package_digest[:12]} are equal to the bit."
    )
    if not found.is_equal:
        why = f" It is trained of other rows: {found.erased}." if found.erased else ""
        _refuse(f"Not the same model: {'; '.join(found.differences)}; at most {found.largest_difference:.2g} apart.{why}")
    say("The model has the same digest." if found.is_same_model else "Its files differ all the same: its digest is another one.")


def verify_scores(
    file: Annotated[Path, typer.Argument(help="A file that `tenure export scores` wrote.", exists=True, dir_okay=False)],
    model: OneModel,
    day: ScoredDay,
    project: ProjectName = None,
) -> None:
    """Say whether an exported file is, byte for byte, what was delivered and signed that day."""
    from provenance.consent_at_export import left_out_since
    from provenance.delivered import open_day
    from provenance.score_export import about_scores, deliveries
    from provenance.score_step import signature

    workplace = open_workplace(project)
    with at_work("Holding the file against the day"):
        delivered = open_day(workplace, workplace.project.model(model), parse_day(day))
        about = about_scores(delivered)
        left_out = left_out_since(delivered, delivered.rows)
        known = deliveries(
            workplace.lake,
            delivered.table.name,
            parse_day(day),
            file.suffix,
            about,
            left_out,
            stands=delivered.stands,
            erased=delivered.erased_in_words,
            resolved=resolving(workplace),
        )
        try:
            version = known.check(file.name, workplace.at_rest.read(file))
        except TraceError as error:
            _refuse(str(error))
        is_signed, signed = signature(delivered)
    if not is_signed:
        _refuse(f"{file.name} is what the lake holds for {day}, byte for byte (version {version}), but: {signed}")
    say(f"{file.name} is what was delivered for {day}, byte for byte (version {version}). {signed}")


def _show(number: int, step: "Step") -> None:
    """One step of the walk."""
    at = f"  {step.at:%Y-%m-%d %H:%M} UTC" if step.at else ""
    digest = f"  {step.digest[:12]}" if step.digest else ""
    mark = typer.style("verified", fg=typer.colors.GREEN) if step.verified else typer.style("NOT VERIFIED", fg=typer.colors.RED)
    say(f"{number:2}. {step.title}: {mark}{at}{digest}")
    say(f"    {step.words}")
    if step.link:
        say(f"    see: {step.link}")


def _refuse(text: str) -> NoReturn:
    """Say what does not hold, and end with an error."""
    typer.secho(text, err=True, fg=typer.colors.RED)
    raise typer.Exit(1)
