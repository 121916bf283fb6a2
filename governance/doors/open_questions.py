"""Questions that the gates leave open: what a person must answer for, in words, before a candidate may serve.

The signatures that a promotion takes besides are the rules of `governance/rules/`.
"""

import re

from governance.stores.package_reading import decision_of
from tenure.errors import PromotionError
from tenure.gate import GateKind, GateResult, GateVerdict
from tenure.gates import Decision, Outcome
from tenure.package import Package
from tenure.promotions import PromotionRecord

FEWEST_WORDS = 4
_MOST_LETTERS = 60


def needs_reason(package: Package, standing: PromotionRecord | None) -> bool:
    """Whether a promotion takes a reason; `standing` is the promotion of the champion to beat, None where there is none."""
    return _is_open(decision_of(package)) or (standing is not None and not _was_compared(decision_of(package), standing))


def check_compared(package: Package, standing: PromotionRecord, reason: str) -> None:
    """Ask for a reason when the gates did not hold the candidate against the champion that serves by now."""
    decision = decision_of(package)
    if reason.strip() or _was_compared(decision, standing):
        return
    asked = _champion_gates(decision)
    if decision.champion_digest is not None:
        how = f"compared with version {decision.champion_version} ({decision.champion_digest[:12]})"
    elif all(verdict.result is GateResult.NOT_APPLICABLE for verdict in asked):
        how = "held against no champion"
    else:
        how = "compared with a champion that its decision does not name"
    raise PromotionError(
        f"Candidate {package.digest[:12]} was {how}, but version {standing.version} "
        f"({standing.package_digest[:12]}) serves now, so nobody knows whether it is worse. "
        "Train again to have them compared, or say why it may serve (tenure promote DIGEST --reason '...')."
    )


def check_judged(package: Package, reason: str) -> None:
    """Refuse what the gates refused; ask for a reason where they left a question open."""
    decision = decision_of(package)
    # Read from the verdicts as well, so that an outcome can never be kinder than the gates it sums up.
    if decision.outcome is Outcome.REFUSED or GateResult.FAIL in {verdict.result for verdict in decision.verdicts}:
        raise PromotionError(
            f"The gates refused candidate {package.digest[:12]}, so nobody can promote it; read its card and train another."
            f"{decision.reasons_listed}"
        )
    if _is_open(decision) and not reason.strip():
        raise PromotionError(
            f"Candidate {package.digest[:12]} is accepted only with a reason: read its card, then say why it may serve "
            f"(tenure promote DIGEST --reason '...').{decision.reasons_listed}"
        )


def check_reasoned(package: Package, reason: str) -> None:
    """Refuse an approval whose reason says too little, where the card leaves points open."""
    if _is_open(decision_of(package)) and is_thin(reason):
        raise PromotionError(too_thin("A card with open points", reason))


def is_thin(reason: str) -> bool:
    """Whether a reason says too little to be one: fewer than four different words, where words are set apart."""
    words = set(re.findall(r"\w+", reason.casefold()))
    return len(words) < FEWEST_WORDS and (reason.isascii() or len(reason.strip()) < 3 * FEWEST_WORDS)


def too_thin(what: str, reason: str) -> str:
    """A reason that says too little, in a sentence."""
    found = reason.strip()
    shown = f"found “{found[:_MOST_LETTERS]}”" if found else "found none"
    return f"{what} needs a reason that a colleague can follow, of at least {FEWEST_WORDS} different words; {shown}."


def _is_open(decision: Decision) -> bool:
    """Whether a gate, or the evidence beside the gates, left a question open."""
    asks = bool(decision.open_points) or GateResult.NEEDS_REASON in {v.result for v in decision.verdicts}
    return asks or decision.outcome is Outcome.NEEDS_REASON


def _was_compared(decision: Decision, standing: PromotionRecord) -> bool:
    """Whether the gates held the candidate against what stands, or were never asked to hold it against a champion."""
    return not _champion_gates(decision) or decision.champion_digest == standing.package_digest


def _champion_gates(decision: Decision) -> list[GateVerdict]:
    """The gates that hold a candidate against the champion."""
    return [verdict for verdict in decision.verdicts if verdict.gate.kind is GateKind.NOT_WORSE_THAN_CHAMPION]
