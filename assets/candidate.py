"""Candidate: the challenger sealed into a package, kept by digest, and shown in the catalogue."""

from collections.abc import Mapping
from typing import Any

import dagster as dg

from adapters.alerts import AlertKind
from adapters.bill import bill_of_materials
from assets.naming import lane_stage, upstream
from governance.records.approval import CARD, EVIDENCE
from governance.rules.policy import BILL, WORDS
from governance.stores.trust import NO_TRUST_ROOT
from home.card_page import CardNow, card_now, write_card
from home.catalogue import NOT_SHOWN, show_candidate
from home.links import catalogue_version, room_card
from home.workplace import Workplace
from model_cards.card import Words, as_bytes
from model_cards.html import render_html
from tenure.challenger import Challenger
from tenure.errors import PackageError, RegistryError, SigningKeyError
from tenure.evidence import Evidence
from tenure.gates import Outcome
from tenure.package import Package
from tenure.project import Project
from tenure.specs import ModelSpec
from tenure.training_set import TrainingSet

STAGE = "candidate"
TRAINER_TAG = "tenure/trainer"  # on a run: the staff id of who started it
REFERENCE = "reference.json"


def candidate_asset(project: Project, spec: ModelSpec) -> dg.AssetsDefinition:
    """The sealed candidate of a model."""

    @dg.asset(
        **lane_stage(project, spec, STAGE, kinds={"mlflow"}),
        ins=upstream(project, spec, "training_set", "challenger", "decision", "card"),
        description="The package that may be promoted: native files, evidence, people's words and the card, named by digest.",
    )
    def candidate(
        context: dg.AssetExecutionContext,
        training_set: TrainingSet,
        challenger: Challenger,
        decision: Evidence,
        card: dict[str, Any],
        workplace: dg.ResourceParam[Workplace],
    ) -> dict[str, str]:
        package = workplace.packages.keep_candidate(
            project.name, spec.name, package_files(project, spec, training_set, challenger, decision, card)
        )
        stated = _stated(context, workplace, package, decision)
        now = card_now(workplace, package.digest)
        page = str(write_card(workplace, now))
        shown = _shown(context, workplace, now, card)
        context.add_output_metadata(
            {
                "outcome": str(now.decision.outcome),
                "review_room": dg.MetadataValue.url(room_card(workplace.settings, package.digest)),
                "card": dg.MetadataValue.path(page),
                "mlflow": shown,
                "package": package.digest,
                "model_digest": package.model_digest,
                "statement": stated,
            }
        )
        _tell_reviewers(workplace, spec, now)
        return {
            "package_digest": package.digest,
            "model_digest": package.model_digest,
            "card": page,
            "mlflow": shown.value or "",
            "statement": stated,
        }

    return candidate


def _shown(
    context: dg.AssetExecutionContext, workplace: Workplace, now: CardNow, card: Mapping[str, Any]
) -> dg.UrlMetadataValue | dg.TextMetadataValue:
    """Show the candidate in the catalogue; where it is there, or why it is not."""
    try:
        version = show_candidate(workplace, now, card)
    except RegistryError as error:
        # The package is what may be promoted; the catalogue is for people and can be filled in later.
        context.log.warning(f"{NOT_SHOWN}: {error}")
        return dg.MetadataValue.text(f"{NOT_SHOWN}: {error}")
    return dg.MetadataValue.url(catalogue_version(workplace.settings, version.model, version.version))


def _stated(context: dg.AssetExecutionContext, workplace: Workplace, package: Package, evidence: Evidence) -> str:
    """Sign what the package was made from; the envelope's digest, or why nothing was signed."""
    try:
        envelope = workplace.promotions.state(
            package, evidence, run_id=context.run.run_id, trainer=context.run.tags.get(TRAINER_TAG)
        )
    except SigningKeyError as error:
        # The package and its card are good to read; it is a promotion that will ask for the statement.
        context.log.warning(f"No training statement was signed, so this candidate cannot be promoted: {error}")
        return "not signed: the training service's key could not be used"
    if envelope is None:
        context.log.warning(f"No training statement was signed, so this candidate cannot be promoted. {NO_TRUST_ROOT}")
        return "not signed: there is no trust root"
    return envelope


def _tell_reviewers(workplace: Workplace, spec: ModelSpec, now: CardNow) -> None:
    """Tell people that a candidate waits for them; one that the gates refused waits for nobody."""
    if now.decision.outcome is Outcome.REFUSED:
        return
    workplace.alert(
        AlertKind.CANDIDATE_WAITS,
        spec.name,
        f"Package {now.package.digest[:12]}: {now.decision.outcome}. Its card waits in the review room.",
    )


def package_files(
    project: Project,
    spec: ModelSpec,
    training_set: TrainingSet,
    challenger: Challenger,
    evidence: Evidence,
    card: Mapping[str, Any],
) -> dict[str, bytes]:
    """The files of the package."""
    return {
        **challenger.model_files(),
        EVIDENCE: as_bytes(evidence),
        WORDS: as_bytes(Words(narrative=spec.narrative, roles=dict(project.authors))),
        CARD: render_html(card).encode(),
        REFERENCE: challenger.drift_reference(training_set).to_json(),
        BILL: _bill(evidence),
    }


def _bill(evidence: Evidence) -> bytes:
    """The bill of materials, which must be the one that the card speaks of."""
    bill = bill_of_materials()
    if evidence.environment.bill != bill.facts:
        raise PackageError(
            "Expected the packages that were installed when the gates judged, found others: something was installed or removed "
            "while the challenger lane ran. Train again."
        )
    return bill.content
