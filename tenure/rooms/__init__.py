"""The way into the rooms around the core, for Tenure's own processes: to import this package is to enter.

In an environment with other packages only `tenure` is a name of ours. The rooms (`adapters`, `home`, `review` …) lie below this
folder in an installation, and beside the core in a checkout. A process that enters finds these names there, whatever else is
installed or lies in the folder it runs in; one that imports the core alone never does, and its own `home` stays its own.
So whatever starts a process names its module by this package: `tenure.rooms.cli.main`, `tenure.rooms.pipelines.location`.

A finder, not an entry of `sys.path`: Dagster puts that back as it was once it has loaded a location.
"""

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder
from pathlib import Path

from tenure.room_names import NAMES

_HERE = Path(__file__).resolve().parent
# What an installation has below this folder, a checkout has beside the core.
FOLDER = _HERE if (_HERE / "cli").is_dir() else _HERE.parents[1]


@dataclass(frozen=True)
class _Rooms(MetaPathFinder):
    """Finds the rooms, and nothing else, in one folder."""

    folder: Path

    def find_spec(self, fullname: str, path: Sequence[str] | None, target: object = None) -> ModuleSpec | None:
        """A room where its name is asked for; what is inside it follows from there."""
        del path, target
        return PathFinder.find_spec(fullname, [str(self.folder)]) if fullname in NAMES else None


def _enter() -> None:
    """Let this process find the rooms, before anything else of their names."""
    for name in NAMES:
        held = getattr(sys.modules.get(name), "__path__", None)
        if held is not None and FOLDER / name not in (Path(each).resolve() for each in held):
            raise ImportError(
                f"This process has imported a package {name!r} from {next(iter(held), 'elsewhere')}, and Tenure has a room of "
                "that name. Let Tenure run in a process of its own: the command `tenure`, or a code location of its own."
            )
    sys.meta_path.insert(0, _Rooms(FOLDER))


_enter()
__path__ = [str(FOLDER)]
