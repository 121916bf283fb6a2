"""Day status: which days are complete and which are withheld, and why.

A withheld day is told, by a check, an alert and the head of the run's page; the run that met it has done its work.
"""

from collections.abc import Mapping, Sequence
from datetime import date

import dagster as dg

from adapters.alerts import AlertKind
from assets.days import MOST_TOLD, ROOM, STATE, days_of, tell_days, told_withheld
from assets.naming import DAY_STATUS, INGESTION, ONE_RUN, PLATFORM, project_key, validated_key
from home.audited_months import months
from home.links import room_data
from home.workplace import Workplace
from provenance.asked_for import overdue_in_words
from provenance.history import withheld_days
from tenure.errors import PromotionError
from tenure.project import Project

CHECK = "complete"
# On a run: why days of it are withheld, in the head of its page.
WITHHELD_TAG = "tenure/withheld"
LONGEST_TAG = 250


def day_status_asset(project: Project, partitions: dg.PartitionsDefinition) -> dg.AssetsDefinition:
    """The status of a project's days."""
    key = project_key(project, DAY_STATUS)

    @dg.asset(
        key=key,
        deps=[validated_key(project, source) for source in project.sources],
        description="Of each day: complete, or withheld with the reasons in words.",
        partitions_def=partitions,
        backfill_policy=ONE_RUN,
        group_name=INGESTION,
        owners=[PLATFORM],
        kinds={"python"},
        check_specs=[
            dg.AssetCheckSpec(CHECK, asset=key, partitions_def=partitions, description="No source of a day is withheld.")
        ],
    )
    def day_status(context: dg.AssetExecutionContext, workplace: dg.ResourceParam[Workplace]) -> dg.MaterializeResult:
        days = days_of(context)
        tell_overdue_audits(workplace)
        withheld = withheld_days(workplace, days)
        for day, reasons in withheld.items():
            workplace.alert(AlertKind.DAY_WITHHELD, day.isoformat(), " ".join(reasons))
        tell_requests(workplace)
        words = in_words(withheld, n_days=len(days))
        if withheld:
            context.log.error(words)
            context.instance.add_run_tags(context.run.run_id, {WITHHELD_TAG: words[:LONGEST_TAG]})
        tell_days(context, {day: {STATE: "complete"} for day in days} | told_withheld(withheld))
        room = dg.MetadataValue.url(room_data(workplace))
        return dg.MaterializeResult(
            metadata={ROOM: room}, check_results=[dg.AssetCheckResult(check_name=CHECK, passed=not withheld, description=words)]
        )

    return day_status


def tell_overdue_audits(workplace: Workplace) -> None:
    """Tell once of each month whose access audit nobody signed in time."""
    try:
        late = [one for one in months(workplace) if one.overdue_since is not None]
    except PromotionError:
        return  # the check of what serves says what is wrong with the log
    kept = {(one.kind, one.subject) for one in workplace.alerts.kept()} if late else set()
    for one in late:
        if (AlertKind.AUDIT_OVERDUE, one.month) not in kept:
            workplace.alert(AlertKind.AUDIT_OVERDUE, one.month, one.late_in_words)


def tell_requests(workplace: Workplace) -> None:
    """Tell of what people asked for and nobody answered in time, each once; nobody is named."""
    words = list(overdue_in_words(workplace))
    kept = {one.message for one in workplace.alerts.kept() if one.kind is AlertKind.REQUEST_OVERDUE} if words else set()
    for each in words:
        if each not in kept:
            workplace.alert(AlertKind.REQUEST_OVERDUE, "requests", each)


def in_words(withheld: Mapping[date, Sequence[str]], *, n_days: int) -> str:
    """How many days are withheld, which, and why."""
    if not withheld:
        return "The day is complete." if n_days == 1 else f"All {n_days} days are complete."
    by_reason: dict[str, list[date]] = {}
    for day, reasons in withheld.items():
        by_reason.setdefault(" ".join(reasons), []).append(day)
    why = " ".join(f"{_listed(days)} withheld, because {reason}" for reason, days in list(by_reason.items())[:MOST_TOLD])
    return why if n_days == 1 else f"{len(withheld)} of {n_days} days are withheld. {why}"


def _listed(days: Sequence[date]) -> str:
    """Days that one reason withholds."""
    named = ", ".join(map(str, days[:MOST_TOLD]))
    if len(days) > MOST_TOLD:
        named += f" and {len(days) - MOST_TOLD} more"
    return f"{named} {'is' if len(days) == 1 else 'are'}"
