"""Protected attributes: the group of each customer, as it was known on a day."""

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc

if TYPE_CHECKING:
    from tenure.contracts import Source
    from tenure.project import Attribute


def columns_read(attribute: "Attribute", source: "Source") -> Sequence[str]:
    """The columns of validated rows that `groups_as_known` reads."""
    return list(dict.fromkeys(["customer_id", attribute.column, "day", *_order(source)]))


def groups_as_known(rows: pa.Table, attribute: "Attribute", source: "Source", *, as_of: date) -> dict[str, str]:
    """The group of each customer whose value was known before `as_of` begins; of several values the latest known holds.

    A value that the attribute's groups do not name is of no known group: it costs no training, and nobody prints it.
    `tenure check --sample` counts them.
    """
    known = rows.filter(pc.less_equal(rows["day"], as_of)).sort_by([(name, "ascending") for name in _order(source)])
    values = zip(known["customer_id"].to_pylist(), known[attribute.column].to_pylist(), strict=True)
    latest = {customer: value for customer, value in values if value is not None}
    if attribute.groups is None:
        return latest
    grouped = {customer: attribute.groups.get(str(value)) for customer, value in latest.items()}
    return {customer: group for customer, group in grouped.items() if group is not None}


def _order(source: "Source") -> Sequence[str]:
    """By which rows follow one another; the key makes it the same order on every machine."""
    return list(dict.fromkeys(["available_at", *([source.event_time] if source.event_time else []), *source.key]))
