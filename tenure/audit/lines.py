"""The lines that an audit holds a model to, and the counts below which a group is not compared. They are part of the policy."""

from dataclasses import dataclass
from enum import StrEnum

# The group of members whose value is not known, and of all others together.
UNKNOWN, KNOWN = "unknown", "known"


class CalibrationReference(StrEnum):
    """What a group's calibration is compared with."""

    TRUTH = "what was observed"
    KNOWN_MEMBERS = "all members of known value"


@dataclass(frozen=True, kw_only=True)
class AuditLines:
    """The lines that disparities are held against.

    A group is compared when it has at least `min_customers` different customers and `min_customers_with_event` of them with the
    event. The four-fifths rule is an employment screen (29 CFR 1607.4(D)); it is used here as a convention, not as law.

    Where an attribute is known for the more active customers only, every known group is off by about the same, and holding
    it against what was observed compares it, in effect, with the unknown. `KNOWN_MEMBERS` takes out what the known members
    share; the model's calibration as a whole has gates of its own, and each group's plain figures stay in the report.
    """

    selection_ratio: float = 0.80
    opportunity_difference: float = 0.10
    calibration_in_the_large: float = 0.02
    calibration_slope_factor: float = 1.25
    calibration_reference: CalibrationReference = CalibrationReference.TRUTH
    min_customers: int = 100
    min_customers_with_event: int = 20

    def is_large_enough(self, n_customers: int, n_customers_with_event: int) -> bool:
        """Whether a group has the minimum counts."""
        return n_customers >= self.min_customers and n_customers_with_event >= self.min_customers_with_event

    def why_not_compared(self, group: str, n_customers: int, n_customers_with_event: int) -> str:
        """Why a group is not compared; empty if it is."""
        if group == UNKNOWN:
            return "value not known: shown, never compared"
        if self.is_large_enough(n_customers, n_customers_with_event):
            return ""
        return (
            f"too small: {n_customers} customers, {n_customers_with_event} of them with the event, "
            f"where {self.min_customers} and {self.min_customers_with_event} are needed"
        )


USUAL_LINES = AuditLines()
