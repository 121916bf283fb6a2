"""People's words on a card, written as Markdown beside the model: `narrative=words_from(__file__, "../words.md")`.

A heading names a field of the card, what stands under it is the statement; a heading with nothing under it is an open question.

    Said by owner on 2026-11-28.

    ## intended_use
    <!-- Who acts on the score, and how? -->
    The shop's two owners choose whom to write to.

`Said by` holds for what follows, up to the next. "Not applicable: …" gives the reason why a field does not apply. A statement
under `> Proposed by tenure init` says so on the card until a person deletes that line.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from tenure.errors import SpecError
from tenure.names import meant
from tenure.statements import STATEMENTS, Narrative, NotApplicable, Statement

PROPOSED = "> Proposed by tenure init"
NOT_CONFIRMED = "(Proposed by tenure init from what the project declares; nobody has confirmed it yet.)"
SUMMARY = "summary"
_SAID = re.compile(r"Said by (?P<author>\w+) on (?P<on>\d{4}-\d{2}-\d{2})\.?")
_HEADING = re.compile(r"#{2,6}\s+(?P<key>\w+)\s*")
_DOES_NOT_APPLY = re.compile(r"not applicable:\s*", re.IGNORECASE)


@dataclass(frozen=True)
class _Section:
    """What stands under one heading: which, in which line, by whom and when, and the text without comments."""

    key: str
    line: int
    said: re.Match[str] | None
    text: str


def words_from(model_file: str, *shared: str) -> Narrative:
    """The words of the Markdown file beside a model's, and of files that models share.

    Parameters
    ----------
    model_file: the model's own file, `__file__`.
    shared: further files, by their path from there; where two say something of a field, the model's own file holds.

    Raises
    ------
    SpecError: for a file that is not there, a field that no card has, or a statement that does not say by whom and when.
    """
    own = Path(model_file).with_suffix(".md")
    found: dict[str, _Section] = {}
    wrong: list[str] = []
    for path in (*((own.parent / name).resolve() for name in shared), own):
        sections, faults = _read(path)
        found |= {section.key: section for section in sections if section.text}
        wrong += faults
    if wrong:
        raise SpecError(*wrong)
    statements = {key: _statement(section) for key, section in found.items() if key != SUMMARY}
    if SUMMARY in found:
        return Narrative(summary=_text(found[SUMMARY]), statements=statements)
    return Narrative(statements=statements)


def is_proposed(statement: Statement | NotApplicable) -> bool:
    """Whether a statement is one that nobody has confirmed."""
    text = statement.text if isinstance(statement, Statement) else statement.reason
    return text.endswith(NOT_CONFIRMED)


def _read(path: Path) -> tuple[tuple[_Section, ...], tuple[str, ...]]:
    """The sections of a file, and what is wrong with them."""
    try:
        written = path.read_text(encoding="utf-8")
    except (FileNotFoundError, UnicodeDecodeError) as error:
        why = "is not there" if isinstance(error, FileNotFoundError) else "is not written as UTF-8"
        raise SpecError(f"The words at {path.name} cannot be read: the file {why}. Write it, or name another.") from None
    sections = tuple(_sections(_without_comments(written).splitlines()))
    return sections, tuple(f"{path.name}, line {each.line}: {why}" for each in sections if (why := _fault(each)))


def _sections(lines: list[str]) -> Iterator[_Section]:
    """The sections, in order."""
    said = own = key = None
    begins, texts = 0, list[str]()
    for number, line in enumerate([*lines, "## end"], start=1):
        heading = _HEADING.fullmatch(line)
        if heading and key is not None:
            yield _Section(key, begins, own, "\n".join(texts).strip())
        if heading:
            key, begins, texts, own = heading["key"], number, [], said
        elif found := _SAID.fullmatch(line.strip()):
            said = found
            own = found if not "".join(texts).strip() else own
        else:
            texts.append(line)


def _without_comments(written: str) -> str:
    """Text without comments; its lines keep their numbers."""
    return re.sub(r"<!--.*?(-->|\Z)", lambda found: "\n" * found[0].count("\n"), written, flags=re.DOTALL)


def _fault(section: _Section) -> str:
    """What is wrong with a section; empty where nothing is."""
    if section.key not in (*STATEMENTS, SUMMARY):
        return f"a card has no field {section.key!r}.{meant(section.key, (*STATEMENTS, SUMMARY))}"
    if not section.text or section.key == SUMMARY:
        return ""
    if section.said is None:
        return f"who said {section.key!r}, and when? Write above it a line such as 'Said by owner on 2020-12-31.', with a role."
    try:
        date.fromisoformat(section.said["on"])
    except ValueError:
        return f"{section.said['on']!r} is no day; write it as 2020-12-31."
    return ""


def _statement(section: _Section) -> Statement | NotApplicable:
    """A section as what a person states."""
    said = section.said
    author, on = (said["author"], date.fromisoformat(said["on"])) if said else ("", date.min)
    text = _text(section)
    if found := _DOES_NOT_APPLY.match(text):
        return NotApplicable(reason=text[found.end() :], author=author, on=on)
    return Statement(text=text, author=author, on=on)


def _text(section: _Section) -> str:
    """The text as one paragraph; a proposal says that it is one."""
    lines = section.text.splitlines()
    kept = " ".join(" ".join(line for line in lines if not line.startswith(PROPOSED)).split())
    is_proposal = any(line.startswith(PROPOSED) for line in lines)
    return f"{kept} {NOT_CONFIRMED}" if is_proposal and kept else kept
