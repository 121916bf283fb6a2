"""The model package: named bytes, a canonical manifest of them, and the digests by which everything else refers to them.

One thing is known of the content: `model/` holds the model's native files. What else there is, `governance/rules/policy.py` says.
Where packages are kept is `governance/stores/package_store.py`; who serves is `verify.py`.
"""

import hashlib
import json
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

import rfc8785

from tenure.errors import PackageError

MANIFEST_NAME = "manifest.json"
MODEL_FOLDER = "model/"
FORMAT_VERSION = 1


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One file of a package: its path, its size in bytes and the SHA-256 of its content in lower-case hex."""

    path: str
    n_bytes: int
    sha256: str


@dataclass(frozen=True, kw_only=True)
class Manifest:
    """The files of a package, sorted by path; equal files give equal bytes, and so one digest."""

    entries: tuple[Entry, ...]

    @property
    def canonical(self) -> bytes:
        """The manifest as RFC 8785 canonical JSON, the only spelling that is accepted."""
        entries: list[Mapping[str, str | int]] = [{"path": e.path, "bytes": e.n_bytes, "sha256": e.sha256} for e in self.entries]
        return rfc8785.dumps({"format": FORMAT_VERSION, "entries": entries})

    @property
    def digest(self) -> str:
        """SHA-256 of the canonical bytes, in lower-case hex."""
        return hashlib.sha256(self.canonical).hexdigest()


@dataclass(frozen=True, kw_only=True)
class Package:
    """Files whose bytes have been checked against their manifest; made by `seal` or `verify` alone.

    `digest` covers every file, so the card and the evidence too; `model_digest` covers `model/` and is what score rows name.
    """

    digest: str
    model_digest: str
    files: Mapping[str, bytes] = field(repr=False, compare=False)

    def file(self, path: str) -> bytes:
        """Return the content of one file.

        Raises
        ------
        PackageError: when the package holds no such file.
        """
        try:
            return self.files[path]
        except KeyError:
            raise PackageError(
                f"Expected {path!r} in package {self.digest[:12]}, found {sorted(self.files)}. Train the model again: "
                "the package was written by another version or left incomplete."
            ) from None

    @property
    def model_files(self) -> Mapping[str, bytes]:
        """The model's native files, by path below `model/`."""
        return {path.removeprefix(MODEL_FOLDER): self.files[path] for path in self.files if path.startswith(MODEL_FOLDER)}


def build_manifest(files: Mapping[str, bytes]) -> Manifest:
    """List files by path, size and content.

    Raises
    ------
    PackageError: for a path that is absolute, climbs, is not in Unicode NFC, or meets another after case folding.
    """
    _check_paths(tuple(files))
    entries = (Entry(path=path, n_bytes=len(files[path]), sha256=_sha256(files[path])) for path in sorted(files))
    return Manifest(entries=tuple(entries))


def model_digest(files: Mapping[str, bytes]) -> str:
    """Digest of the model alone: that of the manifest of the files under `model/`, paths included."""
    model_files = {path: content for path, content in files.items() if path.startswith(MODEL_FOLDER)}
    if not model_files:
        raise PackageError(f"Expected the model's native files under {MODEL_FOLDER!r}, found {sorted(files)}. Add them.")
    return build_manifest(model_files).digest


def seal(files: Mapping[str, bytes]) -> Package:
    """Make a package of files that have just been written by training."""
    kept = MappingProxyType({path: files[path] for path in sorted(files)})
    return Package(digest=build_manifest(kept).digest, model_digest=model_digest(kept), files=kept)


def verify(files: Mapping[str, bytes], manifest_bytes: bytes) -> Package:
    """Check files against a manifest and return them as a package.

    Parameters
    ----------
    files: everything that was found beside the manifest, by path with forward slashes.
    manifest_bytes: the manifest exactly as stored. Whoever knows the package's digest compares it with
        `Package.digest` of the result, or hashes these bytes first.

    Raises
    ------
    PackageError: when the manifest is not canonical, or a file is unlisted, missing or not what the manifest says.
    """
    manifest = read_manifest(manifest_bytes)
    listed = {entry.path: entry for entry in manifest.entries}
    unlisted, missing = sorted(set(files) - set(listed)), sorted(set(listed) - set(files))
    if unlisted or missing:
        raise PackageError(
            f"Package {manifest.digest[:12]} and its manifest list different files: unlisted {unlisted}, missing {missing}. "
            "Do not use it; restore the package from a backup, or train again."
        )
    changed = sorted(path for path, entry in listed.items() if not _is(files[path], entry))
    if changed:
        raise PackageError(
            f"Package {manifest.digest[:12]}: the content of {changed} is not what the manifest says. "
            "Do not use it; restore the package from a backup, or train again."
        )
    return seal(files)


def read_manifest(manifest_bytes: bytes) -> Manifest:
    """Read a manifest, accepting its canonical spelling alone."""
    try:
        content = json.loads(manifest_bytes)
        # Conversion changes what is of another type, so that its canonical spelling no longer equals the bytes.
        entries = tuple(Entry(path=str(e["path"]), n_bytes=int(e["bytes"]), sha256=str(e["sha256"])) for e in content["entries"])
        manifest = Manifest(entries=entries)
        is_canonical = manifest.canonical == manifest_bytes
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise PackageError(
            f"Expected a manifest of format {FORMAT_VERSION}, found something else ({type(error).__name__}). Train again."
        ) from error
    paths = [entry.path for entry in entries]
    _check_paths(tuple(paths))
    if not is_canonical or paths != sorted(paths):
        raise PackageError(
            f"Expected the manifest of format {FORMAT_VERSION} in RFC 8785 canonical JSON with sorted paths, found other bytes "
            "of like meaning. It was edited or written by another tool: restore the package, or train again."
        )
    return manifest


def _is(content: bytes, entry: Entry) -> bool:
    """Whether the content has the size and digest of its entry."""
    return len(content) == entry.n_bytes and _sha256(content) == entry.sha256


def _sha256(content: bytes) -> str:
    """Hash content, as lower-case hex."""
    return hashlib.sha256(content).hexdigest()


def _check_paths(paths: tuple[str, ...]) -> None:
    """Refuse paths that could leave the package's folder, or that some file system would take for one another."""
    for path in paths:
        fault = _fault(path)
        if fault:
            raise PackageError(f"A package cannot hold a file at {path!r}: {fault}. Rename the file.")
    folded = [path.casefold() for path in paths]
    # NFC again after folding, for folding can take a composed letter apart.
    names = [unicodedata.normalize("NFC", name) for name in folded]
    clashing = sorted({path for path, name in zip(paths, names, strict=True) if names.count(name) > 1})
    if clashing:
        raise PackageError(f"The paths {clashing} are one file on a file system that ignores case. Rename all but one.")
    for path, name in zip(paths, names, strict=True):
        if any(other.startswith(f"{name}/") for other in names):
            raise PackageError(f"A package cannot hold {path!r} both as a file and as a folder. Rename one.")


def _fault(path: str) -> str:
    """Say what is wrong with a path, or nothing."""
    if not isinstance(path, str):
        return "a path is text"
    if not path.isprintable() or "\\" in path or ":" in path:
        return "it holds a backslash, a colon or an unprintable character"
    if any(part in ("", ".", "..") for part in path.split("/")):
        return "it must be relative, without empty, '.' or '..' parts"
    if unicodedata.normalize("NFC", path) != path:
        return "it is not in Unicode NFC"
    return "that name is kept for the manifest" if path.casefold() == MANIFEST_NAME else ""
