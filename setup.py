"""Where the folders of this repository lie in an installation: the core as `tenure`, every other room below `tenure.rooms`.

Names such as `home` and `review` belong to whoever else is in an environment. `tenure/rooms` leads to them, and
docs/decisions/ says why it is done so; everything else about the package stands in pyproject.toml.
"""

from setuptools import find_packages, setup

CORE = find_packages(include=["tenure", "tenure.*"])
ROOMS = find_packages(exclude=["tenure", "tenure.*", "tests", "tests.*", "benchmarks", "benchmarks.*"])

setup(
    packages=[*CORE, *(f"tenure.rooms.{room}" for room in ROOMS)],
    package_dir={f"tenure.rooms.{room}": room for room in ROOMS if "." not in room},
)
