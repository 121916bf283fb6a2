"""Candidate: the challenger sealed into a package, kept by digest, and shown in the catalogue."""

from typing import Any

import dagster as dg

from assets.days import ROOM
from assets.naming import lane_stage, upstream
from home.card_page import card_now, write_card
from home.catalogue import NOT_SHOWN, show_candidate
from home.links import catalogue_version, room_card
from home.sealing import NOT_SIGNED, seal_candidate, state_training, tell_reviewers
from home.workplace import Workplace
from tenure.challenger import Challenger
from tenure.errors import RegistryError
from tenure.judged import Judged
from tenure.project import Project
from tenure.specs import Model

STAGE = "candidate"
REQUEST_TAG = "tenure/request"  # on a run: the digest of the signed request on which it trains
ASKED_BY = ("dagster/schedule_name", "dagster/sensor_name")  # on a run that a standing order may cover


def candidate_asset(project: Project, spec: Model) -> dg.AssetsDefinition:
    """The sealed candidate of a model."""

    @dg.asset(
        **lane_stage(project, spec, STAGE, kinds={"mlflow"}),
        ins=upstream(project, spec, "challenger", "decision", "card"),
        description="The package that may be promoted: native files, evidence, people's words and the card, named by digest.",
    )
    def candidate(
        context: dg.AssetExecutionContext,
        challenger: Challenger,
        decision: Judged,
        card: dict[str, Any],
        workplace: dg.ResourceParam[Workplace],
    ) -> dict[str, str]:
        package = seal_candidate(workplace, spec, challenger, decision, card)
        request = request_behind(context.run, context.instance, workplace, spec.name)
        stated = state_training(workplace, package, decision.evidence, run_id=context.run.run_id, request=request)
        now = card_now(workplace, package.digest)
        page = str(write_card(workplace, now))
        try:
            version = show_candidate(workplace, now, card)
            logged = catalogue_version(workplace.settings, version.model, version.version)
        except RegistryError as error:
            # The package is what may be promoted; the catalogue is for people and can be filled in later.
            logged = f"{NOT_SHOWN}: {error}"
        for warning in (stated, logged):
            if warning.startswith((NOT_SIGNED, NOT_SHOWN)):
                context.log.warning(warning)
        tell_reviewers(workplace, now)
        told = {"model_digest": package.model_digest, "mlflow": logged, "statement": stated}
        shown = {} if logged.startswith(NOT_SHOWN) else {"mlflow": dg.MetadataValue.url(logged)}
        room = dg.MetadataValue.url(room_card(workplace, package.digest))
        outcome = {"outcome": str(now.decision.outcome), ROOM: room, "card": dg.MetadataValue.path(page)}
        context.add_output_metadata({**outcome, **told, **shown, "package": package.digest})
        return {"package_digest": package.digest, "card": page, **told}

    return candidate


def request_behind(run: dg.DagsterRun, instance: dg.DagsterInstance, workplace: Workplace, model: str) -> str | None:
    """The request on which a run trains: the one it carries, or the standing order for what launched it; None for a draft."""
    if run.tags.get(REQUEST_TAG):
        return run.tags[REQUEST_TAG]
    by = next((run.tags[name] for name in ASKED_BY if name in run.tags), None)
    return workplace.promotions.order_for(by, model) if by and launched(instance, by, run.run_id) else None


def launched(instance: dg.DagsterInstance, by: str, run_id: str) -> bool:
    """Whether a schedule or sensor launched a run, by the daemon's own book: its tag can be given by whoever starts runs."""
    own = (state for state in instance.all_instigator_state() if state.name == by)
    ticks = (tick for state in own for tick in instance.get_ticks(state.instigator_origin_id, state.selector_id))
    return any(run_id in (*tick.run_ids, *(tick.tick_data.reserved_run_ids or ())) for tick in ticks)
