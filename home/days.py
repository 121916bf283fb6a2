"""What is known of the days so far: which were validated, which are withheld and why, and which are missing."""

from collections.abc import Mapping, Sequence
from datetime import date

from adapters.tables import validated_table, verdicts_table
from home.workplace import Workplace
from tenure.errors import MissingHistoryError


def validated_days(workplace: Workplace, source_name: str) -> frozenset[date]:
    """Days on which a source's batch was judged, released or not."""
    return frozenset(workplace.lake.days(verdicts_table(workplace.project.source(source_name))))


def landed_days(workplace: Workplace) -> frozenset[date]:
    """Days on which every source's batch was judged, released or not."""
    return frozenset.intersection(*(validated_days(workplace, source.name) for source in workplace.project.sources))


def latest_landed_day(workplace: Workplace) -> date | None:
    """The latest day on which every source's batch was judged; None before the first."""
    return max(landed_days(workplace), default=None)


def withheld_days(workplace: Workplace, days: Sequence[date] | None) -> Mapping[date, tuple[str, ...]]:
    """Days, of these or of all, of which some source is withheld, with the reasons in words."""
    reasons: dict[date, list[str]] = {}
    for source in workplace.project.sources:
        verdicts = workplace.lake.rows(verdicts_table(source), days=days, columns=["day", "withheld"])
        for row in [] if verdicts is None else verdicts.to_pylist():
            if row["withheld"]:
                reasons.setdefault(row["day"], []).append(f"{source.name}: {' '.join(row['withheld'])}")
    return {day: tuple(reasons[day]) for day in sorted(reasons)}


def missing_days(workplace: Workplace, until: date) -> tuple[date, ...]:
    """Days up to and including `until` on which some source was never validated."""
    landed = landed_days(workplace)
    return tuple(day for day in workplace.project.keys_until(until) if day not in landed)


def withheld_holes(workplace: Workplace, until: date) -> tuple[date, ...]:
    """Days up to and including `until` whose purchases are missing because they are withheld, and no good batch came before."""
    project = workplace.project
    lines = project.source(project.roles.lines)
    days = [day for day in workplace.lake.days(verdicts_table(lines)) if day <= until]
    present = set(workplace.lake.days(validated_table(lines)))
    return tuple(day for day in withheld_days(workplace, days) if day not in present)


def require_whole_history(workplace: Workplace, until: date) -> None:
    """Refuse to train over withheld days: on them every customer seems to pause, and every label is wrong."""
    require_history(workplace, until)
    holes = withheld_holes(workplace, until)
    if holes:
        raise MissingHistoryError(
            f"Training as of {until} needs the purchases of every day before, but {len(holes)} days are withheld "
            f"(first: {holes[0]}). `tenure status` says why. Deliver them again through the inbox, land them, and train again."
        )


def require_history(workplace: Workplace, until: date) -> None:
    """Refuse to look at a day whose past was never landed: a missing week looks like a pause of every customer."""
    missing = missing_days(workplace, until)
    if missing:
        raise MissingHistoryError(
            f"Day {until} needs every day since {workplace.project.first_key}, but {len(missing)} were never landed and "
            f"validated (first: {missing[0]}, last: {missing[-1]}). Run "
            f"`tenure land --project {workplace.project.name} --from {missing[0]} --to {missing[-1]}` first."
        )
