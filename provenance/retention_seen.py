"""What is no longer kept, as the log says it: days that nobody lands or judges again, and words for whoever looks for them."""

from collections.abc import Collection, Mapping
from datetime import date

from adapters.lake import ENDED_NOTE, OpenTable, commits_by_day
from adapters.tables import validated_table
from governance.records.retention import Retentions
from home.workplace import Workplace
from provenance.lineage import RAW
from provenance.retention import company_day
from tenure.contracts import Source
from tenure.purposes.declaration import DataKind
from tenure.purposes.kept import lasting, names_days


def ended_days(workplace: Workplace, source: Source) -> Collection[date]:
    """The days of a source whose time has ended: delivered again they are not landed, and what is left of them stays.

    Where a longer time was approved since, days within it land again.
    """
    if not names_days(workplace.project):
        return frozenset()
    found, kept = workplace.promotions.retentions(), workplace.promotions.kept().get((DataKind.SOURCE, source.name))
    if kept is None or source.name in lasting(workplace.project):
        return frozenset()
    kept_from = kept.ended_before(company_day(workplace))
    ended = {*found.left(validated_table(source)), *found.gone(f"{RAW}{source.name}")}
    return {day for day in ended if day < kept_from}


def left_days(table: OpenTable) -> frozenset[date]:
    """The days of a table whose time has ended, as its own commits note it; nothing is made of them again."""
    return frozenset(day for day, commit in commits_by_day(table).items() if ENDED_NOTE in commit.note)


def ended_in_words(found: Retentions, table: str, days: Collection[date]) -> str:
    """How many of the days have ended, and by which records of the log; empty where none has."""
    records = _records(found.left(table) | found.gone(table), days)
    if not records:
        return ""
    n, numbers = len(records), sorted(set(records.values()))
    by = f"record{'s' if numbers[1:] else ''} {', '.join(map(str, numbers))}"
    kept = "day is" if n == 1 else "days are"
    return f"the time for which {n} {kept} kept has ended ({min(records)} to {max(records)}), by {by} of the log"


def _records(ended: Mapping[date, int], days: Collection[date]) -> Mapping[date, int]:
    return {day: ended[day] for day in days if day in ended}
