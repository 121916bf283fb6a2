"""What the log says was erased of a day since it was scored, in words for whoever looks for a score. Nobody is named."""

from datetime import date

from adapters.lake import DayCommit
from governance.records.erasure import Erasures


def erased_in_words(day: date, commit: DayCommit, erasures: Erasures) -> str:
    """How many scores of a day were erased, and by which records of the log; empty where none were."""
    if commit.root is None or not (places := erasures.emptied(commit.root)):
        return ""
    records = erasures.records(commit.root)
    by = f"record{'s' if len(records) > 1 else ''} {', '.join(map(str, records))}"
    return f"Of {day} {len(places):,} score{'s were' if len(places) > 1 else ' was'} erased, by {by} of the log"
