"""`make bench`, or `python -m benchmarks --help`."""

import argparse
import os
import tempfile
from pathlib import Path

from rich.console import Console

from adapters.settings import prepare_environment

CONSOLE = Console(width=140)


def main() -> None:
    """Measure, and print tables; without a command everything but scale, which takes long."""
    options = argparse.ArgumentParser(prog="benchmarks", description="Speed, scale and prediction quality, as tables.")
    commands = options.add_subparsers(dest="command")
    speed = commands.add_parser("speed", help="what people wait for")
    speed.add_argument("--home", type=Path, help="a TENURE_HOME where the demonstration has run; else it runs first")
    speed.add_argument("--all-tests", action="store_true", help="time `make test` too")
    speed.add_argument("--no-tests", action="store_true", help="do not time `make quick`")
    quality = commands.add_parser("quality", help="prediction quality of the default configuration on public sets")
    quality.add_argument("sets", nargs="*", metavar="SET", help="by default every set whose data are there")
    quality.add_argument("--out", type=Path, help="keep the figures in this file, as JSON")
    scale = commands.add_parser("scale", help="the grocer's households many times over: memory and processor time")
    scale.add_argument("--times", type=int, default=20, help="how many times (20)")
    identity = commands.add_parser("identity", help="who is one person: precision and recall of pairs by the defaults")
    identity.add_argument("--million", choices=("exact", "likely"), help="what a million records cost instead")
    chosen = options.parse_args()
    prepare_environment()
    if chosen.command in (None, "speed"):
        _speed(speed.parse_args([]) if chosen.command is None else chosen)
    if chosen.command in (None, "quality"):
        _quality(quality.parse_args([]) if chosen.command is None else chosen, quality)
    if chosen.command in (None, "identity"):
        _identity(None if chosen.command is None else chosen.million)
    if chosen.command == "scale":
        _scale(chosen.times)


def _speed(chosen: argparse.Namespace) -> None:
    """What people wait for."""
    from benchmarks import speed

    with tempfile.TemporaryDirectory(prefix="tenure-bench-") as folder:
        home = (chosen.home or Path(folder) / "home").resolve()
        CONSOLE.print(speed.table(home, all_tests=chosen.all_tests, tests=not chosen.no_tests, demo=chosen.home is None))


def _quality(chosen: argparse.Namespace, parser: argparse.ArgumentParser) -> None:
    """What the default configuration foretells, on public sets."""
    from benchmarks.quality.figures import table, write
    from benchmarks.quality.sets import SETS, measured

    if unknown := sorted(set(chosen.sets) - set(SETS)):
        parser.error(f"there is no set {unknown[0]!r}; there are {', '.join(SETS)}")
    named = os.environ.get("TENURE_TEST_DATA")
    figures = []
    for name, of_set in measured(chosen.sets or SETS, Path(named).resolve() if named else None, CONSOLE.print):
        CONSOLE.print(table(of_set, name))
        figures += of_set
    if chosen.out:
        write(figures, chosen.out)


def _identity(million: str | None) -> None:
    """How well people are told apart, or what a million of records cost."""
    from benchmarks import identity

    for line in [identity.scale(million)] if million else identity.report():
        CONSOLE.print(line)


def _scale(times: int) -> None:
    """Memory and processor time of many households."""
    from benchmarks import scale

    with tempfile.TemporaryDirectory(prefix="tenure-scale-") as folder:
        CONSOLE.print(scale.table(Path(folder), times=times))


if __name__ == "__main__":
    main()
