"""Tenure installed from a wheel, among packages and in a folder that have its rooms' names."""

import shutil
import subprocess
import sys
import sysconfig
import venv
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest
import yaml

from adapters.settings import ROOMS
from tests.written_shop import write_exports

pytestmark = pytest.mark.slow

ROOM_NAMES = sorted(
    path.parent.name for path in ROOMS.glob("*/__init__.py") if path.parent.name not in ("benchmarks", "tenure", "tests")
)
FOREIGN = ("home", "assets", "cli", "review", "adapters", "projects", "tests")


@dataclass(frozen=True, kw_only=True)
class Installation:
    """An environment of somebody else, and a folder that they work in."""

    environment: Path
    folder: Path

    @property
    def packages(self) -> Path:
        """Where packages are installed."""
        return next((self.environment / "lib").glob("python*")) / "site-packages"

    def run(self, program: str, *arguments: str, code: int = 0) -> str:
        """What a program of the environment prints, started in the folder."""
        passphrase = self.folder / ".passphrase"
        passphrase.write_text("a few good words of mine\n")
        passphrase.chmod(0o600)
        paths = {"HOME": str(self.folder), "TENURE_HOME": str(self.folder / "state"), "PATH": "/usr/bin:/bin"}
        paths["TENURE_PASSPHRASE_FILE"] = str(passphrase)
        command = [str(self.environment / "bin" / program), *arguments]
        done = subprocess.run(command, cwd=self.folder, env=paths, capture_output=True, text=True, timeout=300)
        assert done.returncode == code, done.stdout[-1000:] + done.stderr[-3000:]
        return done.stdout

    def held(self) -> set[str]:
        """Every file of the environment, but what Python compiles."""
        found = (path for path in self.environment.rglob("*") if path.is_file() and path.parent.name != "__pycache__")
        return {f"{path.relative_to(self.environment)} {path.stat().st_size}" for path in found}


def pip(*arguments: object) -> None:
    """Run pip without any index."""
    command: Sequence[str] = [sys.executable, "-m", "pip", "--quiet", *map(str, arguments)]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def write_foreign(folder: Path) -> None:
    """Packages of our rooms' names that are somebody else's."""
    for name in FOREIGN:
        (folder / name).mkdir()
        (folder / name / "__init__.py").write_text(f"WHOSE = {str(folder)!r}\n")


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Installation:
    """The wheel in an environment that has the libraries of this one, and packages of its own."""
    folder = tmp_path_factory.mktemp("wheel")
    sources, environment, work = folder / "sources", folder / "environment", folder / "work"
    shutil.copytree(ROOMS, sources, ignore=shutil.ignore_patterns(".*", "tests", "docs", "build", "__pycache__", "*.egg-info"))
    pip("wheel", "--no-build-isolation", "--no-deps", "--no-index", "--wheel-dir", folder, sources)
    venv.create(environment)
    work.mkdir()
    made = Installation(environment=environment, folder=work)
    pip("--python", environment, "install", "--no-deps", "--no-index", "--no-compile", *folder.glob("tenure-*.whl"))
    # The libraries are this environment's; its own entries of `.pth` are not read from there, so neither is its checkout.
    (made.packages / "libraries.pth").write_text(sysconfig.get_path("purelib") + "\n")
    write_foreign(made.packages)
    write_foreign(work)
    return made


def test_an_environment_gets_one_name_of_ours(installed: Installation) -> None:
    """Everything else lies below it, each room of the repository and no other."""
    ours = {path.name for path in installed.packages.iterdir()} - {*FOREIGN, "libraries.pth", "__pycache__"}
    below = {path.parent.name for path in (installed.packages / "tenure" / "rooms").glob("*/__init__.py")}

    assert {name for name in ours if not name.endswith(".dist-info")} == {"tenure"}
    assert below == set(ROOM_NAMES)
    assert not (installed.packages / "tenure" / "tests").exists()


def test_it_carries_what_is_not_python(installed: Installation) -> None:
    """Templates, styles and words: all that a room's folder holds."""
    missing = [
        f"{room}/{path.relative_to(ROOMS / room)}"
        for room in ROOM_NAMES
        for path in (ROOMS / room).rglob("*")
        if path.is_file() and path.suffix != ".pyc"
        if not (installed.packages / "tenure" / "rooms" / room / path.relative_to(ROOMS / room)).is_file()
    ]

    assert missing == []


def test_the_core_leaves_names_alone(installed: Installation) -> None:
    """Whoever imports it in a program of their own goes on importing their own `home`; entering the rooms there is refused."""
    asks = (
        "import sys, tenure.loading, tenure.challenger, home, review\n"
        "print(home.WHOSE)\n"
        "try:\n    import tenure.rooms\nexcept ImportError as error:\n    print(error)\n"
    )
    whose, refusal = installed.run("python", "-c", asks).splitlines()

    assert whose == str(installed.folder)
    assert f"has imported a package 'home' from {installed.folder}/home" in refusal
    assert "process of its own" in refusal


def test_it_runs_in_any_folder_and_writes_none_of_its_own(installed: Installation) -> None:
    """From files to landed days, with the definitions that `dagster dev -w` and the daemon load."""
    write_exports(installed.folder / "exports", n_days=20)
    before = installed.held()

    assert str(installed.packages) in installed.run("tenure", "--version")
    installed.run("tenure", "init", "companies/shop", "--from", "exports", "--yes", "--governance", "one")
    assert "2 things cannot work" in installed.run("tenure", "check", "--project", "companies/shop", code=1)  # of twenty days
    installed.run("tenure", "land", "--project", "companies/shop", "--from", "2020-01-02", "--to", "2020-01-06")
    assert "shop" in installed.run("tenure", "status")
    workspace = installed.folder / "state" / "dagster" / "workspace.yaml"
    asks = (
        "import os, sys\nos.environ['DAGSTER_HOME'] = os.path.dirname(sys.argv[1])\n"
        "from dagster._cli import main\nsys.argv[1:] = ['definitions', 'validate', '-w', sys.argv[1]]\nmain()"
    )
    installed.run("python", "-c", asks, str(workspace))
    assert installed.held() == before


def test_a_home_names_the_location_that_the_repository_does(installed: Installation) -> None:
    """One installation from a wheel and one from a clone serve the same."""
    held = yaml.safe_load((installed.folder / "state" / "dagster" / "workspace.yaml").read_text())

    assert held == yaml.safe_load((ROOMS / "workspace.yaml").read_text())
