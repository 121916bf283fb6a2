"""What becomes of a challenger once it is judged: a sealed package, a statement of what it was made from, and word of it."""

from collections.abc import Mapping
from typing import Any

from adapters.alerts import AlertKind
from adapters.bill import bill_of_materials
from governance.records.approval import CARD, EVIDENCE
from governance.rules.policy import BILL, WORDS
from governance.stores.trust import NO_TRUST_ROOT
from home.card_page import CardNow
from home.workplace import Workplace
from model_cards.card import Words, as_bytes
from model_cards.html import render_html
from tenure.challenger import Challenger
from tenure.errors import PackageError, PromotionError, SigningKeyError
from tenure.evidence import Evidence
from tenure.gates import Outcome
from tenure.judged import REFERENCE, Judged
from tenure.package import Package
from tenure.specs import Model

NOT_SIGNED = "No training statement was signed, so this candidate cannot be promoted"
DRAFT = "Nobody signed for its training, so it is a draft: tenure sign DIGEST."


def seal_candidate(workplace: Workplace, spec: Model, challenger: Challenger, judged: Judged, card: Mapping[str, Any]) -> Package:
    """Keep the package that may be promoted: native files, evidence, people's words, and the page of the compiled card.

    Raises
    ------
    ErasureError: when people were erased since the rows were read that it learnt from.
    """
    with workplace.lake.guard.writing(since=judged.n_erasures):
        files = {
            **challenger.model_files(),
            EVIDENCE: as_bytes(judged.evidence),
            WORDS: as_bytes(Words(narrative=spec.narrative, roles=dict(workplace.project.authors))),
            CARD: render_html(card).encode(),
            REFERENCE: judged.reference.to_json(),
            BILL: _bill(judged.evidence),
        }
        return workplace.packages.keep_candidate(workplace.project.name, spec.name, files)


def state_training(workplace: Workplace, package: Package, evidence: Evidence, *, run_id: str, request: str | None) -> str:
    """State what a package was made from, on somebody's request; the envelope's digest, or why it is a draft all the same."""
    try:
        envelope = workplace.promotions.state(package, evidence, run_id=run_id, request=request)
        return envelope or f"{NOT_SIGNED}. {DRAFT if workplace.promotions.has_trust_root else NO_TRUST_ROOT}"
    except (SigningKeyError, PromotionError) as error:
        # Above all a run that is executed again on a request that was acted on: what it made is kept, as a draft.
        return f"{NOT_SIGNED}: {error}"


def tell_reviewers(workplace: Workplace, now: CardNow) -> None:
    """Tell people that a candidate waits for them; one that the gates refused waits for nobody."""
    if now.decision.outcome is not Outcome.REFUSED:
        digest = now.package.digest
        waits = "Its card waits in the review room."
        if workplace.promotions.is_draft(digest):
            waits = f"It is a draft until somebody signs for its training: tenure sign {digest[:12]}."
        said = f"Package {digest[:12]}: {now.decision.outcome}. {waits}"
        workplace.alert(AlertKind.CANDIDATE_WAITS, now.model, said)


def _bill(evidence: Evidence) -> bytes:
    """The bill of materials, which must be the one that the card speaks of."""
    bill = bill_of_materials()
    if evidence.environment.bill != bill.facts:
        raise PackageError(
            "Expected the packages that were installed when the gates judged, found others: something was installed or removed "
            "while the challenger lane ran. Train again."
        )
    return bill.content
