"""Signing keys of people: `tenure keys new`, `list`, and `open` and `close` for the life of a terminal."""

import os
import resource
import tempfile
import time
from pathlib import Path
from typing import Annotated

import typer
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from adapters.settings import load_settings
from cli.passphrases import passphrase
from cli.places import say
from governance.records.trust_root import DEMO_PREFIX
from governance.stores.key_session import close_session, find_session, serve
from governance.stores.key_store import KeyStore
from tenure.errors import SigningKeyError


def add_to(app: typer.Typer) -> None:
    """Add the commands."""
    group = typer.Typer(no_args_is_help=True, help="Signing keys: encrypted files, one for each person or service.")
    group.command("new")(new)
    group.command("list")(list_keys)
    group.command("open")(open_key)
    group.command("close")(close_key)
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
        f"that it is yours; they add it: tenure trust add-reviewer (or add-engineer, add-auditor) {name} {public[:8]}…",
        err=True,
    )


def open_key(
    name: Annotated[str, typer.Argument(help="Your staff id, the name of your key.")],
    hours: Annotated[float, typer.Option(min=0.1, max=24, help="After how many hours it closes by itself.")] = 8,
) -> None:
    """Hold your key open until this terminal closes: eval "$(tenure keys open NAME)"."""
    settings = load_settings()
    key = KeyStore(settings.keys).load(name, passphrase(settings, name))
    path = Path(tempfile.mkdtemp(prefix="tenure-key-")) / "key"
    terminal = os.getsid(0)
    if os.fork() == 0:
        _hold(path, name, key, terminal, time.monotonic() + hours * 3600)
    while not path.exists():
        time.sleep(0.01)
    say(f"export TENURE_SESSION={path}")
    typer.echo(f"The key of {name} is open for this terminal, {hours:g} hours at most; tenure keys close ends it.", err=True)


def close_key() -> None:
    """Close the key that is open for this terminal."""
    path = load_settings().session
    if path is None or find_session(path) is None:
        say("No key is open for this terminal.")
        return
    close_session(path)
    say("The key is closed.")


def _hold(path: Path, name: str, key: Ed25519PrivateKey, terminal: int, until: float) -> None:
    """Be the process that holds the key: apart from the command, without its terminal's streams, never dumped to a disk."""
    os.setsid()
    nothing = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):
        os.dup2(nothing, stream)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    try:
        serve(path, name, key, until=until, is_wanted=lambda: _is_alive(terminal))
        path.parent.rmdir()
    finally:
        os._exit(0)


def _is_alive(process: int) -> bool:
    """Whether a process is there."""
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def list_keys() -> None:
    """Name the keys in TENURE_KEYS."""
    for name in KeyStore(load_settings().keys).names():
        say(name)
