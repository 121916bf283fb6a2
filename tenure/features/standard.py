"""The features that a history allows, for whoever does not wish to choose: `FEATURES = standard(PURCHASES)`."""

from tenure.errors import SpecError
from tenure.features.distinct import distinct
from tenure.features.fading import fading
from tenure.features.feature import Feature
from tenure.features.intervals import running
from tenure.features.pauses import pauses
from tenure.features.rhythm import rhythm
from tenure.features.states import latest
from tenure.features.streaks import streaks
from tenure.features.velocity import velocity
from tenure.features.windows import active_days, age, count, mean, recency, total
from tenure.history.events import Events
from tenure.history.intervals import Intervals
from tenure.history.known import Knowable
from tenure.history.measures import Adds
from tenure.history.states import States

WEEK, MONTH, QUARTER = 7, 28, 91


def standard(history: Knowable) -> tuple[Feature, ...]:
    """What the values, sets and attributes of a history allow. No window is longer than a quarter."""
    if isinstance(history, Events):
        return _of_events(history)
    if isinstance(history, Intervals):
        return (count(history, last=QUARTER), running(history))
    if isinstance(history, States):
        return (*latest(history), *((age(history),) if history.entered else ()))
    raise SpecError(f"standard() takes a history of events, states or intervals; found {type(history).__name__}.")


def _of_events(history: Events) -> tuple[Feature, ...]:
    """How lately, how often, how regularly; and of each value how much."""
    sums = [measure for measure in history.measures if measure.value.adds is Adds.SUM]
    # How many different ones a day had adds up to no number that means much; what they were is a set's to tell.
    counts = [measure for measure in history.measures if measure.value.adds is Adds.ROWS]
    return (
        recency(history, cap_days=365),
        *active_days(history, last=(WEEK, MONTH, QUARTER)),
        velocity(active_days(history), days=MONTH),
        *(feature for measure in sums for feature in total(measure, last=(WEEK, MONTH, QUARTER))),
        *(velocity(total(measure), days=MONTH) for measure in sums),
        *(mean(measure) for measure in sums),
        *(total(measure, last=QUARTER) for measure in counts),
        *rhythm(history),
        *fading(history),
        *pauses(history),
        age(history, cap_days=QUARTER),
        *streaks(history),
        *(feature for member in history.set_members for feature in distinct(member, last=(MONTH, QUARTER))),
    )
