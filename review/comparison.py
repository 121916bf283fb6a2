"""A candidate beside the champion: what differs first, then every figure and audit of both.

What changed between two of them is found by `model_cards/changes.py`; this file only lays it side by side.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from model_cards.changes import changes
from model_cards.page import audit_table
from model_cards.paths import as_tree
from model_cards.wording import show
from tenure.evidence import Evidence

_PAIR = " x "  # between the titles of two attributes


@dataclass(frozen=True, kw_only=True)
class Beside:
    """One line: what of, the champion's value, the candidate's, and whether they differ."""

    what: str
    before: str
    now: str
    note: str = ""

    @property
    def differs(self) -> bool:
        """Whether the two are written differently."""
        return self.before != self.now


@dataclass(frozen=True, kw_only=True)
class Comparison:
    """Differences in data, inputs and fit; figures and audits of both sides; what was measured on the same rows."""

    made_of: tuple[Beside, ...]
    figures: tuple[Beside, ...]
    audits: tuple[Beside, ...]
    same_rows: str

    @property
    def n_differences(self) -> int:
        """How many lines differ."""
        return len(self.made_of) + sum(line.differs for line in (*self.figures, *self.audits))


def compare(evidence: Evidence, champion: Evidence) -> Comparison:
    """Lay what two cards rest on side by side."""
    now, before = as_tree(evidence), as_tree(champion)
    titles = {metric["title"] for tree in (now, before) for metric in tree["evaluation"]["metrics"]}
    found = changes(now, before)
    return Comparison(
        made_of=tuple(Beside(what=c["what"], before=c["before"], now=c["now"]) for c in found if c["what"] not in titles),
        figures=_paired(_figures(before), _figures(now), _definitions(now)),
        audits=_telling(_paired(_audits(before), _audits(now), {})),
        same_rows=_same_rows(now),
    )


def _figures(tree: Mapping[str, Any]) -> dict[str, str]:
    """Metrics with their intervals, by title."""
    return {m["title"]: show(m["estimate"], path=m["name"]) for m in tree["evaluation"]["metrics"]}


def _definitions(tree: Mapping[str, Any]) -> dict[str, str]:
    """Which direction of a metric is good."""
    good = {"higher": "higher is better", "lower": "lower is better"}
    return {m["title"]: good.get(m["better"], "") for m in tree["evaluation"]["metrics"]}


def _audits(tree: Mapping[str, Any]) -> dict[str, str]:
    """Verdicts by attribute."""
    rows = audit_table({"evidence": tree})["rows"]
    return {row["attribute"]["title"].replace(_PAIR, " × "): str(row["verdict"]) for row in rows}


def _telling(audits: Sequence[Beside]) -> tuple[Beside, ...]:
    """Every attribute, and of their many pairs those that differ; the card has them all."""
    return tuple(line for line in audits if line.differs or " × " not in line.what)


def _paired(before: Mapping[str, str], now: Mapping[str, str], notes: Mapping[str, str]) -> tuple[Beside, ...]:
    """Both sides by name, those that differ first."""
    names = dict.fromkeys((*now, *before))
    found = [Beside(what=n, before=before.get(n, "none"), now=now.get(n, "none"), note=notes.get(n, "")) for n in names]
    return tuple(sorted(found, key=lambda line: not line.differs))


def _same_rows(tree: Mapping[str, Any]) -> str:
    """The one figure that was measured for both on the same rows."""
    measured = tree["evaluation"]["champion"]
    if not measured:
        return ""
    title = next((m["title"] for m in tree["evaluation"]["metrics"] if m["name"] == measured["metric"]), measured["metric"])
    this, that, difference = (show(measured[side], path=measured["metric"]) for side in ("challenger", "champion", "difference"))
    return f"On the same test rows, {title}: this model {this}, the champion {that}; difference {difference}."
