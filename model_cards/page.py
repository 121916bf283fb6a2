"""What a page shows of a card: the tables and lists behind both renderings.

How they look belongs to `html.py` and `markdown.py`.
"""

from collections import Counter
from collections.abc import Mapping
from typing import Any

from model_cards.differences import form, reading
from model_cards.paths import entries, number, slug
from model_cards.standing import DRAFT, Decided, Force, Standing, Status
from model_cards.verdicts import attribute_verdict, audit_verdict, is_calibration, reviewers_line, verdict_of
from model_cards.wording import Rich, fill, refuse_typed_digits
from tenure.errors import CardError
from tenure.evaluation.capacity import PRECISION

Card = Mapping[str, Any]

NEVER_FILLED = "Empty in every row it learnt from, so that it takes nothing from them"

SECTIONS = (
    ("predicts", "How well it predicts"),
    ("probabilities", "Can the probabilities be taken at their word"),
    ("groups", "Whom it treats differently"),
    ("inputs", "What it looks at"),
    ("training", "What it learnt from"),
    ("limits", "Limits, risks, harms, human oversight"),
    ("changes", "What changed since the champion"),
    ("after", "After approval"),
    ("evidence", "Evidence"),
)


def title_line(card: Card, standing: Standing) -> list[str]:
    """Where it stands and what it is, for a text that says both at once."""
    return [*standing_line(standing), *identity_line(card)]


def identity_line(card: Card) -> list[str]:
    """What never changes of a card: model, day and owner."""
    identity = card["identity"]
    return [f"model {identity['model_digest'][:12]}", f"as of {identity['as_of']}", f"owner {identity['owner']}"]


def standing_line(standing: Standing) -> list[str]:
    """Version, status and package."""
    line = [f"version {standing.version}"] if standing.version is not None else []
    package = [f"package {standing.package_digest[:12]}"] if standing.package_digest else []
    return [*line, standing.status.value, *package]


def notices(standing: Standing) -> list[str]:
    """What the standing adds to the first paragraph."""
    said = []
    if standing.status is Status.DRAFT:
        said.append(DRAFT)
    if standing.reason:
        when = f" on {standing.promoted_at.date().isoformat()}" if standing.promoted_at else ""
        said.append(f"Promoted{when} despite open questions, for this reason: {standing.reason}")
    if standing.approved_by or _rejections(standing) or standing.status is Status.CANDIDATE:
        said.append(f"{approvals_line(standing)} {demo_line(standing)}".strip())
    if standing.review_by and standing.status is Status.CHAMPION and standing.is_overdue:
        said.append(
            f"Review overdue since {standing.review_by.date().isoformat()}: the scorer refuses it until people decide anew."
        )
    if standing.revoked:
        day = standing.revoked.at.date().isoformat()
        who = f"{standing.revoked.staff_id} revoked it on {day}"
        said.insert(0, f"It must not score customers: {who}, for this reason: {standing.revoked.reason}")
    if standing.status is Status.RETIRED:
        said.append("Retired: it no longer scores customers.")
    return said


def approvals_line(standing: Standing) -> str:
    """Who approves, and how many must."""
    who, needed = standing.approved_by, standing.n_needed
    if rejected := _rejections(standing):
        said = "; ".join(
            f"{one.staff_id} on {one.issued.date().isoformat()}, for this reason: {one.reason.rstrip('.')}" for one in rejected
        )
        beside = f" Approved by {' and '.join(who)} all the same." if who else ""
        return f"Rejected by {said}. Nobody can promote it while that stands.{beside}"
    if needed is None and not who:
        return "Nobody can approve it yet: there is no trust root that says who may."
    verb = ("is" if needed == 1 else "are") if standing.promoted_at is None else ("was" if needed == 1 else "were")
    asked = "" if needed is None else f"; {_counted(needed)} {verb} needed"
    asked += f", at the level of {standing.level.in_words}" if standing.level else ""
    if not who:
        return f"Approved by nobody yet{asked}."
    return f"Approved by {' and '.join(who)}, each by a signature over exactly this package{asked}."


def _rejections(standing: Standing) -> list[Decided]:
    """The rejections that count at present."""
    return [one for one in standing.decided if one.verdict == "reject" and one.force is Force.COUNTS]


