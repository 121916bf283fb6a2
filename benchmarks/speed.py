"""Speed and memory of what people wait for: each measured in a process of its own, start included."""

import os
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from rich.table import Table

from adapters.settings import ROOMS

PROJECT = "complete_journey"
COLD_DAY, WARM_DAYS = "2017-11-15", ("2017-11-16", "2017-11-17")

WARM = """
import sys, time, resource
from adapters.settings import load_settings, prepare_environment
prepare_environment()
from pipelines.run import run_job
from tenure.loading import load_project
from tenure.timeline import parse_day
project, settings = load_project("projects.complete_journey"), load_settings()
for day in sys.argv[1:]:
    wall, cpu = time.perf_counter(), time.process_time()
    assert run_job(project, settings, "daily", days=[parse_day(day)]).succeeded
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
print(f"measured {wall} {cpu} {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024}")
"""


@dataclass(frozen=True, kw_only=True)
class Measured:
    """What a command took; `succeeded` is its own word."""

    wall_seconds: float
    cpu_seconds: float
    peak_mb: float
    succeeded: bool
    output: str = ""


def measure(command: Sequence[str], home: Path, *, packages: Path | None = None) -> Measured:
    """Run a command to its end and read what the system says of it and of all its children; `packages` hold before others."""
    path = os.pathsep.join(map(str, filter(None, (packages, ROOMS))))
    environment = {**os.environ, "TENURE_HOME": str(home), "PYTHONPATH": path, "OMP_WAIT_POLICY": "passive"}
    home.parent.mkdir(parents=True, exist_ok=True)
    log = home.parent / "bench-output.log"
    started = time.perf_counter()
    with log.open("w") as output:
        process = subprocess.Popen(command, cwd=ROOMS, env=environment, stdout=output, stderr=subprocess.STDOUT)
        _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    return Measured(
        wall_seconds=time.perf_counter() - started,
        cpu_seconds=used.ru_utime + used.ru_stime,
        peak_mb=used.ru_maxrss / 1024,
        succeeded=process.returncode == 0,
        output=log.read_text(),
    )


def warm_day(home: Path) -> Measured:
    """The second of two days in one process."""
    found = measure([sys.executable, "-c", WARM, *WARM_DAYS], home)
    line = next((line for line in found.output.splitlines() if line.startswith("measured ")), "measured nan nan nan")
    wall, cpu, peak = map(float, line.split()[1:])
    return Measured(wall_seconds=wall, cpu_seconds=cpu, peak_mb=peak, succeeded=found.succeeded, output=found.output)


def table(home: Path, *, all_tests: bool, tests: bool = True, demo: bool = True) -> Table:
    """Measure everything, the demonstration first, for the others need its champions."""
    programs = Path(sys.executable).parent
    validate = [str(programs / "dagster"), "definitions", "validate", "-w", "workspace.yaml"]
    rows = {
        "make demo": ("5 min, 2 GB", [str(programs / "tenure"), "demo", "--quiet"]) if demo else None,
        "tenure score --day, cold": ("15 s", [str(programs / "tenure"), "score", "--project", PROJECT, "--day", COLD_DAY]),
        "one more day, warm": ("5 s", None),
        "dagster definitions validate": ("5 CPU s", validate),
        "make quick": ("60 s", ["make", "quick"]) if tests else None,
        "make test": ("10 min", ["make", "test"]) if all_tests else None,
    }
    found = Table(
        "what", "wall s", "CPU s", "peak MB", "goal", title=f"Speed, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}"
    )
    for name, row in rows.items():
        if row is None:
            continue
        goal, command = row
        taken = warm_day(home) if command is None else measure(command, home)
        figures = (f"{taken.wall_seconds:.1f}", f"{taken.cpu_seconds:.1f}", f"{taken.peak_mb:.0f}")
        found.add_row(name if taken.succeeded else f"{name}: FAILED", *figures, goal)
        if not taken.succeeded:
            print(f"{name} failed; the end of its output:\n{taken.output[-2000:]}", file=sys.stderr)
    found.add_row(*proof(home))
    for row in pages(home):
        found.add_row(*row)
    return found


def proof(home: Path) -> tuple[str, str, str, str, str]:
    """What proving the champion costs, above hashing its bytes: the first time in a process, and after."""
    name, goal = "proof of a champion, above hashing", "50 ms"
    taken = measure([sys.executable, "-W", "ignore", "-m", "benchmarks.verification"], home)
    line = next((line for line in taken.output.splitlines() if line.startswith("measured ")), None)
    if line is None:
        print(f"{name} failed; the end of its output:\n{taken.output[-2000:]}", file=sys.stderr)
        return f"{name}: FAILED", "", "", "", goal
    first, later, _ = map(float, line.split()[1:])
    return name, f"{first:.0f} ms", f"then {later:.0f} ms", "", goal


def pages(home: Path) -> list[tuple[str, str, str, str, str]]:
    """How long each page of the review room takes: the first time after warming up, and after."""
    goal = "300 ms"
    taken = measure([sys.executable, "-W", "ignore", "-m", "benchmarks.room"], home)
    found = [line.split()[1:] for line in taken.output.splitlines() if line.startswith("measured ")]
    if not taken.succeeded:
        print(f"The room's pages failed; the end of the output:\n{taken.output[-2000:]}", file=sys.stderr)
        return [("pages of the review room: FAILED", "", "", "", goal)]
    return [(f"review room, {path}", f"{first} ms", f"then {later} ms", "", goal) for path, first, later in found]
