"""What validation says of batches: per day a verdict, per expectation a result, and the rows that may be used.

How it is found out lives in `expectations/`. Texts here hold figures and names of columns and rules, never a customer's value.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

import pyarrow as pa


@dataclass(frozen=True, kw_only=True)
class DayVerdict:
    """What became of one day's batch.

    Parameters
    ----------
    key: the `as_of` day of the batch; it holds the events of the day before.
    n_received, n_kept, n_quarantined: rows. Of a released day, received = kept + quarantined + set aside; of a withheld
        day nothing is kept.
    n_repeated, n_corrected: kept rows whose key an earlier batch brought already, equal to the row known and different from it.
        An equal row changes nothing; a different one holds from this batch on.
    broken_rules: rows per broken rule, most first; a row may break several.
    set_aside: rows under each name of the source's `set_aside`; they are neither kept nor in quarantine.
    n_normalised: cells of text that were brought into one form (blanks, Unicode, control characters, words for nothing).
    n_alike: rows that are equal to an earlier one of the day, where the key allows it.
    read_as: how the batch was read, where it says itself how it is written.
    withheld: the reasons why nothing of the day is released, in words; empty when it is released.
    """

    key: date
    source: str
    n_received: int
    n_kept: int
    n_quarantined: int
    broken_rules: tuple[tuple[str, int], ...] = ()
    withheld: tuple[str, ...] = ()
    n_repeated: int = 0
    n_corrected: int = 0
    set_aside: tuple[tuple[str, int], ...] = ()
    n_normalised: int = 0
    n_alike: int = 0
    read_as: str = ""

    @property
    def is_released(self) -> bool:
        """True when the good rows of the day may be used."""
        return not self.withheld

    @property
    def quarantined_rate(self) -> float:
        """Share of the received rows that break a rule, 0 when nothing was received."""
        return self.n_quarantined / self.n_received if self.n_received else 0.0

    @property
    def in_words(self) -> str:
        """The verdict as a line that names source, day and figures."""
        where = f"{self.source}, events of {self.key - timedelta(days=1)} (batch {self.key})"
        read_as = f" Read as {self.read_as}." if self.read_as else ""
        if self.withheld:
            return f"{where}: withheld. " + " ".join(self.withheld) + read_as
        broken = ", ".join(f"{rule} {n}" for rule, n in self.broken_rules)
        quarantined = f", {self.n_quarantined} quarantined ({broken})" if self.n_quarantined else ""
        again = f", {self.n_repeated} of them known already" if self.n_repeated else ""
        corrected = f", {self.n_corrected} of them correcting a row known before" if self.n_corrected else ""
        aside = "".join(f", {n} set aside as {name}" for name, n in self.set_aside)
        alike = f", {self.n_alike} of them equal to another" if self.n_alike else ""
        normalised = f", {self.n_normalised} cells of text brought into one form" if self.n_normalised else ""
        rows = f"{self.n_received} rows received, {self.n_kept} kept{again}{corrected}{alike}"
        return f"{where}: {rows}{aside}{quarantined}{normalised}.{read_as}"


@dataclass(frozen=True, kw_only=True)
class ExpectationResult:
    """What Great Expectations found of one expectation, over all rows that could be read."""

    name: str
    column: str
    success: bool
    n_unexpected: int


@dataclass(frozen=True, kw_only=True)
class Validation:
    """Batches of one source, judged.

    Parameters
    ----------
    days: one verdict per batch, in order.
    kept: good rows of released days: the contract's columns, `day` (the key) and `available_at` (UTC, without zone).
    quarantined: rows that break a rule: the contract's columns as text, `day` and `rules` (names of the broken rules).
    expectations: results over all rows that could be read; empty when there was no row.
    """

    source: str
    days: tuple[DayVerdict, ...]
    kept: pa.Table
    quarantined: pa.Table
    expectations: tuple[ExpectationResult, ...]

    @property
    def withheld_days(self) -> tuple[DayVerdict, ...]:
        """The verdicts of the days of which nothing is released."""
        return tuple(day for day in self.days if not day.is_released)

    @property
    def n_received(self) -> int:
        """Rows received on all days."""
        return sum(day.n_received for day in self.days)

    @property
    def n_quarantined(self) -> int:
        """Rows that break a rule on all days."""
        return sum(day.n_quarantined for day in self.days)

    @property
    def without_rows(self) -> "Validation":
        """What was found, once its rows are written."""
        # A slice of no rows would still hold all of them.
        return replace(self, kept=self.kept.schema.empty_table(), quarantined=self.quarantined.schema.empty_table())


def together(parts: Sequence[Validation]) -> Validation:
    """What was found of days that were judged one part after the other; rows are not kept."""
    results: dict[str, ExpectationResult] = {}
    for result in (each for part in parts for each in part.expectations):
        known = results.get(result.name)
        n_unexpected = result.n_unexpected + (known.n_unexpected if known else 0)
        success = result.success and (known is None or known.success)
        results[result.name] = replace(result, success=success, n_unexpected=n_unexpected)
    days = tuple(day for part in parts for day in part.days)
    return replace(parts[0].without_rows, days=days, expectations=tuple(results.values()))


def rows_by_rule(days: Iterable[DayVerdict]) -> Counter[str]:
    """Rows per broken rule over several days; a row may break several."""
    total: Counter[str] = Counter()
    for day in days:
        total.update(dict(day.broken_rules))
    return total


def set_aside_in_words(source: str, verdicts: Iterable[DayVerdict]) -> str:
    """What of a source's rows did not simply count on these days, in one short line; empty where all did."""
    days = [day for day in verdicts if day.is_released]
    quarantined = [day for day in days if day.n_quarantined]
    said = []
    if quarantined:
        rules = ", ".join(f"{rule} {n}" for rule, n in rows_by_rule(quarantined).most_common(3))
        said.append(
            f"{sum(d.n_quarantined for d in quarantined)} rows in quarantine ({rules}), the latest of {quarantined[-1].key}"
        )
    if n := sum(day.n_repeated for day in days):
        said.append(f"{n} rows came again as they were, and count once")
    if n := sum(day.n_corrected for day in days):
        said.append(f"{n} rows came again and correct earlier ones")
    return f"{source}: {', '.join(said)}" if said else ""
