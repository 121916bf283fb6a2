"""What a draft shows: its card, which says first that it is a draft, and its figures as a table."""

from typing import Any

import pyarrow as pa

from model_cards.html import render_html
from model_cards.markdown import render_markdown
from model_cards.pages import page_now
from model_cards.standing import Standing, Status
from tenure.evaluation.records import Estimate, Evaluation, NotDefined

STANDING = Standing(status=Status.DRAFT)


def page(card: dict[str, Any]) -> str:
    """The card as a page."""
    return page_now(render_html(card), STANDING)


def markdown(card: dict[str, Any]) -> str:
    """The card as text."""
    return render_markdown(card, STANDING)


def figures(evaluation: Evaluation) -> pa.Table:
    """One row for each figure: on the test days, with its interval, beside the plain model's, and the difference of both."""
    rows = []
    for metric in evaluation.metrics:
        title, baseline = metric.baselines[0] if metric.baselines else ("", None)
        rows.append(
            {
                "figure": metric.title or metric.name,
                "better": metric.better,
                **_named("value", metric.estimate),
                "baseline": title,
                "baseline_value": _value(baseline),
                **_named("difference", metric.difference),
                "note": str(metric.estimate.value) if isinstance(metric.estimate.value, NotDefined) else "",
            }
        )
    return pa.Table.from_pylist(rows)


def _named(name: str, estimate: Estimate | None) -> dict[str, float | None]:
    """A figure and the ends of its interval."""
    ends = (None, None) if estimate is None else (estimate.low, estimate.high)
    return {name: _value(estimate), f"{name}_low": ends[0], f"{name}_high": ends[1]}


def _value(estimate: Estimate | None) -> float | None:
    """A figure; none where the rows do not define it."""
    return None if estimate is None or isinstance(estimate.value, NotDefined) else float(estimate.value)
