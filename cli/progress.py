"""What a command is at, once it takes longer than three seconds: a line that changes on a terminal, few lines elsewhere.

It goes to standard error, so that what a command answers can be read by a program.
"""

import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import typer

PATIENCE_SECONDS, ELSEWHERE_EACH_SECONDS = 3.0, 30.0
Tell = Callable[[str], None]


@contextmanager
def at_work(title: str, *, is_told_elsewhere: bool = False) -> Iterator[Tell]:
    """Show, from the fourth second on, what is done and for how long; call what is yielded with where the work stands.

    Parameters
    ----------
    title: what is done, as "Landing 30 days".
    is_told_elsewhere: also where no terminal is, for work of minutes that a person may watch in a file.
    """
    is_terminal = sys.stderr.isatty()
    if not (is_terminal or is_told_elsewhere):
        yield lambda _: None
        return
    stands, over = [""], threading.Event()
    showing = threading.Thread(target=_show, args=(title, stands, over, is_terminal), daemon=True)
    showing.start()
    try:
        yield lambda words: stands.__setitem__(0, words)
    finally:
        over.set()
        showing.join()


def _show(title: str, stands: list[str], over: threading.Event, is_terminal: bool) -> None:
    """Until it is over."""
    started, each = time.monotonic(), 1.0 if is_terminal else ELSEWHERE_EACH_SECONDS
    is_over = over.wait(PATIENCE_SECONDS)
    has_shown = not is_over and is_terminal
    while not is_over:
        line = f"{title}, {time.monotonic() - started:.0f} s" + (f": {stands[0]}" if stands[0] else "")
        if is_terminal:
            typer.echo(f"\r\x1b[K{line[: _width()]}", err=True, nl=False)
        else:
            typer.echo(f"{line} …", err=True)
        is_over = over.wait(each)
    if has_shown:
        typer.echo("\r\x1b[K", err=True, nl=False)


def _width() -> int:
    """How much fits a line."""
    import shutil

    return shutil.get_terminal_size().columns - 1
