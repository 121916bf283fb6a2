"""What a model's words still owe its card, as far as it can be told before anything is measured."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, fields

from model_cards.fields import BY_KEY, REQUIRED_STATEMENTS
from model_cards.wording import refuse_typed_digits
from tenure.errors import CardError
from tenure.evidence import Evidence
from tenure.names import meant
from tenure.statements import Narrative, NotApplicable, Statement, hollow
from tenure.words import is_proposed

# Fields that are filled by the audit, and empty without one.
_OF_GROUPS = ("group_results", "selection_rates")
_REFERENCE = re.compile(r"\{([A-Za-z0-9_]+)")


@dataclass(frozen=True, kw_only=True)
class Owed:
    """The statements of a card: which are open, how many are written or do not apply, and how many nobody has confirmed yet."""

    open: tuple[str, ...]
    n_written: int
    n_proposed: int
    n_not_applicable: int

    @property
    def in_words(self) -> str:
        """As a line."""
        none = f", {self.n_not_applicable} not applicable" if self.n_not_applicable else ""
        proposed = f" ({self.n_proposed} proposed by init and to be confirmed)" if self.n_proposed else ""
        written = (
            f"{len(self.open) + self.n_written + self.n_not_applicable} statements: {self.n_written} written{none}{proposed}"
        )
        if not self.open:
            return f"{written}, none open."
        return f"{written}, {len(self.open)} open: {', '.join(self.open)}. You may train; you cannot promote."


def owed(narrative: Narrative) -> Owed:
    """What is owed of the statements that every card asks for."""
    empty = hollow(narrative)
    given = {key: one for key, one in narrative.statements.items() if key not in empty}
    said = {key: given[key] for key in REQUIRED_STATEMENTS if _is_filled(given.get(key))}
    not_applicable = [key for key, one in said.items() if isinstance(one, NotApplicable)]
    return Owed(
        open=tuple(key for key in REQUIRED_STATEMENTS if key not in said),
        n_written=len(said) - len(not_applicable),
        n_proposed=sum(map(is_proposed, said.values())),
        n_not_applicable=len(not_applicable),
    )


def unsayable(narrative: Narrative, *, has_groups: bool) -> Iterator[str]:
    """Statements that no card could show, in words: a figure typed by hand, or a reference to what no evidence holds.

    Where a model is audited by no attribute (`has_groups`), results of groups may be said not to apply.
    """
    texts = {"summary": narrative.summary} | {key: _text(one) for key, one in narrative.statements.items()}
    known = [each.name for each in fields(Evidence)]
    for key, text in texts.items():
        try:
            refuse_typed_digits(text)
        except CardError as error:
            yield f"The words under {key!r} hold {error}"
        for name in dict.fromkeys(_REFERENCE.findall(text)):
            if name not in known:
                yield f"The words under {key!r} refer to {name!r}, but evidence is of {', '.join(known)}.{meant(name, known)}"
    for key, one in narrative.statements.items():
        may_lack = key in _OF_GROUPS and not has_groups
        if isinstance(one, NotApplicable) and not BY_KEY[key].needs_statement and not may_lack:
            yield f"The field {key!r} cannot be not applicable: it is filled from evidence. Remove the statement."


def _is_filled(one: Statement | NotApplicable | None) -> bool:
    """Whether somebody said something."""
    return one is not None and bool(_text(one).strip())


def _text(one: Statement | NotApplicable) -> str:
    """The words."""
    return one.text if isinstance(one, Statement) else one.reason
