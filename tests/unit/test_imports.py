"""Imports point one way, and the core knows neither tool nor clock: read from the syntax tree, nothing is imported."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tenure.room_names import NAMES

HOUSE = Path(__file__).parents[2]
CORE, MIDDLE = {"tenure"}, {"expectations", "model_cards", "adapters"}
GOVERNED = {*CORE, *MIDDLE, "governance", "home"}
OURS = {*GOVERNED, "provenance", "assets", "pipelines", "projects", "cli", "review", "benchmarks", "tests"}
# What the files of a room may import of the house; each may import itself.
MAY_IMPORT = {
    "tenure": set(),
    "expectations": CORE,
    "model_cards": CORE,
    "adapters": CORE,
    "governance": {*CORE, "model_cards", "adapters"},
    "home": {*CORE, "model_cards", "adapters", "governance"},
    "provenance": GOVERNED,
    "assets": {*GOVERNED, "provenance"},
    "pipelines": {*GOVERNED, "provenance", "assets"},
    "review": {*GOVERNED, "provenance"} - {"expectations"},
    "cli": OURS - {"tests"},
}
FORBIDDEN_IN_CORE = {"dagster", "mlflow", "fastapi", "starlette", "flask", "uvicorn", "requests", "httpx", "socket", "pickle"}
CLOCKS = {"now", "utcnow", "today", "time", "time_ns", "perf_counter", "monotonic", "getenv", "environ"}


def modules(room: str) -> list[Path]:
    """The Python files of a room."""
    return sorted((HOUSE / room).rglob("*.py"))


def imports(path: Path) -> Iterator[str]:
    """Every module that a file imports, wherever in it: at the top, in a function or for type checkers."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path} imports relatively"
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def breaches(path: Path, allowed: set[str]) -> list[str]:
    """Imports of the house beyond what is allowed."""
    found = {name for name in imports(path) if name.split(".")[0] in OURS}
    return [f"{path.relative_to(HOUSE)} imports {name}" for name in sorted(found) if name.split(".")[0] not in allowed]


@pytest.mark.parametrize("room", MAY_IMPORT)
def test_a_room_imports_only_rooms_before_it(room):
    """tenure; expectations, model_cards, adapters; governance; home; provenance; assets; pipelines; at the end cli."""
    allowed = {room, *MAY_IMPORT[room]}

    assert [breach for path in modules(room) for breach in breaches(path, allowed)] == []


def test_rooms_that_exist_are_all_under_this_rule():
    """A new top-level package must say what it may import."""
    rooms = {path.parent.name for path in HOUSE.glob("*/__init__.py")} - {"tests"}

    assert rooms <= {*MAY_IMPORT, "projects", "benchmarks"}
    assert len(modules("tenure")) > 30


def test_the_way_into_the_rooms_leads_to_each_and_only_processes_take_it():
    """What starts a process names its module by it; no file imports it, for each would be there twice."""
    importers = [path for room in sorted(OURS - {"tests"}) for path in modules(room) if "tenure.rooms" in " ".join(imports(path))]

    assert set(NAMES) == {*MAY_IMPORT, "projects"} - CORE
    assert importers == []


def test_a_project_imports_the_core_and_itself():
    """Only its definitions.py reaches further, to the one function that builds them."""
    found = []
    for path in modules("projects"):
        parts = path.relative_to(HOUSE).parts
        own = ".".join(parts[:2])
        for name in sorted(imports(path)):
            room = name.split(".")[0]
            is_own = name == own or name.startswith(f"{own}.")
            is_door = path.name == "definitions.py" and name == "pipelines.definitions.build_definitions"
            if room in OURS and room != "tenure" and not is_own and not is_door:
                found.append(f"{path.relative_to(HOUSE)} imports {name}")

    assert found == []


@pytest.mark.parametrize("room", sorted(OURS - {"cli", "tests", "benchmarks"}))
def test_nobody_imports_the_command_line_or_tests(room):
    """The command line imports anything, nobody imports it."""
    found = [f"{path.relative_to(HOUSE)} imports {n}" for path in modules(room) for n in imports(path)]

    assert [line for line in found if line.split()[-1].split(".")[0] in ("cli", "tests", "benchmarks")] == []


def test_only_the_command_line_imports_the_review_room():
    """It shows and signs; nothing that computes or serves may come to depend on it. Measuring its pages is no dependence."""
    importers = {
        path.relative_to(HOUSE).as_posix()
        for room in sorted(OURS - {"review", "tests", "benchmarks"})
        for path in modules(room)
        for name in imports(path)
        if name.split(".")[0] == "review"
    }

    assert importers == {"cli/review.py"}


def test_the_review_room_knows_no_orchestrator():
    """It starts where Dagster is not even installed."""
    found = {name for path in modules("review") for name in imports(path) if name.split(".")[0].startswith("dagster")}

    assert found == set()


def test_the_core_imports_no_orchestrator_catalogue_web_or_pickle():
    """Nor the environment; what it needs is handed to it."""
    found = {
        f"{path.relative_to(HOUSE)} imports {name}"
        for path in modules("tenure")
        for name in imports(path)
        if name.split(".")[0] in FORBIDDEN_IN_CORE or name.split(".")[0] in ("os", "time")
    }

    assert found == set()


def test_the_core_reads_neither_clock_nor_environment():
    """`now`, `today`, `environ` and their like are called nowhere; as_of, seed and now are arguments."""
    found = []
    for path in modules("tenure"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Attribute) or node.attr not in CLOCKS or not isinstance(node.value, ast.Name):
                continue
            if node.value.id in ("date", "datetime", "time", "os"):
                found.append(f"{path.relative_to(HOUSE)}:{node.lineno} {node.value.id}.{node.attr}")

    assert found == []


@pytest.mark.parametrize(
    "room",
    [
        "tenure",
        "adapters",
        "governance",
        "home",
        "provenance",
        "assets",
        "pipelines",
        "projects",
        "expectations",
        "model_cards",
        "review",
    ],
)
def test_heavy_libraries_are_imported_where_they_are_used(room):
    """Dagster imports these modules in every process; what takes seconds to import stands inside functions."""
    heavy = {
        "pandas",
        "lightgbm",
        "sklearn",
        "lifelines",
        "great_expectations",
        "mlflow",
        "evidently",
        "ibis",
        "matplotlib",
        "scipy",
    }
    found = []
    for path in modules(room):
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            names = [a.name for a in node.names] if isinstance(node, ast.Import) else []
            names += [node.module] if isinstance(node, ast.ImportFrom) and node.module else []
            found += [f"{path.relative_to(HOUSE)} imports {n}" for n in names if n.split(".")[0] in heavy]

    assert found == []


def test_asking_how_things_stand_loads_neither_dagster_nor_pandas():
    """`tenure status` is asked often, by people and by monitors; it reads records, and runs nothing. Nor does `tenure docs`."""
    reads = "import sys, provenance.status, provenance.dictionary, model_cards.dictionary_html"
    program = f"{reads}; print({{'dagster', 'pandas', 'great_expectations', 'mlflow'}} & set(sys.modules))"
    run = subprocess.run([sys.executable, "-c", program], cwd=HOUSE, capture_output=True, text=True, check=True)

    assert run.stdout.strip() == "set()"
