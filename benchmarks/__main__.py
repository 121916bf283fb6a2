"""`make bench`, or `python -m benchmarks --help`."""

import argparse
import os
import tempfile
from pathlib import Path

from rich.console import Console

from adapters.settings import load_settings, prepare_environment


def main() -> None:
    """Measure, and print tables."""
    options = argparse.ArgumentParser(prog="benchmarks", description="Speed and prediction quality, as tables.")
    options.add_argument(
        "--home", type=Path, help="measure in this TENURE_HOME, where the demonstration has run; else run it first"
    )
    options.add_argument("--only", choices=("speed", "prediction"), help="one kind of table")
    options.add_argument("--all-tests", action="store_true", help="time `make test` too")
    options.add_argument("--no-tests", action="store_true", help="do not time `make quick`")
    chosen = options.parse_args()
    prepare_environment()
    with tempfile.TemporaryDirectory(prefix="tenure-bench-") as folder:
        home = (chosen.home or Path(folder) / "home").resolve()
        os.environ["TENURE_HOME"] = str(home)
        console = Console(width=120)
        if chosen.only != "prediction" or chosen.home is None:
            from benchmarks import speed

            console.print(speed.table(home, all_tests=chosen.all_tests, tests=not chosen.no_tests, demo=chosen.home is None))
        if chosen.only != "speed":
            from benchmarks import prediction
            from home.workplace import Workplace
            from tenure.loading import load_project

            workplace = Workplace(load_project("projects.complete_journey"), load_settings())
            for table in prediction.tables(workplace, Path(folder)):
                console.print(table)


if __name__ == "__main__":
    main()
