"""Counts as they are shown to people who look at no person: in tens.

An exact one tells of a person by itself where it is small, by subtraction from a total, and beside the count of the next day.
What is shown here depends on nothing but the count, so two looks differ by nothing or by ten at least.
"""

FEWEST_SHOWN = 10


def in_tens(n: int) -> int | None:
    """The whole tens of a count; None for a few. Nobody at all is zero."""
    return None if 0 < n < FEWEST_SHOWN else n - n % FEWEST_SHOWN


def told(n: int) -> str:
    """A count in words: the ten numbers that it may be."""
    tens = in_tens(n)
    if tens is None:
        return f"fewer than {FEWEST_SHOWN}"
    return f"{tens:,} to {tens + FEWEST_SHOWN - 1:,}" if tens else "none"


def left_out_told(n_left_out: int, n_population: int) -> str:
    """How many of a population were left out; nothing exact, on either side."""
    if not n_left_out:
        return f"nobody of {told(n_population)}"
    if n_population - n_left_out < FEWEST_SHOWN:
        return f"all but fewer than {FEWEST_SHOWN}"
    return f"{told(n_left_out)} of {told(n_population)}"
