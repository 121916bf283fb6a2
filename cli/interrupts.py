"""Ending a command that is asked to end (Ctrl-C, SIGTERM, a closed terminal): at once, in a sentence, no child left.

Everything that a command writes is whole at each moment, so nothing needs to be taken back. A handler in Python runs only between
two of its instructions, and libraries put their own in its place; so the system notes the signal in a pipe, and a thread of
ours reads it there, whatever the command is busy with. Imports nothing heavy: it is the first thing that a process does.
"""

import atexit
import os
import signal
import sys
import threading
import time
from contextlib import suppress

_ENDS = ("SIGINT", "SIGTERM", "SIGHUP")
# Commands that a schedule starts; that one of them ended is told to those who are alerted.
TOLD = ("demo", "land", "score", "train")
_TELLING_SECONDS = 8.0
_NOTHING_MORE = b"\0"  # no signal has this number


class _Watch:
    """What this process does when it is asked to end."""

    def __init__(self) -> None:
        """Nothing yet: a test, or another program that imports this, ends as it always did."""
        self.terminal: tuple[int, list[object]] | None = None
        self.is_on, self.has_read_all = False, threading.Event()
        self.said = -1


_watch = _Watch()


def watch() -> None:
    """From now on end at once when asked to; a signal that whoever started this process ignores stays ignored."""
    if _watch.is_on or threading.current_thread() is not threading.main_thread():
        return
    # Now: a signal may come while the command is loading this very module, whose lock it then never gives back.
    import adapters.processes  # noqa: F401

    heard, said = os.pipe()
    os.set_blocking(said, False)
    _watch.is_on, _watch.terminal, _watch.said = True, _terminal(), said
    for name in _ENDS:
        number = getattr(signal, name)
        if signal.getsignal(number) is not signal.SIG_IGN:
            signal.signal(number, _noted)
    signal.set_wakeup_fd(said, warn_on_full_buffer=False)
    atexit.register(_ask_before_the_end, said)
    threading.Thread(target=_listen, args=(heard,), name="interrupts", daemon=True).start()


def hand_over() -> None:
    """Leave it to the command, which serves and ends what it serves in its own order."""
    if not _watch.is_on:
        return
    _watch.is_on = False
    signal.set_wakeup_fd(-1)
    for name in _ENDS:
        number = getattr(signal, name)
        if signal.getsignal(number) is _noted:
            signal.signal(number, signal.default_int_handler if name == "SIGINT" else signal.SIG_DFL)


def _noted(number: int, _: object) -> None:
    """Whatever the command was doing stops here: the thread ends the process, told once more where a library took its pipe."""
    if _watch.is_on:
        with suppress(OSError):  # a full pipe has told enough
            os.write(_watch.said, bytes([number]))
    while _watch.is_on:
        time.sleep(1)


def _ask_before_the_end(said: int) -> None:
    """A command that comes to its end just now does not end as if nobody had asked: the thread reads what was noted before."""
    if _watch.is_on:
        os.write(said, _NOTHING_MORE)
        _watch.has_read_all.wait(_TELLING_SECONDS + 1.0)  # at once, unless there is something to tell


def _listen(heard: int) -> None:
    """Wait for a signal that ends the process; others are for whoever asked for them."""
    ends = {getattr(signal, name) for name in _ENDS}
    while noted := os.read(heard, 64):
        if _watch.is_on and (asked := [number for number in noted if number in ends]):
            _end(asked[0])
        if _NOTHING_MORE in noted:
            _watch.has_read_all.set()


def _end(number: int) -> None:
    """End this process and what it started."""
    command = next((word for word in sys.argv[1:] if not word.startswith("-")), "")
    name = signal.Signals(number).name
    words = (
        f"{f'tenure {command}'.strip()} was interrupted ({name}) before it was done. "
        "What it had finished is kept, whole; run it again for the rest."
    )
    _show(words)
    _kill_children()
    if command in TOLD:
        telling = threading.Thread(target=_tell, args=(command, words), daemon=True)
        telling.start()
        telling.join(_TELLING_SECONDS)
    _kill_children()  # of what was started meanwhile
    os._exit(128 + number)


def _kill_children() -> None:
    """Leave no process behind."""
    with suppress(Exception):
        from adapters.processes import kill_offspring

        kill_offspring(os.getpid())


def _show(words: str) -> None:
    """Give the terminal back as it was, and say why."""
    if _watch.terminal is not None:
        import termios

        handle, before = _watch.terminal
        with suppress(OSError, termios.error):
            termios.tcsetattr(handle, termios.TCSANOW, before)
        with suppress(OSError):
            os.write(2, b"\r\x1b[?25h\x1b[K")  # a progress bar hides the cursor
    with suppress(OSError):
        os.write(2, f"{words}\n".encode())


def _terminal() -> tuple[int, list[object]] | None:
    """The terminal as it is now, which a prompt for a passphrase may have silenced by then."""
    try:
        import termios

        return 0, list(termios.tcgetattr(0))
    except Exception:  # no terminal, or a system without
        return None


def _tell(command: str, words: str) -> None:
    """Alert, also of a command that had not begun yet; the run that it was at is no started one any more."""
    from cli.edges import alert

    alert(command, words)
    with suppress(Exception):  # what stays open is ended by the next command, and this process cannot tell of it
        _end_runs(words)


def _end_runs(words: str) -> None:
    """End in Dagster what this process is at."""
    from adapters.settings import load_settings
    from pipelines.abandoned import end_runs, own_runs

    settings = load_settings()
    if runs := own_runs(settings.dagster_home):
        from pipelines.instance import open_instance

        with open_instance(settings) as instance:
            end_runs(instance, runs, words)
