"""Consent: `tenure consent status`, `of`, and what one person said, recorded: `object` and `record`; `receipt` reads receipts."""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Annotated

import typer

from cli.person_named import ASKS, person, read_id
from cli.places import ProjectName, open_workplace, say
from cli.progress import at_work
from home.looked_up import note_look
from home.pseudonyms import were_erased
from home.workplace import Workplace
from tenure.consent.recorded import Statement
from tenure.consent.rule import Said, State, allows, in_words
from tenure.contracts import Source
from tenure.errors import ConsentError
from tenure.history.nouns import counted
from tenure.purposes import Basis
from tenure.timeline import parse_day

CustomerId = Annotated[str, typer.Argument(help=f"The customer's id as in `customer_id`; {ASKS}", callback=read_id)]
Purposes = Annotated[list[str], typer.Option("--purpose", help="The purpose; may be given several times.")]
Evidence = Annotated[str, typer.Option("--evidence", "--reason", help="Where it is written down, in a line; it stays.")]
Happened = Annotated[
    str | None, typer.Option(help="When it was said: YYYY-MM-DD, or with a time in UTC, YYYY-MM-DDTHH:MM. By default now.")
]


def add_to(app: typer.Typer) -> None:
    """Add the commands."""
    group = typer.Typer(no_args_is_help=True, help="Consent: who gave, withdrew or objected, and what a run goes by.")
    group.command("status")(status)
    group.command("of")(of)
    group.command("object")(object_)
    group.command("record")(record)
    group.command("receipt")(receipt)
    group.command("publish")(publish)
    app.add_typer(group, name="consent")


def status(
    day: Annotated[str | None, typer.Option(help="As of which day (YYYY-MM-DD); by default as known now.")] = None,
    project: ProjectName = None,
) -> None:
    """Say how many customers stand in which way to each purpose, in tens, and which models go by it."""
    from provenance.consent_at_scoring import n_left_out
    from provenance.consent_seen import look
    from tenure.consent.small_cells import told

    workplace = open_workplace(project)
    with at_work("Counting"):
        found = look(workplace, as_of=parse_day(day) if day else None)
    say(f"As of {found.as_of}, from {', '.join(f'{name} {version}' for name, version in found.versions)}:")
    for one in found.by_purpose:
        counts = ", ".join(f"{told(n)} {_said_of(state)}" for state, n in one.counts.items())
        say(f"{one.purpose.name} ({one.purpose.basis}): {counts}; {told(n_left_out(one.purpose, one.counts))} may not be used.")
        say(f"  {in_words(one.purpose)}")
        if models := [spec.name for spec in workplace.project.models if workplace.project.purpose_of(spec) == one.purpose]:
            say(f"  Models that go by it: {', '.join(models)}.")
    if found.n_other_purposes:
        say(f"{told(found.n_other_purposes)} rows name a purpose that the project does not have; nothing goes by them.")


def of(
    customer_id: CustomerId,
    purpose: Annotated[str | None, typer.Option(help="Of one purpose alone.")] = None,
    day: Annotated[str | None, typer.Option(help="As of which day (YYYY-MM-DD); by default as known now.")] = None,
    project: ProjectName = None,
) -> None:
    """Show what one person said under all of their ids: when it happened, when it was known, and how they stand."""
    from provenance.consent_seen import of_person

    workplace = open_workplace(project)
    customer_id = person(workplace, customer_id)
    note_look(workplace, "tenure consent of", customer_id)
    if were_erased(workplace, [customer_id]):
        say("That person was erased: nothing is kept of them, and nothing of them may be used. What comes of them is not landed.")
        return
    found = of_person(workplace, customer_id, purpose=purpose, as_of=parse_day(day) if day else None)
    for event in found.events:
        evidence = f"; {event.evidence}" if event.evidence else ""
        say(
            f"{event.happened_at:%Y-%m-%d %H:%M} UTC, known {event.known_at:%Y-%m-%d %H:%M}: {event.purpose} "
            f"{_of_said(event.said)}{evidence}"
        )
    if not found.events:
        say("Nothing is recorded of that person.")
    for one, stands in found.standings:
        since = f" since {stands.since:%Y-%m-%d %H:%M} UTC" if stands.since else ""
        use = "may be used" if allows(one, stands.state) else "may not be used"
        say(f"As of {found.as_of}: {one.name}: {_said_of(stands.state)}{since}; {use}.")


def object_(
    customer_id: CustomerId, purpose: Purposes, evidence: Evidence, happened: Happened = None, project: ProjectName = None
) -> None:
    """Record that a person objects: from the next run on they are not scored, and exports made from now on leave them out."""
    _record(open_workplace(project), customer_id, purpose, Said.OBJECTED, happened, evidence)


