"""A project as proposed: what it is called, what its sources hold, how they come, and from when to when it reaches."""

from dataclasses import dataclass, replace
from datetime import UTC as IN_UTC
from datetime import date, datetime, timedelta
from functools import cached_property
from zoneinfo import ZoneInfo

from tenure.clocks import UTC
from tenure.contracts.readers import is_of_months, month_end
from tenure.history.sources import plural_of
from tenure.proposing.asked import ask, rows_where, spelled
from tenure.proposing.deliveries import Delivery
from tenure.proposing.meanings import spoken, words_of
from tenure.proposing.parts import Part, part_of
from tenure.proposing.rhythm import Rhythm, Tables, rhythm_of, tables_of
from tenure.proposing.roles import Roles, protected
from tenure.proposing.seen import Seen, Table
from tenure.received.normal import quoted

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
    """What is proposed; `source` names the source, `today` is the day on which it was, `timezone` says whose days count.

    `database`, `database_table`: where the rows are, if they are no files. `beside` are further sources of the same customers, by
    which nothing is foreseen; of a table of customers among them `is_beside_events` says that it describes them as of any day.
    `called` is its noun, where two would have one. `has_pseudonyms`: ids are replaced, which takes that they are text.
    """

    name: str
    source: str
    table: Table
    roles: Roles
    delivery: Delivery
    first_day: date
    last_day: date | None
    today: date
    timezone: str = UTC
    database: str = ""
    database_table: str = ""
    beside: tuple["Proposal", ...] = ()
    is_beside_events: bool = False
    called: str = ""
    has_pseudonyms: bool = False

    @property
    def each(self) -> tuple["Proposal", ...]:
        """What is proposed of every source, this one first."""
        return (self, *self.beside)

    @property
    def noun(self) -> str:
        """What an event, or a state, is called."""
        if self.called:
            return self.called
        if self.roles.is_of_states:
            return "subscription" if "subscri" in self.source else "customer"
        is_sale = (self.roles.amount and not self.roles.is_money) or self.roles.order
        return "purchase" if is_sale else singular(self.source)

    @property
    def constant(self) -> str:
        """What the history is called in the files."""
        return plural_of(self.noun).upper()

    @property
    def is_one_day(self) -> bool:
        """Whether it is one table of customers, of one day."""
        return self.roles.is_of_states and not self.roles.comes_again

    @property
    def is_dated(self) -> bool:
        """Whether it describes customers beside what happened and says since when each is one: it is known from then on."""
        return self.is_one_day and self.is_beside_events and bool(self.roles.time)

    @property
    def taken_on(self) -> date:
        """The day at whose beginning the one table of customers is known: the last; beside what happened the first."""
        day = self.first_day if self.is_beside_events else self.last_day or self.first_day
        return day + timedelta(days=1)

    @cached_property
    def tables(self) -> Tables:
        """How tables of customers come, of a company that has such."""
        return tables_of(self.table, self.roles, self.delivery)

    @cached_property
    def rhythm(self) -> Rhythm:
        """In which windows customers come again, of a company that tells what happened; of the part that is foreseen."""
        return self._rhythm_of(self.part.where if self.part else "")

    @cached_property
    def part(self) -> Part | None:
        """The part of what happened that is foreseen, where nobody stays away from all of it."""
        if self.roles.is_of_states:
            return None
        return part_of(self.table, self.roles, self._rhythm_of(""), last_day=self.last_day or self.today)

    @property
    def foreseen_noun(self) -> str:
        """What an event that is foreseen is called."""
        return f"{self.part.called}_{self.noun}" if self.part else self.noun

    @property
    def foreseen_constant(self) -> str:
        """What the history that is foreseen is called in the files."""
        return plural_of(self.foreseen_noun).upper()

    def _rhythm_of(self, where: str) -> Rhythm:
        """In which windows customers come again to rows that meet a condition."""
        rows = rows_where(self.table.rows, where) if where else self.table.rows
        table = replace(self.table, rows=rows)
        last_day, n_delivered = self.last_day or self.today, len(self.delivery.days)
        return rhythm_of(table, self.roles, last_day=last_day, n_days=self.n_days, n_delivered=n_delivered)

    @property
    def reaches_to(self) -> date:
        """The last day of which its rows are, whether or not more will come."""
        when = self.table.column(self.roles.time) if self.roles.time else None
        last = when.last.date() if when is not None and when.last is not None else self.first_day
        return self.last_day or (self.delivery.days[-1] if self.delivery.days else last)

    @property
    def n_days(self) -> int:
        """How many days the history has."""
        return ((self.last_day or self.today) - self.first_day).days + 1

    @property
    def groups(self) -> tuple[Group, ...]:
        """The protected columns that can be audited by."""
        found = (_group(self.table, column) for column in protected(self.table, self.roles))
        return tuple(group for group in found if group is not None)

    @property
    def all_groups(self) -> tuple[tuple["Proposal", Group], ...]:
        """The protected columns of all sources with what each is of, the first of each name."""
        found = {group.name: (each, group) for each in reversed(self.each) for group in reversed(each.groups)}
        return tuple(reversed(found.values()))

    def named(self, sql: str) -> str:
        """SQL with the customer's column called as the source calls it."""
        return "customer_id" if sql == self.roles.customer else sql


