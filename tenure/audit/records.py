"""The bias audit: the model's own metrics by protected group, with intervals, minimum counts and honest verdicts.

Members of unknown value have a row of their own, never as reference and never in a group's verdict; how they fare against those
of known value is judged apart.
"""

from dataclasses import dataclass
from enum import StrEnum

from tenure.audit.lines import AuditLines
from tenure.evaluation.records import Estimate, NotDefined

PAIR = " x "  # between the names of two attributes


class Verdict(StrEnum):
    """What an audit can say."""

    PASS = "pass"
    FAIL = "fail"
    INCONCLUSIVE = "inconclusive"
    NOT_ASSESSABLE = "not assessable"


@dataclass(frozen=True, kw_only=True)
class GroupFigures:
    """One group's own figures on the test rows; `figures` pairs a metric's name with its estimate.

    `assessable` is False under the minimum counts (distinct customers, and distinct customers with the event) or for
    members of unknown value.
    """

    group: str
    n_rows: int
    n_customers: int
    n_customers_with_event: int
    assessable: bool
    why_not: str
    figures: tuple[tuple[str, Estimate], ...]


@dataclass(frozen=True, kw_only=True)
class Disparity:
    """One measure of unlike treatment over the assessable groups of an attribute, with its verdict."""

    measure: str
    title: str
    line: str  # the line it is held against, in words
    estimate: Estimate | None
    groups: tuple[str, ...]  # the groups that are furthest apart
    verdict: Verdict
    reason: str


@dataclass(frozen=True, kw_only=True)
class AttributeAudit:
    """One protected attribute, or a pair of them.

    `known` are the figures of all members of known value together, and `n_known_with_event` counts their customers with the
    event; no figures where they are too few. `coverage` compares them with the members of unknown value, by what was observed:
    it is judged on its own, for it says whom the attribute, and so this audit, does not reach.
    """

    attribute: str
    title: str
    n_known: int
    n_customers: int
    known: tuple[tuple[str, float | NotDefined], ...]
    groups: tuple[GroupFigures, ...]
    disparities: tuple[Disparity, ...]
    n_known_with_event: int | None = None
    coverage: tuple[Disparity, ...] = ()

    @property
    def is_pair(self) -> bool:
        """Whether these are two attributes together."""
        return PAIR in self.attribute

    @property
    def verdict(self) -> Verdict:
        """What the disparities say together."""
        return overall(tuple(d.verdict for d in self.disparities))

    @property
    def coverage_verdict(self) -> Verdict | None:
        """What is said of members of known value against those of unknown; None where there is nothing to compare."""
        return overall(tuple(d.verdict for d in self.coverage)) if self.coverage else None


@dataclass(frozen=True, kw_only=True)
class AuditReport:
    """The audit of one challenger, and the lines that it was held to."""

    lines: AuditLines
    selection_rule: str
    attributes: tuple[AttributeAudit, ...]

    @property
    def verdict(self) -> Verdict:
        """What the attributes say together."""
        return overall(tuple(a.verdict for a in self.attributes))

    @property
    def in_words(self) -> str:
        """One sentence for the gate."""
        if not self.attributes:
            return "no attribute was audited"
        said = {verdict: self._titles(verdict) for verdict in Verdict}
        return "; ".join(f"{verdict}: {', '.join(titles)}" for verdict, titles in said.items() if titles)

    @property
    def in_words_after_verdict(self) -> str:
        """The same for a line that has said the verdict: to whom it belongs, then what is said of the others."""
        if not self.attributes:
            return self.in_words
        others = {verdict: self._titles(verdict) for verdict in Verdict if verdict is not self.verdict}
        rest = (f"{verdict}: {', '.join(titles)}" for verdict, titles in others.items() if titles)
        return "; ".join((", ".join(self._titles(self.verdict)), *rest))

    def _titles(self, verdict: Verdict) -> list[str]:
        """The attributes with a verdict by name; of their pairs, how many."""
        found = [a for a in self.attributes if a.verdict is verdict]
        n_pairs = sum(a.is_pair for a in found)
        pairs = [f"{n_pairs} pair{'s' * (n_pairs > 1)} of them"] if n_pairs else []
        return [a.title for a in found if not a.is_pair] + pairs


def overall(verdicts: tuple[Verdict, ...]) -> Verdict:
    """Fail if any failed, pass if all passed, not assessable if nothing could be assessed, else inconclusive."""
    if Verdict.FAIL in verdicts:
        return Verdict.FAIL
    if set(verdicts) == {Verdict.PASS}:
        return Verdict.PASS
    if set(verdicts) <= {Verdict.NOT_ASSESSABLE}:
        return Verdict.NOT_ASSESSABLE
    return Verdict.INCONCLUSIVE
