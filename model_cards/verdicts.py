"""The five boxes at the top of a card: what a reader may take away, each with one sentence and the section behind it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from model_cards.paths import entries

Tree = Mapping[str, Any]


class Verdict(StrEnum):
    """What a box says."""

    MEETS = "meets"
    MISSES = "misses"
    INCONCLUSIVE = "inconclusive"
    NOT_ASSESSED = "not assessed"


@dataclass(frozen=True)
class Box:
    """One box; `sentence` refers to evidence as every text of a card does."""

    key: str
    title: str
    verdict: Verdict
    sentence: str
    section: str


def boxes(tree: Tree, said: Mapping[str, str]) -> tuple[Box, ...]:
    """The five boxes, in reading order; `said` holds the sentences that speak where nothing failed."""
    predicts = Box("predicts", "Predicts", *_from_gates(tree, said["predicts"], calibration=False), "predicts")
    probabilities = Box(
        "probabilities", "Probabilities hold", *_from_gates(tree, said["probabilities"], calibration=True), "probabilities"
    )
    return (predicts, probabilities, _groups(tree), _data(tree), _steady(tree))


def measures_calibration(metric: Mapping[str, Any]) -> bool:
    """Whether a metric asks if probabilities hold, rather than if customers are told apart."""
    words = f"{metric['name']} {metric['title']}".lower().replace("_", " ")
    return "calibration" in words or metric["better"].startswith("closer") or metric["name"] in ("ece", "ici", "e50", "e90")


_COMPARED = ("better than the baseline", "not worse than the baseline", "not worse than the champion")
_JUDGED = ("at least", "at most", *_COMPARED)


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


def missed_reviewers_lines(tree: Tree) -> list[tuple[str, Mapping[str, Any]]]:
    """Gates that passed while the stricter line is missed, with their paths."""
    return [
        (path, verdict)
        for path, verdict in entries(tree, "decision.verdicts")
        if verdict["result"] == "pass" and verdict.get("meets_reviewers_line") is False
    ]


def _gates(tree: Tree, *, calibration: bool) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Gates on metrics of one sort that were judged."""
    sort = {m["name"]: measures_calibration(m) for m in tree["evaluation"]["metrics"]}
    for path, verdict in entries(tree, "decision.verdicts"):
        gate = verdict["gate"]
        judged = gate["kind"] in _JUDGED and verdict["result"] != "not applicable"
        if judged and sort.get(gate["metric"], False) is calibration:
            yield path, verdict


def _from_gates(tree: Tree, said: str, *, calibration: bool) -> tuple[Verdict, str]:
    """Verdict of the gates of one sort, and what to say of it."""
    gates = list(_gates(tree, calibration=calibration))
    failed = [path for path, verdict in gates if verdict["result"] == "fail"]
    if failed:
        return Verdict.MISSES, f"Asked and not reached: {{{failed[0]}.found}}."
    missed = {path for path, _ in missed_reviewers_lines(tree)}
    if any(path in missed for path, _ in gates):
        said = f"{said} The reviewers’ stricter line is not met."
    return (Verdict.MEETS, said) if gates else (Verdict.NOT_ASSESSED, f"No gate sets a line. {said}")


_AUDIT = {
    "pass": (Verdict.MEETS, "alike"),
    "fail": (Verdict.MISSES, "apart"),
    "inconclusive": (Verdict.INCONCLUSIVE, "cannot be told yet"),
    "not assessable": (Verdict.NOT_ASSESSED, "too few to say"),
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


def verdict_of(audit: str) -> Verdict:
    """An audit's verdict in the words of the strip."""
    return _AUDIT[audit][0]


def _groups(tree: Tree) -> Box:
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
    overall = audit_verdict([attribute_verdict(a) for a in tree["audit"]["attributes"]])
    return Box("groups", "Treats groups alike", _AUDIT[overall][0], " ".join(words) or "No attribute was audited.", "groups")


def _data(tree: Tree) -> Box:
    sources = list(entries(tree, "data.sources"))
    withheld = [path for path, source in sources if source["n_days_withheld"]]
    if not sources:
        return Box("data", "Data sound", Verdict.NOT_ASSESSED, "No source was recorded.", "training")
    if withheld:
        text = ", ".join(f"{{{path}.n_days_withheld}} of {{{path}.n_days}} days of {{{path}.title}}" for path in withheld)
        return Box("data", "Data sound", Verdict.INCONCLUSIVE, f"Withheld, so not learnt from: {text}.", "training")
    most = max(sources, key=lambda s: s[1]["n_quarantined"] / max(s[1]["n_received"], 1))[0]
    text = f"No day withheld; most rows set aside: {{{most}.n_quarantined}} of {{{most}.n_received}} ({{{most}.title}})."
    return Box("data", "Data sound", Verdict.MEETS, text, "training")


def _steady(tree: Tree) -> Box:
    stability, limit = tree["stability"], tree["monitoring"]["psi_limit"]
    if stability is None:
        return Box(
            "steady", "Steady", Verdict.NOT_ASSESSED, "Not measured before approval; watched on every scored day.", "after"
        )
    moved = [path for path, psi in entries(tree, "stability.feature_psi") if psi > limit]
    verdict = Verdict.MEETS if stability["score_psi"] <= limit and not moved else Verdict.MISSES
    inputs = (
        f"inputs beyond it: {', '.join(path.rpartition('.')[2].replace('_', ' ') for path in moved)}"
        if moved
        else "no input moved beyond it"
    )
    text = f"From fit to test the scores moved by {{stability.score_psi}} (limit {{monitoring.psi_limit}}); {inputs}."
    return Box("steady", "Steady", verdict, text, "after")
