"""A candidate's card, held to the last byte against its evidence, the project's own words and the champion's card.

A reviewer signs what the card says, and the promoter asks here whether the card says what was measured.
"""

from collections.abc import Mapping

from governance.records.approval import CARD
from governance.stores.package_reading import card_of, evidence_of
from governance.stores.package_store import PackageStore
from tenure.errors import CardError
from tenure.package import Package
from tenure.project import Project
from tenure.refusals import Refusal, refused
from tenure.specs import ModelSpec


def check_candidate_card(
    package: Package, store: PackageStore, project: Project, spec: ModelSpec, *, served: Mapping[str, int]
) -> None:
    """Refuse a candidate whose card is not what its evidence gives in the project's words.

    `served` are the packages that have served as this model, and their versions.

    Raises
    ------
    RefusedError: naming the first place of the card that differs. PackageError: when the champion that it was held against is
        not in the store any more, or evidence or card have another shape.
    """
    from model_cards.sealed import check_sealed_card

    evidence = evidence_of(package)
    decision = evidence.decision
    against = decision.champion_digest if decision else None
    if decision and against is not None and (against not in served or served[against] != decision.champion_version):
        raise refused(
            Refusal.CONTRADICTING_EVIDENCE,
            f"Package {package.digest[:12]} was held against version {decision.champion_version} of {spec.name}, "
            f"{against[:12]!r}, which never served under that number. Train again.",
        )
    champion_card = None if against is None else card_of(store.load(against))
    try:
        check_sealed_card(package.file(CARD), evidence, spec.narrative, project.authors, champion_card=champion_card)
    except (CardError, OverflowError) as error:
        raise refused(Refusal.STALE_CARD, f"Package {package.digest[:12]} cannot be approved or promoted. {error}") from None