def record(
    customer_id: CustomerId,
    said: Annotated[Said, typer.Argument(help="What they said.")],
    purpose: Purposes,
    evidence: Evidence,
    happened: Happened = None,
    project: ProjectName = None,
) -> None:
    """Record anything that a person said of a purpose, or that an objection was refused with reasons."""
    _record(open_workplace(project), customer_id, purpose, said, happened, evidence)


def receipt(
    files: Annotated[list[Path], typer.Argument(help="Consent receipts, JSON of ISO/IEC TS 27560.", exists=True, dir_okay=False)],
    project: ProjectName = None,
) -> None:
    """Take up consent receipts: what each says of each purpose is recorded, with the receipt's number as evidence."""
    from tenure.consent.receipt import read_receipt

    workplace = open_workplace(project)
    known = [purpose.name for purpose in workplace.project.purposes]
    statements = [one for file in files for one in read_receipt(file.read_bytes(), name=file.name, purposes=known)]
    _land(workplace, statements)


def publish(
    out: Annotated[Path, typer.Option(help="The file to write: .csv.", dir_okay=False)],
    epsilon: Annotated[float, typer.Option(help="How much of the budget it may cost; less is noisier.")] = 0.1,
    project: ProjectName = None,
) -> None:
    """Write how many stand in which way to each purpose, with noise (differential privacy), within the company's budget."""
    from adapters.whole_files import write_whole
    from provenance.consent_published import publish as published

    if out.exists():
        raise ConsentError(f"{out} is there already; name a file that is not, for another look costs anew.")
    workplace = open_workplace(project)
    with at_work("Counting"):
        found = published(workplace, epsilon=epsilon)
    lines = ["as_of,purpose,stands,customers", *(f"{found.as_of},{name},{state},{n}" for name, state, n in found.counts)]
    write_whole(out, "\n".join(lines) + "\n")
    say(f"{len(found.counts)} counts with noise, epsilon {found.epsilon:g}, in {out}. {found.left:g} of the budget is left.")


def _record(
    workplace: Workplace, customer_id: str, purposes: Sequence[str], said: Said, happened: str | None, evidence: str
) -> None:
    """Record statements of one person."""
    from provenance.consent_recorded import stated

    at = _moment(happened) if happened else None
    _land(workplace, stated(workplace, customer_id, purposes, said, happened_at=at, evidence=evidence))


def _land(workplace: Workplace, statements: Sequence[Statement]) -> None:
    """Have statements landed, and say what follows."""
    from provenance.consent_recorded import record as recorded
    from provenance.consent_seen import unknown

    with at_work("Recording"):
        found = recorded(workplace, statements, land=_landed)
    n = counted(len(found.statements), "statement", "statements")
    say(f"Recorded: {n}, in batch {found.known_on}, receipt {found.receipt.sha256[:12]}.")
    if lost := len(unknown(workplace, {person(workplace, one.customer_id) for one in statements})):
        typer.secho(
            f"{counted(lost, 'id', 'ids')} of these {'is' if lost == 1 else 'are'} nobody's who has features on the last day. "
            "It counts all the same, also should they come later; look whether an id was mistyped.",
            err=True,
            fg=typer.colors.YELLOW,
        )
    say("The next run goes by it, of whichever day; what was delivered stays. Exports made from now on go by it too.")
    named = {one.purpose for one in statements if one.said is Said.WITHDRAWN}
    for purpose in (one for one in workplace.project.purposes if one.name in named and one.basis is not Basis.CONSENT):
        say(
            f"{purpose.name} rests on {purpose.basis}, which needs no consent, so a withdrawal leaves nobody out of it. Whoever "
            "wants to be left alone objects: tenure consent object."
        )


def _landed(workplace: Workplace, source: Source, days: Sequence[date]) -> None:
    """Land and judge batches, as the daily run does."""
    from assets.raw import land
    from assets.validated import judge_and_write

    land(workplace, source, days)
    validation, _ = judge_and_write(workplace, source, days)
    if validation.withheld_days:
        raise ConsentError(" ".join(day.in_words for day in validation.withheld_days))


def _moment(text: str) -> datetime:
    """A day or a moment in UTC, as typed."""
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        raise ConsentError(f"Expected when it was said as YYYY-MM-DD or YYYY-MM-DDTHH:MM, found {text!r}.") from None
    return at if at.tzinfo else at.replace(tzinfo=UTC)


def _said_of(state: State) -> str:
    """A state as it stands in a sentence."""
    return "without a record" if state is State.NONE else state.value


def _of_said(said: Said) -> str:
    """What was said, in words."""
    return said.value.replace("_", " ")
