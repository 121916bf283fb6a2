"""Great Expectations ahead of time, in a process of its own.

Importing the library takes as long as everything that a single day does before it is needed. A command that judges one day
starts that import at its beginning, beside its own. Where nobody did, or that process is gone, `suite.py` judges in this one.
"""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from multiprocessing import Pipe
from multiprocessing.connection import Connection
from typing import TYPE_CHECKING

from tenure.errors import ExpectationError

if TYPE_CHECKING:
    import pyarrow as pa

    from expectations.rules import RowRule
    from tenure.validation import ExpectationResult

_connection: ContextVar["Connection | None"] = ContextVar("_connection", default=None)


@contextmanager
def ahead() -> Iterator[None]:
    """For as long as the block lasts, have a process that has imported the library, or is about to."""
    here, there = Pipe()
    # It finds modules where this process does, and not in the folder that somebody happens to stand in (-P).
    command = [sys.executable, "-P", "-m", "expectations.ahead", str(there.fileno())]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    process = subprocess.Popen(  # noqa: S603 - our own command
        command, env=environment, pass_fds=[there.fileno()], stdin=subprocess.DEVNULL
    )
    # From now on the other end is held by that process alone: whichever of the two ends first, the other notices.
    there.close()
    token = _connection.set(here)
    try:
        yield
    finally:
        _connection.reset(token)
        here.close()
        # It holds nothing; letting it take itself apart would cost a second.
        process.kill()
        process.wait()


def judge_there(name: str, rules: "Sequence[RowRule]", rows: "pa.Table") -> "list[ExpectationResult] | None":
    """Have rows judged by that process, as `expectations.suite.judge_together` here; None where there is none, or none any more.

    Raises
    ------
    ExpectationError: when an expectation cannot be evaluated.
    """
    connection = _connection.get()
    if connection is None:
        return None
    try:
        connection.send((name, tuple(rules), rows))
        answer = connection.recv()
    except (EOFError, OSError):
        _connection.set(None)
        return None
    if isinstance(answer, ExpectationError):
        raise answer
    return list(answer)


def serve(connection: Connection) -> None:
    """Import the library, then judge what is asked until nobody asks any more."""
    from expectations.suite import judge_together, prepare

    prepare()
    while True:
        try:
            name, rules, rows = connection.recv()
        except EOFError:
            return
        try:
            connection.send(judge_together(name, rules, rows))
        except ExpectationError as error:
            connection.send(error)
        except Exception as error:
            # The text of an unknown error may quote a value; its kind does not.
            connection.send(ExpectationError(f"Judging the rows of {name!r} failed with {type(error).__name__}."))


if __name__ == "__main__":
    # Ctrl-C is for the command; this process ends with it.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    serve(Connection(int(sys.argv[1])))
