"""Days in parts, so that what is held at once does not grow with the history."""

from collections.abc import Mapping, Sequence
from datetime import date

# A year of a middling shop is read at once, in about a gigabyte; more takes its turn in parts.
ROWS_AT_ONCE = 2_000_000


def in_parts(days: Sequence[date], n_rows: Mapping[date, int], *, at_once: int = ROWS_AT_ONCE) -> list[list[date]]:
    """Days in order, in parts that hold at most so many rows, or a single day; one part, without days, of none."""
    parts: list[list[date]] = [[]]
    so_far = 0
    for day in sorted(days):
        own = n_rows.get(day, 0)
        if parts[-1] and so_far + own > at_once:
            parts.append([])
            so_far = 0
        parts[-1].append(day)
        so_far += own
    return parts
