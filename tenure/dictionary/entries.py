"""What the data dictionary says, entry by entry: records of words and names, with who reads whom in both directions."""

from dataclasses import dataclass
from datetime import date

from tenure.column_lineage import ColumnOf
from tenure.contracts import PersonalData
from tenure.tables import LakeTable


@dataclass(frozen=True, kw_only=True)
class RuleEntry:
    """One rule, or one kind of row that is set aside: its name, what it says, its SQL and why it is right."""

    name: str
    says: str
    sql: str = ""
    because: str = ""


@dataclass(frozen=True, kw_only=True)
class ColumnEntry:
    """One column of a source.

    Parameters
    ----------
    kind: the type in the words of a contract: text, whole, number, truth, day, time.
    rules: what must hold of its cells, in words.
    derived_by, made_of: the SQL that makes it and the columns that it reads; empty for a column that is received.
    inputs, models: what is made from it, by name.
    kept_out: why models do not read it; empty where they may.
    """

    name: str
    received_as: str
    kind: str
    unit: str
    meaning: str
    because: str
    personal: PersonalData
    is_key: bool
    is_event_time: bool
    rules: tuple[str, ...]
    derived_by: str
    made_of: tuple[str, ...]
    inputs: tuple[str, ...]
    models: tuple[str, ...]
    kept_out: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class LandedEntry:
    """What a home holds of a source: the first and the last day landed, and rows received and kept."""

    first_day: date
    last_day: date
    n_days: int
    n_received: int
    n_kept: int


@dataclass(frozen=True, kw_only=True)
class SourceEntry:
    """One source: what a row is, how it arrives, when it is known, its columns, and what is not let through."""

    name: str
    title: str
    grain: str
    key: tuple[str, ...]
    owner: str
    arrives: tuple[str, ...]
    limits: tuple[str, ...]
    columns: tuple[ColumnEntry, ...]
    rules: tuple[RuleEntry, ...]
    set_aside: tuple[RuleEntry, ...]
    limitation: str
    histories: tuple[str, ...]
    audits: tuple[str, ...]
    landed: LandedEntry | None = None


@dataclass(frozen=True, kw_only=True)
class PartEntry:
    """A value, a set or an attribute of a history, with the columns of sources that it is made of."""

    name: str
    kind: str
    says: str
    made_of: tuple[ColumnOf, ...]


@dataclass(frozen=True, kw_only=True)
class HistoryEntry:
    """What a source means: events, states, intervals or contacts."""

    noun: str
    many: str
    kind: str
    sources: tuple[str, ...]
    says: tuple[str, ...]
    parts: tuple[PartEntry, ...]
    left_out: tuple[RuleEntry, ...]
    inputs: tuple[str, ...]
    models: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class InputEntry:
    """What may be known of a customer before a day.

    Parameters
    ----------
    looks_back: how far it reads, in words.
    made_of: the columns of sources behind it.
    models: those that read it; `others` says why each other one does not, or by whom else it is read.
    """

    name: str
    meaning: str
    phrase: str
    unit: str
    looks_back: str
    history: str
    made_of: tuple[ColumnOf, ...]
    models: tuple[str, ...]
    others: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class ModelEntry:
    """What a model foresees of whom, and what it reads."""

    name: str
    title: str
    owner: str
    says: tuple[str, ...]
    inputs: tuple[str, ...]
    not_read: tuple[RuleEntry, ...]
    histories: tuple[str, ...]
    audited_by: tuple[str, ...]
    made_of: tuple[ColumnOf, ...]


@dataclass(frozen=True, kw_only=True)
class Dictionary:
    """The whole: one company. `about` says in words what holds of all of it."""

    name: str
    title: str
    about: tuple[str, ...]
    sources: tuple[SourceEntry, ...]
    histories: tuple[HistoryEntry, ...]
    inputs: tuple[InputEntry, ...]
    models: tuple[ModelEntry, ...]
    tables: tuple[LakeTable, ...]

    @property
    def kept_out(self) -> tuple[tuple[ColumnOf, str], ...]:
        """The columns that models do not read, each with why."""
        return tuple(
            ((source.name, column.name), why) for source in self.sources for column in source.columns for why in column.kept_out
        )
