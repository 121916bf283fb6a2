"""Whether a history is long enough to train a model on, told before anybody trains: by its windows, roles and purges."""

from datetime import date, timedelta

from tenure.errors import TimelineError
from tenure.specs import Model
from tenure.timeline import SnapshotSplit
from tenure.training_set import training_split

_YEARS = 3_660


def first_trainable(spec: Model, *, first_day: date) -> date | None:
    """The first day on which the history is long enough for the model; None where no history of ten years would be."""
    low, high = 1, _YEARS
    if not _is_enough(spec, high, first_day):
        return None
    while low < high:
        middle = (low + high) // 2
        low, high = (low, middle) if _is_enough(spec, middle, first_day) else (middle + 1, high)
    return first_day + timedelta(days=low)


def _is_enough(spec: Model, n_days: int, first_day: date) -> bool:
    """Whether so many days of history are enough."""
    try:
        training_split(spec, as_of=first_day + timedelta(days=n_days), first_day=first_day)
    except TimelineError:
        return False
    return True


def nobody(spec: Model, split: SnapshotSplit, day: date, *, n_known: int, before: date | None) -> str:
    """What to do about a snapshot with nobody of whom the outcome is known.

    Parameters
    ----------
    n_known: the customers who are known on the day, in the population or not.
    before: the snapshot before it, which has people; None for the first.
    """
    found = f"As of {day} the population of {spec.name} ({spec.population.in_words}) holds nobody whose outcome is told"
    if before is None:
        known = "no customer is known by then" if not n_known else f"of {n_known} who are known by then"
        return (
            f"{found}: {known}. If the files begin later than first_day in project.py says, let it say the day of the first one; "
            "snapshots then begin later, too."
        )
    asked = split.test_known_until - (split.days[-1] - before)
    return (
        f"{found}, of {n_known} who are known by then; as of {before} there was somebody. If the company was closed, or its "
        f"files end there, train as of {asked}, so that {before} is the last day that is learnt from; or let the population look "
        "further back."
    )


def in_words(split: SnapshotSplit) -> str:
    """A split as a line."""
    if len(split.days) == 1:
        return f"on customers of {split.days[0]}, some to fit, some to calibrate and some to test on"
    roles = (("fit", split.fit), ("calibration", split.calibration), ("test", split.test))
    return ", ".join(f"{role} on {_some(days)}" for role, days in roles)


def _some(days: tuple[date, ...]) -> str:
    """Days as their number and ends."""
    return str(days[0]) if len(days) == 1 else f"{len(days)} days from {days[0]} to {days[-1]}"
