"""What a command says when the machine refuses it something: one sentence instead of a library's traceback.

Each library tells of a full disk or a closed folder in its own way, some as text alone; they are told apart here.
"""

import errno
import re
from collections.abc import Iterator
from datetime import UTC, datetime

FULL = "The disk is full: {where} could not be written. Free some (`tenure status` shows what takes how much), then run it again."
READ_ONLY = "{where} is on a file system that is read-only, so it could not be written. Make it writable, then run it again."
CLOSED = "The account that runs this may not read or write {where}. Run it under the account that owns it, or name another place."
OTHERWISE = "{where} could not be read or written: {why}. Correct the path, or what lies there, then run it again."
# By the number that the system gives, and by the words in which libraries pass it on.
_BY_NUMBER = {
    errno.ENOSPC: FULL,
    errno.EDQUOT: FULL,
    errno.EROFS: READ_ONLY,
    errno.EACCES: CLOSED,
    errno.EPERM: CLOSED,
}
_BY_WORDS = (
    (FULL, ("no space left on device", "os error 28", "database or disk is full", "disk quota exceeded", "os error 122")),
    (READ_ONLY, ("read-only file system", "os error 30", "attempt to write a readonly database")),
    (CLOSED, ("permission denied", "os error 13", "operation not permitted", "unable to open database file")),
)
_HOME = "a file of the home"


def in_words(error: BaseException) -> str | None:
    """What the machine refused, in one sentence; None for an error that is of another kind."""
    for one in _chain(error):
        if isinstance(one, OSError) and one.errno in _BY_NUMBER:
            return _BY_NUMBER[one.errno].format(where=_where(one))
        if isinstance(one, OSError) and one.errno and one.filename:
            return OTHERWISE.format(where=_where(one), why=one.strerror)
        if sentence := refusal_in(str(one)):
            return sentence
    return None


def refusal_in(text: str) -> str | None:
    """What the machine refused, by the words of a library; None where they tell of something else."""
    lower = text.lower()
    sentence = next((sentence for sentence, words in _BY_WORDS if any(word in lower for word in words)), None)
    return sentence and _begun_large(sentence.format(where=_HOME))


def alert(command: str, words: str) -> None:
    """Tell those who are alerted how a command ended, as far as its settings let it; raise nothing."""
    from adapters.alerts import Alert, AlertKind, open_alerts
    from adapters.settings import load_settings
    from tenure.errors import TenureError

    try:
        settings = load_settings()
    except TenureError:
        return
    told = Alert(kind=AlertKind.RUN_FAILED, project=_project(), subject=command, message=words, at=datetime.now(UTC))
    # A file in a home that is not there would be the beginning of one.
    open_alerts(settings.home, settings.alerts).send(told, keep=settings.home.is_dir())


def _chain(error: BaseException) -> Iterator[BaseException]:
    """An error and those from which it came."""
    seen: set[int] = set()
    waiting: list[BaseException | None] = [error]
    while waiting:
        one = waiting.pop(0)
        if one is not None and id(one) not in seen:
            seen.add(id(one))
            yield one
            waiting += [one.__cause__, one.__context__]


def _where(error: OSError) -> str:
    """What was being written, by its path where the system says it."""
    path = str(error.filename2 or error.filename or _begun_large(_HOME))
    # A file is written beside its place first, under a name of the moment.
    return re.sub(r"\.([^/]+)\.[0-9a-f]{8}\.new$", r"\1", path)


def _begun_large(text: str) -> str:
    """A sentence begins with a capital."""
    return text[:1].upper() + text[1:]


def _project() -> str:
    """The project that the command line names."""
    import sys

    words = sys.argv[1:]
    for place, word in enumerate(words):
        if word in ("--project", "-p") and place + 1 < len(words):
            return words[place + 1]
        if word.startswith("--project="):
            return word.partition("=")[2]
    from adapters.settings import load_settings
    from home.companies import find
    from tenure.errors import TenureError

    try:
        return find(load_settings(), None).name
    except TenureError:
        return "tenure"
