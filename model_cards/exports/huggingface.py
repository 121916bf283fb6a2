"""The card as a Hugging Face `README.md`: metadata as YAML in front, with results as `model-index`, then the card as Markdown."""

from collections.abc import Mapping
from typing import Any

from model_cards.markdown import render_markdown
from model_cards.paths import number
from model_cards.standing import Standing
from model_cards.wording import show

_TASKS = {"propensity": ("tabular-classification", "Tabular classification"), "survival": ("tabular-regression", "Survival")}


def export(card: Mapping[str, Any], standing: Standing) -> str:
    """The page."""
    import yaml

    page = render_markdown(card, standing)
    return f"---\n{yaml.safe_dump(front_matter(card), sort_keys=False, allow_unicode=True)}---\n\n{page}"


def front_matter(card: Mapping[str, Any]) -> dict[str, Any]:
    """The metadata: what it is, and its figures on the test rows."""
    identity, tree = card["identity"], card["evidence"]
    task, task_name = _TASKS[identity["kind"]]
    evaluation = tree["evaluation"]
    return {
        "library_name": "lightgbm",
        "pipeline_tag": task,
        "tags": ["tabular", identity["kind"], identity["project"]],
        "model-index": [
            {
                "name": f"{identity['project']}.{identity['name']}",
                "results": [
                    {
                        "task": {"type": task, "name": task_name},
                        "dataset": {
                            "type": identity["project"],
                            "name": f"Test rows from {evaluation['test_from']} to {evaluation['test_to']}",
                            "revision": tree["data"]["training_set_digest"],
                            "split": "test",
                        },
                        "metrics": [_metric(metric) for metric in evaluation["metrics"]],
                    }
                ],
            }
        ],
    }


def _metric(metric: Mapping[str, Any]) -> dict[str, Any]:
    """One figure, with its interval where their format lets one be said."""
    estimate = metric["estimate"]
    value = estimate["value"] if number(estimate) is not None else show(estimate)
    found = {"type": metric["name"], "name": metric["title"], "value": value, "verified": False}
    if estimate["low"] is not None and estimate["high"] is not None:
        found["args"] = {"low": estimate["low"], "high": estimate["high"]}
    return found
