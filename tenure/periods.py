"""Periods in people's words against those that a model declares: "four weeks" beside a window of 14 days.

Only a period that is said of what happens (within, in, for, of so many days) is held against it, and only by its length.
"""

import re
from collections.abc import Iterator

from tenure.specs import Model

_UNITS = {"day": (1, 1), "week": (7, 7), "fortnight": (14, 14), "month": (28, 31), "quarter": (90, 92), "year": (364, 366)}
_COUNTS = {
    word: number
    for number, word in enumerate(("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"), start=1)
} | {"a": 1, "an": 1, "twelve": 12}
_SAID = re.compile(
    r"\b(?:within|in|for|of|after)\s+(?:the\s+)?(?:next\s+|coming\s+|following\s+)?"
    rf"(?P<period>(?P<count>\d+|{'|'.join(_COUNTS)})[\s-](?P<unit>{'|'.join(_UNITS)})s?)\b",
    re.IGNORECASE,
)
# Statements that speak of who is scored and of what is foreseen; others may speak of any time.
SPEAK_OF_IT = ("target", "intended_use", "limitations")


def contradicted(spec: Model) -> Iterator[str]:
    """Periods in the model's title, summary and statements that are none of its own, in words."""
    own = _own(spec)
    if not own:
        return
    said = {key: said for key, said in spec.narrative.statements.items() if key in SPEAK_OF_IT}
    texts = {"title": spec.title, "summary": spec.narrative.summary} | {
        key: getattr(statement, "text", "") for key, statement in said.items()
    }
    for key, text in texts.items():
        for found in _SAID.finditer(text):
            least, most = (edge * _counted(found["count"]) for edge in _UNITS[found["unit"].lower()])
            if most > 1 and not any(least <= days <= most for days in own):
                yield (
                    f"The words under {key!r} say {found['period']!r}, but model {spec.name!r} looks at "
                    f"{', '.join(f'{days}' for days in sorted(own))} days. Correct the words, or the model."
                )


def _own(spec: Model) -> frozenset[int]:
    """The days that a model declares: whom it scores, what it foresees, and when it is read."""
    written = re.findall(r"\b(\d+) days?\b", f"{spec.population.in_words} {spec.score_means} {spec.foresees.rule}")
    return frozenset({*map(int, written), *spec.horizons_days, *filter(None, [spec.outcome_days, spec.score_horizon_days])})


def _counted(word: str) -> int:
    """A count as a number."""
    return int(word) if word.isdigit() else _COUNTS[word.lower()]
