"""A candidate beside the champion: every measure on the same test rows, then what differs in audits, data, inputs and fit.

What changed between two of them is found by `model_cards/changes.py`; this file only lays it side by side.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from model_cards.changes import changes
from model_cards.page import audit_table
from model_cards.paths import as_tree
from model_cards.wording import show
from tenure.audit.records import PAIR
from tenure.evidence import Evidence
from tenure.figures import typeset

_GOOD = {"higher": "higher is better", "lower": "lower is better"}
BETTER, UNTOLD, WORSE = "better", "cannot be told", "worse"


@dataclass(frozen=True, kw_only=True)
class Beside:
    """One line: what of, the champion's value, the candidate's, and whether they differ."""

    what: str
    before: str
    now: str

    @property
    def differs(self) -> bool:
        """Whether the two are written differently."""
        return self.before != self.now


@dataclass(frozen=True, kw_only=True)
class Measured:
    """One measure of both on the same test rows, and whether their difference can be told."""

    title: str
    note: str
    before: str
    now: str
    difference: str
    word: str


@dataclass(frozen=True, kw_only=True)
class Comparison:
    """Measures of both on the same rows, and what differs in audits, data, inputs and fit.

    `why_not` says why nothing was measured on the same rows, where nothing was.
    """

    measured: tuple[Measured, ...]
    why_not: str
    made_of: tuple[Beside, ...]
    audits: tuple[Beside, ...]

    @property
    def n_differences(self) -> int:
        """How many lines differ in what it is made of and in its audits."""
        return len(self.made_of) + sum(line.differs for line in self.audits)

    @property
    def in_words(self) -> str:
        """The measures in one line, for a list."""
        if not self.measured:
            return self.why_not
        counted = {word: [one.title for one in self.measured if one.word == word] for word in (BETTER, UNTOLD, WORSE)}
        return "on the same test rows as the champion, " + "; ".join(
            f"{', '.join(titles)}: {word}" if len(titles) < 4 else f"{len(titles)} measures: {word}"
            for word, titles in counted.items()
            if titles
        )


def compare(evidence: Evidence, champion: Evidence) -> Comparison:
    """Lay what two cards rest on side by side."""
    now, before = as_tree(evidence), as_tree(champion)
    titles = {metric["title"] for tree in (now, before) for metric in tree["evaluation"]["metrics"]}
    found = changes(now, before)
    measured = _measured(now)
    return Comparison(
        measured=measured,
        why_not="" if measured else _why_not(now),
        made_of=tuple(Beside(what=c["what"], before=c["before"], now=c["now"]) for c in found if c["what"] not in titles),
        audits=_telling(_paired(_audits(before), _audits(now))),
    )


def _audits(tree: Mapping[str, Any]) -> dict[str, str]:
    """Verdicts by attribute."""
    rows = audit_table({"evidence": tree})["rows"]
    return {row["attribute"]["title"].replace(PAIR, " × "): str(row["verdict"]) for row in rows}


def _telling(audits: Sequence[Beside]) -> tuple[Beside, ...]:
    """Every attribute, and of their many pairs those that differ; the card has them all."""
    return tuple(line for line in audits if line.differs or " × " not in line.what)


def _paired(before: Mapping[str, str], now: Mapping[str, str]) -> tuple[Beside, ...]:
    """Both sides by name, those that differ first."""
    names = dict.fromkeys((*now, *before))
    found = [Beside(what=n, before=before.get(n, "none"), now=now.get(n, "none")) for n in names]
    return tuple(sorted(found, key=lambda line: not line.differs))


def _measured(tree: Mapping[str, Any]) -> tuple[Measured, ...]:
    """Every measure of both on the same rows; of a package from before there were several, the one there is."""
    found = tree["evaluation"]["champion"]
    if not found:
        return ()
    titles = {m["name"]: (m["title"], m["better"]) for m in tree["evaluation"]["metrics"]}
    title, better = titles.get(found["metric"], (found["metric"], "higher"))
    measures = found.get("measures") or [{**found, "title": title, "better": better}]
    return tuple(
        Measured(
            title=one["title"],
            note=_GOOD.get(one["better"], ""),
            before=show(one["champion"], path=one["metric"]),
            now=show(one["challenger"], path=one["metric"]),
            difference=_signed(one["difference"]),
            word=_word(one["difference"]),
        )
        for one in measures
    )


def _why_not(tree: Mapping[str, Any]) -> str:
    """Why nothing was measured on the same rows."""
    return (
        ""
        if tree["evaluation"]["champion"]
        else "it was trained before anything served, so nothing was measured on the same rows"
    )


def _word(difference: Mapping[str, Any]) -> str:
    """Whether a difference, positive where the candidate is better, can be told from none."""
    low, high = difference.get("low"), difference.get("high")
    if low is None or high is None or low <= 0 <= high:
        return UNTOLD
    return BETTER if low > 0 else WORSE


def _signed(difference: Mapping[str, Any]) -> str:
    """A difference with its interval and signs, to as many decimals as its width makes sense of."""
    value, low, high = (difference.get(part) for part in ("value", "low", "high"))
    if value is None or isinstance(value, Mapping):
        return show(difference, path="difference")
    width = abs(high - low) if low is not None and high is not None else abs(value)
    decimals = min(6, max(2, -math.floor(math.log10(width / 2)))) if width else 3

    def signed(figure: float) -> str:
        return typeset(f"{round(figure, decimals) + 0.0:+.{decimals}f}")  # no zero has a minus

    return signed(value) if low is None or high is None else f"{signed(value)} ({signed(low)} to {signed(high)})"
