"""Exceptions to a gate: `tenure exception propose`, `sign`, `reject` and `list`."""

from typing import Annotated

import typer

from cli.passphrases import asker_id, person_key, reviewer_id
from cli.places import ModelName, ProjectName, open_workplace, say
from governance.records.approval import Verdict
from governance.rules.exceptions import ExceptionStands
from home.workplace import Workplace
from tenure.excepted import LONGEST_DAYS, USUAL_DAYS

Reason = Annotated[str, typer.Option(help="Why, in one line; it is signed and printed on the card.")]
Named = Annotated[str, typer.Argument(help="Digest of the exception, or its first 8 letters or more.")]
StaffId = Annotated[str | None, typer.Option("--as", help="Your staff id; by default the only one who may whose key is here.")]


def add_to(app: typer.Typer) -> None:
    """Add the commands."""
    group = typer.Typer(no_args_is_help=True, help="Exceptions: a gate of one model that may fail for a time, by so much.")
    group.command("propose")(propose)
    group.command("sign")(sign)
    group.command("reject")(reject)
    group.command("list")(list_exceptions)
    app.add_typer(group, name="exception")


def propose(
    digest: Annotated[str, typer.Argument(help="Digest of a candidate that fails the gate, or its first 8 letters or more.")],
    gate: Annotated[str, typer.Argument(help="The gate that it fails.")],
    reason: Reason,
    days: Annotated[int, typer.Option(min=1, max=LONGEST_DAYS, help="How long it lasts.")] = USUAL_DAYS,
    slack: Annotated[float, typer.Option(min=0.0, max=0.1, help="By how much worse the figures of the next may be.")] = 0.0,
    staff_id: StaffId = None,
    project: ProjectName = None,
) -> None:
    """Propose that a gate may fail for a time by as much as a candidate fails it; as many sign as approve a promotion."""
    workplace = open_workplace(project)
    promotions = workplace.promotions
    model, found = promotions.failing_bounds(digest, gate)
    who = asker_id(workplace, staff_id)
    made = promotions.propose_exception(
        model,
        gate,
        [bound.loosened(slack) for bound in found] if slack else found,
        reason,
        days=days,
        staff_id=who,
        key=person_key(workplace.settings, who),
    )
    _show(promotions.exception(made))
    say(f"Reviewers sign it: tenure exception sign {made[:12]} --reason '...'. Then train again: the card prints it.")


def sign(digest: Named, reason: Reason, staff_id: StaffId = None, project: ProjectName = None) -> None:
    """Sign an exception; once enough different reviewers have, it is in force until it ends."""
    _decide(open_workplace(project), digest, Verdict.APPROVE, reason, staff_id)


def reject(digest: Named, reason: Reason, staff_id: StaffId = None, project: ProjectName = None) -> None:
    """Reject an exception, also one that is in force: nothing new rests on it while a rejection stands."""
    _decide(open_workplace(project), digest, Verdict.REJECT, reason, staff_id)


def list_exceptions(model: ModelName = None, project: ProjectName = None) -> None:
    """List every exception, who signed it, and until when it lasts."""
    found = open_workplace(project).promotions.exceptions(model)
    for one in found:
        _show(one)
    if not found:
        say("No exception was proposed.")


def _decide(workplace: Workplace, digest: str, verdict: Verdict, reason: str, staff_id: str | None) -> None:
    """Show what is signed, sign it, and say where it stands."""
    promotions = workplace.promotions
    _show(promotions.exception(digest))
    who = reviewer_id(workplace, staff_id)
    key = person_key(workplace.settings, who)
    stands = promotions.decide_exception(digest, verdict, reason, staff_id=who, key=key)
    done = "signed" if verdict is Verdict.APPROVE else "rejected"
    say(f"{who} {done} it: {stands.in_words}.")


def _show(one: ExceptionStands) -> None:
    """One exception, with everything that is signed of it."""
    said = one.exception
    say(f"{one.digest[:12]} {said.project}.{said.model}, gate {said.gate}: {one.in_words}")
    for bound in said.bounds:
        say(f"  {bound.in_words}")
    say(f"  from {said.issued:%Y-%m-%d} until {said.ends:%Y-%m-%d}, proposed by {said.identity}: {said.reason}")
