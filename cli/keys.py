"""Signing keys of people: `tenure keys new` and `tenure keys list`."""

from typing import Annotated

import typer

from adapters.settings import load_settings
from cli.passphrases import passphrase
from cli.places import say
from governance.records.trust_root import DEMO_PREFIX
from governance.stores.key_store import KeyStore
from tenure.errors import SigningKeyError


def add_to(app: typer.Typer) -> None:
    """Add the commands."""
    group = typer.Typer(no_args_is_help=True, help="Signing keys: encrypted files, one for each person or service.")
    group.command("new")(new)
    group.command("list")(list_keys)
    app.add_typer(group, name="keys")


def new(
    name: Annotated[str, typer.Argument(help="The staff id whose key it is, such as staff-0417; never a person's name.")],
) -> None:
    """Make a signing key, encrypted by a passphrase, and print its public half for the trust root."""
    if name.startswith(DEMO_PREFIX):
        raise SigningKeyError(f"Names that begin with {DEMO_PREFIX!r} are the demonstration's. Take another.")
    settings = load_settings()
    public = KeyStore(settings.keys).new(name, passphrase(settings, f"the new key of {name}", is_new=True))
    say(public)
    typer.echo(
        f"Made {settings.keys / name}.pem. Give the line above to the holders of the root keys, and tell them by another way "
        f"that it is yours; they add it: tenure trust add-reviewer {name} {public[:8]}…",
        err=True,
    )


def list_keys() -> None:
    """Name the keys in TENURE_KEYS."""
    for name in KeyStore(load_settings().keys).names():
        say(name)
