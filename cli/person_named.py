"""A person as they are named on a command line: by an id, or by `-`, which asks for it.

Whoever can list processes reads what was typed on a command line, and a shell keeps it; what is asked for is in neither.
"""

import sys

import typer

from home.pseudonyms import id_in_lake
from home.workplace import Workplace

ASKS = "`-` asks for it, or reads it from a pipe."


def read_id(value: str) -> str:
    """The id that was given, or asked for."""
    if value != "-":
        return value
    if not sys.stdin.isatty():
        return sys.stdin.readline().strip()
    return str(typer.prompt("Id of the person", err=True)).strip()


def person(workplace: Workplace, typed: str) -> str:
    """Whom somebody named by an id as the company's rows have it, or by a pseudonym: their id as the lake has it."""
    return id_in_lake(workplace, typed)
