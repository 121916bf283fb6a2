"""Exceptions: a gate of one model that may fail for a time, by as much as was signed for, and no further.

An exception covers failing figures that are named and no worse than it says; anything else that fails refuses as before. Who may
make one is `governance/rules/exceptions.py`.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from types import MappingProxyType

from tenure.audit import AuditReport, Verdict
from tenure.errors import SpecError
from tenure.gate import Gate, GateKind

LONGEST_DAYS, USUAL_DAYS = 180, 90
# What no exception may be of: without these nobody could tell what was approved, or whether its figures mean anything.
NEVER = MappingProxyType(
    {
        "signature": "whoever signs is the only proof of who decided",
        "quorum": "how many must sign is the trust root's to say",
        "lineage": "without it nobody could walk a score back to the bytes that it was made from",
        "leakage": "figures of a model that saw the future say nothing of it",
        "revocation": "what somebody entitled to has revoked does not serve",
        "privacy": "customers of whom a model tells never agreed to it",
        "card": "nobody can approve what nobody has described",
    }
)
# The one measure of an audit that is worse the smaller it is.
SELECTION_RATIO = "selection_ratio"
# The kinds of gates of which there may be one.
EXCEPTABLE = (
    GateKind.FLOOR,
    GateKind.CEILING,
    GateKind.BEATS_BASELINE,
    GateKind.NOT_WORSE_THAN_BASELINE,
    GateKind.NOT_WORSE_THAN_CHAMPION,
    GateKind.AUDIT,
)
_WHY = {GateKind.PRIVACY: "privacy", GateKind.CARD_COMPLETE: "card"}


@dataclass(frozen=True, kw_only=True)
class Bound:
    """One failing figure, and how bad it may be: of a gate its metric, of an audit the attribute, measure and groups.

    `is_least` says whether the figure must be at least `value` or at most.
    """

    figure: str
    groups: tuple[str, ...]
    is_least: bool
    value: float

    @property
    def in_words(self) -> str:
        """What may be, as a line."""
        return f"{self._named} {'down' if self.is_least else 'up'} to {self.value:.4g}"

    @property
    def found_in_words(self) -> str:
        """What was found, as a line."""
        return f"{self._named} of {self.value:.4g}"

    @property
    def _named(self) -> str:
        """The figure, and the groups that it is of."""
        between = f" ({' against '.join(self.groups)})" if self.groups else ""
        return f"{self.figure.replace('_', ' ')}{between}"

    def covers(self, found: "Bound") -> bool:
        """Whether a failing figure is this one, and no worse."""
        if (self.figure, self.groups, self.is_least) != (found.figure, found.groups, found.is_least):
            return False
        return found.value >= self.value if self.is_least else found.value <= self.value

    def loosened(self, slack: float) -> "Bound":
        """The bound with room for a figure that is worse by so much."""
        return replace(self, value=self.value - slack if self.is_least else self.value + slack)


@dataclass(frozen=True, kw_only=True)
class Excepted:
    """An exception that was in force when the gates judged, as evidence keeps it; `digest` is that of its signed record.

    It ends on the day `until`; the hour is in the record.
    """

    digest: str
    gate: str
    bounds: tuple[Bound, ...]
    reason: str
    proposed_by: str
    signed_by: tuple[str, ...]
    since: date
    until: date

    @property
    def in_words(self) -> str:
        """Until when, by whom and why."""
        return f"excepted until {self.until} by {' and '.join(self.signed_by)}, because: {self.reason.rstrip('.')}"

    def lacks(self, failing: Sequence[Bound]) -> tuple[Bound, ...]:
        """The failing figures that it does not cover."""
        return tuple(found for found in failing if not any(bound.covers(found) for bound in self.bounds))


def check_exceptable(gate: Gate) -> None:
    """Refuse a gate of which there is no exception.

    Raises
    ------
    SpecError: saying why, and of what there may be one.
    """
    if gate.kind not in EXCEPTABLE:
        raise SpecError(f"The gate {gate.name!r} ({gate.kind}) may never be excepted: {NEVER[_WHY[gate.kind]]}.")


def told_of(exceptions: Sequence[Excepted], failing: Sequence[Bound]) -> tuple[bool, str]:
    """Whether one of a gate's exceptions covers all that fails, and what to say of it."""
    lacking = [one.lacks(failing) for one in exceptions]
    for one, lacks in zip(exceptions, lacking, strict=True):
        if failing and not lacks:
            return True, one.in_words
    what = ", ".join(bound.found_in_words for bound in min(lacking, key=len)) or "a figure that could not be measured"
    return False, f"the exception does not cover {what}"


def failing(gate: Gate, value: object, audit: AuditReport) -> tuple[Bound, ...]:
    """The figures by which a gate fails; none where it fails for want of a figure, which no bound could hold.

    `value` is what the gate's verdict held against its limit.
    """
    if gate.kind is GateKind.AUDIT:
        return tuple(_failing_of(audit))
    if not isinstance(value, int | float):
        return ()
    end = "" if gate.kind in (GateKind.FLOOR, GateKind.CEILING) and gate.bound == "value" else f", {gate.kind}"
    return (Bound(figure=f"{gate.metric}{end}", groups=(), is_least=gate.kind is not GateKind.CEILING, value=float(value)),)


def _failing_of(audit: AuditReport) -> Iterator[Bound]:
    """The measures that an audit fails, each with the groups that it fails for."""
    for attribute in audit.attributes:
        for one in attribute.disparities:
            if one.verdict is Verdict.FAIL and one.estimate is not None and isinstance(one.estimate.value, int | float):
                yield Bound(
                    figure=f"{attribute.title}: {one.title}",
                    groups=one.groups,
                    is_least=one.measure == SELECTION_RATIO,
                    value=float(one.estimate.value),
                )
