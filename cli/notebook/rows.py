"""The rows of a frame by the day on which each was known, judged by the contract as a landing judges them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import pyarrow as pa

from expectations.rules import rules_of
from expectations.shape import columns_to_read
from expectations.split import Split
from tenure.contracts import Source
from tenure.errors import SourceError
from tenure.notebook import Asked
from tenure.received.batch import Received
from tenure.received.casting import TEXT, kind_of
from tenure.received.cut import event_days
from tenure.received.forms import forms_of

# With more of them unread, or breaking a rule, there is something to mend first; a landing withholds such a day.
_FEW = 0.05
# What a row is of that has no day; see event_days.
_NO_DAY = np.datetime64("0001-01-01", "D")
# Older days tell little of today's customers, and each week of them is one more snapshot to make.
LONGEST_DAYS = 3 * 365


@dataclass(frozen=True, kw_only=True)
class Dated:
    """Rows with their days; `days` are UTC days of the events that are used, `told` what was done with the others."""

    received: Received
    days: np.ndarray
    first_day: date
    as_of: date
    told: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Judged:
    """The rows that are kept, by batch; `n_broken` break a rule, by its name."""

    kept: pa.Table
    keys: tuple[date, ...]
    n_received: int
    n_aside: int
    n_broken: int
    by_rule: Mapping[str, int]


def dated(rows: pa.Table, source: Source, asked: Asked, *, today: date) -> Dated:
    """Read the times, and choose from when to when.

    Raises
    ------
    SourceError: when times cannot be read, or none lies in the past.
    """
    received = _received(rows, source, asked)
    days = event_days(source, received)
    n = rows.num_rows
    if days is None or not n:
        raise SourceError(f"The frame has {n} rows; expected one for each event.")
    n_unread = int((days == _NO_DAY).sum())
    if n_unread > _FEW * n:
        why = received.told.get(source.event_time or "", "")
        raise SourceError(
            f"Of {n:,} times in column {asked.time!r} {n_unread:,} are empty or cannot be read. {why} Convert the column first, "
            "such as by pandas.to_datetime(…, format=…)."
        )
    past = days[(days != _NO_DAY) & (days <= np.datetime64(today, "D"))]
    if not len(past):
        raise SourceError(f"Every time in column {asked.time!r} lies after today, {today}. Is it the column that says when?")
    as_of = _day(past.max()) + timedelta(days=1) if asked.as_of is None else date.fromisoformat(asked.as_of)
    before = past[past < np.datetime64(as_of, "D")]
    if not len(before):
        raise SourceError(f"Nothing happened before as_of={as_of}: the first row is of {_day(past.min())}. Name a later day.")
    first_day = max(_day(before.min()), as_of - timedelta(days=LONGEST_DAYS))
    return Dated(
        received=received, days=days, first_day=first_day, as_of=as_of, told=tuple(_told(days, n_unread, first_day, as_of))
    )


def judged(found: Dated, source: Source) -> Judged:
    """Cut the rows into batches of a day, and keep those that meet the contract.

    Raises
    ------
    SourceError: when too many do not, or no row names a customer.
    """
    batches = _batches(found)
    first_key = found.first_day + timedelta(days=1)
    rules = rules_of(source, first_key=first_key, as_text=columns_to_read(source, batches.values()))
    with Split(source, rules, batches, first_key=first_key, first_day=found.first_day) as split:
        broken = split.broken_by_day().values()
        kept = split.kept(batches)
    n = sum(batch.rows.num_rows for batch in batches.values())
    by_rule: dict[str, int] = {}
    for day in broken:
        for name, n_rows in day.by_rule.items():
            by_rule[name] = by_rule.get(name, 0) + n_rows
    made = Judged(
        kept=kept,
        keys=tuple(batches),
        n_received=n,
        n_aside=sum(n_rows for day in broken for n_rows in day.set_aside.values()),
        n_broken=sum(day.n_rows for day in broken),
        by_rule=by_rule,
    )
    if made.n_aside == n:
        raise SourceError("No row names a customer. Is customer= the column that does?")
    if made.n_broken > _FEW * n:
        worst = ", ".join(f"{name} ({n_rows:,})" for name, n_rows in sorted(by_rule.items(), key=lambda item: -item[1]))
        raise SourceError(f"Of {n:,} rows {made.n_broken:,} cannot be used: {worst}. Mend the columns that these rules name.")
    return made


def _received(rows: pa.Table, source: Source, asked: Asked) -> Received:
    """The rows as a file of them would be read: if a time or an amount is text, its form is found as in a file of text."""
    read = (asked.time, *([asked.amount] if asked.amount else []))
    fits = pa.array(np.ones(rows.num_rows, dtype=bool))
    if not any(kind_of(rows.schema.field(name).type) == TEXT for name in read):
        return Received(rows=rows, is_text=False, fits=fits)
    text = pa.table({name: rows[name].cast(pa.string()).fill_null("") for name in rows.column_names})
    forms = forms_of(source, text)
    return Received(rows=text, is_text=True, fits=fits, forms=forms.by_column, said=forms.said, told=forms.told)


def _batches(found: Dated) -> dict[date, Received]:
    """By key the rows of the day before it, in the order in which they came."""
    order = np.argsort(found.days, kind="stable")
    days = found.days[order]
    received = found.received
    batches = {}
    for day in np.unique(days[(days >= np.datetime64(found.first_day, "D")) & (days < np.datetime64(found.as_of, "D"))]):
        low, high = np.searchsorted(days, day, "left"), np.searchsorted(days, day, "right")
        rows = received.rows.take(order[low:high])
        fits = pa.array(np.ones(rows.num_rows, dtype=bool))
        batches[_day(day) + timedelta(days=1)] = Received(
            rows=rows, is_text=received.is_text, fits=fits, forms=received.forms, told=received.told
        )
    return batches


def _told(days: np.ndarray, n_unread: int, first_day: date, as_of: date) -> list[str]:
    """Rows that are not used, and why."""
    said = []
    if n_unread:
        said.append(f"{n_unread:,} rows are left out: their time is empty or cannot be read.")
    if n_later := int((days >= np.datetime64(as_of, "D")).sum()):
        said.append(f"{n_later:,} rows are left out: they are of {as_of}, from which on is foreseen, or later.")
    if n_older := int(((days != _NO_DAY) & (days < np.datetime64(first_day, "D"))).sum()):
        said.append(f"{n_older:,} rows are left out: they are of before {first_day}, three years back.")
    return said


def _day(day: np.datetime64) -> date:
    """A day of numpy as Python's."""
    found: date = day.astype("datetime64[D]").astype(date)
    return found
