"""Tables of several kinds at once: which of them tells what happened, and in which others the same customers stand.

Columns are joined by what they hold: their names may differ.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from tenure.errors import SpecError
from tenure.names import meant
from tenure.proposing.asked import ask
from tenure.proposing.customers import time_of
from tenure.proposing.meanings import is_direct, is_id, speaks_of, words_of
from tenure.proposing.seen import Seen, Table
from tenure.received.normal import quoted

# No column of so few values names customers.
_FEW = 5
# A table tells of a customer more than once where it has so many rows for each.
_REPEATS = 1.1
# Of the ids of the smaller table so many stand in the other, and of the other's so many in it: not everybody does something.
_NEARLY_ALL, _SOME = 0.8, 0.05
# Numbers that fill so much of the way from the least to the greatest are counted up, and stand in any table that counts.
_DENSE = 0.1
# So many first letters make one word of two: cust and customer.
_ALIKE = 4


@dataclass(frozen=True, kw_only=True)
class Kind:
    """One kind of table: what a person calls it, and what it holds."""

    called: str
    table: Table


@dataclass(frozen=True, kw_only=True)
class Joined:
    """Which tables tell of the same customers.

    Parameters
    ----------
    first: the place of the table that the others are joined to: of what happened most, or else of all customers.
    customers: for each table that is taken the column that names the customer, by the table's place.
    left: why the others are not taken, by their places.
    """

    first: int
    customers: Mapping[int, str]
    left: Mapping[int, str]


def tells_consent(kind: Kind) -> bool:
    """Whether a table seems to say who agreed to something, or wants to be left alone."""
    names = (kind.called.partition(".")[0], *(c.received_as for c in kind.table.columns))
    return any(speaks_of(name, "consent") for name in names)


def joined(kinds: Sequence[Kind], customer: str | None = None) -> Joined:
    """Which tables belong together, and by which columns; `customer` is what a person named.

    Raises
    ------
    SpecError: where nothing joins them, or none has the column that a person named.
    """
    could = {place: _could_name(kind.table, customer) for place, kind in enumerate(kinds)}
    if customer and not any(kind.table.column(customer) for kind in kinds):
        there = [c.received_as for kind in kinds for c in kind.table.columns]
        raise SpecError(f"No table has a column {customer!r}.{meant(customer, there)}")
    ids = {(place, c.name): _ids(kinds[place].table, c.name) for place, columns in could.items() for c in columns}
    found: list[tuple[tuple[bool, int, bool, float, int], int, str, Mapping[int, str]]] = [
        (_rank(kinds[place].table, column, pairs), place, column.name, {other: c for other, (c, _) in pairs.items()})
        for place, columns in could.items()
        for column in columns
        if (pairs := _others(could, ids, place, column))
    ]
    if not found:
        _refuse_lacking(kinds)
        listed = "; ".join(f"{kind.called}: {', '.join(c.received_as for c in kind.table.columns)}" for kind in kinds)
        raise SpecError(
            f"There are tables of {len(kinds)} kinds, and no column of one holds the customers of another. {listed}. Name the "
            "files of one kind by --from."
        )
    _, first, name, others = max(found, key=lambda each: each[0])
    taken, left = {first: name}, dict[int, str]()
    for place, kind in enumerate(kinds):
        if place == first:
            continue
        if place not in others:
            at = f"{_shown(kinds[first].table, name)} of {kinds[first].called}"
            left[place] = f"no column holds the customers of {at}. If it describes what they use or buy, declare it as a look-up"
        elif _repeats(kind.table, others[place]) and not time_of(kind.table, others[place]):
            left[place] = f"{_shown(kind.table, others[place])} has several rows, and no column says when each was"
        else:
            taken[place] = others[place]
    if len(taken) == 1:
        raise SpecError(
            f"There are tables of {len(kinds)} kinds, and only {kinds[first].called} can be read: "
            + "; ".join(f"{kinds[place].called}: {why}" for place, why in left.items())
            + ". Name the files of one kind by --from."
        )
    return Joined(first=first, customers=taken, left=left)


def _refuse_lacking(kinds: Sequence[Kind]) -> None:
    """Refuse a table that is another without one of its columns, such as customers whose outcome is not known."""
    for one in kinds:
        for other in kinds:
            less, more = ({c.received_as for c in kind.table.columns} for kind in (one, other))
            if less < more and len(more) > 2 * len(more - less):
                raise SpecError(
                    f"{one.called} has every column of {other.called} but {', '.join(sorted(more - less))}. To have its "
                    f"customers scored beside the others, give it the same columns, empty where nothing is known; or name "
                    f"{other.called} alone by --from."
                )


def _could_name(table: Table, customer: str | None) -> list[Seen]:
    """Columns that may name customers; only the one that a person named, where the table has it."""
    if customer and (named := table.column(customer)):
        return [named]
    return [
        c
        for c in table.columns
        if c.kind in ("text", "whole")
        and c.n_values > _FEW
        and not is_direct(c.received_as)
        and (speaks_of(c.received_as, "customer") or not speaks_of(c.received_as, "product"))
    ]


def _ids(table: Table, column: str) -> frozenset[str]:
    """The values of a column as text, as which ids are compared whatever they are made of."""
    it = quoted(column)
    return frozenset(
        value for (value,) in ask(table.rows, f"SELECT DISTINCT cast({it} AS VARCHAR) FROM it WHERE {it} IS NOT NULL")
    )


def _others(
    could: Mapping[int, Sequence[Seen]], ids: Mapping[tuple[int, str], frozenset[str]], place: int, column: Seen
) -> Mapping[int, tuple[str, float]]:
    """The other tables in which the same ids stand, each with its column and how far they are the same."""
    own, found = ids[place, column.name], {}
    for other, columns in could.items():
        shares = {c.name: _shared(own, ids[other, c.name]) for c in columns if other != place and _may_be_one(column, c, own)}
        best = max(shares, key=lambda c: shares[c], default="")
        if best and shares[best]:
            found[other] = (best, shares[best])
    return found


def _may_be_one(one: Seen, other: Seen, ids: frozenset[str]) -> bool:
    """Whether two columns may name the same: of numbers that are counted up, only where their names do not speak against it."""
    numbers = [int(value) for value in ids if value.isdigit()]
    is_counted = len(numbers) == len(ids) > 0 and len(numbers) >= _DENSE * (max(numbers) - min(numbers) + 1)
    mine, its = (tuple(word for word in words_of(c.received_as) if not is_id(word)) for c in (one, other))
    return not is_counted or not mine or not its or any(a.startswith(b[:_ALIKE]) for a in mine for b in its)


def _shared(one: frozenset[str], other: frozenset[str]) -> float:
    """How far two sets of ids are the same: 0 where they are of different things."""
    both, least, most = len(one & other), *sorted((len(one), len(other)))
    return both / most if both >= _NEARLY_ALL * least and both >= _SOME * most else 0.0


def _rank(table: Table, column: Seen, others: Mapping[int, tuple[str, float]]) -> tuple[bool, int, bool, float, int]:
    """How likely a table is the one that the others are joined to: it tells when, joins many, and most often."""
    tells_when = _repeats(table, column.name) and bool(time_of(table, column.name))
    is_named = speaks_of(column.received_as, "customer")
    return tells_when, len(others), is_named, sum(share for _, share in others.values()), table.rows.num_rows


def _repeats(table: Table, column: str) -> bool:
    """Whether a table has several rows for an id."""
    seen = table.column(column)
    return seen is not None and seen.n_rows * (1 - seen.empty) > _REPEATS * max(seen.n_values, 1)


def _shown(table: Table, name: str) -> str:
    """A column as the company calls it."""
    seen = table.column(name)
    return seen.received_as if seen else name
