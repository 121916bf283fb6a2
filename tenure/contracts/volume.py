"""How many rows a day's batch may hold."""

from dataclasses import dataclass

from tenure.errors import SpecError


@dataclass(frozen=True, kw_only=True)
class Volume:
    """How many rows one day's batch may hold; outside it the day is withheld. The minimum holds on days that deliver."""

    minimum: int = 0
    maximum: int | None = None
    because: str = ""

    def __post_init__(self) -> None:
        """Refuse a band that no batch fits into."""
        if self.minimum < 0 or (self.maximum is not None and self.maximum < self.minimum):
            raise SpecError(f"A volume of {self.minimum} to {self.maximum} rows fits no batch; expected zero or more, in order.")
