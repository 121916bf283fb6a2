"""Reconciled: whether all places that say who serves say the same. It reports, and repairs nothing: people find out why first.

The promotion log is the authority; what it lets serve is proved by `workplace.promotions.champion`.
"""

import dagster as dg

from adapters.alerts import AlertKind
from assets.naming import stage_key
from governance.rules.ending import ending_keys
from governance.stores.package_reading import evidence_of
from governance.stores.trust import Trust
from home.exceptions import told, urgent
from home.sight import look
from home.workplace import Workplace
from tenure.errors import NoChampionError, PackageError, PromotionError, RegistryError
from tenure.package import Package
from tenure.project import Project
from tenure.specs import Model

CHECK, OF_STAGE = "reconciled", "candidate"


def reconciled_key(project: Project, spec: Model) -> dg.AssetCheckKey:
    """The check of a model."""
    return dg.AssetCheckKey(stage_key(project, spec, OF_STAGE), CHECK)


def reconciled_check(project: Project, spec: Model) -> dg.AssetChecksDefinition:
    """The check that compares alias, log, bytes and trust root of one model."""

    @dg.asset_check(
        asset=stage_key(project, spec, OF_STAGE),
        name=CHECK,
        description="The alias in MLflow, the promotion log, the bytes in the store and the trust root agree on who serves.",
    )
    def reconciled(workplace: dg.ResourceParam[Workplace]) -> dg.AssetCheckResult:
        tell_exceptions(workplace, spec)
        found = differences(workplace, spec)
        if found:
            workplace.alert(AlertKind.NOT_RECONCILED, spec.name, " ".join(found))
        return dg.AssetCheckResult(passed=not found, description=" ".join(found) or "all places agree")

    return reconciled


def tell_exceptions(workplace: Workplace, spec: Model) -> None:
    """Tell of exceptions that what serves rests on and that end soon or are not in force any more: once before, once after."""
    try:
        package = workplace.promotions.champion(workplace.project.name, spec.name)
        sight = look(workplace)
    except (PromotionError, PackageError):
        return  # the check itself says why
    kept = {(one.kind, one.subject, one.message) for one in workplace.alerts.kept()}
    for words in urgent(told(sight, spec.name, evidence_of(package))):
        if (AlertKind.EXCEPTION_ENDS, spec.name, words) not in kept:
            workplace.alert(AlertKind.EXCEPTION_ENDS, spec.name, words)


def differences(workplace: Workplace, spec: Model) -> tuple[str, ...]:
    """What does not agree, each in a sentence; nothing where all is well, or nothing was promoted and no alias says so."""
    project = workplace.project.name
    try:
        package: Package | None = workplace.promotions.champion(project, spec.name)
    except NoChampionError:
        package = None
    except (PromotionError, PackageError) as error:
        return (f"The log or the bytes do not let anything serve: {error}",)
    return (*_alias(workplace, spec, package), *_history(workplace), *_trust(workplace))


def _history(workplace: Workplace) -> tuple[str, ...]:
    """Records of the log that must not stand, whether or not anything rests on them."""
    if not workplace.promotions.has_trust_root:
        return ()
    report = workplace.promotions.history()
    return () if report.is_sound else (f"The promotion log holds what must not stand: {report.in_words}",)


def _alias(workplace: Workplace, spec: Model, package: Package | None) -> tuple[str, ...]:
    """The alias in the catalogue points at what the log lets serve."""
    project = workplace.project.name
    try:
        shown = workplace.registry.champion_digest(project, spec.name)
    except RegistryError as error:
        return (f"The alias cannot be compared: {error}",)
    serving = package.digest if package else None
    if shown == serving:
        return ()
    return (
        f"MLflow's alias champion of {project}.{spec.name} points at {(shown or 'nothing')[:43]}, but the log lets "
        f"{(serving or 'nothing')[:12]} serve, and that is what scores. Somebody moved the alias, or a promotion was not shown: "
        "find out which.",
    )


def _trust(workplace: Workplace) -> tuple[str, ...]:
    """The pinned trust root is the newest, and no key ends soon or has ended."""
    if not workplace.promotions.has_trust_root:
        return ()
    ledger = workplace.promotions.ledger()
    newest, pinned = ledger.root, Trust(workplace.settings).pinned
    found = []
    if newest.digest != pinned:
        found.append(
            f"Trust root {newest.version} is in force, but {(pinned or '')[:12]} is pinned. Pin {newest.digest}, once it is told "
            "you by those who signed it."
        )
    return (*found, *(one.in_words for one in ending_keys(newest, workplace.clock())))
