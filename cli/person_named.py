"""A person as they are named on a command line: by an id, or by `-`, which asks for it.

Whoever can list processes reads what was typed on a command line, and a shell keeps it; what is asked for is in neither.
"""

import sys

import typer

ASKS = "`-` asks for it, or reads it from a pipe."


def read_id(value: str) -> str:
    """The id that was given, or asked for."""
    if value != "-":
        return value
    if not sys.stdin.isatty():
        return sys.stdin.readline().strip()
    return str(typer.prompt("Id of the person", err=True)).strip()
