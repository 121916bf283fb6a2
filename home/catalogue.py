"""Showing packages in the catalogue: when training made one, and later what was made while the catalogue could not be used."""

from collections.abc import Iterator

from adapters.plots import draw
from adapters.registry import RegisteredVersion, Rendered
from governance.stores.package_reading import evidence_of
from home.card_page import CardNow, card_now
from home.workplace import Workplace
from model_cards.html import render_html
from model_cards.markdown import render_markdown
from model_cards.wording import plain
from tenure.promotions import current

NOT_SHOWN = "not shown in MLflow"


def show_candidate(workplace: Workplace, now: CardNow) -> RegisteredVersion:
    """Log a candidate with what a person reads of it; one that is there already stays as it is.

    Raises
    ------
    RegistryError: when MLflow cannot be used.
    """
    evidence = evidence_of(now.package)
    rendered = Rendered(
        card_html=render_html(now.card, now.standing),
        card_markdown=render_markdown(now.card, now.standing),
        summary=plain(now.card["summary"]),
        plots=draw(evidence.evaluation),
    )
    return workplace.registry.log_challenger(now.package, evidence, rendered)


def show_all(workplace: Workplace) -> Iterator[RegisteredVersion]:
    """Show every candidate of the project, then who serves; what is there already costs a question each.

    Raises
    ------
    RegistryError: when MLflow cannot be used.
    """
    for candidate in workplace.packages.candidates(workplace.project.name):
        yield show_candidate(workplace, card_now(workplace, candidate.digest))
    records = workplace.promotions.records() if workplace.promotions.has_trust_root else ()
    for spec in workplace.project.models:
        if (record := current(records, workplace.project.name, spec.name)) is not None:
            yield workplace.registry.register_champion(record)
