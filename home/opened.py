"""The companies of a home, each opened as a workplace; one that cannot be is said, and takes none of the others with it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from adapters.project_folders import load_folder
from adapters.settings import Settings
from home.companies import folder_of, names
from home.workplace import Workplace, utc_now
from tenure.errors import TenureError


@dataclass(frozen=True, kw_only=True)
class Opened:
    """What one home holds: a workplace for each company that could be loaded, and for each other one why not, by name."""

    settings: Settings
    workplaces: Mapping[str, Workplace]
    refused: Mapping[str, str] = field(default_factory=dict)
    clock: Callable[[], datetime] = utc_now

    @property
    def any_one(self) -> Workplace | None:
        """One of them, for what is the home's alone; None where none could be loaded."""
        return next(iter(self.workplaces.values()), None)


def open_companies(settings: Settings) -> Opened:
    """Load every company that the home holds.

    Raises
    ------
    HomeError: when the file that says which those are does not.
    """
    found, refused = dict[str, Workplace](), dict[str, str]()
    for name in sorted(names(settings)):
        try:
            found[name] = Workplace(load_folder(folder_of(settings, name), settings.deliveries), settings)
        except TenureError as error:
            refused[name] = str(error)
    return Opened(settings=settings, workplaces=found, refused=refused)


def opened(*workplaces: Workplace) -> Opened:
    """Workplaces of one home that are open already."""
    first = workplaces[0]
    return Opened(settings=first.settings, workplaces={one.project.name: one for one in workplaces}, clock=first.clock)
