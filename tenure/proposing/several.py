"""Of tables of several kinds: what the columns of each are, and by which of them models foresee.

Who left is foreseen by the table of customers that says so. Where none does, or where those who left simply did nothing any more,
it is foreseen by what happened; a table of customers then only describes them, as of any day.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import duckdb
import pyarrow as pa

from tenure.errors import SpecError
from tenure.names import meant
from tenure.proposing.echoes import are_told, auc, echoes
from tenure.proposing.guesses import propose
from tenure.proposing.kinds import Joined, Kind
from tenure.proposing.meanings import speaks_of
from tenure.proposing.roles import Named, Roles, attributes
from tenure.proposing.seen import Seen, Table
from tenure.received.normal import quoted, quoted_text

# Days without an event that tell so much of who left are how leaving looks, and foresee nothing.
_STOPPED = 0.9
WRITTEN_LATER = "it tells how things stood when the table was written, which earlier days could not know"
_TWICE = "another table has a column of this name"
_OUTCOME = "tenure:outcome"


@dataclass(frozen=True, kw_only=True)
class Several:
    """What is proposed of several tables.

    Parameters
    ----------
    foreseen: the place of the table by which models foresee.
    roles: what the columns of each table are, by place, that one first.
    stopped: the outcome that is not foreseen, since those who have it did nothing any more.
    left: the places of tables of customers of which a model may read nothing, as of consents: they are not taken.
    """

    foreseen: int
    roles: Mapping[int, Roles]
    stopped: str = ""
    left: tuple[int, ...] = ()


def several(kinds: Sequence[Kind], found: Joined, named: Named) -> Several:
    """What the columns of each table are.

    Raises
    ------
    SpecError: for a table that does not say what it would have to.
    """
    foreseen = (named.outcome or "").partition("=")[0].strip()
    if foreseen and not any(kinds[place].table.column(foreseen) for place in found.customers):
        there = [c.received_as for place in found.customers for c in kinds[place].table.columns]
        raise SpecError(f"{named.outcome!r} cannot be foreseen: no table has a column {foreseen!r}.{meant(foreseen, there)}")
    roles = {place: propose(kinds[place].table, _said_of(kinds, found, named, place)) for place in sorted(found.customers)}
    events = [place for place, its in roles.items() if not its.is_of_states]
    leaving = [place for place, its in roles.items() if its.is_of_states and its.outcome and _is_told(its, named)]
    if named.outcome == "" and events:
        leaving = []  # a person wants what happens foreseen
    first = found.first if found.first in events or not events else events[0]
    if not leaving:
        return _taken(kinds, roles, first)
    place = leaving[0]
    if named.outcome is None and any(_has_stopped(kinds, roles, place, other) for other in events):
        outcome = kinds[place].table.column(roles[place].outcome)
        return replace(_taken(kinds, roles, first), stopped=outcome.received_as if outcome else "")
    return _taken(kinds, roles, place)


def _taken(kinds: Sequence[Kind], roles: Mapping[int, Roles], foreseen: int) -> Several:
    """The tables beside the one by which models foresee, but for those that would tell a model nothing."""
    beside = _beside(kinds, roles, foreseen)
    left = tuple(
        place
        for place, its in beside.items()
        if place != foreseen and its.is_of_states and not attributes(kinds[place].table, its)
    )
    return Several(foreseen=foreseen, roles={place: its for place, its in beside.items() if place not in left}, left=left)


def _said_of(kinds: Sequence[Kind], found: Joined, named: Named, place: int) -> Named:
    """What a person said of a table: what names a column that it has."""
    table = kinds[place].table

    def of_it(said: str | None) -> str | None:
        is_its = said is not None and table.column(said.partition("=")[0].strip()) is not None
        return said if is_its or (said is not None and place == found.first and "=" not in said) else None

    of_first = place == found.first
    return Named(
        customer=found.customers[place],
        time=of_it(named.time),
        order=of_it(named.order),
        amount=named.amount if of_first else None,
        outcome=of_it(named.outcome) or None,
    )


def _is_told(roles: Roles, named: Named) -> bool:
    """Whether a table says who left: a person says so, or its name does."""
    return named.outcome is not None or speaks_of(roles.outcome, "left")


def _has_stopped(kinds: Sequence[Kind], roles: Mapping[int, Roles], place: int, other: int) -> bool:
    """Whether those who left are told by having done nothing for long."""
    its, rows = roles[other], kinds[other].table.rows
    with duckdb.connect(config={"threads": 2}) as connection:
        connection.register("happened", rows)
        last = connection.sql(
            f"SELECT CAST({quoted(its.customer)} AS VARCHAR) AS customer, epoch(max({quoted(its.time)})) AS last FROM happened "
            "GROUP BY 1"
        ).to_arrow_table()
    table = kinds[place].table
    told = _with_outcome(pa.table({"last": last["last"], "customer": last["customer"]}), "customer", table, roles[place])
    column = Seen(name="last", received_as="last", kind="number", empty=0.0, n_values=last.num_rows, n_rows=last.num_rows)
    left = are_told(told, f"{quoted(_OUTCOME)} = {quoted_text(roles[place].outcome_value)}")
    return auc(told, column, left) >= _STOPPED


def _with_outcome(rows: pa.Table, customer: str, table: Table, roles: Roles) -> pa.Table:
    """Rows of customers beside what became of them."""
    with duckdb.connect(config={"threads": 2}) as connection:
        connection.register("one", rows)
        connection.register("other", table.rows)
        who, outcome = (f"CAST({quoted(name)} AS VARCHAR)" for name in (roles.customer, roles.outcome))
        told = f"SELECT {who} AS id, any_value({outcome}) AS outcome FROM other GROUP BY 1"
        return connection.sql(
            f"SELECT one.*, told.outcome AS {quoted(_OUTCOME)} FROM one JOIN ({told}) AS told "
            f"ON CAST(one.{quoted(customer)} AS VARCHAR) = told.id"
        ).to_arrow_table()


def _beside(kinds: Sequence[Kind], roles: Mapping[int, Roles], foreseen: int) -> Mapping[int, Roles]:
    """The roles of all tables, the foreseen one first; what the others may not tell is left out of them."""
    main = roles[foreseen]
    taken = set(attributes(kinds[foreseen].table, main)) if main.is_of_states else set()
    found = {foreseen: main}
    for place, its in roles.items():
        if place == foreseen:
            continue
        if its.is_of_states:
            its = _of_their_day(kinds, place, its, foreseen, main) if main.is_of_states else _of_any_day(kinds[place].table, its)
            twice = {name: _TWICE for name in attributes(kinds[place].table, its) if name in taken}
            its = replace(its, echoes={**its.echoes, **twice})
            taken |= set(attributes(kinds[place].table, its))
        found[place] = its
    return found


def _of_any_day(table: Table, roles: Roles) -> Roles:
    """A table of customers that only describes them: what can be so on the day alone on which it was written is left out."""
    if roles.comes_again:
        return replace(roles, outcome="", outcome_value="")
    told = {c.name for c in table.columns if speaks_of(c.received_as, "left") or speaks_of(c.received_as, "outcome")}
    later = {roles.outcome, roles.lasted, *roles.follows, *roles.echoes, *told} - {"", roles.customer, roles.time}
    left = dict.fromkeys(sorted(later), WRITTEN_LATER)
    return replace(roles, outcome="", outcome_value="", lasted="", follows=(), doubtful=(), missed=(), echoes=left)


def _of_their_day(kinds: Sequence[Kind], place: int, roles: Roles, foreseen: int, main: Roles) -> Roles:
    """A table of customers beside the one that says who left: what tells that is left out."""
    table = kinds[place].table
    told = _with_outcome(table.rows, roles.customer, kinds[foreseen].table, main)
    plain = replace(roles, outcome="", outcome_value="", lasted="", follows=(), doubtful=(), missed=(), echoes={})
    columns = tuple(c for name in attributes(table, plain) if (c := table.column(name)) is not None)
    found, doubtful = echoes(replace(table, rows=told), columns, _OUTCOME, main.outcome_value)
    return replace(plain, echoes=found, doubtful=doubtful)
