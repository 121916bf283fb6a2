"""Purposes and sources: `tenure data list`, `propose`, `approve` and `reject`. What nobody approved neither lands nor scores."""

from collections.abc import Sequence
from typing import Annotated

import typer

from adapters.alerts import AlertKind
from cli.passphrases import asker_id, person_key, reviewer_id
from cli.places import ProjectName, open_workplace, say
from governance.records.approval import Verdict
from governance.rules.data_standing import DataStands
from home.workplace import Workplace
from tenure.errors import PromotionError

Names = Annotated[list[str] | None, typer.Argument(help="Purposes and sources by name; by default all that wait.")]
Named = Annotated[list[str], typer.Argument(help="Purposes and sources by name.")]
Reason = Annotated[str, typer.Option(help="Why, in a sentence. It is signed, and stays in the log.")]
StaffId = Annotated[str | None, typer.Option("--as", help="Your staff id; by default the only one who may whose key is here.")]


def add_to(app: typer.Typer) -> None:
    """Add the commands."""
    group = typer.Typer(no_args_is_help=True, help="Purposes and sources: what data are held and used for, and who approved it.")
    group.command("list")(list_data)
    group.command("propose")(propose)
    group.command("approve")(approve)
    group.command("reject")(reject)
    app.add_typer(group, name="data")


def list_data(
    names: Annotated[
        list[str] | None, typer.Argument(help="Show these whole, as they are signed; by default all, a line each.")
    ] = None,
    project: ProjectName = None,
) -> None:
    """List every purpose and source, who approved it, what waits, and what changed since."""
    workplace = open_workplace(project)
    for one in workplace.promotions.named_data(names or ()):
        _show(one, whole=bool(names))
    if any(purpose.is_in_words for purpose in workplace.project.purposes):
        say("The purposes of project.py are words alone: they list no columns, so models are held to none. See docs/purposes.md.")


def propose(
    reason: Reason,
    names: Names = None,
    staff_id: StaffId = None,
    project: ProjectName = None,
) -> None:
    """Propose purposes and sources as they are declared now; as many reviewers approve as a promotion takes."""
    workplace = open_workplace(project)
    who = asker_id(workplace, staff_id)
    for one in workplace.promotions.named_data(names or ()):
        if one.proposed is None:
            _show(one, whole=True)
    proposed = workplace.promotions.propose_data(names or (), reason, staff_id=who, key=person_key(workplace.settings, who))
    say(f"{who} proposed {_listed(proposed)}. Reviewers approve: tenure data approve --reason '...'.")


def approve(
    reason: Reason,
    names: Names = None,
    staff_id: StaffId = None,
    project: ProjectName = None,
) -> None:
    """Approve all that waits; who may approve their own proposes and approves at once."""
    workplace = open_workplace(project)
    decide(workplace, names or (), Verdict.APPROVE, reason, staff_id)


def reject(names: Named, reason: Reason, staff_id: StaffId = None, project: ProjectName = None) -> None:
    """Reject purposes or sources, also approved ones: nothing lands or is scored by them while a rejection stands."""
    decide(open_workplace(project), names, Verdict.REJECT, reason, staff_id)


def decide(workplace: Workplace, names: Sequence[str], verdict: Verdict, reason: str, staff_id: str | None) -> None:
    """Show what is signed, sign it, and say where each stands."""
    promotions = workplace.promotions
    if not promotions.has_trust_root:
        raise PromotionError(
            "There is no trust root yet, so nobody can approve anything. Begin one: tenure trust init --alone STAFF_ID."
        )
    who = reviewer_id(workplace, staff_id)
    for one in promotions.named_data(names):
        if not one.is_approved or verdict is Verdict.REJECT:
            _show(one, whole=True)
    key = person_key(workplace.settings, who)
    decided = promotions.decide_data(names, verdict, reason, staff_id=who, key=key)
    did = "approved" if verdict is Verdict.APPROVE else "rejected"
    workplace.alert(AlertKind.DECIDED, "data", f"{who} {did} {_listed(decided)}: {reason.strip()}")
    say(f"{who} {did} {_listed(decided)}.")
    for one in decided:
        if not one.is_approved:
            say(f"  {one.declaration.called}: {one.in_words}")


def _listed(found: Sequence[DataStands]) -> str:
    """Several of them in a sentence."""
    return ", ".join(one.declaration.called for one in found)


def _show(one: DataStands, *, whole: bool) -> None:
    """One of them: where it stands, and what changed since; or all that is signed of it."""
    said = one.declaration
    say(f"{said.kind} {said.name}: {one.in_words}")
    for change in one.changes:
        say(f"  changed, {change.in_words}")
    for each in said.says if whole else ():
        for number, words in enumerate(each.words):
            say(f"  {each.about if not number else '':<17}{words}")
