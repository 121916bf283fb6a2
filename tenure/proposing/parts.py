"""A part of what happened, by a word of its rows: foreseen where all of it never pauses, as where interest comes each month."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from tenure.proposing.asked import ask, spelled
from tenure.proposing.meanings import words_of
from tenure.proposing.rhythm import Rhythm
from tenure.proposing.roles import Roles
from tenure.proposing.seen import Seen, Table
from tenure.received.normal import quoted, quoted_text

# Where fewer stay away for two months there is nothing to learn: a shorter pause is only the calendar's, between two interests.
_HARDLY_ANY, _TWO_MONTHS = 0.005, 62
# Of a part there is, where so many stay away, and so many do not.
_SOME, _MOST = 0.03, 0.7
# A column of more words does not say of which kind rows are.
_FEW = 12
# As far back as a population can tell.
_LONGEST = 364


@dataclass(frozen=True, kw_only=True)
class Part:
    """Rows of one word: `column` is the source's, `share` of whom stayed away from it, `of_all` of whom from everything."""

    column: str
    word: str
    share: float
    of_all: float

    @property
    def where(self) -> str:
        """SQL that holds of its rows."""
        return f"{spelled(self.column)} = {quoted_text(self.word)}"

    @property
    def called(self) -> str:
        """The word as a part of a name."""
        return "_".join(words_of(self.word)) or "some"


def part_of(table: Table, roles: Roles, rhythm: Rhythm, *, last_day: date) -> Part | None:
    """The part of an account that most have and some stay away from; None where enough stay away from all, or from no part."""
    if not roles.is_money:
        return None
    days = max(rhythm.window_days, _TWO_MONTHS)
    ((_, _, of_all),) = _away(table, roles, "''", last_day, days=days, before=rhythm.before_days)
    if of_all >= _HARDLY_ANY:
        return None
    found = [
        (n, Part(column=column.name, word=word, share=share, of_all=of_all))
        for column in _of_few_words(table, roles)
        for word, n, share in _away(table, roles, quoted(column.name), last_day, days=days, before=rhythm.before_days)
        if word and _SOME <= share <= _MOST
    ]
    return max(found, key=lambda each: each[0])[1] if found else None


def _of_few_words(table: Table, roles: Roles) -> Iterator[Seen]:
    """Columns that say of which kind rows are."""
    used = (roles.customer, roles.time, roles.order)
    return (c for c in table.columns if c.kind == "text" and 1 <= c.n_values <= _FEW and c.words and c.name not in used)


def _away(
    table: Table, roles: Roles, word: str, last_day: date, *, days: int, before: int | None
) -> list[tuple[str, int, float]]:
    """By word how many customers were there before the last so many days, and the share of them who stayed away in those."""
    who, day = quoted(roles.customer), f"cast({quoted(roles.time)} AS DATE)"
    begin = f"DATE '{last_day - timedelta(days=days - 1)}'"
    was_there = f"{begin} - before <= {before or _LONGEST}"
    found = ask(
        table.rows,
        f"WITH one AS (SELECT {word} AS word, {who} AS who, max({day}) FILTER ({day} < {begin}) AS before, "
        f"count(*) FILTER ({day} >= {begin} AND {day} <= DATE '{last_day}') AS n FROM it WHERE {who} IS NOT NULL GROUP BY ALL) "
        f"SELECT word, count(*) FILTER ({was_there}), count(*) FILTER ({was_there} AND n = 0) FROM one GROUP BY word",
    )
    return [(word, n, away / n if n else 0.0) for word, n, away in found]
