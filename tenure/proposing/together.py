"""Several sources of the same customers as one proposal: the days that all of them share, and names that no two have."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from tenure.proposing.proposal import Proposal, singular


def beside(main: Proposal, others: Sequence[Proposal]) -> Proposal:
    """The proposal by which models foresee, with the others beside it.

    The history reaches as far as what happened, or as tables that come again: a table that was written once is of any of its days
    beside what happened, and of its last day where it says what became of customers.
    """
    dated = [each for each in (main, *others) if not each.is_one_day]
    first = min((each.first_day for each in dated), default=main.first_day)
    last = _last([each.last_day for each in dated]) if dated else main.last_day
    if main.is_one_day and dated and last is None:
        # The one table is of the last day that all rows are of.
        last = max(each.reaches_to for each in dated)
    if not main.is_one_day:
        first, last = main.first_day, main.last_day
    sources, nouns, found = {main.source}, {main.noun}, []
    for each in others:
        source = _free(each.source, sources)
        noun = each.noun if each.noun not in nouns else _free(singular(source), nouns)
        sources.add(source)
        nouns.add(noun)
        found.append(
            replace(
                each,
                source=source,
                called=noun,
                first_day=first,
                last_day=last,
                is_beside_events=each.is_one_day and not main.is_one_day,
            )
        )
    return replace(main, first_day=first, last_day=last, beside=tuple(found))


def _last(days: Sequence[date | None]) -> date | None:
    """The last day of all; none where any still delivers."""
    known = [day for day in days if day is not None]
    return max(known) if len(known) == len(days) else None


def _free(name: str, taken: set[str]) -> str:
    """A name that nothing else has."""
    numbered = (f"{name}_{i}" for i in range(2, len(taken) + 3))
    return name if name not in taken else next(each for each in numbered if each not in taken)
