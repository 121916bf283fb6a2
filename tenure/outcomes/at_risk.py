"""Whether a population may hold customers to whom the event has happened before they are scored; they would learn nothing new."""

from tenure.conditions import Condition, largest, rules_out
from tenure.errors import SpecError
from tenure.history.nouns import spoken
from tenure.outcomes.outcome import Outcome


def check_at_risk(model: str, condition: Condition, outcome: Outcome) -> None:
    """Refuse a population some of which had the event already."""
    if outcome.clock is not None:
        _check_clock(model, condition, outcome.clock.column, outcome.clock.quiet_days, outcome.happening)
    if outcome.already is not None and not rules_out(condition, *outcome.already):
        column, value = outcome.already
        raise SpecError(
            f"Model {model!r}: its population may hold customers whose {spoken(column)} is {value!r} already. Join it by & with "
            f"is_in(….{column}, …) for the values from which it can become so, or with ~is_in(….{column}, {value!r})."
        )


def _check_clock(model: str, condition: Condition, column: str, quiet_days: int, happening: str) -> None:
    """Refuse a population that reaches further back than what is waited for."""
    reach = largest(condition, column)
    if reach is None:
        raise SpecError(
            f"Model {model!r}: its population may hold customers to whom {happening} has happened before they are scored. "
            f"Join it by & with had(…, within_days={quiet_days})."
        )
    if reach > quiet_days:
        raise SpecError(
            f"Model {model!r}: the population reaches back {reach:g} days, further than {happening}, so some of its customers "
            f"would have had the event before they are scored. Let it reach back {quiet_days} days at most."
        )
