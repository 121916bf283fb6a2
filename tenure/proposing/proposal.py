"""A project as proposed: what it is called, what its one source holds, how that comes, and from when to when it reaches."""

from dataclasses import dataclass
from datetime import UTC as IN_UTC
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import duckdb

from tenure.clocks import UTC
from tenure.proposing.deliveries import Delivery
from tenure.proposing.meanings import spoken, words_of
from tenure.proposing.roles import Roles, protected
from tenure.proposing.seen import Seen, Table

_FEW_GROUPS = 6
_LONG_WORD = 40


@dataclass(frozen=True, kw_only=True)
class Group:
    """A protected column by whose groups models are audited: what groups it, as SQL; empty where its own words do."""

    name: str
    column: str
    sql: str = ""

    @property
    def held_in(self) -> str:
        """The column that holds the groups."""
        return f"{self.name}_group" if self.sql else self.column


@dataclass(frozen=True, kw_only=True)
class Proposal:
    """What is proposed; `source` names the source, `today` is the day on which it was, `timezone` says whose days count."""

    name: str
    source: str
    table: Table
    roles: Roles
    delivery: Delivery
    first_day: date
    last_day: date | None
    today: date
    timezone: str = UTC

    @property
    def noun(self) -> str:
        """What an event, or a state, is called."""
        if self.roles.is_of_states:
            return "subscription" if "subscri" in self.source else "customer"
        return "purchase" if self.roles.amount or self.roles.order else _singular(self.source)

    @property
    def constant(self) -> str:
        """What the history is called in the files."""
        return f"{self.noun}s".upper()

    @property
    def is_one_day(self) -> bool:
        """Whether it is one table of customers, of one day."""
        return self.roles.is_of_states and not self.delivery.is_daily

    @property
    def n_days(self) -> int:
        """How many days the history has."""
        return ((self.last_day or self.today) - self.first_day).days + 1

    @property
    def groups(self) -> tuple[Group, ...]:
        """The protected columns that can be audited by."""
        found = (_group(self.table, column) for column in protected(self.table, self.roles))
        return tuple(group for group in found if group is not None)

    def named(self, sql: str) -> str:
        """SQL with the customer's column called as the source calls it."""
        return "customer_id" if sql == self.roles.customer else sql


def source_name(roles: Roles, stems: tuple[str, ...]) -> str:
    """What the source is called: by what its files are, or by its orders."""
    words = [word for word in words_of(stems[0]) if not word.isdigit()] if stems else []
    if len(words) and len(stems) == 1 and not roles.order:
        return "_".join(words[-2:])
    if roles.order:
        return f"{words_of(roles.order)[0]}s"
    return "_".join(words) or ("customers" if roles.is_of_states else "events")


def reach(table: Table, roles: Roles, delivery: Delivery, snapshot_of: date, timezone: str = UTC) -> tuple[date, date]:
    """The first and the last day with events; of a table without dates the day before it was taken."""
    if delivery.days:
        return delivery.days[0], delivery.days[-1]
    when = table.column(roles.time) if roles.time and not roles.is_of_states else None
    if when is None or when.first is None or when.last is None:
        return snapshot_of - timedelta(days=1), snapshot_of - timedelta(days=1)
    # A part of a day is no day: the last one is left out where its rows end early.
    first, last = (_shown(moment, when, timezone) for moment in (when.first, when.last))
    return first.date(), last.date() - timedelta(days=_is_part(last, when.kind))


def zone_shown(table: Table, roles: Roles) -> str:
    """The zone that times say, where it is not UTC; nothing where they say none."""
    when = table.column(roles.time) if roles.time else None
    is_utc = when is None or when.zone in ("", UTC, "Z", "Etc/UTC", "GMT") or not when.zone.strip("+-0:")
    return "" if when is None or is_utc else when.zone


def _shown(moment: datetime, when: Seen, timezone: str) -> datetime:
    """A time as the company's clocks show it; one that says no zone is taken to be on them."""
    return moment.replace(tzinfo=IN_UTC).astimezone(ZoneInfo(timezone)).replace(tzinfo=None) if when.zone else moment


def _is_part(last: datetime, kind: str) -> bool:
    """Whether a day probably ends before its end."""
    return kind == "time" and last.hour < 20


def _group(table: Table, column: Seen) -> Group | None:
    """How a protected column is grouped: few words as they are, many as the most frequent and the others, numbers in bands."""
    name = spoken(column.received_as).replace(" ", "_")
    if column.is_number and column.n_values > _FEW_GROUPS:
        with duckdb.connect(config={"threads": 1}) as connection:
            connection.register("it", table.rows)
            low, high = connection.sql(f'SELECT quantile_disc("{column.name}", [0.33, 0.67]) FROM it').fetchall()[0][0]
        if low == high:
            return None
        bands = f"WHEN {column.name} < {low:g} THEN 'low' WHEN {column.name} < {high:g} THEN 'middle' ELSE 'high'"
        return Group(name=name, column=column.name, sql=f"CASE WHEN {column.name} IS NULL THEN NULL {bands} END")
    if column.kind == "text" and 1 < column.n_values <= _FEW_GROUPS:
        return Group(name=name, column=column.name)
    if column.kind in ("whole", "number"):
        return Group(name=name, column=column.name, sql=f"cast({column.name} AS VARCHAR)")
    if column.kind == "text" and column.words and len(column.words[0]) <= _LONG_WORD:
        word = column.words[0].replace("'", "''")
        return Group(
            name=name,
            column=column.name,
            sql=f"CASE WHEN {column.name} IS NULL THEN NULL WHEN {column.name} = '{word}' THEN '{word}' ELSE 'other' END",
        )
    return None


def _singular(many: str) -> str:
    """A plural without its ending."""
    return many[:-1] if many.endswith("s") and not many.endswith("ss") else many