def demo_line(standing: Standing) -> str:
    """What keeps a demonstration's approvals from being taken for a person's; empty where they are a person's."""
    is_shown = standing.is_demo and bool(standing.decided or standing.approved_by)
    return "These approvals are a demonstration’s: software signed them, and no person has read this card." if is_shown else ""


def _counted(n: int) -> str:
    """A small number as a word."""
    words = ("none", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
    return words[n] if n < len(words) else str(n)


def decided_rows(standing: Standing) -> list[dict[str, Any]]:
    """Every decision of a reviewer as words, oldest first."""
    return [
        {
            "who": f"{one.staff_id} ({one.role})",
            "when": f"{one.issued:%Y-%m-%d %H:%M} UTC",
            "verdict": {"approve": "approves", "reject": "rejects"}.get(one.verdict, one.verdict),
            "reason": one.reason,
            "until": f"{one.expires:%Y-%m-%d %H:%M} UTC",
            "covers": [f"{name} {digest[:12]}" for name, digest in one.digests],
            "force": one.force.value,
        }
        for one in standing.decided
    ]


def review_line(standing: Standing) -> str:
    """By when people must look again; empty before a promotion."""
    if standing.review_by is None or standing.status is not Status.CHAMPION:
        return ""
    day = standing.review_by.date().isoformat()
    return f"Review by {day}: overdue." if standing.is_overdue else f"Review by {day}; after that day the scorer refuses it."


def statements(card: Card, section: str) -> list[Mapping[str, Any]]:
    """Fields of a section in which a person speaks, or of which something must be said that is not a figure."""
    return [f for f in card["fields"] if f["section"] == section and (f["statement"] or f["reason"])]


def metric_table(card: Card, *, calibration: bool) -> dict[str, Any]:
    """Metrics of one sort as rows: that of the headline first, then those that a gate asks for.

    A baseline of one metric alone has no column.
    """
    tree = card["evidence"]
    champion = tree["evaluation"]["champion"]
    asked = [v["gate"]["metric"] for v in tree["decision"]["verdicts"]]
    metrics = [(p, m) for p, m in entries(tree, "evaluation.metrics") if is_calibration(m) is calibration]
    metrics.sort(key=lambda entry: (entry[1]["name"] != PRECISION, entry[1]["name"] not in asked))
    counts = Counter(name for _, m in metrics for name, _ in m["baselines"])
    columns = [name for name, n in counts.items() if n > 1 or n == len(metrics)]
    rows = [_metric_row(tree, path, metric, columns, champion) for path, metric in metrics]
    return {"baselines": columns, "rows": rows, "has_champion": any(row["champion"] for row in rows)}


def _metric_row(
    tree: Card, path: str, metric: Mapping[str, Any], columns: list[str], champion: Mapping[str, Any] | None
) -> dict[str, Any]:
    """One metric with the paths of its figures."""
    at = {name: f"{path}.baselines.{slug(name)}" for name, _ in metric["baselines"]}
    return {
        "metric": metric,
        "estimate": f"{path}.estimate",
        "baselines": [at.get(name) for name in columns],
        "aside": [(name, where) for name, where in at.items() if name not in columns],
        "difference": f"{path}.difference" if metric["difference"] else None,
        "form": form(metric),
        "reads": reading(tree, metric).value,
        "champion": "evaluation.champion.champion" if champion and champion["metric"] == metric["name"] else None,
    }


def audit_table(card: Card) -> dict[str, Any]:
    """Attributes as rows, measures as columns; `singles` are drawn, `pairs` are listed."""
    tree = card["evidence"]
    named = {a["name"] for a in tree["data"]["attributes"]}
    found = list(entries(tree, "audit.attributes"))
    measures = list(dict.fromkeys((d["measure"], d["title"], d["line"]) for _, a in found for d in a["disparities"]))
    columns = list({measure: (measure, title, line) for measure, title, line in measures}.values())
    rows = [_audit_row(path, attribute, columns, is_pair=attribute["attribute"] not in named) for path, attribute in found]
    pairs = [r for r in rows if r["is_pair"]]
    covered = [(path, attribute) for path, attribute in found if attribute["coverage"]]
    return {
        "measures": columns,
        "rows": rows,
        "singles": [r for r in rows if not r["is_pair"]],
        "pairs": pairs,
        "pairs_verdict": verdict_of(audit_verdict([attribute_verdict(row["attribute"]) for row in pairs])).value,
        "coverage": [_audit_row(path, attribute, columns, is_pair=False, of="coverage") for path, attribute in covered],
    }


def _audit_row(
    path: str, attribute: Mapping[str, Any], columns: list[tuple[str, str, str]], *, is_pair: bool, of: str = "disparities"
) -> dict[str, Any]:
    """One attribute with a cell per measure: between its groups or, of its `coverage`, known against unknown members."""
    by_measure = {d["measure"]: (f"{path}.{of}.{slug(d['measure'])}", d) for d in attribute[of]}
    cells = []
    for measure, *_ in columns:
        at, disparity = by_measure.get(measure, ("", None))
        cells.append(
            disparity
            and {"verdict": verdict_of(disparity["verdict"]).value, "disparity": disparity, "estimate": f"{at}.estimate"}
        )
    verdict = verdict_of(audit_verdict([d["verdict"] for d in attribute[of]])).value
    small = [g["group"] for g in attribute["groups"] if not g["assessable"] and g["group"] != "unknown"]
    return {
        "attribute": attribute,
        "path": path,
        "is_pair": is_pair,
        "is_coverage": of == "coverage",
        "verdict": verdict,
        "cells": cells,
        "too_small": small,
    }


def feature_meanings(card: Card) -> dict[str, str]:
    """What each input says, in words."""
    return {feature["name"]: feature["meaning"] for feature in card["evidence"]["features"]}


def never_filled(card: Card) -> list[str]:
    """Inputs that no row to fit on has, so that the model takes nothing from them."""
    return [feature["name"] for feature in card["evidence"]["features"] if feature["missing_rate"] == 1]


def top_effects(card: Card, n: int) -> list[Mapping[str, Any]]:
    """The inputs used most."""
    return sorted(card["evidence"]["evaluation"]["effects"], key=lambda e: -e["gain_rate"])[:n]


def baseline(card: Card) -> str:
    """The plain method that everything is compared with first."""
    campaign = card["evidence"]["evaluation"]["campaign"]
    return str(campaign["baseline"]) if campaign else "baseline"


def answerable(card: Card) -> list[tuple[str, str]]:
    """Who answers for it: the owner, then each role that signed statements, with what it spoke of."""
    said: dict[str, list[str]] = {}
    for field in card["fields"]:
        if field["statement"]:
            said.setdefault(field["statement"]["author"], []).append(field["key"].replace("_", " "))
    owner = card["identity"]["owner"]
    return [(owner, "owns it and decides on its use"), *((card["roles"][role], ", ".join(keys)) for role, keys in said.items())]


def at_random(card: Card) -> float | None:
    """The share with the outcome among all test rows, where it can be read."""
    evaluation = card["evidence"]["evaluation"]
    everybody = [number(p["event_rate"]) for p in evaluation["lift"] if p["selected_rate"] == 1]
    if everybody:
        return everybody[0]
    return evaluation["n_events"] / evaluation["n_rows"] if evaluation["censored_rate"] == 0 and evaluation["n_rows"] else None


def because(gate: Mapping[str, Any]) -> str:
    """Why a gate's line is where it is; a figure typed into it would grow old beside the measured ones, and is not printed."""
    try:
        refuse_typed_digits(gate["because"])
    except CardError:
        return "Its reason is not printed here, for it holds a figure that was typed by hand."
    return str(gate["because"])


def gate_rows(card: Card) -> list[tuple[str, Mapping[str, Any], Rich]]:
    """Gates with their paths, and what to say of the reviewers' line; nothing where a gate states none."""
    tree = card["evidence"]
    return [(path, v, fill(reviewers_line(path, v), tree)) for path, v in entries(tree, "decision.verdicts")]


def open_points(card: Card) -> list[Rich]:
    """Questions that the gates left open, and stricter lines that are missed; cards of schema 1 list none."""
    points: list[Rich] = card.get("open_points", [])
    return points


def index_counts(card: Card) -> str:
    """How many fields are in which state."""
    states = ("filled", "not applicable", "not yet assessed", "missing")
    counts = {state: sum(f["status"] == state for f in card["fields"]) for state in states}
    in_part = sum(is_open_in_part(f) for f in card["fields"])
    said = ", ".join(f"{n} {state}" for state, n in counts.items() if n)
    return f"{said}; of the filled, {in_part} in part" if in_part else said


def is_open_in_part(field: Mapping[str, Any]) -> bool:
    """Whether a filled field says that a part of it is not yet assessed."""
    return bool(field["status"] == "filled" and field["reason"])
