"""Homes whose purposes and sources are approved by the demonstration's people, for tests that are about something else."""

import shutil
from dataclasses import replace
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from adapters.settings import load_settings
from governance.doors.demonstration import approve_data_as_demo, found_demo_trust
from home.workplace import Workplace, utc_now


def approved(workplace: Workplace) -> Workplace:
    """The workplace, once all that its project declares is approved; a home without trust gets the demonstration's."""
    if not workplace.promotions.has_trust_root:
        shutil.copytree(_keys(), workplace.settings.keys, dirs_exist_ok=True)
        found_demo_trust(workplace.settings, workplace.project.name, workplace.clock)
    approve_data_as_demo(workplace.promotions, workplace.settings)
    return workplace


@cache
def _kept() -> TemporaryDirectory[str]:
    """A folder that lasts as long as this process."""
    return TemporaryDirectory(prefix="tenure-approved-")


@cache
def _keys() -> Path:
    """Keys of the demonstration's people, which take seconds to make; each home has a copy."""
    settings = replace(load_settings(), home=Path(_kept().name))
    found_demo_trust(settings, "anywhere", utc_now)
    return settings.keys
