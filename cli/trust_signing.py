"""Signing a trust root: by the root keys that are here, or apart, each holder with their own file and passphrase.

A trust root that not enough holders have signed yet waits as a proposal in the home's `trust/`: `tenure trust sign` adds to it.
"""

from collections.abc import Iterator
from pathlib import Path
from types import MappingProxyType
from typing import Annotated

import typer
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from adapters.settings import load_settings
from cli.passphrases import RootKeysOpen, passphrase, root_keys_in
from cli.places import ProjectName, open_workplace, say
from governance.doors.demonstration import ROOT_KEY, demo_key
from governance.doors.proposals import Proposal, complete, missing, propose_root, read_proposal, sign_proposal
from governance.records.trust_root import Role, TrustRoot
from governance.stores.key_store import KeyStore
from governance.stores.trust import SERVICES
from home.workplace import Workplace
from tenure.errors import SigningKeyError

RootKeys = Annotated[Path | None, typer.Option("--root-keys", help="Folder of the root keys; by default root/ in TENURE_KEYS.")]


def sign(
    file: Annotated[Path, typer.Argument(help="The proposed trust root; signatures lie beside it.")],
    holder: Annotated[
        str | None, typer.Option("--as", help="Name of your root key in TENURE_KEYS or --root-keys; none only completes it.")
    ] = None,
    root_keys: RootKeys = None,
    project: ProjectName = None,
) -> None:
    """Sign a proposed trust root with one root key; on the server, once enough have signed, it comes into force."""
    settings = load_settings()
    proposal = read_proposal(file)
    if holder is not None:
        key = KeyStore(root_keys or settings.keys).load(holder, passphrase(settings, holder))
        proposal = sign_proposal(proposal, holder, key)
        say(f"{holder} signed trust root {proposal.root.version}: {file}.{holder}.sig")
    # The log is kept where its key is; a holder's own machine only signs.
    if SERVICES[Role.LOG] not in KeyStore(settings.keys).names():
        say(f"Take {file.name}.*.sig to the server, beside {file.name}; there: tenure trust sign {file.name}.")
        return
    _complete(open_workplace(project), proposal)


def put_in_force(
    workplace: Workplace, root: TrustRoot, root_keys: Path | None, opened: RootKeysOpen = MappingProxyType({})
) -> bool:
    """Sign with the root keys that are here, and put it in force; where they are not enough, it waits for the others."""
    folder = root_keys or workplace.settings.keys / "root"
    if root_keys is not None and not KeyStore(folder).names():
        raise SigningKeyError(f"Expected root keys in {folder}, found none. Name the folder that holds them: --root-keys.")
    return sign_by_those_here(workplace, root, folder, opened)


def sign_by_those_here(workplace: Workplace, root: TrustRoot, folder: Path | None, opened: RootKeysOpen) -> bool:
    """Propose a trust root and sign it with the root keys in a folder, if any; returns whether it is in force."""
    settings = workplace.settings
    proposal = propose_root(settings.trust / f"root-{root.version}.json", root)
    for name, key in _keys_here(workplace, root, folder, opened):
        proposal = sign_proposal(proposal, name, key)
        if missing(settings, proposal, workplace.clock) <= 0:
            break
    return _complete(workplace, proposal)


def _keys_here(
    workplace: Workplace, root: TrustRoot, folder: Path | None, opened: RootKeysOpen
) -> Iterator[tuple[str, Ed25519PrivateKey]]:
    """The root keys in a folder; a demonstration's lies open beside its passphrase."""
    settings = workplace.settings
    if root.is_demo and ROOT_KEY in KeyStore(settings.keys).names():
        yield ROOT_KEY, demo_key(settings, ROOT_KEY)
    elif folder is not None:
        yield from root_keys_in(settings, folder, opened)


def _complete(workplace: Workplace, proposal: Proposal) -> bool:
    """Put a proposal in force if enough have signed, and say which it is."""
    settings, root = workplace.settings, proposal.root
    if not complete(settings, proposal, workplace.clock):
        n_missing = missing(settings, proposal, workplace.clock)
        say(f"Trust root {root.version} is proposed: {proposal.path}. {n_missing} more holders of root keys sign it, each with")
        say(f"  tenure trust sign {proposal.path} --as NAME_OF_THEIR_KEY, here or on a machine of their own.")
        return False
    say(f"Trust root {root.version}: {root.digest}")
    if settings.trust_root_named:
        say("  TENURE_TRUST_ROOT names an earlier one; set it to this digest.")
    return True
