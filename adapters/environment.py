"""What a model is fitted with: code, lock file, Python, packages and their licences; and what the process used."""

import hashlib
import platform
import resource
import subprocess
import sys
from importlib import metadata
from pathlib import Path

from adapters.bill import bill_of_materials, licence_of
from adapters.settings import CHECKOUT, ROOMS
from tenure.evidence import EnvironmentFacts

LOCK = "requirements.lock"
# The packages whose behaviour decides what a model says.
PACKAGES = ("duckdb", "ibis-framework", "lifelines", "lightgbm", "numpy", "pandas", "pyarrow", "scikit-learn", "scipy")


def environment_facts() -> EnvironmentFacts:
    """Read the environment of this process."""
    lock = ROOMS / LOCK
    return EnvironmentFacts(
        code_commit=code_installed(ROOMS.parent) if CHECKOUT is None else code_commit(CHECKOUT),
        lock_digest=hashlib.sha256(lock.read_bytes()).hexdigest() if lock.exists() else "no lock file",
        python=platform.python_version(),
        platform=f"{platform.system()} {platform.machine()}",
        packages=tuple(
            (name, metadata.version(name), licence_of(metadata.metadata(name)) or "not declared") for name in PACKAGES
        ),
        bill=bill_of_materials().facts,
    )


def code_commit(checkout: Path) -> str:
    """The commit of the working tree, marked when files differ from it."""
    try:
        if _git(checkout, "rev-parse", "--show-prefix"):
            return "not under version control"  # the repository around it is somebody else's
        head = _git(checkout, "rev-parse", "HEAD")
        return f"{head} with uncommitted changes" if _git(checkout, "status", "--porcelain", "--untracked-files=no") else head
    except (OSError, subprocess.CalledProcessError):
        return "not under version control"


def code_installed(folder: Path) -> str:
    """Version and digest of what is installed in a folder: installations of one wheel have one, and an edited file changes it."""
    digest = hashlib.sha256()
    for path in sorted(path for path in folder.rglob("*") if path.is_file() and path.parent.name != "__pycache__"):
        held = hashlib.sha256(path.read_bytes()).hexdigest()
        digest.update(f"{path.relative_to(folder).as_posix()} {held}\n".encode())
    return f"{metadata.version('tenure')}, files {digest.hexdigest()}"


def peak_memory_mb() -> float:
    """The largest resident size of this process so far, in megabytes."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / (1024 * 1024 if sys.platform == "darwin" else 1024)


def _git(checkout: Path, *arguments: str) -> str:
    """What git says of the repository."""
    command = ["git", "-C", str(checkout), *arguments]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()  # noqa: S603
