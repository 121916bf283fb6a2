"""What a model is fitted with: code, lock file, Python, packages and their licences; and what the process used."""

import hashlib
import platform
import resource
import subprocess
import sys
from importlib import metadata

from adapters.bill import bill_of_materials, licence_of
from adapters.settings import REPOSITORY
from tenure.evidence import EnvironmentFacts

LOCK = "requirements.lock"
# The packages whose behaviour decides what a model says.
PACKAGES = ("duckdb", "ibis-framework", "lifelines", "lightgbm", "numpy", "pandas", "pyarrow", "scikit-learn", "scipy")


def environment_facts() -> EnvironmentFacts:
    """Read the environment of this process."""
    lock = REPOSITORY / LOCK
    return EnvironmentFacts(
        code_commit=code_commit(),
        lock_digest=hashlib.sha256(lock.read_bytes()).hexdigest() if lock.exists() else "no lock file",
        python=platform.python_version(),
        platform=f"{platform.system()} {platform.machine()}",
        packages=tuple(
            (name, metadata.version(name), licence_of(metadata.metadata(name)) or "not declared") for name in PACKAGES
        ),
        bill=bill_of_materials().facts,
    )


def code_commit() -> str:
    """The commit of the working tree, marked when files differ from it."""
    try:
        head = _git("rev-parse", "HEAD")
        return f"{head} with uncommitted changes" if _git("status", "--porcelain", "--untracked-files=no") else head
    except (OSError, subprocess.CalledProcessError):
        return "not under version control"


def peak_memory_mb() -> float:
    """The largest resident size of this process so far, in megabytes."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / (1024 * 1024 if sys.platform == "darwin" else 1024)


def _git(*arguments: str) -> str:
    """What git says of the repository."""
    command = ["git", "-C", str(REPOSITORY), *arguments]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()  # noqa: S603
