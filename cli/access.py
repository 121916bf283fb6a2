"""Who looks people up, month by month, and that an auditor read it: `tenure access`."""

import json
from dataclasses import asdict
from typing import Annotated

import typer

from cli.passphrases import auditor_id, person_key
from cli.places import ProjectName, open_workplace, say
from cli.review import room_accounts
from governance.records.access_audited import check_month
from home.access_audit import AccessAudit
from home.audited_months import Month, Shown, audit_of, keep, months, shown_of
from home.workplace import Workplace
from tenure.errors import SpecError
from tenure.history.nouns import counted


def add_to(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(access)


def access(
    month: Annotated[str | None, typer.Option(help="YYYY-MM, in UTC; by default this month.")] = None,
    sign: Annotated[bool, typer.Option("--sign", help="Sign a month that is over, as an auditor.")] = False,
    remark: Annotated[str, typer.Option(help="What the auditor says of it, on one line; signed, and kept in the log.")] = "",
    who: Annotated[str | None, typer.Option("--as", help="Your staff id, where several keys are at hand.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="As JSON.")] = False,
    project: ProjectName = None,
) -> None:
    """Say who could look single people up in a month, who did, what of it was unusual, which keys and accounts are overdue.

    An auditor signs each month that is over.
    """
    workplace = open_workplace(project)
    asked = month or f"{workplace.clock():%Y-%m}"
    try:
        check_month(asked)
    except ValueError:
        raise SpecError(f"Expected a month as YYYY-MM, found {asked!r}.") from None
    accounts = room_accounts(workplace.settings, workplace.project.name)
    one = next((each for each in months(workplace) if each.month == asked), None)
    shown = shown_of(workplace, one, accounts) if one else None
    found = shown.audit if shown else audit_of(workplace, asked, accounts)
    if as_json and not sign:
        say(json.dumps({**asdict(found), "digest": found.digest}, indent=1, ensure_ascii=False))
        return
    _say(found)
    if sign:
        sign_as(workplace, found, remark, auditor_id(workplace, who))
    elif one and shown:
        _say_signed(one, shown)


def sign_as(workplace: Workplace, found: AccessAudit, remark: str, me: str) -> None:
    """Sign a month as it was shown."""
    key = person_key(workplace.settings, me)
    keep(workplace, found)
    workplace.promotions.sign_access_audit(found.month, found.digest, remark, staff_id=me, key=key)
    say(f"Signed by {me}: the access audit of {found.month}, {found.digest[:12]}.")


def _say_signed(one: Month, shown: Shown) -> None:
    """Who signed a month, and what is otherwise since."""
    for record, audited in one.signed:
        remark = f": {audited.remark}" if audited.remark else ""
        say(f"Signed by {audited.identity} on {record.at:%Y-%m-%d}, {audited.digest[:12]}{remark}")
    for line in shown.faults:
        typer.secho(line, err=True, fg=typer.colors.RED)
    if one.late_in_words:
        say(f"Not signed: {one.late_in_words}.")


def _say(found: AccessAudit) -> None:
    """The audit as text."""
    say(f"Access to single people, {found.month}")
    say("Who could:")
    for one in found.could:
        say(f"  {one.who}: {one.what}")
    if not found.could:
        say("  Nobody: no account of the room, and no trust root")
    say("  whoever runs commands as this account of the machine")
    say("Who did:")
    for each in found.did:
        by_what = ", ".join(f"{n} by {what}" for what, n in sorted(each.by_what.items()))
        handed = f", and lists of {each.n_handed:,} in all" if each.n_handed else ""
        at = f"{counted(each.n_looks, 'look', 'looks')} at {counted(each.n_people, 'person', 'people')}"
        say(f"  {each.by}: {at}{handed} ({by_what})")
    if not found.did:
        say("  nobody looked anybody up")
    for title, lines in (("Unusual:", found.unusual), ("Overdue:", found.overdue)):
        say(title)
        for line in lines or ["nothing"]:
            say(f"  {line}")
