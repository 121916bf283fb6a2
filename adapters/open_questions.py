"""Questions that the gates leave open: what a person must answer for, in words, before a candidate may serve.

The signatures that a promotion takes besides are the rules of `tenure/promotion/`.
"""

from tenure.errors import PackageError, PromotionError
from tenure.gates import Decision, GateResult, Outcome
from tenure.promotion.package import DECISION_NAME, Package
from tenure.promotion.records import PromotionRecord
from tenure.specs import GateKind


def check_compared(package: Package, standing: PromotionRecord, reason: str) -> None:
    """Ask for a reason when the gates did not hold the candidate against the champion that serves by now."""
    decision = _decision(package)
    asked = [verdict for verdict in decision.verdicts if verdict.gate.kind is GateKind.NOT_WORSE_THAN_CHAMPION]
    if not asked or decision.champion_digest == standing.package_digest or reason.strip():
        return
    if decision.champion_digest is not None:
        how = f"compared with version {decision.champion_version} ({decision.champion_digest[:12]})"
    elif all(verdict.result is GateResult.NOT_APPLICABLE for verdict in asked):
        how = "judged before any champion served"
    else:
        how = "compared with a champion that its decision does not name"
    raise PromotionError(
        f"Candidate {package.digest[:12]} was {how}, but version {standing.version} "
        f"({standing.package_digest[:12]}) serves now, so nobody knows whether it is worse. "
        "Train again to have them compared, or say why it may serve: tenure promote DIGEST --reason '...'."
    )


def check_judged(package: Package, reason: str) -> None:
    """Refuse what the gates refused; ask for a reason where they left a question open."""
    decision = _decision(package)
    results = {verdict.result for verdict in decision.verdicts}
    # Read from the verdicts as well, so that an outcome can never be kinder than the gates it sums up.
    if decision.outcome is Outcome.REFUSED or GateResult.FAIL in results:
        raise PromotionError(
            f"The gates refused candidate {package.digest[:12]}: {'; '.join(decision.reasons)}. "
            "A refused candidate cannot be promoted; read its card and train another."
        )
    needs_reason = decision.outcome is Outcome.NEEDS_REASON or GateResult.NEEDS_REASON in results
    if needs_reason and not reason.strip():
        raise PromotionError(
            f"Candidate {package.digest[:12]} is accepted only with a reason: {'; '.join(decision.reasons)}. "
            "Read its card, then say why it may serve: tenure promote DIGEST --reason '...'."
        )


def _decision(package: Package) -> Decision:
    """Read the gates' decision from a verified package."""
    from pydantic import TypeAdapter, ValidationError

    try:
        return TypeAdapter(Decision).validate_json(package.file(DECISION_NAME))
    except ValidationError as error:
        raise PackageError(
            f"Expected a decision of the gates in {DECISION_NAME} of package {package.digest[:12]}, found another shape "
            f"({error.error_count()} faults). Train the model again."
        ) from None
