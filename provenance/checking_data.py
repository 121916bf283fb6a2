"""What a check says of purposes and sources: which nobody approved yet, so that nothing would land, and what nothing holds."""

from collections.abc import Iterator

from governance.rules.data_standing import DataStands
from home.workplace import Workplace
from provenance.purposes import check_inputs
from tenure.days_enough import first_trainable
from tenure.errors import PurposeError, SpecError, TenureError
from tenure.findings import Finding, Weight
from tenure.project import Project
from tenure.purposes.declaration import APPROVE
from tenure.purposes.kept import kept_for_less, lasting, look_further

# Inputs that one sentence names.
MOST_TOLD = 3
_WITHOUT_HOME = f"No home yet, so nobody has approved its purposes and sources; nothing lands before that: {APPROVE}."


def of_data(project: Project, workplace: Workplace | None, *, has_faults: bool) -> Iterator[Finding]:
    """Purposes and sources that wait for approval, purposes that list no columns, inputs whose SQL reads what they do not say."""
    if any(purpose.is_in_words for purpose in project.purposes) or not project.purposes:
        says = (
            "Its purposes are words alone and list no columns, so no model is held to any, and nobody approves them. Declare "
            "them as Purpose(…): docs/purposes.md."
        )
        yield Finding("project.py", says, weight=Weight.NOTED)
    if not has_faults:
        yield from _of_inputs(project)
        yield from _of_times(project)
    if workplace is None:
        yield Finding("data", _WITHOUT_HOME, weight=Weight.NO_LANDING)
        return
    try:
        if words := workplace.promotions.words_instead():
            yield Finding("project.py", f"No model trains or scores: {words}", weight=Weight.NO_TRAINING)
        waiting = [one for one in workplace.promotions.data_stands() if not one.is_approved]
    except TenureError as error:
        yield Finding("data", str(error), weight=Weight.NO_LANDING)
        return
    if waiting:
        yield Finding("data", _in_words(waiting, has_trust=waiting[0].needed > 0), weight=Weight.NO_LANDING)


def _of_inputs(project: Project) -> Iterator[Finding]:
    """Models whose inputs read, in SQL, what their purpose does not list."""
    for spec in project.models:
        try:
            check_inputs(project, spec)
        except (PurposeError, SpecError) as error:
            yield Finding(f"models/{spec.name}.py", str(error), weight=Weight.NO_TRAINING)


def _of_times(project: Project) -> Iterator[Finding]:
    """Models that look back or learn further than their sources are kept, and sources whose time ends nothing."""
    for spec in project.models:
        enough = first_trainable(spec, first_day=project.first_day)
        needed = 0 if enough is None else (enough - project.first_day).days
        for kept, inputs in look_further(project, spec):
            more = f" and {len(inputs) - MOST_TOLD} more" if len(inputs) > MOST_TOLD else ""
            says = (
                f"{spec.name} reads further back than the {kept.days} days for which the {kept.kind} {kept.name!r} is kept: "
                f"{', '.join(inputs[:MOST_TOLD])}{more}. Once days have "
                "ended, these inputs know no more than what is left; give them a window, or have the source kept for longer."
            )
            yield Finding(f"models/{spec.name}.py", says, weight=Weight.NOTED)
        for kept in kept_for_less(project, spec, needed):
            says = (
                f"{spec.name} learns from {needed} days of history in all, and {kept.in_words}: snapshots of days that were not "
                "scored while it was kept are made of what is left."
            )
            yield Finding(f"models/{spec.name}.py", says, weight=Weight.NOTED)
    stays = lasting(project)
    for source in project.sources:
        if source.kept_days is not None and source.name in stays:
            says = f"No day of it ends after kept_days={source.kept_days}, for {stays[source.name]}."
            yield Finding(f"sources/{source.name}.py", says, weight=Weight.NOTED)


def _in_words(waiting: list[DataStands], *, has_trust: bool) -> str:
    """What waits, with what changed, and what to do."""
    each = "; ".join(
        f"{one.declaration.called}: {one.in_words}" + "".join(f" ({change.in_words})" for change in one.changes[:3])
        for one in waiting
    )
    nobody = "" if has_trust else " Nobody can approve yet: tenure trust init --alone STAFF_ID."
    stops = "sources that are not approved do not land, and models of such a purpose neither train nor score"
    return f"Not approved: {each}. {stops[0].upper()}{stops[1:]}.{nobody} {waiting[0].what_next}"
