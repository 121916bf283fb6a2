"""From an error in a project's file to findings: in which line it stands, in whose words, and what name was probably meant."""

import builtins
import importlib
import inspect
import re
import sys
import traceback
from collections.abc import Iterable
from pathlib import Path
from types import TracebackType

from tenure.errors import SpecError
from tenure.findings import Finding
from tenure.names import meant

# What a file may raise when it is imported: each is a finding, anything else a fault of ours.
RAISED = (SpecError, TypeError, ValueError, AttributeError, NameError, LookupError, ImportError, SyntaxError)
# Names that words hold: those in quotes, and those of arguments, which are written with an underscore.
_NAMES = re.compile(r"'([^'\s]+)'|\b([a-z]+_[a-z_]+)\b")
_UNKNOWN_ARGUMENT = re.compile(r"(\w+)(?:\.__init__)?\(\) got an unexpected keyword argument '(\w+)'")
_UNKNOWN_IMPORT = re.compile(r"cannot import name '(\w+)' from '([\w.]+)'")


def findings_of(error: Exception, *, folder: Path, read: Path, module: str) -> tuple[Finding, ...]:
    """What an error says of the file that was read, or of the one of the same folder in which it stands.

    Parameters
    ----------
    folder: the folder of the project, whose own code lies below it.
    read, module: the file that was to be read, and its name as a module.
    """
    if isinstance(error, ModuleNotFoundError) and error.name == module:
        holds = "project.py, history.py, features.py, sources/ and models/"
        return (Finding(str(read), f"is not there. A company's folder holds {holds}."),)
    file, line = _place(error, folder, read)
    if isinstance(error, SpecError):
        return tuple(Finding(file, str(words), _line_naming(Path(file), str(words), line)) for words in error.args)
    if isinstance(error, ModuleNotFoundError):
        return (Finding(file, f"imports {error.name!r}, which is not there. Correct the name.", line),)
    asked = _asked(error)
    near = meant(*asked) if asked else ""
    return (Finding(file, f"cannot be read: {getattr(error, 'msg', error)}.{near or ' Correct what it declares there.'}", line),)


def refused(words: Iterable[str], file: Path) -> tuple[Finding, ...]:
    """What is wrong with something that a file declares, at the line which names it."""
    return tuple(Finding(str(file), each, _line_naming(file, each, None)) for each in words)


def _place(error: Exception, folder: Path, read: Path) -> tuple[str, int | None]:
    """The file and line of the project's own code that an error came from; the file that was read, where there is none."""
    if isinstance(error, SyntaxError) and error.filename and error.lineno:
        return error.filename, error.lineno
    own = [frame for frame in traceback.extract_tb(error.__traceback__) if frame.filename.startswith(f"{folder}/")]
    return (own[-1].filename, own[-1].lineno) if own else (str(read), None)


def _line_naming(file: Path, words: str, line: int | None) -> int | None:
    """The line at which the first name that the words quote is written; else the one where the declaration begins."""
    if not file.is_file():
        return line
    lines = file.read_text(encoding="utf-8", errors="replace").splitlines()
    if line and not re.match(r"[A-Z_]+ *=", lines[line - 1]):
        return line  # a call within a declaration tells its place better than any name
    for name in sorted({quoted or plain for quoted, plain in _NAMES.findall(words)}, key=words.index):
        if name == file.stem:
            continue
        written = re.compile(rf"(['\"]){re.escape(name)}\1|\b{re.escape(name)}=|^\s*{re.escape(name)}\s")
        for number, text in enumerate(lines, start=1):
            if written.search(text) and not text.lstrip().startswith("#"):
                return number
    return line


def _asked(error: Exception) -> tuple[str, Iterable[str]] | None:
    """The name that an error says is not known, and those that are."""
    if isinstance(error, NameError) and error.name:
        return error.name, (*_globals(error.__traceback__), *vars(builtins))
    if isinstance(error, AttributeError) and error.name:
        return error.name, dir(error.obj)
    if found := _UNKNOWN_IMPORT.search(str(error)):
        return found[1], vars(importlib.import_module(found[2])) if found[2] in sys.modules else ()
    if found := _UNKNOWN_ARGUMENT.search(str(error)):
        kind = _globals(error.__traceback__).get(found[1])
        return found[2], inspect.signature(kind).parameters if callable(kind) else ()
    return None


def _globals(trace: TracebackType | None) -> dict[str, object]:
    """The names that are known where an error was raised."""
    found: dict[str, object] = {}
    while trace is not None:
        found, trace = trace.tb_frame.f_globals, trace.tb_next
    return found
