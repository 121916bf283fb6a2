"""What a company holds of one person, as a page that the person can read: self-contained, without scripts."""

from datetime import datetime, time
from typing import Any

from model_cards.html import environment
from tenure.people.subject import HeldRows, Subject

# The newest rows of a table stand on the page; all of them are in the file beside it.
MOST_ROWS = 50


def render_subject(subject: Subject) -> str:
    """Render the page of one person."""
    page = environment().get_template("subject.html")
    return str(page.render(s=subject, newest=newest, most_rows=MOST_ROWS, cell=cell))


def newest(held: HeldRows) -> list[dict[str, Any]]:
    """The newest rows of a table, latest first."""
    rows: list[dict[str, Any]] = held.rows.slice(max(0, held.rows.num_rows - MOST_ROWS)).to_pylist()
    return rows[::-1]


def cell(value: Any) -> str:
    """A value as a person reads it."""
    if value is None:
        return "–"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d}" if value.time() == time() else f"{value:%Y-%m-%d %H:%M}"
    if isinstance(value, float):
        return f"{value:,.4g}" if abs(value) < 1000 else f"{value:,.0f}"
    return "; ".join(map(cell, value)) if isinstance(value, list) else str(value)
