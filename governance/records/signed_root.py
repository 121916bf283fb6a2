"""Trust roots as files: signed by holders of root keys, and read only where they follow the one before.

What a root says is `trust_root.py`'s.
"""

from collections.abc import Sequence

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from governance.records.signing import Envelope, key_id, read_envelope, sign, verify
from governance.records.trust_root import TrustRoot, check_root
from tenure.canonical import decode, encode
from tenure.refusals import Refusal, refused

ROOT_TYPE = "application/vnd.tenure.trust-root+json"


def sign_root(root: TrustRoot, keys: Sequence[Ed25519PrivateKey]) -> bytes:
    """Sign a trust root with root keys; for version n+1 those of version n, and new holders may sign as well."""
    check_root(root)
    return sign(encode(root), ROOT_TYPE, keys)


def read_first_root(data: bytes, *, pinned: str | None) -> TrustRoot:
    """Read version 1, known by its digest, signed by its own threshold.

    `pinned` is None where a later root is pinned instead: its chain of `previous` digests then vouches for this one.

    Raises
    ------
    RefusedError: when it is not the one that was pinned, or too few of its holders signed.
    """
    envelope, root = _read(data)
    if root.version != 1 or pinned not in (None, root.digest):
        raise refused(
            Refusal.BROKEN_ROOT_CHAIN,
            f"Expected the first trust root {(pinned or '')[:12]}, found version {root.version}, {root.digest[:12]}. "
            "Get the file from the people who signed it, and its digest by another way than the file.",
        )
    _check_signed(envelope, root, after=None)
    return root


def read_next_root(data: bytes, *, after: TrustRoot) -> TrustRoot:
    """Read version n+1: it names version n and is signed by the threshold of version n's keys, and of its own.

    Raises
    ------
    RefusedError: when it does not follow, or too few signed.
    """
    envelope, root = _read(data)
    if root.version != after.version + 1 or root.previous != after.digest or root.issued < after.issued:
        raise refused(
            Refusal.BROKEN_ROOT_CHAIN,
            f"Expected trust root {after.version + 1} to follow {after.digest[:12]}, found version {root.version} after "
            f"{(root.previous or 'none')[:12]}. One is missing or belongs to another installation: add the roots in order.",
        )
    _check_signed(envelope, root, after=after)
    return root


def _read(data: bytes) -> tuple[Envelope, TrustRoot]:
    """Take the envelope apart and read the root in it."""
    envelope = read_envelope(data, what="the trust root")
    root = decode(TrustRoot, envelope.payload, what="a trust root")
    check_root(root)
    return envelope, root


def _check_signed(envelope: Envelope, root: TrustRoot, *, after: TrustRoot | None) -> None:
    """Refuse unless the thresholds of both versions are met; every signature must fit and be of a holder of either."""
    versions = (root,) if after is None else (after, root)
    holders = {key_id(raw): raw for version in versions for raw in map(bytes.fromhex, version.root_keys)}
    verify(envelope, ROOT_TYPE, holders, what=f"trust root {root.version}")
    for version in versions:
        own = {key_id(bytes.fromhex(key)) for key in version.root_keys}
        n_signed = len(own & set(envelope.key_ids))
        if n_signed < version.threshold:
            raise refused(
                Refusal.TOO_FEW_ROOT_KEYS,
                f"Trust root {root.version} is signed by {n_signed} of the root keys of version {version.version}, which asks "
                f"for {version.threshold}. Have more of their holders sign it.",
            )
