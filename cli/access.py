"""Who looks people up: `tenure access`."""

import json
from dataclasses import asdict
from typing import Annotated

import typer

from cli.places import ProjectName, open_workplace, say
from cli.review import who_may_look
from home.access_audit import AccessAudit, audit_access
from home.looked_up import looks
from tenure.errors import SpecError
from tenure.history.nouns import counted


def add_to(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(access)


def access(
    month: Annotated[str | None, typer.Option(help="YYYY-MM, in UTC; by default this month.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="As JSON.")] = False,
    project: ProjectName = None,
) -> None:
    """Say who could look single people up in a month, who did, what of it was unusual, and which keys are overdue."""
    workplace = open_workplace(project)
    asked = month or f"{workplace.clock():%Y-%m}"
    if len(asked) != 7 or asked[4] != "-" or not asked.replace("-", "").isdigit():
        raise SpecError(f"Expected a month as YYYY-MM, found {asked!r}.")
    found = audit_access(
        [look for look in looks(workplace.settings) if look.project == workplace.project.name],
        month=asked,
        accounts=who_may_look(workplace.settings, workplace.project.name),
        root=workplace.promotions.ledger().root if workplace.promotions.has_trust_root else None,
        now=workplace.clock(),
    )
    if as_json:
        say(json.dumps(asdict(found), indent=1, ensure_ascii=False))
    else:
        _say(found)


def _say(found: AccessAudit) -> None:
    """The audit as text."""
    say(f"Access to single people, {found.month}")
    say("Who could:")
    for who, what in found.could or [("Nobody", "no account of the room, and no trust root")]:
        say(f"  {who}: {what}")
    say("  whoever runs commands as this account of the machine")
    say("Who did:")
    for one in found.did:
        by_what = ", ".join(f"{n} by {what}" for what, n in sorted(one.by_what.items()))
        say(f"  {one.by}: {counted(one.n_looks, 'look', 'looks')} at {counted(one.n_people, 'person', 'people')} ({by_what})")
    if not found.did:
        say("  nobody looked anybody up")
    for title, lines in (("Unusual:", found.unusual), ("Overdue:", found.overdue)):
        say(title)
        for line in lines or ["nothing"]:
            say(f"  {line}")
