"""Measured again: whether the figures of a challenger are those that its test rows give.

The same functions measure both times, with the same seed and draws, so what differs was not measured. Gates and the audit's own
figures are judged again elsewhere, from the evidence alone (`governance/rules/policy.py`).
"""

from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from math import isclose
from typing import Any

from tenure.audit.challenger import audit_rows
from tenure.errors import EstimationError, HorizonError
from tenure.evaluation.challenger import evaluate_rows
from tenure.evaluation.measured import CHAMPION, MeasuredRows
from tenure.evidence import Evidence
from tenure.specs import Model

# The rows keep every bit, so what is measured from them differs by the order of sums alone.
TOLERANCE = 1e-9
# What rests on draws: the ends of intervals, and the verdicts and words that read them.
DRAWN = frozenset({"low", "high", "disparities", "coverage"})


def measured_otherwise(rows: MeasuredRows, evidence: Evidence, spec: Model, *, with_draws: bool) -> tuple[str, ...]:
    """Where evidence says other than its test rows give under a spec, in words; empty where it is what they give.

    Parameters
    ----------
    with_draws: whether intervals are drawn again too, which takes as long as it did in training.
    """
    compared = evidence.evaluation.champion
    if (compared is not None) != (CHAMPION in rows.predicted):
        return ("a comparison with a champion: the rows hold " + ("none" if compared else "one that it leaves out"),)
    n_draws = None if with_draws else 1
    try:
        evaluation = evaluate_rows(
            rows,
            spec,
            known_until=evidence.evaluation.known_until,
            champion=(compared.champion_version, compared.champion_digest) if compared else None,
            served_from=evidence.evaluation.served_band.from_score if evidence.evaluation.served_band else None,
            effects=evidence.evaluation.effects,
            n_draws=n_draws,
        )
        audit = audit_rows(
            rows,
            spec,
            selection_rule=evidence.audit.selection_rule,
            titles={one.attribute: one.title for one in evidence.audit.attributes},
            lines=evidence.audit.lines,
            **({} if n_draws is None else {"n_draws": n_draws}),
        )
    except (EstimationError, HorizonError, KeyError) as error:
        return (f"nothing of it can be measured from the rows ({error})",)
    passed_over = frozenset() if with_draws else DRAWN
    return (
        *_differences(evidence.evaluation, evaluation, "evaluation", passed_over),
        *_differences(evidence.audit, audit, "audit", passed_over),
    )


def _differences(said: Any, found: Any, path: str, passed_over: frozenset[str]) -> Iterator[str]:
    """Every figure that differs, by its place."""
    if is_dataclass(said) and type(said) is type(found):
        for name in (field.name for field in fields(said)):
            if name not in passed_over:
                yield from _differences(getattr(said, name), getattr(found, name), f"{path}.{name}", passed_over)
    elif isinstance(said, tuple) and isinstance(found, tuple) and len(said) == len(found):
        for position, (one, other) in enumerate(zip(said, found, strict=True)):
            yield from _differences(one, other, f"{path}.{_name_of(one, position)}", passed_over)
    elif not _is_equal(said, found):
        yield f"{path} {_short(said)}, where the rows give {_short(found)}"


def _is_equal(said: Any, found: Any) -> bool:
    """Whether two values are one, but for rounding."""
    if isinstance(said, float) and isinstance(found, float):
        return isclose(said, found, rel_tol=TOLERANCE, abs_tol=TOLERANCE)
    return type(said) is type(found) and bool(said == found)


def _name_of(entry: Any, position: int) -> str:
    """What names an entry of a list."""
    return next((str(getattr(entry, key)) for key in ("name", "attribute", "group") if hasattr(entry, key)), str(position))


def _short(value: Any) -> str:
    """A value for a message; rows of people are never among them."""
    return f"{value:.6g}" if isinstance(value, float) else str(value)[:60]