def source_name(roles: Roles, stems: tuple[str, ...]) -> str:
    """What the source is called: by what all its files are, or by its orders."""
    several = [words_of(stem) for stem in stems]
    words = [word for word in several[0] if not word.isdigit() and all(word in each for each in several)] if stems else []
    if words:
        return "_".join(words[-3:])
    if roles.order:
        return f"{words_of(roles.order)[0]}s"
    return "customers" if roles.is_of_states else "events"


def reach(table: Table, roles: Roles, delivery: Delivery, snapshot_of: date, timezone: str = UTC) -> tuple[date, date]:
    """The first and the last day with events; of a table without dates the day before it was taken."""
    if delivery.days and (roles.is_of_states or delivery.is_daily):
        return delivery.days[0], delivery.days[-1]
    if roles.by and (of := table.column(roles.by)) and of.first and of.last:
        ends = month_end if is_of_months(of.times) else date
        return ends(of.first.year, of.first.month, of.first.day), ends(of.last.year, of.last.month, of.last.day)
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
    name, it = spoken(column.received_as).replace(" ", "_"), spelled(column.name)
    if column.is_number and column.n_values > _FEW_GROUPS:
        low, high = ask(table.rows, f"SELECT quantile_disc({quoted(column.name)}, [0.33, 0.67]) FROM it")[0][0]
        if low == column.highest:
            return None
        # Each band holds its upper end, so that none is empty where one number, such as zero for unknown, is that of many.
        middle = f"WHEN {it} <= {high:g} THEN 'middle' " * bool(low < high < (column.highest or high))
        bands = f"WHEN {it} <= {low:g} THEN 'low' {middle}ELSE 'high'"
        return Group(name=name, column=column.name, sql=f"CASE WHEN {it} IS NULL THEN NULL {bands} END")
    if column.kind == "text" and 1 < column.n_values <= _FEW_GROUPS:
        return Group(name=name, column=column.name)
    if column.kind in ("whole", "number"):
        return Group(name=name, column=column.name, sql=f"cast({it} AS VARCHAR)")
    if column.kind == "text" and column.words and len(column.words[0]) <= _LONG_WORD:
        word = column.words[0].replace("'", "''")
        return Group(
            name=name,
            column=column.name,
            sql=f"CASE WHEN {it} IS NULL THEN NULL WHEN {it} = '{word}' THEN '{word}' ELSE 'other' END",
        )
    return None


def singular(many: str) -> str:
    """A plural without its ending, and in full what is often cut short."""
    if many in ("trans", "transactions"):
        return "transaction"
    return many[:-1] if many.endswith("s") and not many.endswith("ss") else many


def with_pseudonyms(proposal: Proposal) -> Proposal:
    """The same of a company that asks for pseudonyms."""
    return replace(proposal, has_pseudonyms=True, beside=tuple(map(with_pseudonyms, proposal.beside)))
