"""Counts as they are shown to people who look at no person: none of a few, nor one that follows by subtraction."""

from collections.abc import Mapping

from tenure.consent.rule import State

FEWEST_SHOWN = 10


def shown(counts: Mapping[State, int]) -> dict[State, int | None]:
    """Counts without those below `FEWEST_SHOWN`; where one alone would be hidden, the next smallest is hidden with it.

    Nobody at all is shown as zero.
    """
    hidden = {state for state, n in counts.items() if 0 < n < FEWEST_SHOWN}
    if len(hidden) == 1 and (others := [state for state, n in counts.items() if n and state not in hidden]):
        hidden.add(min(others, key=lambda state: (counts[state], state)))
    return {state: None if state in hidden else n for state, n in counts.items()}


def left_out_in_words(n_left_out: int, n_population: int) -> str:
    """How many of a population were left out; nothing exact of a few, on either side."""
    if not n_left_out:
        return f"nobody of {n_population:,}"
    if n_left_out < FEWEST_SHOWN:
        return f"fewer than {FEWEST_SHOWN}"
    if n_population - n_left_out < FEWEST_SHOWN:
        return f"all but fewer than {FEWEST_SHOWN}"
    return f"{n_left_out:,} of {n_population:,} ({n_left_out / n_population:.1%})".replace("%", "\u00a0%")
