"""A measured figure of a set, with its interval, and the list of them as a file and as a table."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from rich.table import Table


@dataclass(frozen=True, kw_only=True)
class Figure:
    """One measure on one set.

    Parameters
    ----------
    low, high: the ends of its 95 % interval, customers drawn with all their rows; None where it has none.
    reference: what it is to reach, or not to pass.
    baseline: the same measure of the baseline that the measure names, or of the logistic or Cox model beside the default one.
    """

    set: str
    measure: str
    value: float
    low: float | None = None
    high: float | None = None
    reference: float | None = None
    baseline: float | None = None


def written(figures: Sequence[Figure]) -> str:
    """The figures as JSON."""
    return json.dumps([_rounded(asdict(figure)) for figure in figures], indent=1) + "\n"


def write(figures: Sequence[Figure], path: Path) -> None:
    """Keep the figures in a file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(written(figures), encoding="utf-8")


def table(figures: Sequence[Figure], title: str) -> Table:
    """The figures for people."""
    found = Table("set", "measure", "value", "95 %", "to reach", "baseline", title=title)
    for one in figures:
        interval = "" if one.low is None or one.high is None else f"{one.low:.4f} to {one.high:.4f}"
        found.add_row(one.set, one.measure, f"{one.value:.4f}", interval, _plain(one.reference), _plain(one.baseline))
    return found


def _plain(value: float | None) -> str:
    """A figure that may be missing."""
    return "" if value is None else f"{value:.4f}"


def _rounded(row: dict[str, object]) -> dict[str, object]:
    """Numbers at the precision that they are read at."""
    return {name: round(value, 5) if isinstance(value, float) else value for name, value in row.items()}
