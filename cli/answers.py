"""What a program gets from a command with `--json`: one document on standard output, whatever happens.

Words for people go to standard error then.
"""

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stdout
from datetime import date
from typing import Annotated, Any

import typer

from tenure.errors import TenureError

SCHEMA_VERSION = 1
AsJson = Annotated[bool, typer.Option("--json", help="One JSON document on standard output; docs/reference.md has its fields.")]


@contextmanager
def answering(command: str, *, as_json: bool) -> Iterator[dict[str, Any]]:
    """Gather a command's answer in the mapping that is yielded; with `as_json` it is written at the end, after an error too."""
    answer: dict[str, Any] = {"schema_version": SCHEMA_VERSION, "command": command}
    if not as_json:
        yield answer
        return
    out = sys.stdout
    code, error = 1, None
    try:
        with redirect_stdout(sys.stderr):
            yield answer
        code = 0
    except typer.Exit as ended:
        code = ended.exit_code
        raise
    except TenureError as refused:
        error = str(refused)
        raise
    finally:
        json.dump({**answer, "exit_code": code, "error": error}, out, default=_plain, ensure_ascii=False, indent=1)
        out.write("\n")
        out.flush()


def _plain(value: object) -> str:
    """Days as text; nothing else needs help."""
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} is not JSON")
