"""What may be foreseen, one idea a file: `happens`, `amounts`, `changes`, `pauses`, `recurrences`; `until` makes it a time.

An outcome gives its label, the days that it needs, and the earliest day on which it can happen. How it is learnt is
`estimators`' and `challenger.py`'s.
"""

from tenure.outcomes.amounts import count, total
from tenure.outcomes.changes import becomes, is_now
from tenure.outcomes.happens import any_of, at_least, none_of
from tenure.outcomes.outcome import TRAINED, Clock, Happened, Kind, Outcome
from tenure.outcomes.pauses import first, pause
from tenure.outcomes.recurrences import recurring
from tenure.outcomes.until import entry, time_until

__all__ = [
    "TRAINED",
    "Clock",
    "Happened",
    "Kind",
    "Outcome",
    "any_of",
    "at_least",
    "becomes",
    "count",
    "entry",
    "first",
    "is_now",
    "none_of",
    "pause",
    "recurring",
    "time_until",
    "total",
]
