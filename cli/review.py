"""The review room from the terminal: `tenure review serve`, and `tenure review account` with its commands."""

import sys
from typing import Annotated

import typer

from adapters.settings import Settings
from cli.interrupts import hand_over
from cli.places import ProjectName, open_all, open_settings, open_workplace, say
from home.access_audit import RoomAccount
from home.companies import names
from home.opened import Opened, opened
from home.workplace import utc_now
from review.access import RoomRole
from review.accounts import Accounts
from tenure.errors import AccountError, SpecError

Company = Annotated[
    str | None,
    typer.Option("--project", "-p", help="The one company where the role holds, by name; by default every one of the home."),
]
Name = Annotated[str, typer.Argument(help="Name to log in with: lower-case letters, digits, '.', '-' and '_'.")]


def add_to(app: typer.Typer) -> None:
    """Add the commands."""
    group = typer.Typer(no_args_is_help=True, help="The review room: its accounts, and serving it alone.")
    group.command("serve")(serve)
    account = typer.Typer(no_args_is_help=True, help="Who may enter the review room, and in which role.")
    account.command("new")(new_account)
    account.command("list")(list_accounts)
    account.command("password")(set_password)
    account.command("role")(set_role)
    account.command("identity")(set_identity)
    account.command("remove")(remove_account)
    group.add_typer(account, name="account")
    app.add_typer(group, name="review")


def serve(project: ProjectName = None) -> None:
    """Serve the review room of every company of the home, or of the one that is named; `tenure up` serves it with other pages."""
    import uvicorn

    from review.app import create_app
    from review.warming import warm_up

    home = opened(open_workplace(project)) if project else open_all()
    settings = home.settings
    tell_demo_accounts(home)
    app = create_app(home)
    warm_up(app.state.lobby)
    hand_over()
    # No access log: addresses hold digests and days, and who looked at what is nobody's business.
    uvicorn.run(
        app,
        host=settings.host,
        port=settings.review_port,
        log_level="warning",
        access_log=False,
        server_header=False,
        proxy_headers=False,
    )


def new_account(
    name: Name,
    role: Annotated[RoomRole, typer.Option("--role", help="What the person may do in the room.")],
    staff_id: Annotated[
        str | None, typer.Option("--staff-id", help="The person's id in the trust root and name of their key; by default NAME.")
    ] = None,
    project: Company = None,
) -> None:
    """Make an account; its password is asked for and not shown. Where a proxy logs people in, there is none."""
    settings = open_settings()
    password = None if settings.review_proxy else _asked(name)
    held = _held(settings, project)
    account = _accounts(settings).new(name, password, role=role, staff_id=staff_id, company=held)
    say(
        f"{account.name} may enter as {account.roles_in_words}."
        + ("" if password else " The proxy logs them in; no password does.")
    )


def list_accounts() -> None:
    """List who may enter."""
    for account in _accounts(open_settings()).all():
        known = f"  single sign-on {account.identity}" if account.identity else ""
        say(f"{account.name}  {account.roles_in_words}  staff id {account.staff_id}{known}")


def set_password(name: Name) -> None:
    """Give an account a new password and end its sessions."""
    _accounts(open_settings()).set_password(name, _asked(name))
    say(f"{name} has a new password; its sessions have ended.")


def set_role(
    name: Name,
    role: Annotated[RoomRole, typer.Argument(help="What the person may do in the room from now on.")],
    project: Company = None,
) -> None:
    """Give an account another role and end its sessions: in every company, or kept to those that are named."""
    settings = open_settings()
    account = _accounts(settings).change_role(name, role, company=_held(settings, project))
    say(f"{name} may enter as {account.roles_in_words}; its sessions have ended.")


def set_identity(
    name: Name,
    identity: Annotated[
        str, typer.Argument(help="What single sign-on calls the person, such as an address; '' for NAME itself.")
    ],
) -> None:
    """Say what single sign-on calls the person of an account, for a room behind a proxy that logs people in."""
    account = _accounts(open_settings()).identify(name, identity)
    say(f"A proxy lets {account.name} in as {account.identity or account.name}; no other name does.")


def remove_account(name: Name) -> None:
    """Remove an account and end its sessions; what the person signed stays in the log."""
    _accounts(open_settings()).remove(name)
    say(f"{name} may not enter any more. Their key still counts until the trust root leaves it out: tenure trust next.")


def tell_demo_accounts(home: Opened) -> None:
    """Make the demonstration's accounts, if this is one without any, and show their passwords this once."""
    from review.demonstration import demo_accounts

    passwords = demo_accounts(home.any_one, _accounts(home.settings)) if home.any_one else {}
    if not passwords:
        return
    say("Accounts of this demonstration, shown this once (tenure review account password NAME makes a new one):")
    for name, password in passwords.items():
        say(f"  {name:<16}  {password}")
    say(f"The demo reviewers' keys open with the passphrase in {home.settings.passphrase_file}.")


def room_accounts(settings: Settings, company: str) -> tuple[RoomAccount, ...]:
    """The accounts of the room as the access audit of a company tells them; none before the room was opened."""
    from review.lookers import accounts_told

    return accounts_told(_accounts(settings), company) if (settings.review / "accounts.db").exists() else ()


def _accounts(settings: Settings) -> Accounts:
    """The room's accounts: of the home, whichever companies it holds."""
    return Accounts(settings.review / "accounts.db", utc_now)


def _held(settings: Settings, company: str | None) -> str | None:
    """The company that a role is kept to, which the home must hold: of another name nobody would find the account's mistake."""
    if company is None or company in (held := names(settings)):
        return company
    raise SpecError(
        f"The home {settings.home} holds no company {company!r}, but {', '.join(sorted(held)) or 'none'}. Correct it."
    )


def _asked(name: str) -> str:
    """A new password, asked for twice at a terminal; from a pipe its first line is taken."""
    if sys.stdin.isatty():
        return str(typer.prompt(f"Password of {name}", hide_input=True, confirmation_prompt=True, err=True))
    password = sys.stdin.readline().rstrip("\n")
    if not password:
        raise AccountError(f"Expected a password for {name}: use a terminal, or pipe it in on one line.")
    return password
