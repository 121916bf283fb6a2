"""The five boxes at the top of a card: what a reader may take away, each with one sentence and the section behind it.

What keeps a box from *meets* is decided in `tenure/open_points.py`; here it is said.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from model_cards.paths import entries
from tenure.gates import Answer, Question
from tenure.open_points import measures_calibration

Tree = Mapping[str, Any]


@dataclass(frozen=True)
class Box:
    """One box; `sentence` refers to evidence as every text of a card does."""

    key: str
    title: str
    verdict: Answer
    sentence: str
    section: str


def boxes(tree: Tree, said: Mapping[str, str]) -> tuple[Box, ...]:
    """The five boxes, in reading order; `said` holds the sentences of the sections."""
    sentences = {
        Question.PREDICTS: said["predicts"],
        Question.PROBABILITIES: said["probabilities"],
        Question.GROUPS: _groups(tree),
        Question.DATA: _data(tree),
        Question.STEADY: _steady(tree),
    }
    return tuple(
        Box(key, TITLES[question], answer(tree, question), sentences[question], section)
        for question, (key, section) in _PLACES.items()
    )


TITLES = {
    Question.PREDICTS: "Predicts",
    Question.PROBABILITIES: "Probabilities hold",
    Question.GROUPS: "Treats groups alike",
    Question.DATA: "Data sound",
    Question.STEADY: "Steady",
}
_PLACES = {
    Question.PREDICTS: ("predicts", "predicts"),
    Question.PROBABILITIES: ("probabilities", "probabilities"),
    Question.GROUPS: ("groups", "groups"),
    Question.DATA: ("data", "training"),
    Question.STEADY: ("steady", "after"),
}


def answer(tree: Tree, question: Question) -> Answer:
    """The worst of a question's open points."""
    found = [Answer(point["answer"]) for point in tree["decision"]["open_points"] if point["question"] == question.value]
    return max(found, key=list(Answer).index, default=Answer.MEETS)


def is_calibration(metric: Mapping[str, Any]) -> bool:
    """Whether a metric asks if probabilities hold, rather than if customers are told apart."""
    return measures_calibration(metric["name"], metric["better"])


_COMPARED = ("better than the baseline", "not worse than the baseline", "not worse than the champion")


def reviewers_line(path: str, verdict: Mapping[str, Any]) -> str:
    """The stricter line of a gate and whether it is met, with references; empty where none is stated or nothing was judged.

    Cards of schema 1 have no such lines.
    """
    met = verdict.get("meets_reviewers_line")
    if met is None:
        return ""
    kind = verdict["gate"]["kind"]
    asks = "a lower end above" if kind in _COMPARED else kind
    return f"{asks} {{{path}.gate.reviewers_line:g}}, {'met' if met else 'not met'}"


_AUDIT = {
    "pass": (Answer.MEETS, "alike"),
    "fail": (Answer.MISSES, "apart"),
    "inconclusive": (Answer.INCONCLUSIVE, "cannot be told yet"),
    "not assessable": (Answer.NOT_ASSESSED, "too few to say"),
}
_WORST_FIRST = ("fail", "inconclusive", "not assessable", "pass")


def audit_verdict(verdicts: list[str]) -> str:
    """What audit verdicts say together, as `tenure.audit.overall` has it."""
    if "fail" in verdicts:
        return "fail"
    if set(verdicts) == {"pass"}:
        return "pass"
    return "not assessable" if set(verdicts) <= {"not assessable"} else "inconclusive"


def attribute_verdict(attribute: Mapping[str, Any]) -> str:
    """The verdict of one attribute."""
    return audit_verdict([d["verdict"] for d in attribute["disparities"]])


def verdict_of(audit: str) -> Answer:
    """An audit's verdict in the words of the strip."""
    return _AUDIT[audit][0]


def _groups(tree: Tree) -> str:
    """Which attributes are alike, apart or open, and how unknown members fare."""
    singles = {a["name"] for a in tree["data"]["attributes"]}
    said: dict[str, list[str]] = {verdict: [] for verdict in _WORST_FIRST}
    pairs: list[str] = []
    for attribute in tree["audit"]["attributes"]:
        verdict = attribute_verdict(attribute)
        if attribute["attribute"] in singles:
            said[verdict].append(attribute["attribute"].replace("_", " "))
        else:
            pairs.append(verdict)
    words = [f"{_AUDIT[v][1].capitalize()}: {', '.join(titles)}." for v, titles in said.items() if titles]
    if pairs:
        words.append(f"Pairs: {_AUDIT[audit_verdict(pairs)][1]}.")
    covered = [audit_verdict([d["verdict"] for d in a["coverage"]]) for a in tree["audit"]["attributes"] if a["coverage"]]
    if covered:
        words.append(f"Known against unknown members: {_AUDIT[min(covered, key=_WORST_FIRST.index)][1]}.")
    return " ".join(words) or "No attribute was audited."


def _data(tree: Tree) -> str:
    """Days withheld and rows set aside."""
    sources = list(entries(tree, "data.sources"))
    if not sources:
        return "No source was recorded."
    withheld = [path for path, source in sources if source["n_days_withheld"]]
    if withheld:
        days = ", ".join(f"{{{path}.n_days_withheld}} of {{{path}.n_days}} days of {{{path}.title}}" for path in withheld)
        return f"Withheld, so not learnt from: {days}."
    most = max(sources, key=lambda s: s[1]["n_quarantined"] / max(s[1]["n_received"], 1))[0]
    return f"No day withheld; most rows set aside: {{{most}.n_quarantined}} of {{{most}.n_received}} ({{{most}.title}})."


def _steady(tree: Tree) -> str:
    """How far scores and inputs moved."""
    stability, limit = tree["stability"], tree["monitoring"]["psi_limit"]
    if stability is None:
        return "Not measured before approval; watched on every scored day."
    moved = [path.rpartition(".")[2].replace("_", " ") for path, psi in entries(tree, "stability.feature_psi") if psi > limit]
    inputs = f"inputs beyond it: {', '.join(moved)}" if moved else "no input moved beyond it"
    return f"From fit to test the scores moved by {{stability.score_psi}} (limit {{monitoring.psi_limit}}); {inputs}."
