"""The card as the content of an Amazon SageMaker model card.

`create_model_card(Content=...)` takes this JSON as a string of at most 100,000 characters. Texts that are longer than a place
allows end with an ellipsis; the whole text is in the card.
"""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from model_cards.page import SECTIONS, title_line
from model_cards.paths import number
from model_cards.standing import Standing
from model_cards.verdicts import is_calibration
from model_cards.wording import plain, show

LONG, SHORT, OBSERVATION = 2048, 1024, 2096
MAX_PARAMETERS, MAX_DATASETS = 100, 10
RATINGS = ("High", "Medium", "Low")
_DETAILS = ("identity", "code_and_environment", "data_quality", "security", "gates", "approvals", "monitoring", "logging")


def export(card: Mapping[str, Any], standing: Standing) -> dict[str, Any]:
    """The content."""
    tree = card["evidence"]
    return {
        "model_overview": _overview(card, standing),
        "intended_uses": _uses(card),
        "business_details": {
            "business_problem": _cut(_said(card, "target"), LONG),
            "business_stakeholders": _cut(_said(card, "ownership"), LONG),
            "line_of_business": card["identity"]["owner"],
        },
        "training_details": _training(card),
        "evaluation_details": [_evaluation(card), *_audits(tree)],
        "additional_information": {
            "ethical_considerations": _cut(_said(card, "ethics"), LONG),
            "caveats_and_recommendations": _cut(f"{_said(card, 'limitations')} {_said(card, 'instructions')}".strip(), LONG),
            "custom_details": _details(card, standing),
        },
    }


def _overview(card: Mapping[str, Any], standing: Standing) -> dict[str, Any]:
    """What it is."""
    identity, tree = card["identity"], card["evidence"]
    overview: dict[str, Any] = {
        "model_id": standing.package_digest or identity["model_digest"],
        "model_name": f"{identity['project']}.{identity['name']}",
        "model_description": _cut(plain(card["summary"]), SHORT),
        "problem_type": "Survival" if identity["kind"] == "survival" else "Binary Classification",
        "algorithm_type": _cut(tree["model"]["algorithm"], SHORT),
        "model_creator": identity["owner"],
        "model_owner": identity["owner"],
    }
    if standing.version is not None:
        overview["model_version"] = standing.version
    return overview


def _uses(card: Mapping[str, Any]) -> dict[str, str]:
    """What for, what not for, and the risk as a person rated it."""
    risk = _said(card, "risk_tier")
    return {
        "purpose_of_model": _cut(plain(card["summary"]), LONG),
        "intended_uses": _cut(f"{_said(card, 'intended_use')} Not for: {_said(card, 'out_of_scope')}", LONG),
        "factors_affecting_model_efficiency": _cut(_said(card, "known_gaps"), LONG),
        "risk_rating": _rating(risk),
        "explanations_for_risk_rating": _cut(risk, LONG),
    }


def _rating(risk: str) -> str:
    """The rating that a risk statement begins with; Unknown where it begins otherwise."""
    first = re.match(r"\w+", risk)
    word = first[0].capitalize() if first else ""
    return word if word in RATINGS else "Unknown"


def _training(card: Mapping[str, Any]) -> dict[str, Any]:
    """Data and parameters of the fit; there is no training job of theirs to name."""
    data, model = card["evidence"]["data"], card["evidence"]["model"]
    datasets = [f"training set {data['training_set_digest']}", *(f"{s['name']} {s['content_digest']}" for s in data["sources"])]
    parameters = [*model["parameters"], ["seed", str(model["seed"])]]
    return {
        "training_observations": _cut(" ".join(_facts(card, "training_data")), SHORT),
        "training_job_details": {
            "training_datasets": [_cut(dataset, SHORT) for dataset in datasets[:MAX_DATASETS]],
            "user_provided_hyper_parameters": [
                {"name": name, "value": str(value)} for name, value in parameters[:MAX_PARAMETERS]
            ],
        },
    }


def _evaluation(card: Mapping[str, Any]) -> dict[str, Any]:
    """Figures on the test rows, each with interval and baselines in its note."""
    tree = card["evidence"]
    metrics = tree["evaluation"]["metrics"]
    groups = [
        ("Prediction", [_metric(m) for m in metrics if not is_calibration(m)]),
        ("Calibration", [_metric(m) for m in metrics if is_calibration(m)]),
    ]
    return {
        "name": "Test rows",
        "evaluation_observation": _cut(" ".join(_facts(card, "evaluation_data")), OBSERVATION),
        "datasets": [f"training set {tree['data']['training_set_digest']}, role test"],
        "metric_groups": [{"name": name, "metric_data": data} for name, data in groups if data],
    }


def _metric(metric: Mapping[str, Any]) -> dict[str, Any]:
    """One figure."""
    beside = [f"{name} {show(estimate, path=metric['name'])}" for name, estimate in metric["baselines"]]
    notes = [f"{show(metric['estimate'], path=metric['name'])}; {metric['better']} is better", *beside, metric["definition"]]
    is_number = number(metric["estimate"]) is not None
    return {
        "name": metric["name"],
        "type": "number" if is_number else "string",
        "value": metric["estimate"]["value"] if is_number else show(metric["estimate"]),
        "notes": _cut("; ".join(notes), SHORT),
    }


def _audits(tree: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Verdicts by attribute, as words: most have no figure of their own."""
    data = [
        {"name": f"{a['title']}, {d['title']}", "type": "string", "value": d["verdict"], "notes": _cut(d["reason"], SHORT)}
        for a in tree["audit"]["attributes"]
        for d in a["disparities"]
    ]
    if not data:
        return []
    return [
        {
            "name": "Audit by group",
            "evaluation_observation": _cut(f"Selected: {tree['audit']['selection_rule']}.", OBSERVATION),
            "metric_groups": [{"name": "Disparities", "metric_data": data}],
        }
    ]


def _details(card: Mapping[str, Any], standing: Standing) -> dict[str, str]:
    """What their form has no place for, by title."""
    by_key = {field["key"]: field for field in card["fields"]}
    details = {by_key[key]["title"]: _cut(" ".join(_facts(card, key)), SHORT) for key in _DETAILS}
    details["Standing"] = _cut(" · ".join(title_line(card, standing)), SHORT)
    details["Sections of the full card"] = ", ".join(title for _, title in SECTIONS)
    return {title: text for title, text in details.items() if text}


def _said(card: Mapping[str, Any], key: str) -> str:
    """What a person says in a field; empty where nobody did."""
    statement = next(field["statement"] for field in card["fields"] if field["key"] == key)
    return plain(statement["text"]) if statement else ""


def _facts(card: Mapping[str, Any], key: str) -> Iterable[str]:
    """What evidence says in a field."""
    return [plain(line) for line in next(field["facts"] for field in card["fields"] if field["key"] == key)]


def _cut(text: str, length: int) -> str:
    """A text that fits."""
    return text if len(text) <= length else f"{text[: length - 1].rstrip()}…"
