"""Showing packages in the catalogue: when training made one, and later what was made while the catalogue could not be used."""

from collections.abc import Iterator, Mapping
from typing import Any

from adapters.catalogue_run import Rendered
from adapters.registry import RegisteredVersion
from adapters.tables import SCORES
from governance.records.serving import statements
from governance.stores.package_reading import card_of, evidence_of
from home.card_page import CardNow, card_now, content_now
from home.links import dagster_asset, dagster_run, room_card
from home.workplace import Workplace
from model_cards.markdown import render_markdown
from model_cards.pictures import pictures
from model_cards.wording import plain
from tenure.errors import CardError, PromotionError
from tenure.promotions import current

NOT_SHOWN = "not shown in MLflow"


def show_candidate(workplace: Workplace, now: CardNow, card: Mapping[str, Any] | None) -> RegisteredVersion:
    """Log a candidate with what a person reads of it; one that is there already stays as it is.

    Parameters
    ----------
    card: what the card says; None where only its page can be shown.

    Raises
    ------
    RegistryError: when MLflow cannot be used.
    """
    evidence, page = evidence_of(now.package), card_of(now.package)
    trainer, run_id = _stated(workplace, now.package.digest)
    rendered = Rendered(
        card_html=page,
        card_markdown=render_markdown(card, now.standing) if card else "",
        summary=plain(card["summary"]) if card else "What it is for stands on its card, among the artifacts.",
        drawings=pictures(card, page) if card else {},
        trainer=trainer,
        run_id=run_id,
        links=_links(workplace, now, run_id),
    )
    return workplace.registry.log_challenger(now.package, evidence, rendered)


def _stated(workplace: Workplace, digest: str) -> tuple[str, str]:
    """Who had a package trained, and in which run of Dagster, as its newest statement says; empty where there is none."""
    if not workplace.promotions.has_trust_root:
        return "", ""
    ledger = workplace.promotions.ledger()
    said = [(one.training.trainer, one.training.run_id) for one in statements(ledger, digest, before=ledger.size)]
    return said[-1] if said else ("", "")


def _links(workplace: Workplace, now: CardNow, run_id: str) -> dict[str, str]:
    """Where a reader of the catalogue goes on."""
    settings = workplace.settings
    run = {"Training run in Dagster": dagster_run(settings, run_id)} if run_id else {}
    return {
        "Card and decision in the review room": room_card(workplace, now.package.digest),
        "Scores in Dagster": dagster_asset(settings, now.project, now.model, SCORES),
        **run,
    }


def show_all(workplace: Workplace) -> Iterator[RegisteredVersion]:
    """Show every candidate of the project, then who serves; what is there already costs a question each.

    Raises
    ------
    RegistryError: when MLflow cannot be used.
    """
    for candidate in workplace.packages.candidates(workplace.project.name):
        now = card_now(workplace, candidate.digest)
        yield show_candidate(workplace, now, _content(workplace, now))
    records = workplace.promotions.records() if workplace.promotions.has_trust_root else ()
    for spec in workplace.project.models:
        if (record := current(records, workplace.project.name, spec.name)) is not None:
            yield workplace.registry.register_champion(record)


def _content(workplace: Workplace, now: CardNow) -> Mapping[str, Any] | None:
    """What a card says; None where nobody signed for it, or an earlier Tenure said it in other words."""
    try:
        return content_now(workplace, now)
    except (CardError, PromotionError):
        return None
