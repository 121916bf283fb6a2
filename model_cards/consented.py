"""Consent coverage on the card: of the rows that might have been learnt from, how many were, and why not the others.

A reason that fewer than ten rows have is not told by itself, nor what would give it away by subtraction.
"""

from collections.abc import Mapping
from typing import Any

FEWEST_TOLD = 10
_REASONS = {"n_without_record": "without a record", "n_withdrawn": "withdrawn", "n_objected": "objected"}


def coverage(tree: Mapping[str, Any]) -> list[str]:
    """Lines whose figures are references; none where no consents are declared."""
    found = tree["data"].get("consent")
    if found is None:
        return []
    again = "the day of training" if found["asks_again"] else "each snapshot's own day"
    rule = (
        "Purpose {data.consent.purpose}, on the basis of {data.consent.basis}, as of " + again + " and as known then. "
        "{data.consent.rule}"
    )
    n_out = found["n_rows"] - found["n_kept"]
    if not n_out:
        return [rule, "All {data.consent.n_rows} rows of the population were kept."]
    if n_out < FEWEST_TOLD:
        return [rule, "All but fewer than ten rows of the population were kept."]
    kept = "Kept: {data.consent.n_kept} of {data.consent.n_rows} rows of the population, one for each customer and snapshot"
    return [rule, f"{kept}{_reasons(found)}."]


def _reasons(found: Mapping[str, Any]) -> str:
    """Why the others were left out, where that is nobody's own."""
    told = ["n_objected"] if found["n_kept"] > found["n_given"] else list(_REASONS)
    there = [name for name in told if found[name]]
    if any(found[name] < FEWEST_TOLD for name in there):
        return "; the reasons are too few to be told apart"
    return "".join(f"; {_REASONS[name]}: {{data.consent.{name}}}" for name in there)
