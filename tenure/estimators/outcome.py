"""The outcome of a survival model: how long each customer was followed, and whether the event ended it.

Checked once, here; estimators and metrics trust it. How durations are made from purchases belongs to `tenure/labels.py`.
"""

from dataclasses import dataclass

import numpy as np

from tenure.errors import EstimationError

Floats = np.ndarray[tuple[int, ...], np.dtype[np.float64]]
Ints = np.ndarray[tuple[int, ...], np.dtype[np.int64]]
Bools = np.ndarray[tuple[int, ...], np.dtype[np.bool_]]


@dataclass(frozen=True, eq=False)
class SurvivalOutcome:
    """What was seen of each customer after `as_of`.

    Parameters
    ----------
    duration: (n,), whole days from the start of `as_of` to the end of the last day followed, at least 1. For an event it is
        the end of the day on which the event was complete.
    event: (n,), True where the event ended the follow-up, False where the customer was censored. A customer censored at
        `duration` was seen to the end of that day without the event.

    Raises
    ------
    EstimationError: when the two do not fit together, or a duration is not a whole number of days from 1 up.
    """

    duration: Ints
    event: Bools

    def __post_init__(self) -> None:
        """Bring both arrays into one form, or refuse."""
        duration, event = np.asarray(self.duration), np.asarray(self.event)
        if duration.ndim != 1 or duration.shape != event.shape:
            raise EstimationError(
                f"A survival outcome needs duration and event as two vectors of one length, found shapes {duration.shape} and "
                f"{event.shape}. Take both from the same rows."
            )
        if len(duration) == 0:
            raise EstimationError(
                "A survival outcome needs at least one row, found none. Check the population and its snapshots."
            )
        whole = np.isfinite(duration) & (duration == np.floor(duration)) & (duration >= 1)
        if not whole.all():
            raise EstimationError(
                f"Durations are whole days from 1 up; {int((~whole).sum())} of {len(duration)} rows are not. "
                "Count from the start of as_of to the end of the completing day, and leave out customers never followed."
            )
        if not np.isin(event, (0, 1)).all():
            raise EstimationError(
                "An event is True or False for every row; found other values. Drop or decide them before fitting."
            )
        object.__setattr__(self, "duration", duration.astype(np.int64))
        object.__setattr__(self, "event", event.astype(np.bool_))

    def __len__(self) -> int:
        """Return the number of rows."""
        return len(self.duration)

    @property
    def longest_follow_up_days(self) -> int:
        """The longest time anybody was followed."""
        return int(self.duration.max())

    def rows(self, chosen: Ints | Bools) -> "SurvivalOutcome":
        """Return the outcome of the chosen rows (indices or mask)."""
        return SurvivalOutcome(self.duration[chosen], self.event[chosen])

    def event_by(self, day: int) -> Bools:
        """Whether the event was seen by the end of `day`, (n,)."""
        return self.event & (self.duration <= day)
