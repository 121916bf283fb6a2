"""When drift is an alarm: the rule over days of measures, and the verdict that it gives. Measuring is `drift.py`."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from tenure.drift import DriftMeasure
from tenure.errors import DriftError


@dataclass(frozen=True, kw_only=True)
class AlarmRule:
    """When drift is worth an alarm: one input, or the score, over `limit` on at least `windows` of the last `of` days.

    `watch` is the lower line, from which on a shift is looked at. Both lines are drawn where they commonly are (see `psi`).

    Raises
    ------
    DriftError: for lines or days that contradict one another.
    """

    limit: float = 0.25
    watch: float = 0.1
    windows: int = 3
    of: int = 5

    def __post_init__(self) -> None:
        """Refuse a rule that could never alarm, or would before it watches."""
        if not (0 < self.watch <= self.limit and 1 <= self.windows <= self.of):
            raise DriftError(
                "Expected 0 < watch <= limit and 1 <= windows <= of, "
                f"found {self.watch}, {self.limit}, {self.windows}, {self.of}. Correct the rule."
            )

    @property
    def in_words(self) -> str:
        """The rule as a sentence for people."""
        return (
            f"Above {self.watch:g} is worth watching; {self.windows} of {self.of} days above {self.limit:g} for one input, "
            "or for the score, raise an alarm."
        )


ALARM_RULE = AlarmRule()


class DriftState(StrEnum):
    """What the recent days say together."""

    STEADY = "steady"
    WATCH = "watch"
    ALARM = "alarm"
    UNKNOWN = "unknown"


@dataclass(frozen=True, kw_only=True)
class DriftVerdict:
    """The state, the inputs concerned (largest number of days over the line first) and a sentence."""

    state: DriftState
    concerned: tuple[str, ...]
    n_days: int
    in_words: str


def is_judged(sampling: float, rule: AlarmRule) -> bool:
    """Whether a day with this expected PSI says something: sampling alone stays below half of the lower line."""
    return sampling <= rule.watch / 2


def alarm(history: Sequence[DriftMeasure], rule: AlarmRule = ALARM_RULE) -> DriftVerdict:
    """Judge the last measured days by the rule: an alarm needs the same input over the limit on enough of them.

    One odd day (a holiday, a late file) is not drift, and with forty inputs one of them is often over a line for a day;
    persistence of one and the same input is what an unchanged business hardly ever shows. A day with so few customers that
    sampling alone is expected to move PSI by half of the lower line says nothing, and is left out.

    Parameters
    ----------
    history: daily measures of one model in any order, each day once.

    Returns
    -------
    The verdict: UNKNOWN with fewer than `rule.windows` days that say something; WATCH as ALARM, at the lower line.

    Raises
    ------
    DriftError: for a day that was given twice.
    """
    days = sorted(history, key=lambda m: m.day)
    if len({m.day for m in days}) < len(days):
        raise DriftError("Expected one drift measure a day, found a day twice. Keep the last run's.")
    recent = [m for m in days[-rule.of :] if _says_something(m, rule)]
    if len(recent) < rule.windows:
        words = f"{len(recent)} of the last {rule.of} days have enough customers to judge; {rule.windows} are needed"
        return DriftVerdict(state=DriftState.UNKNOWN, concerned=(), n_days=len(recent), in_words=words)
    for state, line in ((DriftState.ALARM, rule.limit), (DriftState.WATCH, rule.watch)):
        concerned = _persistent(recent, line, rule.windows)
        if concerned:
            words = f"PSI above {line:g} on at least {rule.windows} of the last {len(recent)} days: {', '.join(concerned)}"
            return DriftVerdict(state=state, concerned=concerned, n_days=len(recent), in_words=words)
    words = f"no input and not the score had a PSI above {rule.watch:g} on {rule.windows} of the last {len(recent)} days"
    return DriftVerdict(state=DriftState.STEADY, concerned=(), n_days=len(recent), in_words=words)


def _persistent(recent: Sequence[DriftMeasure], line: float, windows: int) -> tuple[str, ...]:
    """Name what was over the line on enough days."""
    over = Counter(shift.name for day in recent for shift in day.shifts if shift.psi > line)
    return tuple(name for name, n_days in over.most_common() if n_days >= windows)


def _says_something(day: DriftMeasure, rule: AlarmRule) -> bool:
    """Whether a day has enough customers that sampling alone stays well below the lower line."""
    return all(is_judged(shift.expected_psi, rule) for shift in day.shifts)
