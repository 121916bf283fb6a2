"""What is to be foreseen of the customers of a table: which column says what became of them, and which value who left."""

import re

from tenure.contracts import PersonalData
from tenure.contracts.source import GONE
from tenure.errors import SpecError
from tenure.proposing.meanings import personal, speaks_of, words_of
from tenure.proposing.roles import Roles
from tenure.proposing.seen import Seen, Table

# A column that says what became of customers has few values.
_FEW = 8
_YES = ("yes", "true", "1", "y", "t", "j", "ja", "oui", "si")
_NO = ("no", "false", "0", "n", "f", "nein", "non")
# Values of those who are customers no more, beside those whose word tells of leaving.
_OVER = r"gone|closed|inactive|expired|ended|stopped|deactivated|disconnected|suspended|lost|quit|former"


def outcome_of(table: Table, roles: Roles, named: str | None) -> tuple[str, str]:
    """The column and the value that are foreseen, as a person said (`Churn=Yes`) or as names tell; of both nothing if none does.

    Raises
    ------
    SpecError: for a column or a value that is not there.
    """
    if named is not None:
        return _checked(table, roles, named)
    found = _likely(table, roles)
    if found is not None and (value := _value(found)):
        return found.name, value
    return (GONE, "True") if roles.comes_again else ("", "")


def _checked(table: Table, roles: Roles, named: str) -> tuple[str, str]:
    """What a person said, where the table holds it."""
    name, _, value = named.partition("=")
    if roles.comes_again and name.strip() == GONE:
        return GONE, "True"
    found = table.column(name)
    words = found.words if found is not None else ()
    close = {word.lower(): word for word in words}
    if found is None or value.strip().lower() not in close:
        has = f"{found.received_as} has {', '.join(words) or 'too many values'}" if found else f"there is no column {name!r}"
        raise SpecError(f"{named!r} cannot be foreseen: {has}. {in_question(table, roles)}")
    return found.name, close[value.strip().lower()]


def in_question(table: Table, roles: Roles) -> str:
    """What could be foreseen, for a person to say."""
    two = [f"{c.received_as} ({' or '.join(c.words)})" for c in _candidates(table, roles) if c.n_values == 2]
    could = f" Columns of two values are {', '.join(two[:6])}." if two else " No column has two values."
    gone = f" Those who are no longer in the table: --outcome {GONE}." if roles.comes_again else ""
    return f"Say which column tells what became of customers, and which value is foreseen: --outcome Churn=Yes.{could}{gone}"


def _candidates(table: Table, roles: Roles) -> list[Seen]:
    """Columns that may say what became of customers."""
    used = (roles.customer, roles.time, roles.by)
    return [
        c
        for c in table.columns
        if 2 <= c.n_values <= _FEW and c.words and c.name not in used and personal(c.received_as) is not PersonalData.PROTECTED
    ]


def _likely(table: Table, roles: Roles) -> Seen | None:
    """By a name that tells of leaving; then by one of an outcome; then the last column, if it has two values."""
    found = _candidates(table, roles)
    left = [c for c in found if speaks_of(c.received_as, "left")]
    # A word of its own tells more than one of many: Churn before ChurnReason.
    left.sort(key=lambda c: (c.n_values != 2, len(words_of(c.received_as))))
    named = [c for c in found if speaks_of(c.received_as, "outcome") and _value(c)]
    last = [c for c in found if c.n_values == 2 and c.name == table.columns[-1].name and not roles.comes_again]
    return next(iter((*left, *named, *last)), None)


def _value(column: Seen) -> str:
    """The value of those who left: a yes, a word for leaving, or else the rarer of two."""
    words = {word: word.lower().strip() for word in column.words}
    says_active = "active" in words_of(column.received_as) or "aktiv" in words_of(column.received_as)
    told = [word for word, low in words.items() if low in (_NO if says_active else _YES)]
    over = [word for word in words if speaks_of(word, "left") or _is_over(word)]
    if len(told) == 1 and len(words) == 2:
        return told[0]
    if over:
        return over[-1] if len(words) == 2 else over[0]
    return column.words[-1] if len(words) == 2 else ""


def _is_over(word: str) -> bool:
    """Whether a word says that somebody is a customer no more."""
    return any(re.fullmatch(_OVER, each) for each in words_of(word))
