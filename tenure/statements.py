"""Statements: what people say on a model's card, by the field that shows it. What evidence says there is `model_cards`'."""

import difflib
import re
import unicodedata
from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date

from tenure.errors import SpecError

# What customers do where nobody said it otherwise; a model puts what it foresees in its place.
ANY_VERB = "have the outcome"
# The fields of a card, on which people may state something; `model_cards/fields.py` says of each what it is for.
STATEMENTS = frozenset({
    "identity", "ownership", "target", "algorithm", "code_and_environment", "compute", "intended_use", "out_of_scope",
    "human_oversight", "risk_tier", "purpose_and_basis", "consent_coverage", "retention", "erasure", "training_data",
    "provenance", "data_quality", "known_gaps", "features", "protected_attributes", "evaluation_data", "metrics",
    "results", "calibration", "group_results", "selection_rates", "fairness", "benchmarks", "robustness", "explanation",
    "privacy_tests", "security", "limitations", "ethics", "residual_risk", "thresholds", "independent_validation",
    "gates", "approvals", "monitoring", "logging", "changes", "standards", "instructions",
})  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Statement:
    """A human statement on the card. Digits appear only as `{references}` to evidence; `author` is a role of the project."""

    text: str
    author: str
    on: date


@dataclass(frozen=True, kw_only=True)
class NotApplicable:
    """A dated, owned reason why a field of the card does not apply."""

    reason: str
    author: str
    on: date


@dataclass(frozen=True, kw_only=True)
class Narrative:
    """The human statements of the card, by card field name (`model_cards/fields.py` lists them).

    `verb` says what a customer with the outcome does ("lapse", "buy"), for sentences such as "of each hundred, so many lapse"; by
    default that follows from what the model foresees.
    """

    summary: str = "Each day this model scores {model.population}. The score is {model.score_means}."
    verb: str = ANY_VERB
    statements: dict[str, Statement | NotApplicable] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Refuse a statement that no field of the card would show."""
        for key in self.statements:
            if key not in STATEMENTS:
                raise SpecError(f"A card has no statement {key!r}. {likely(key, STATEMENTS)}")


# So many fields may not apply for one and the same reason; a card is read for what each field says.
MOST_ALIKE = 3


def hollow(narrative: Narrative) -> Mapping[str, str]:
    """The fields said not to apply whose reason counts as none, with why: it says nothing, or is that of too many fields.

    Reasons that differ in letter case, spaces or punctuation alone are the same.
    """
    reasons = {key: _words(one.reason) for key, one in narrative.statements.items() if isinstance(one, NotApplicable)}
    alike = Counter(reasons.values())
    return {
        key: f"one reason why {alike[words]} fields do not apply, where it may be that of {MOST_ALIKE}"
        if words
        else "no reason why it does not apply"
        for key, words in reasons.items()
        if not words or alike[words] > MOST_ALIKE
    }


def _words(text: str) -> str:
    """A text as its words alone."""
    return " ".join(re.findall(r"\w+", unicodedata.normalize("NFKC", text).casefold()))


def likely(name: str, known: Collection[str]) -> str:
    """What a name that is not known may have been meant as, or what there is."""
    close = difflib.get_close_matches(name, known, n=1)
    return f"Did you mean {close[0]!r}?" if close else f"There are {', '.join(sorted(known))}."
