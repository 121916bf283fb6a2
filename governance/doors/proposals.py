"""Proposals: a trust root on its way, which each holder of a root key signs apart, with their own file and passphrase.

A proposal is the trust root's canonical bytes in a file; beside it lies one file for each signature, named by its holder. The
files travel however people like: a signature over anything else is refused, and nothing counts before the threshold is met.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from adapters.settings import Settings
from adapters.whole_files import write_whole
from governance.doors.trust_roots import add_root, begin
from governance.records.signed_root import sign_root
from governance.records.signing import key_id, merged, read_envelope
from governance.records.trust_root import TrustRoot
from governance.stores.signed_log import SignedLog
from tenure.canonical import decode, encode
from tenure.errors import SpecError


@dataclass(frozen=True, kw_only=True)
class Proposal:
    """A trust root with the signatures that lie beside its file."""

    path: Path
    root: TrustRoot
    signatures: tuple[bytes, ...]

    @property
    def envelope(self) -> bytes:
        """All signatures over it, as one envelope."""
        return merged(self.signatures, what=f"trust root {self.root.version}")


def propose_root(path: Path, root: TrustRoot) -> Proposal:
    """Write a trust root down for its holders to sign; signatures over another that lay there go."""
    for old in _beside(path):
        old.unlink()
    write_whole(path, encode(root))
    return Proposal(path=path, root=root, signatures=())


def read_proposal(path: Path) -> Proposal:
    """A proposal with its signatures as they lie there; whether they fit is asked when it is completed.

    Raises
    ------
    SpecError: when there is no such file. RefusedError: when it is no trust root.
    """
    try:
        root = decode(TrustRoot, path.read_bytes(), what="a proposed trust root")
        signatures = tuple(beside.read_bytes() for beside in _beside(path))
    except OSError as error:
        raise SpecError(f"Expected a proposed trust root in {path}: {error.strerror}.") from None
    return Proposal(path=path, root=root, signatures=signatures)


def sign_proposal(proposal: Proposal, holder: str, key: Ed25519PrivateKey) -> Proposal:
    """Sign a proposal with one root key, and write the signature beside it.

    Raises
    ------
    RefusedError: when the trust root contradicts itself.
    """
    signature = sign_root(proposal.root, [key])
    write_whole(proposal.path.with_name(f"{proposal.path.name}.{holder}.sig"), signature)
    return read_proposal(proposal.path)


def complete(settings: Settings, proposal: Proposal, clock: Callable[[], datetime]) -> bool:
    """Put a proposal in force, if enough have signed it; False while more must.

    Raises
    ------
    RefusedError: when it does not follow the trust root in force, or a signature does not fit.
    """
    if missing(settings, proposal, clock) > 0:
        return False
    if proposal.root.version == 1:
        begin(settings, proposal.root, proposal.envelope, clock)
    else:
        add_root(settings, proposal.root, proposal.envelope, clock)
    for path in (proposal.path, *_beside(proposal.path)):
        path.unlink()
    return True


def missing(settings: Settings, proposal: Proposal, clock: Callable[[], datetime]) -> int:
    """How many holders of root keys must still sign, of the trust root in force and of the proposed one."""
    signed = {name for one in proposal.signatures for name in read_envelope(one, what="a signature of a trust root").key_ids}
    roots = (_in_force(settings, proposal.root, clock), proposal.root)
    own = [{key_id(bytes.fromhex(key)) for key in root.root_keys} for root in roots]
    return max(root.threshold - len(keys & signed) for root, keys in zip(roots, own, strict=True))


def _in_force(settings: Settings, root: TrustRoot, clock: Callable[[], datetime]) -> TrustRoot:
    """Whose holders decide: those of the trust root in force, or of the first one itself."""
    if root.version == 1:
        return root
    return SignedLog(settings, clock).unwitnessed().root


def _beside(path: Path) -> tuple[Path, ...]:
    """The files of signatures."""
    return tuple(sorted(path.parent.glob(f"{path.name}.*.sig")))
