"""Rows that come again: a key that an earlier batch brought already, in a later one.

A batch is kept as it came. Of rows with one key, that of the latest batch holds from that batch on: an equal row changes nothing,
a different one is a correction. What was known before a day stays what it was, for a day asks for the versions of its own time.
"""

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import ibis

REPEATED, CORRECTED = "repeated", "corrected"


def rivals(rows: "ibis.Table", *, key: Sequence[str], days: Sequence[date]) -> "ibis.Table":
    """Of the batches up to these days, every row whose key several batches brought, one of these days among them.

    Only keys are compared, and keys of older batches only with those of these days, so that the history is passed over once.
    """
    new = rows.filter(rows.day.isin(list(days)))
    older = rows.filter(rows.day < min(days)).semi_join(new, list(key)).select(*key)
    keys = new.group_by(list(key)).aggregate(first=new.day.min(), last=new.day.max())
    shared = keys.filter(keys.first < keys.last).select(*key).union(older, distinct=True)
    return rows.filter(rows.day <= max(days)).semi_join(shared, list(key))


def compared(rows: "ibis.Table", *, key: Sequence[str], columns: Sequence[str]) -> "ibis.Table":
    """Rows with `comes`: null for a key's first, then "repeated" where these columns equal the version before, or "corrected"."""
    import ibis

    by_key = ibis.window(group_by=list(key), order_by="day")
    before = rows.day.lag().over(by_key)
    is_equal = ibis.literal(True)
    for name in columns:
        is_equal &= rows[name].identical_to(rows[name].lag().over(by_key))
    return rows.mutate(comes=ibis.cases((before.isnull(), ibis.null("string")), (is_equal, REPEATED), else_=CORRECTED))


def restated(rows: "ibis.Table", *, group: Sequence[str], key: Sequence[str], columns: Sequence[str]) -> "ibis.Table":
    """Every version of groups that several batches tell of: for each day on which a group changed, its rows as they then stood.

    Parameters
    ----------
    rows: all rows of the keys and groups concerned, with `day`, the batch that brought them.
    group: columns that name what is told of anew as a whole.
    columns: what makes a row another version of the one before.

    Returns
    -------
    The rows with `day` as the day of the version. A group that lost all its rows has one row with nulls beside day and group.
    """
    import ibis

    told = compared(rows, key=key, columns=columns)
    told = told.filter(told.comes.fill_null("") != REPEATED).drop("comes")
    told = told.mutate(replaced_on=told.day.lead().over(ibis.window(group_by=list(key), order_by="day")))
    changed = told.select(*group, version="day").union(
        told.filter(told.replaced_on.notnull()).select(*group, version="replaced_on"), distinct=True
    )
    same = [changed[name] == told[name] for name in group]
    holds = (told.day <= changed.version) & (told.replaced_on.isnull() | (told.replaced_on > changed.version))
    versions = changed.left_join(told, [*same, holds])
    kept = [name for name in rows.columns if name not in (*group, "day")]
    return versions.select(*group, *kept, day=versions.version)
