"""Features: what is known of a customer as of a day, written once for training and scoring.

Makers turn a history into features, one idea a file: `recency(PURCHASES)`, `total(PURCHASES.spend, last=28)`. A `Feature` has its
name, unit, meaning and lineage from the declaration, and an Ibis expression that computes it. What they may read of a history is
`tenure.history.known`'s; all of them for all customers as of a day are one snapshot.
"""

from tenure.features.distinct import distinct
from tenure.features.fading import fading
from tenure.features.feature import Feature
from tenure.features.intervals import running
from tenure.features.pauses import pauses
from tenure.features.rhythm import rhythm
from tenure.features.shares import ratio, share
from tenure.features.standard import standard
from tenure.features.states import changed, latest, time_in
from tenure.features.streaks import streaks
from tenure.features.velocity import velocity
from tenure.features.windows import active_days, age, count, maximum, mean, minimum, recency, total

__all__ = [
    "Feature",
    "active_days",
    "age",
    "changed",
    "count",
    "distinct",
    "fading",
    "latest",
    "maximum",
    "mean",
    "minimum",
    "pauses",
    "ratio",
    "recency",
    "rhythm",
    "running",
    "share",
    "standard",
    "streaks",
    "time_in",
    "total",
    "velocity",
]
