"""The glossary: each term once, in order, with a name that the file beside it declares."""

import ast
import re
from collections.abc import Iterator

import pytest

from adapters.settings import ROOMS

PAGE = ROOMS / "docs" / "glossary.md"
ROW = re.compile(r"^\| (?P<term>[^|]+) \| (?P<meaning>[^|]+) \| \[`(?P<name>[\w.]+)`\]\(\.\./(?P<file>[\w/]+\.py)\) \|$")
LINES = PAGE.read_text(encoding="utf-8").split("|---|---|---|\n")[1].splitlines()
TERMS = [found for found in map(ROW.match, LINES) if found]


def declared(node: ast.AST) -> Iterator[tuple[str, ast.AST]]:
    """What a module or a class declares: its name and where."""
    for each in ast.iter_child_nodes(node):
        if isinstance(each, ast.ClassDef | ast.FunctionDef):
            yield each.name, each
        elif isinstance(each, ast.AnnAssign):
            yield ast.unparse(each.target), each
        elif isinstance(each, ast.Assign):
            yield from ((ast.unparse(target), each) for target in each.targets)


def test_every_line_is_a_term():
    """A meaning, and a name in the code."""
    assert [line for line in LINES if not ROW.match(line)] == []
    assert len(TERMS) > 50


def test_terms_stand_once_and_in_order():
    """As people look them up."""
    terms = [found["term"].lower().replace(",", "") for found in TERMS]

    assert terms == sorted(set(terms))


@pytest.mark.parametrize("found", TERMS, ids=lambda found: found["term"])
def test_the_file_declares_the_name(found):
    """A class or a function, or what a class declares."""
    place: ast.AST = ast.parse((ROOMS / found["file"]).read_text(encoding="utf-8"))
    for part in found["name"].split("."):
        names = dict(declared(place))
        assert part in names, f"{found['file']} declares no {found['name']}"
        place = names[part]
