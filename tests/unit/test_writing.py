"""Files are written in one way: read from the syntax tree, nothing is written."""

import ast
from collections.abc import Iterator
from pathlib import Path

HOUSE = Path(__file__).parents[2]
ROOMS = ("adapters", "assets", "cli", "expectations", "governance", "home", "model_cards", "pipelines", "provenance", "review")
# The way itself; a temporary folder that ends with its block; a file of the repository that developers make anew.
MAY_WRITE = {
    "adapters/whole_files.py",
    "adapters/journal.py",
    "adapters/printing.py",
    "adapters/catalogue_run.py",
    "model_cards/schema.py",
}
READS = {"r", "rb"}


def calls(room: str) -> Iterator[tuple[str, str, ast.Call]]:
    """Every call in a room: its file, the last word of what is called, and the call."""
    for path in sorted((HOUSE / room).rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call):
                name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
                yield path.relative_to(HOUSE).as_posix(), name, node


def opens_to_write(name: str, call: ast.Call) -> bool:
    """Whether a call writes a file by itself."""
    if name in ("write_text", "write_bytes"):
        return True
    modes = [a.value for a in call.args if isinstance(a, ast.Constant) and isinstance(a.value, str) and len(a.value) <= 3]
    return name == "open" and any(set(mode) <= set("rwxab+") and mode not in READS for mode in modes)


def test_whoever_writes_a_file_writes_it_whole():
    """A file that is written in place is found half written after a killed process, and open to others by the umask."""
    found = [f"{file}:{call.lineno}" for room in ROOMS for file, name, call in calls(room) if opens_to_write(name, call)]

    assert [place for place in found if place.split(":")[0] not in MAY_WRITE] == []


def test_whoever_reads_text_says_that_it_is_utf_8():
    """Python reads by the locale otherwise, and a name with an accent is another name elsewhere. A closed file decodes itself."""
    found = [
        f"{file}:{call.lineno}"
        for room in ROOMS
        for file, name, call in calls(room)
        if name == "read_text" and not call.keywords and "ClosedFile" not in (HOUSE / file).read_text(encoding="utf-8")
    ]

    assert found == []


def test_nobody_opens_a_file_for_others():
    """Modes are said in one place."""
    found = [
        f"{file}:{call.lineno}"
        for room in ROOMS
        for file, _, call in calls(room)
        for argument in (*call.args, *(k.value for k in call.keywords))
        if isinstance(argument, ast.Constant) and argument.value in (0o644, 0o755, 0o664, 0o775, 0o666, 0o777)
    ]

    assert found == []
